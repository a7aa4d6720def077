// Package yamlnode finds its way in YAML nodes, as helm and kustomize read them: through aliases, and with the last of two equal keys. It knows no
// fields of Kubernetes. It has the parser that kustomize has, since another one reads some folded text otherwise.
package yamlnode

import (
	"bytes"

	yaml "go.yaml.in/yaml/v3"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// MaxAliases is how many aliases may stand behind one another.
const MaxAliases = 100

// Resolve is a node, or what an alias stands for; nil where aliases lead on and on.
func Resolve(n *yaml.Node) *yaml.Node {
	for i := 0; n != nil && n.Kind == yaml.AliasNode; i++ {
		if i == MaxAliases {
			return nil
		}
		n = n.Alias
	}
	return n
}

// Field is the value of a key of a mapping, nil where there is none.
func Field(m *yaml.Node, name string) *yaml.Node {
	_, v := Entry(m, name)
	return v
}

// Entry is a key of a mapping and its value, nil where there is none.
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

// Text is the text of a scalar under a key, "" where there is none.
func Text(m *yaml.Node, name string) string {
	if v := Field(m, name); v != nil && v.Kind == yaml.ScalarNode && v.ShortTag() != "!!null" {
		return v.Value
	}
	return ""
}

// Items are the items of a list.
func Items(n *yaml.Node) []*yaml.Node {
	if n = Resolve(n); n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// Item is an item of a list, nil where there is none.
func Item(n *yaml.Node, i int) *yaml.Node {
	if all := Items(n); i < len(all) {
		return Resolve(all[i])
	}
	return nil
}

// Stretch is where a node stands in a text: its value without quotes, where that is what the bytes say, which is exact; else the rest of its line.
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
