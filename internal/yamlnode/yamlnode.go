// Package yamlnode navigates YAML nodes as helm and kustomize read them: it follows aliases and uses the last
// of equal keys. It knows no Kubernetes fields. It uses the same parser as kustomize, since another one reads
// some folded text differently.
package yamlnode

import (
	"bytes"

	yaml "go.yaml.in/yaml/v3"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// MaxAliases limits a chain of aliases.
const MaxAliases = 100

// Resolve returns a node, or the node that an alias refers to; nil if the chain of aliases is too long.
func Resolve(n *yaml.Node) *yaml.Node {
	for i := 0; n != nil && n.Kind == yaml.AliasNode; i++ {
		if i == MaxAliases {
			return nil
		}
		n = n.Alias
	}
	return n
}

// Field returns the value of a mapping's key, or nil.
func Field(m *yaml.Node, name string) *yaml.Node {
	_, v := Entry(m, name)
	return v
}

// Entry returns a key of a mapping and its value, or nil.
func Entry(m *yaml.Node, name string) (key, val *yaml.Node) {
	if m = Resolve(m); m == nil || m.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := len(m.Content) - 2; i >= 0; i -= 2 {
		if m.Content[i].Value == name {
			return m.Content[i], Resolve(m.Content[i+1])
		}
	}
	return nil, nil
}

// Text returns the text of the scalar under a key, or "".
func Text(m *yaml.Node, name string) string {
	if v := Field(m, name); v != nil && v.Kind == yaml.ScalarNode && v.ShortTag() != "!!null" {
		return v.Value
	}
	return ""
}

// Items returns the items of a list.
func Items(n *yaml.Node) []*yaml.Node {
	if n = Resolve(n); n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// Item returns an item of a list, or nil.
func Item(n *yaml.Node, i int) *yaml.Node {
	if all := Items(n); i < len(all) {
		return Resolve(all[i])
	}
	return nil
}

// Stretch returns where a node is in a text. If the bytes match the value, that is the value without quotes,
// and exact is true; otherwise it is the rest of the line.
func Stretch(t *source.Text, n *yaml.Node) (from, to int, exact bool) {
	from = t.Offset(max(n.Line, 1), max(n.Column, 1))
	rest := t.Data[from:t.LineEnd(t.LineAt(from))]
	at, size := 0, len(n.Value)
	if len(rest) > 0 && (rest[0] == '"' || rest[0] == '\'') {
		at = 1
	}
	switch {
	case n.Kind == yaml.ScalarNode && size > 0 && bytes.HasPrefix(rest[at:], []byte(n.Value)):
		return from + at, from + at + size, true
	case at == 1 && size == 0:
		return from, min(from+2, len(t.Data)), false
	}
	return from, from + len(bytes.TrimRight(rest, " \t\r")), false
}
