package tree

import (
	"fmt"
	"testing"

	yaml "go.yaml.in/yaml/v4"
)

func TestTrail(t *testing.T) {
	t.Parallel()
	for _, root := range []string{"", "spec", "a[0]"} {
		for _, key := range []string{"", "image", "a.b", "a[b", `a"b`, "é"} {
			want := Join(root, key)
			at := Trail(root).Key(key)
			if string(at) != want {
				t.Errorf("%q, %q: %q, want %q", root, key, at, want)
			}
			if item := at.Item(12); string(item) != Item(want, 12, nil).Path {
				t.Errorf("%q, %q: item %q", root, key, item)
			}
		}
	}
}

// Duplicates are found among few keys and among many, next to keys that look alike, and behind aliases.
func TestHasDuplicates(t *testing.T) {
	t.Parallel()
	for _, n := range []int{2, 12, 63, 64, 65, 300} {
		for _, double := range []bool{false, true} {
			m := &yaml.Node{Kind: yaml.MappingNode}
			for i := range n {
				m.Content = append(m.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: fmt.Sprintf("a%db", i)}, &yaml.Node{})
			}
			if double {
				m.Content[len(m.Content)-2] = &yaml.Node{Kind: yaml.AliasNode, Alias: m.Content[0]}
			}
			if got := HasDuplicates(m); got != double {
				t.Errorf("%d keys, a double %v: %v", n, double, got)
			}
		}
	}
}
