package config

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/imagelint-dev/imagelint/internal/slow"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// checkParse checks the guarantees of Parse for any input, and compares its result with the schema if there is one.
func checkParse(t *testing.T, in []byte, s *schema) {
	t.Helper()
	c, err := Parse("c", in, table())
	if err == nil {
		if s != nil {
			if problem := validate(t, s, string(in)); problem != "" {
				t.Errorf("the schema rejects what the decoder accepts: %s\n%s", problem, in)
			}
		}
		for _, ig := range c.Ignores {
			if ig.Span.IsZero() || ig.Span.End().Offset > len(in) || len(ig.Rules) == 0 || ig.Reason == "" {
				t.Errorf("entry %+v", ig)
			}
		}
		return
	}
	if c != nil {
		t.Error("got both a Config and an error")
	}
	text := source.Text{Data: in}
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		t.Fatalf("error %v is not joined", err)
	}
	all := joined.Unwrap()
	if len(all) > maxErrors+1 {
		t.Errorf("%d errors", len(all))
	}
	last := 0
	for _, one := range all {
		var e *Error
		if !errors.As(one, &e) {
			continue // the number of further errors
		}
		if e.Line < last || e.Line > text.Lines() || e.Col < 1 || e.File != "c" {
			t.Errorf("place of %v, after line %d of %d", e, last, text.Lines())
		}
		last = e.Line
		msg := e.Error()
		if strings.ContainsFunc(msg, unicode.IsControl) || len(msg) > 2500 || strings.Contains(msg, "yaml:") || strings.Contains(msg, "go-yaml") {
			t.Errorf("message %q", msg)
		}
	}
}

func fuzzSchema(t testing.TB) *schema {
	t.Helper()
	s := &schema{}
	if err := json.Unmarshal(Schema(table()), s); err != nil {
		t.Fatal(err)
	}
	return s
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(everything))
	f.Add(Example(table(), nil))
	f.Add(turnOn(Example(table(), nil), table()))
	for _, test := range append(contentErrors(), syntaxErrors()...) {
		f.Add([]byte(test.in))
	}
	s := fuzzSchema(f)
	f.Fuzz(func(t *testing.T, in []byte) { checkParse(t, in, s) })
}

// TestReplaced replaces each value of a configuration by every kind of value, and each key by every other key.
func TestReplaced(t *testing.T) {
	t.Parallel()
	slow.Skip(t)
	s := fuzzSchema(t)
	base := strings.ReplaceAll(everything, "rules: [image-latest, tag]   # kept", "rules: [image-latest, tag]")
	places := regexp.MustCompile(`[A-Za-z0-9.*/"-]+`).FindAllStringIndex(base, -1)
	for _, p := range places {
		for _, with := range []string{
			"null", "~", "[]", "{}", "[a]", "{a: b}", "1", "1.30", "true", "off", "''", "' '", "x", "'['", "'{'", "tag", "'*'", "rules", "path", "group",
			"&a x", "*a", "!t x", "!!str 1", "<<", "2027-01-31", "\"\\e\"", "|\n", "- ", "# ", "\n", "\n---\n", "? ", "%", "@", "\t", "\u0085", "\u2028", "ä",
		} {
			checkParse(t, []byte(base[:p[0]]+with+base[p[1]:]), s)
		}
	}
}

// hostileSize is large enough to show quadratic cost, and small enough for the race detector.
const hostileSize = MaxSize / 4

// TestHostile parses expensive input. The time limit is far above what is needed, so it only catches quadratic cost.
func TestHostile(t *testing.T) {
	t.Parallel()
	slow.Skip(t)
	fill := func(head, unit, tail string) string {
		return head + strings.Repeat(unit, (hostileSize-len(head)-len(tail))/len(unit)) + tail
	}
	for name, in := range map[string]string{
		"unknown keys":       fill("", "aaaaaaaaaaaaaaaaaaaaaaaa: 1\n", ""),
		"unknown rules":      fill("rules:\n", "  image-lastes: off\n", ""),
		"wrong items":        fill("exclude: [", "1,", "]"),
		"items":              fill("exclude: [", "a,", "]"),
		"empty keys":         fill("", "? \n", ""),
		"entries":            fill("ignore:\n", "- {}\n", ""),
		"entries on a line":  fill("ignore: [", "{rules: ['*'], reason: x},", "]"),
		"resources":          fill("resources:\n", "- {group: a.b, kind: C, images: [a]}\n", ""),
		"aliases of a list":  fill("exclude: &a ["+strings.Repeat("abcdefgh,", 20000)+"]\nignore:\n", "- {rules: ['*'], reason: x, paths: *a}\n", ""),
		"aliases of a text":  fill("namespace: &a "+strings.Repeat("a", 1<<17)+"\nexclude: [", "*a,", "]"),
		"alias in itself":    "exclude: &a [*a, *a]\nignore: &b [*b]\nrules: &c {tag: *c}\n",
		"deep":               fill("", "[", ""),
		"deep mappings":      fill("", "{a: ", ""),
		"one long text":      fill("namespace: ", "a", ""),
		"a long glob":        fill("exclude: ['", "{", "']"),
		"a long path":        fill("resources:\n- {group: a, kind: B, images: ['", "a.", "']}"),
		"a long key":         fill("", "a", ": 1"),
		"long lines":         fill("exclude: [", "'[',", "]"),
		"documents":          fill("", "---\n", ""),
		"control characters": fill("guess: true #", "\a", ""),
		"anchors":            fill("exclude: [", "&a b,", "]"),
		"quotes":             fill("exclude: [", "'',", "]"),
		"indentation":        fill("", " ", "a: b: c"),
		"comments":           fill("", "#\n", ""),
	} {
		t.Log(name) // quadratic cost exceeds the time limit of the test
		checkParse(t, []byte(in), nil)
	}
}
