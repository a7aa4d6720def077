package yamlnode_test

import (
	"testing"

	yaml "go.yaml.in/yaml/v3"

	"github.com/imagelint-dev/imagelint/internal/yamlnode"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

const text = "a: &x {b: one, b: \"two\", n: null}\nc: *x\nlist: [p, q]\nempty: ''\nblock: |\n  more\n"

func root(t *testing.T) *yaml.Node {
	t.Helper()
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(text), &n); err != nil {
		t.Fatal(err)
	}
	return n.Content[0]
}

func TestFind(t *testing.T) {
	t.Parallel()
	n := root(t)
	if got := yamlnode.Text(yamlnode.Field(n, "c"), "b"); got != "two" {
		t.Errorf("the last key behind an alias is %q", got)
	}
	if got := yamlnode.Text(yamlnode.Field(n, "a"), "n"); got != "" {
		t.Errorf("null is %q", got)
	}
	if got := yamlnode.Item(yamlnode.Field(n, "list"), 1); got == nil || got.Value != "q" || yamlnode.Item(n, 0) != nil || yamlnode.Item(yamlnode.Field(n, "list"), 2) != nil {
		t.Errorf("item %v", got)
	}
	if key, val := yamlnode.Entry(n, "none"); key != nil || val != nil || yamlnode.Items(nil) != nil {
		t.Error("a missing entry is found")
	}
	ring := &yaml.Node{Kind: yaml.AliasNode}
	ring.Alias = ring
	if yamlnode.Resolve(ring) != nil {
		t.Error("a cycle of aliases ends")
	}
}

func TestStretch(t *testing.T) {
	t.Parallel()
	n := root(t)
	src := &source.Text{Data: []byte(text), Base: source.Pos{Line: 1, Col: 1}}
	for _, tt := range []struct {
		node  *yaml.Node
		want  string
		exact bool
	}{
		{yamlnode.Field(yamlnode.Field(n, "a"), "b"), "two", true},
		{yamlnode.Field(n, "empty"), "''", false},
		{yamlnode.Field(n, "block"), "|", false},
		{yamlnode.Field(n, "list"), "[p, q]", false},
	} {
		from, to, exact := yamlnode.Stretch(src, tt.node)
		if got := text[from:to]; got != tt.want || exact != tt.exact {
			t.Errorf("%q, exact: %v; want %q", got, exact, tt.want)
		}
	}
}
