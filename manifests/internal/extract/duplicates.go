package extract

import (
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
)

// glued records that an object begins before the previous relevant one has ended.
func (x scope) glued(before, part *yaml.Node, obj *model.Object) {
	first, _ := tree.Get(before, "kind")
	k, _ := tree.Get(part, "apiVersion")
	if other, _ := tree.Get(part, "kind"); k == nil || other != nil && other.Line < k.Line {
		k = other
	}
	if first != nil && k != nil {
		x.found.Duplicates = append(x.found.Duplicates, model.DuplicateKey{Object: obj, Key: k.Value, Path: k.Value, First: x.span(first), Span: x.span(k), MissingSeparator: true})
	}
}

// splitObjects splits a root mapping that repeats apiVersion and kind, which happens if the "---"
// between two objects is missing. It returns nil for any other root.
func splitObjects(n *yaml.Node) []*yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	kinds := 0
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == "kind" {
			kinds++
		}
	}
	if kinds < 2 {
		return nil
	}
	var parts []*yaml.Node
	cur := &yaml.Node{Kind: yaml.MappingNode, Line: n.Line, Column: n.Column}
	has := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if (k.Value == "apiVersion" || k.Value == "kind") && has[k.Value] && has["apiVersion"] && has["kind"] && len(cur.Content) > 4 {
			parts = append(parts, cur)
			cur = &yaml.Node{Kind: yaml.MappingNode, Line: k.Line, Column: k.Column}
			has = map[string]bool{}
		}
		has[k.Value] = true
		cur.Content = append(cur.Content, k, n.Content[i+1])
	}
	if len(parts) == 0 {
		return nil
	}
	if !has["apiVersion"] || !has["kind"] || len(cur.Content) <= 4 {
		return nil // duplicate keys in one object, not two objects
	}
	return append(parts, cur)
}

// duplicatesAround records the duplicate keys of the mappings from a built-in object to its pod spec, and of their metadata. Nearly all have none, so it
// puts paths together only for those that do.
func (x scope) duplicatesAround(n *yaml.Node, path string) {
	for at := 0; ; {
		if n = tree.Resolve(n); n == nil || n.Kind != yaml.MappingNode {
			return
		}
		if tree.HasDuplicates(n) {
			x.duplicates(n, path[:at])
		}
		if meta := tree.Resolve(tree.Child(n, "metadata")); meta != nil && meta.Kind == yaml.MappingNode && tree.HasDuplicates(meta) {
			x.duplicates(meta, tree.Join(path[:at], "metadata"))
		}
		rest := strings.TrimPrefix(path[at:], ".")
		if rest == "" {
			return
		}
		key, _, _ := strings.Cut(rest, ".")
		n, at = tree.Child(n, key), len(path)-len(rest)+len(key)
	}
}

// fewKeys is the number of keys up to which a mapping is searched for each of them.
const fewKeys = 16

// duplicate records a duplicate key of a mapping.
func (x scope) duplicate(m *yaml.Node, path, key string) {
	m = tree.Resolve(m)
	if m == nil || m.Kind != yaml.MappingNode {
		return
	}
	first := -1
	for i := 0; i+1 < len(m.Content); i += 2 {
		k := m.Content[i]
		if k.Kind != yaml.ScalarNode || k.Value != key || tree.IsMerge(k) {
			continue
		}
		x.repeated(m, first, i, path)
		first = i
	}
}

// repeated records that a mapping repeats a key. first is the index of the first occurrence, or -1 if there is none.
func (x scope) repeated(m *yaml.Node, first, at int, path string) {
	if k := m.Content[at]; first >= 0 && x.mark(k) {
		x.found.Duplicates = append(x.found.Duplicates, model.DuplicateKey{
			Object: x.obj, Key: k.Value, Path: tree.Join(path, k.Value), First: x.span(m.Content[first]), Span: x.span(k),
			Same: isSame(m.Content[first+1], m.Content[at+1]),
		})
	}
}

// isSame reports whether two values are the same scalar.
func isSame(a, b *yaml.Node) bool {
	a, b = tree.Resolve(a), tree.Resolve(b)
	return a != nil && b != nil && a.Kind == yaml.ScalarNode && b.Kind == yaml.ScalarNode && a.Value == b.Value && tree.ScalarType(a) == tree.ScalarType(b)
}

// duplicates records all duplicate keys of a mapping that has some, as few do.
func (x scope) duplicates(m *yaml.Node, path string) {
	if len(m.Content) > 2*fewKeys {
		// Use a single pass: searching the mapping for each duplicate takes hours if a key is
		// repeated a million times.
		last := make(map[string]int, len(m.Content)/2)
		for i := 0; i+1 < len(m.Content); i += 2 {
			if k := m.Content[i]; k.Kind == yaml.ScalarNode && !tree.IsMerge(k) {
				first, repeats := last[k.Value]
				if !repeats {
					first = -1
				}
				x.repeated(m, first, i, path)
				last[k.Value] = i
			}
		}
		return
	}
	for i := 0; i < len(m.Content); i += 2 {
		for j := i + 2; j < len(m.Content); j += 2 {
			if a, b := m.Content[i], m.Content[j]; a.Value == b.Value && a.Kind == yaml.ScalarNode && b.Kind == yaml.ScalarNode {
				x.duplicate(m, path, a.Value)
				break
			}
		}
	}
}
