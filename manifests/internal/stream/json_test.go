package stream

import "testing"

func TestLacksKey(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want bool
	}{
		{`{}`, true},
		{"---\n{}", false},
		{" {\"a\": {\"kind\": 1, \"b\": [{\"kind\": \"x\\\"\"}, -1.5e+3, true]},\n\t\"c\": \"kind\"}\n", true},
		{`{"kind": "Pod"}`, false},
		{`{"a": [{"b": {}}], "kind": "Pod"}`, false},
		{`{"a": 1, kind: Pod}`, false},
		{`{kind: Pod}`, false},
		{`{"a": 'x"', "kind": "Pod", "b": '"'}`, false},
		{"{\"a\": 1, # \"\n\"kind\": \"Pod\" # \"\n}", false},
		{`{"a": &a {"b": 1}, "c": *a}`, false},
		{`{"<<": {"kind": "Pod"}}`, false},
		{`{"\u006bind": "Pod"}`, false},
		{`{"a": "\u006b", "b": "\\"}`, true},
		{`{? "kind" : Pod}`, false},
		{`{{ if .a }}{{ end }}`, false},
		{`{"a": 1}` + "\nkind: Pod\n", false},
		{`{"a": 1}` + "\n# b\n...\n", true},
		{`[{"kind": "Pod"}]`, false},
		{`{"a": 1`, false},
		{`{"a": "`, false},
		{`{"a": "\`, false},
		{`kind: Pod`, false},
	} {
		if got := LacksKey([]byte(c.text), "kind"); got != c.want {
			t.Errorf("%s: %t", c.text, got)
		}
	}
}
