package resources

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParsePath(t *testing.T) {
	t.Parallel()
	key := func(name string) Step { return Step{Kind: Key, Name: name} }
	items := Step{Kind: Items}
	for _, test := range []struct {
		in    string
		want  Path
		canon string // "" if it is in the path
	}{
		{"image", Path{key("image")}, ""},
		{".spec.image", Path{key("spec"), key("image")}, "spec.image"},
		{"spec.containers[*].image", Path{key("spec"), key("containers"), items, key("image")}, ""},
		{"a[*][*].b", Path{key("a"), items, items, key("b")}, ""},
		{"a[12]", Path{key("a"), {Kind: Index, Index: 12}}, ""},
		{"[*].image", Path{items, key("image")}, ""},
		{".[0]", Path{{Kind: Index}}, "[0]"},
		{"spec.*.image", Path{key("spec"), {Kind: Glob}, key("image")}, ""},
		{"spec.*Mirrors", Path{key("spec"), {Kind: Glob, Value: "Mirrors"}}, ""},
		{"x-*", Path{{Kind: Glob, Name: "x-"}}, ""},
		{"a*b[*]", Path{{Kind: Glob, Name: "a", Value: "b"}, items}, ""},
		{"spec.**.image", Path{key("spec"), {Kind: Descend}, key("image")}, ""},
		{"**[*]", Path{{Kind: Descend}, items}, ""},
		{`data["a.b"]`, Path{key("data"), key("a.b")}, ""},
		{`data.a\.b`, Path{key("data"), key("a.b")}, `data["a.b"]`},
		{`["k8s.io/x"].y`, Path{key("k8s.io/x"), key("y")}, ""},
		{`a["q\"\\"]`, Path{key("a"), key(`q"\`)}, ""},
		{`a["b"]`, Path{key("a"), key("b")}, "a.b"},
		{`a[""]`, Path{key("a"), key("")}, ""},
		{`a["*"]`, Path{key("a"), key("*")}, ""},
		{`a.\*`, Path{key("a"), key("*")}, `a["*"]`},
		{`a.b\.*`, Path{key("a"), {Kind: Glob, Name: "b."}}, ""},
		{"from[kind=DockerImage].name", Path{key("from"), {Kind: Where, Name: "kind", Value: "DockerImage"}, key("name")}, ""},
		{`a["x.y"="1 2"]`, Path{key("a"), {Kind: Where, Name: "x.y", Value: "1 2"}}, ""},
		{"Ω.ключ", Path{key("Ω"), key("ключ")}, ""},
	} {
		got, err := ParsePath(test.in)
		if err != nil {
			t.Error(err)
			continue
		}
		if d := cmp.Diff(test.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", test.in, d)
		}
		if test.canon == "" {
			test.canon = test.in
		}
		if got.String() != test.canon {
			t.Errorf("%s is written as %s, want %s", test.in, got, test.canon)
		}
	}
}

func TestParsePathErrors(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                       "position 1: the path is empty",
		".":                      "position 2: expected a key at the end",
		"spec.":                  "position 6: expected a key",
		"spec..image":            "position 6: expected a key",
		"..spec":                 "position 2: expected a key",
		"spec[*]image":           `position 8: expected a dot or a bracket before 'i'`,
		"spec.containers[]":      "position 17: empty brackets: write [*]",
		"spec.containers[a]":     `position 17: "a" is not a valid index`,
		"spec.containers[-1]":    `position 17: "-1" is not a valid index`,
		"a[99999999999]":         "is not a valid index",
		"a[0":                    "position 4: expected a closing bracket",
		"a[*":                    "position 4: expected a closing bracket",
		"a[":                     "position 3: expected an index",
		"a[k=]":                  "position 5: expected an index",
		`a["b`:                   "position 3: the quote is not closed",
		`a["\n"]`:                "position 5: in quotes, a backslash",
		"spec/template/image":    "position 5: unexpected slash",
		"spec.a b":               `position 7: unexpected ' ' in a key`,
		"spec.{a,b}":             `position 6: unexpected '{' in a key`,
		"a.b*c*d":                "position 6: a key can contain one star",
		"a.***.b":                "position 5: a key can contain one star",
		"a.x**.b":                "a key can contain one star",
		"a.**x.b":                `position 3: "**" must be alone`,
		"a.**":                   `position 5: a path cannot end in "**"`,
		"a.**.b.**.c":            `position 8: a path can contain "**" once`,
		"ключ.a b":               "position 7: unexpected ' '",
		"a.\x01":                 "position 3: a control character",
		"a.\xff":                 "position 3: a control character or a byte",
		`a.b\`:                   `position 4: unexpected '\\' in a key`,
		strings.Repeat("a", 2e3): "longer than 1024 bytes",
	} {
		p, err := ParsePath(in)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q gives %v and the error %v, want %q", in, p, err, want)
		}
	}
}

func TestStepMatches(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		step, key string
		want      bool
	}{
		{"image", "image", true},
		{"image", "Image", false},
		{"*", "", true},
		{"*Mirrors", "tagMirrors", true},
		{"*Mirrors", "mirrors", false},
		{"aba*aba", "aba", false}, // prefix and suffix do not overlap
		{"a*b", "ab", true},
		{"[*]", "a", false},
	} {
		p, err := ParsePath(test.step)
		if err != nil {
			t.Fatal(err)
		}
		if got := p[0].Matches(test.key); got != test.want {
			t.Errorf("%s matches %q: %t, want %t", test.step, test.key, got, test.want)
		}
	}
}

func FuzzParsePath(f *testing.F) {
	for _, s := range []string{
		"spec.**.a[*][0].*x", `a["b.c"]["\\\""]`, `x\.y*.z`, `from["a b"="c]"].d`, "..", "[", `\`, "a[k=v]", "***", "Ω*\uFFFD",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePath(s)
		if err != nil {
			return
		}
		written := p.String()
		if len(written) > maxPath {
			return // escapes can make it longer
		}
		again, err := ParsePath(written)
		if err != nil {
			t.Fatalf("%q is written as %q: %v", s, written, err)
		}
		if d := cmp.Diff(p, again); d != "" || again.String() != written {
			t.Fatalf("%q is written as %q, which differs (-want +got):\n%s", s, written, d)
		}
	})
}
