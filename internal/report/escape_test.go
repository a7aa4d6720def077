package report

import (
	"encoding/json"
	"testing"
)

func TestVisible(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                                   "",
		"nginx:1.27":                         "nginx:1.27",
		"镜像 🐳 é":                             "镜像 🐳 é",
		"\x1b[2J\x07\x7f\x00":                `\x1b[2J\x07\x7f\x00`,
		"a\tb\r\nc":                          `a\tb\r\nc`,
		"\u0085\u009b":                       `\u0085\u009b`,
		"\u202a\u202e\u2066\u2069":           `\u202a\u202e\u2066\u2069`,
		"\u200b\u200c\u200d\u200e\u200f":     `\u200b\u200c\u200d\u200e\u200f`,
		"\u2028\u2029\ufeff\u061c\u00ad":     `\u2028\u2029\ufeff\u061c\u00ad`,
		"\U000e0041\U000e007f":               `\U000e0041\U000e007f`,
		"\xff\xc0\xaf\xed\xa0\x80":           `\xff\xc0\xaf\xed\xa0\x80`,
		"a real \ufffd":                      "a real \ufffd",
		`already \x1b, by "%q"`:              `already \x1b, by "%q"`,
		"an overlong tail \xe4\xbd and \x0f": `an overlong tail \xe4\xbd and \x0f`,
	} {
		if got := visible(in); got != want {
			t.Errorf("visible(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestJSONEncoder(t *testing.T) {
	t.Parallel()
	e := newJSONEncoder()
	for _, in := range []string{"a<b>&c", "\x1b\x7f\u009b\u202e\ufeff\u2028", "\U000e0041\U0010ffff", "镜像 🐳", "\xff"} {
		b, err := e.encode(in)
		if err != nil {
			t.Fatal(err)
		}
		if at := firstHidden(string(b)); at >= 0 {
			t.Errorf("encode(%q) = %q has an invisible character at %d", in, b, at)
		}
		var got string
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatal(err)
		}
		if want := string([]rune(in)); got != want {
			t.Errorf("encode(%q) = %q, which reads back as %q", in, b, got)
		}
	}
}
