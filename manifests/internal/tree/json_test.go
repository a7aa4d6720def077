package tree

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

func readJSON(data string) ([]*yaml.Node, bool) {
	at := stream.JSONStart([]byte(data))
	if at < 0 {
		return nil, false
	}
	return parseJSON(&source.Text{File: &source.File{}, Data: []byte(data), Base: source.Pos{Line: 1, Col: 1}}, at)
}

func TestJSON(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth)
	tests := []struct {
		name, data string
		roots      int
	}{
		{"an object", ` {"a": [1, -2.5e3, true, false, null, "x", {}, []]} `, 1},
		{"a stream", "{}\n{\"a\":1} {}", 3},
		{"escapes", `{"\u0061\n\"\/": "\ud83d\ude00\ud83d"}`, 1},
		{"as deep as may be", deep, 1},
		{"deeper", "[" + deep + "]", 0},
		{"a scalar", `"x"`, 0},
		{"an array, then something", "[] {}", 2},
		{"an object, then an array", "{} []", 0},
		{"trailing commas", `{"a": 1,}`, 0},
		{"trailing commas in arrays", `[1,]`, 0},
		{"keys without quotes", `{a: 1}`, 0},
		{"single quotes", `{'a': 1}`, 0},
		{"comments", "{\"a\": 1} // x", 0},
		{"a leading zero", `[01]`, 0},
		{"no digits behind the point", `[1.]`, 0},
		{"a plus", `[+1]`, 0},
		{"infinity", `[-Infinity]`, 0},
		{"a word that goes on", `[nullx]`, 0},
		{"a control character in a string", "[\"a\nb\"]", 0},
		{"an unknown escape", `["\x41"]`, 0},
		{"an escape at the end", `["\`, 0},
		{"no end", `{"a": [`, 0},
		{"no UTF-8", "[\"\xff\"]", 0},
		{"nothing", "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			roots, ok := readJSON(tt.data)
			if len(roots) != tt.roots || ok != (tt.roots > 0) {
				t.Errorf("%d roots, %t; want %d", len(roots), ok, tt.roots)
			}
		})
	}
}

func FuzzJSON(f *testing.F) {
	for _, s := range []string{
		`{"a":[1,2.5e-3,true,null,"x\n\u0041é"],"b":{"c":{}}}`, "{\"a\":\r\n[ ]\t}\r{}", "[\"\u2028 \u0085\", \"\\u2028\"]",
		`{"a":"\ud83d\ude00","a":2}`, "\u0085{}", `{"a":-0}`, "{\"é\":\"é\", \"b\":1}",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data string) {
		roots, ok := readJSON(data)
		if !ok {
			// parseJSON accepts what encoding/json accepts, except for too much nesting and invalid
			// UTF-8.
			if json.Valid([]byte(data)) && stream.JSONStart([]byte(data)) >= 0 && strings.ToValidUTF8(data, "") == data && strings.Count(data, "[")+strings.Count(data, "{") < maxDepth {
				t.Fatalf("%q is JSON", data)
			}
			return
		}
		d := json.NewDecoder(strings.NewReader(data))
		d.UseNumber()
		for _, root := range roots {
			var want any
			if err := d.Decode(&want); err != nil {
				t.Fatalf("%q is not JSON: %v", data, err)
			}
			sameAsJSON(t, root, want)
		}
		if err := d.Decode(new(any)); !errors.Is(err, io.EOF) {
			t.Fatalf("%q has more than %d values: %v", data, len(roots), err)
		}
		if len(roots) == 1 {
			sameAsYAML(t, data, roots[0])
		}
	})
}

// sameAsJSON compares a node with the result of encoding/json for the same value.
func sameAsJSON(t *testing.T, n *yaml.Node, want any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		keys := map[string]bool{}
		for i := 0; i < len(n.Content); i += 2 {
			keys[n.Content[i].Value] = true
		}
		if n.Kind != yaml.MappingNode || len(keys) != len(want) {
			t.Fatalf("line %d: %d keys, want %d", n.Line, len(keys), len(want))
		}
		for k, v := range want {
			_, val := Get(n, k)
			if val == nil {
				t.Fatalf("line %d: no key %q", n.Line, k)
			}
			sameAsJSON(t, val, v)
		}
	case []any:
		if n.Kind != yaml.SequenceNode || len(n.Content) != len(want) {
			t.Fatalf("line %d: %d items, want %d", n.Line, len(n.Content), len(want))
		}
		for i, v := range want {
			sameAsJSON(t, n.Content[i], v)
		}
	case string:
		if ScalarType(n) != "string" || n.Value != want {
			t.Fatalf("line %d: %s %q, want %q", n.Line, ScalarType(n), n.Value, want)
		}
	case json.Number:
		if n.Value != want.String() {
			t.Fatalf("line %d: %q, want %s", n.Line, n.Value, want)
		}
	case bool:
		if want != (n.Value == "true") || ScalarType(n) != "boolean" {
			t.Fatalf("line %d: %q, want %t", n.Line, n.Value, want)
		}
	case nil:
		if !IsNull(n) {
			t.Fatalf("line %d: %q, want null", n.Line, n.Value)
		}
	}
}

// sameAsYAML compares the positions, kinds and values of nodes with the YAML parser's result for
// the same text, if it accepts the text.
func sameAsYAML(t *testing.T, data string, n *yaml.Node) {
	t.Helper()
	if strings.Contains(data, "\uFEFF") {
		return // the parser skips one at the start of a line, but counts it
	}
	loader, err := yaml.NewLoader(bytes.NewReader([]byte(data)), yaml.WithUniqueKeys(false))
	if err != nil {
		t.Fatal(err)
	}
	var doc yaml.Node
	if loader.Load(&doc) != nil || len(doc.Content) != 1 {
		return
	}
	folded := strings.ContainsAny(data, "\u0085\u2028\u2029")
	var same func(a, b *yaml.Node)
	same = func(a, b *yaml.Node) {
		if a.Kind != b.Kind || a.Line != b.Line || a.Column != b.Column || len(a.Content) != len(b.Content) || a.Value != b.Value && !folded {
			t.Fatalf("%q: kind %d %q at %d:%d with %d nodes, the YAML parser has kind %d %q at %d:%d with %d", data,
				a.Kind, a.Value, a.Line, a.Column, len(a.Content), b.Kind, b.Value, b.Line, b.Column, len(b.Content))
		}
		for i := range a.Content {
			same(a.Content[i], b.Content[i])
		}
	}
	same(n, doc.Content[0])
}
