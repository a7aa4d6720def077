package tree

import (
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

// Resolve follows aliases to the node that they stand for. It returns nil for a chain that does not
// end.
func Resolve(n *yaml.Node) *yaml.Node {
	for i := 0; n != nil && n.Kind == yaml.AliasNode; i++ {
		if i == maxAliasDepth {
			return nil
		}
		n = n.Alias
	}
	return n
}

const mergeKey = "<<"

// IsMerge reports whether key is the merge key of YAML 1.1.
func IsMerge(key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && key.Value == mergeKey && key.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0
}

// Get returns the key and the value of a mapping as Kubernetes' YAML reader sees them: the reader writes keys and
// merged mappings one after the other, so the last of several equal keys counts, merged or not. Both are nil if there
// is no such key.
func Get(m *yaml.Node, name string) (key, val *yaml.Node) {
	return lookup(m, name, 0)
}

func lookup(m *yaml.Node, name string, depth int) (key, val *yaml.Node) {
	m = Resolve(m)
	if m == nil || m.Kind != yaml.MappingNode || depth > maxAliasDepth {
		return nil, nil
	}
	for i := len(m.Content) - 2; i >= 0; i -= 2 {
		k := m.Content[i]
		if k.Kind != yaml.ScalarNode {
			if k = Resolve(k); k == nil || k.Kind != yaml.ScalarNode {
				continue
			}
		}
		if len(k.Value) != len(name) && len(k.Value) != len(mergeKey) { // as most keys
			continue
		}
		switch merges := IsMerge(k); {
		case merges:
			for _, from := range mergeSources(m.Content[i+1]) {
				if k, v := lookup(from, name, depth+1); k != nil {
					return k, v
				}
			}
		case k.Value == name:
			return m.Content[i], m.Content[i+1]
		}
	}
	return nil, nil
}

// mergeSources returns the mappings that a merge key includes, highest precedence first.
func mergeSources(val *yaml.Node) []*yaml.Node {
	n := Resolve(val)
	if n != nil && n.Kind == yaml.SequenceNode {
		return n.Content
	}
	return []*yaml.Node{n}
}

// Child returns the resolved value of a key, or nil.
func Child(m *yaml.Node, name string) *yaml.Node {
	_, v := Get(m, name)
	return Resolve(v)
}

// Descend follows keys from mapping to mapping.
func Descend(m *yaml.Node, names ...string) *yaml.Node {
	for _, name := range names {
		if m = Child(m, name); m == nil {
			return nil
		}
	}
	return m
}

// Str returns the value of a string scalar, or "" for anything else. It is a copy: the values of a document may share
// memory, and keeping one must not keep the others.
func Str(n *yaml.Node) string { return strings.Clone(Look(n)) }

// Look is Str without the copy, for values that are not kept.
func Look(n *yaml.Node) string {
	if n = Resolve(n); n == nil || n.Kind != yaml.ScalarNode || ScalarType(n) != "string" {
		return ""
	}
	return n.Value
}

// LookAt is Look for the value at a path of keys.
func LookAt(m *yaml.Node, names ...string) string { return Look(Descend(m, names...)) }

// StrAt is Str for the value at a path of keys.
func StrAt(m *yaml.Node, names ...string) string { return Str(Descend(m, names...)) }

// IsNull reports whether a value counts as absent: no node, nothing, ~ or null.
func IsNull(n *yaml.Node) bool {
	n = Resolve(n)
	return n == nil || n.Kind == yaml.ScalarNode && ScalarType(n) == "null"
}

// Join appends a step to a path. A key with a dot, or with any other character of the path
// notation, is written in brackets.
func Join(path, key string) string {
	if key == "" || !isStep(key) {
		return path + "[" + strconv.Quote(key) + "]"
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// Trail is the path of a place that a walk has come to. Few of these paths are kept, so a walk writes all of them into the same memory: a trail is valid
// until another one is made from the same beginning.
type Trail []byte

// Key is Join for a trail.
func (t Trail) Key(key string) Trail {
	if key == "" || !isStep(key) {
		return append(strconv.AppendQuote(append(t, '['), key), ']')
	}
	if len(t) > 0 {
		t = append(t, '.')
	}
	return append(t, key...)
}

// Item appends the index of an item of a list.
func (t Trail) Item(i int) Trail {
	return append(strconv.AppendInt(append(t, '['), int64(i), 10), ']')
}

// isStep reports whether a key has no character of the path notation.
func isStep(key string) bool {
	for i := range len(key) {
		switch key[i] {
		case '.', '[', ']', '*', '"', '\\':
			return false
		}
	}
	return true
}

// TextAt returns the text of a scalar, whatever its type.
func TextAt(n *yaml.Node, names ...string) string {
	if v := Descend(n, names...); v != nil && v.Kind == yaml.ScalarNode {
		return v.Value
	}
	return ""
}
