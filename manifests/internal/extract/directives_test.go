package extract

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	yaml "go.yaml.in/yaml/v4"
)

func TestDirectives(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, line string
		want       bool
	}{
		{"a line of its own", "# imagelint:x", true},
		{"several hashes", "## # imagelint:x", true},
		{"no blank", "#imagelint:x", true},
		{"behind a value", "a: b # imagelint:x", true},
		{"behind a tab", "a: b\t# imagelint:x", true},
		{"behind nothing", "a: # imagelint:x", true},
		{"part of a value", "a: b#imagelint:x", false},
		{"other words first", "a: b # see imagelint:x", false},
		{"another case", "a: b # ImageLint:Ignore x", true},
		{"a dash", "a: b # imagelint-ignore x", true},
		{"a sentence", "a: b # imagelint finds nothing here", false},
		{"a dash in a text", `a: "b # imagelint-ignore x"`, false},
		{"double quotes", `a: "b # imagelint:x"`, false},
		{"single quotes", `a: 'b # imagelint:x'`, false},
		{"escaped quotes", `a: "b \" # imagelint:x"`, false},
		{"doubled quotes", `a: 'b '' # imagelint:x'`, false},
		{"behind quotes", `a: "b # c" # imagelint:x`, true},
		{"behind doubled quotes", `a: 'b '' # c' # imagelint:x`, true},
		{"behind an apostrophe", "a: it's # imagelint:x", true},
		{"behind one that opens a word", "a: rock 'n roll # imagelint:x", true},
		{"in brackets", `a: {b: "#", c: '#'} # imagelint:x`, true},
		{"behind a quoted value of two lines", "a: \"b\n   # c\" # imagelint:x", true},
		{"in a quoted value of two lines", "a: \"b\n   # imagelint:x\"", false},
		{"in a block of text", "a: |\n    # imagelint:x", false},
		{"behind its header", "a: | # imagelint:x\n    b", true},
		{"behind a block of text", "a: |\n    b\n  # imagelint:x", true},
		{"in a block that says its indentation", "a: |2\n      b\n    # imagelint:x", false},
		{"in a block with an anchor", "a: &n1 >-\n    b\n\n    # imagelint:x", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			set := loadText(t, "x.yaml", "apiVersion: v1\nkind: ConfigMap\ndata:\n  z: z\n  "+tt.line+"\n")
			if got := len(set.Directives) == 1; got != tt.want || len(set.Broken) > 0 {
				t.Errorf("found %t, want %t; broken %v", got, tt.want, set.Broken)
			}
		})
	}
}

// FuzzDirectives appends a comment to each line of a document in turn. The comment must be found,
// unless the line ends inside a scalar.
func FuzzDirectives(f *testing.F) {
	for _, s := range []string{
		"a: |\n  text\n  # text\nb: 'one\n  two # text'\nc: \"x\"\n", "- a\n-\n  b: {c: d}\n", "a: plain\n  going on\nb: it's\n", "a: >-\n\n  x\n\nb:\n", "---\na: 'it''s'\n",
		"a: \"x\\\n  y\"\n", "? a\n: b\n", "[a, b,\n c]\n", "a: rock 'n roll\n",
		"a: >\n\n\n  \n: b\n", // an empty block before an empty key
	} {
		f.Add(s)
	}
	const directive = "imagelint:ignore x -- y"
	f.Fuzz(func(t *testing.T, body string) {
		if strings.Contains(body, "imagelint") || strings.ContainsAny(body, "\r\u0085\u2028\u2029\uFEFF") || len(body) > 2000 {
			return
		}
		body = "apiVersion: v1\nkind: Pod\nspec: {}\nbody:\n  " + strings.ReplaceAll(strings.TrimRight(body, "\n"), "\n", "\n  ") + "\n"
		if len(loadText(t, "x.yaml", body).Workloads) != 1 || strings.Count(body, "kind: Pod") != 1 {
			return // broken, or several documents
		}
		lines := strings.Split(strings.TrimSuffix(body, "\n"), "\n")
		for i := range lines {
			with := slices.Clone(lines)
			with[i] += " # " + directive
			text := strings.Join(with, "\n") + "\n"
			set := loadText(t, "x.yaml", text)
			if len(set.Workloads) != 1 {
				continue
			}
			found := len(set.Directives) == 1 && set.Directives[0].Span.Start().Line == i+1
			if len(set.Directives) > 1 {
				t.Fatalf("%d directives in %q", len(set.Directives), text)
			}
			if want := isComment(t, text, directive); found != want && (found || !strings.Contains(lines[i], "#")) { // a comment extends to the end of its line
				t.Fatalf("line %d of %q: found %t, but to the YAML parser it is a comment: %t", i+1, text, found, want)
			}
		}
	})
}

// isComment reports whether the YAML parser treats a text in a document as a comment, which means
// that removing the text changes no value.
func isComment(t *testing.T, doc, text string) bool {
	t.Helper()
	loader, err := yaml.NewLoader(bytes.NewReader([]byte(doc)), yaml.WithUniqueKeys(false))
	if err != nil {
		t.Fatal(err)
	}
	var root yaml.Node
	if err := loader.Load(&root); err != nil {
		t.Fatal(err)
	}
	var inValue func(n *yaml.Node) bool
	inValue = func(n *yaml.Node) bool {
		return n.Kind == yaml.ScalarNode && strings.Contains(n.Value, "imagelint") || slices.ContainsFunc(n.Content, inValue)
	}
	return !inValue(&root) && strings.Contains(doc, text)
}

func TestMayShout(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"# imageLint: x": true, "# IMAGELINT: x": true, "L L geLint": true, "geLint": true, "GELINT": true,
		"# imagelint: x": false, "Lint": false, "eLint": false, "GeLint": false, "geLINT": false, "geLin": false, "geL": false, "": false,
	} {
		if got := mayShout([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestIsYtt(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"#@ a": true, "a: 1 #@ b": true, "a\n#@data/values\n": true, "\t#@!x": true, "#@1 #@ a": true, "@ #@a": true,
		"x#@ a": false, "#@1": false, "#@": false, "@": false, "# @a": false, "a@b#c": false, "": false,
	} {
		if got := isYtt([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
