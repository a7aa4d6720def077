package manifests

import (
	"fmt"
	"strings"
	"unique"

	yaml "go.yaml.in/yaml/v4"
	kyaml "sigs.k8s.io/yaml"
)

// maxAliasDepth is how many aliases and merges may stand behind one another; a chain that is longer is a cycle or an attack.
const maxAliasDepth = 100

// resolve follows aliases to the node they stand for; nil for a chain that does not end.
func resolve(n *yaml.Node) *yaml.Node {
	for i := 0; n != nil && n.Kind == yaml.AliasNode; i++ {
		if i == maxAliasDepth {
			return nil
		}
		n = n.Alias
	}
	return n
}

// isMerge reports whether key is the merge key of YAML 1.1.
func isMerge(key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && key.Value == "<<" && key.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0
}

// get returns the key and the value of a mapping as Kubernetes' reader of YAML sees them: it writes keys and merged mappings one after
// the other, so of several that say the same the last one counts, be it merged or not. Both are nil where there is no such key.
func get(m *yaml.Node, name string) (key, val *yaml.Node) {
	return lookup(m, name, 0)
}

func lookup(m *yaml.Node, name string, depth int) (key, val *yaml.Node) {
	m = resolve(m)
	if m == nil || m.Kind != yaml.MappingNode || depth > maxAliasDepth {
		return nil, nil
	}
	for i := len(m.Content) - 2; i >= 0; i -= 2 {
		k := resolve(m.Content[i])
		if k == nil || k.Kind != yaml.ScalarNode {
			continue
		}
		if k.Value == name && !isMerge(k) {
			return m.Content[i], m.Content[i+1]
		}
		if isMerge(k) {
			for _, from := range mergeSources(m.Content[i+1]) {
				if k, v := lookup(from, name, depth+1); k != nil {
					return k, v
				}
			}
		}
	}
	return nil, nil
}

// mergeSources are the mappings that a merge key brings, the one that counts first.
func mergeSources(val *yaml.Node) []*yaml.Node {
	n := resolve(val)
	if n != nil && n.Kind == yaml.SequenceNode {
		return n.Content
	}
	return []*yaml.Node{n}
}

// child is the resolved value of a key, nil where there is none.
func child(m *yaml.Node, name string) *yaml.Node {
	_, v := get(m, name)
	return resolve(v)
}

// descend follows keys from mapping to mapping.
func descend(m *yaml.Node, names ...string) *yaml.Node {
	for _, name := range names {
		if m = child(m, name); m == nil {
			return nil
		}
	}
	return m
}

// str is the value of a string scalar; "" for anything else. It is a copy: the values of a document may share memory, and what is kept
// of one shall not keep the others.
func str(n *yaml.Node) string {
	if n = resolve(n); n == nil || n.Kind != yaml.ScalarNode || scalarType(n) != "string" {
		return ""
	}
	return strings.Clone(n.Value)
}

// keep returns a copy of a string that is kept beyond its document; equal ones share their memory. It is for what manifests say over and
// over: kinds, namespaces, paths, names of containers, images.
func keep(s string) string {
	const long = 512
	if len(s) > long {
		return strings.Clone(s)
	}
	return unique.Make(s).Value()
}

func strAt(m *yaml.Node, names ...string) string { return str(descend(m, names...)) }

// isNull reports whether a value is absent to a reader: no node, nothing, ~ or null.
func isNull(n *yaml.Node) bool {
	n = resolve(n)
	return n == nil || n.Kind == yaml.ScalarNode && scalarType(n) == "null"
}

const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle

// scalarType is what kubectl's reader makes of a scalar: "string", "number", "boolean" or "null". Kubernetes reads YAML 1.1 through
// sigs.k8s.io/yaml, where 1.20, 0x1F, 012, 1_000, y, yes and on are no strings.
func scalarType(n *yaml.Node) string {
	if n.Style&yaml.TaggedStyle != 0 { // a tag says more than quotes
		switch n.Tag {
		case "!!int", "!!float":
			return "number"
		case "!!bool":
			return "boolean"
		case "!!null":
			return "null"
		}
		return "string"
	}
	if n.Style&quoted != 0 || !mayBeTyped(n.Value) {
		return "string"
	}
	var v any
	if err := kyaml.Unmarshal([]byte(n.Value), &v); err != nil {
		return "string"
	}
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case float64, int64, int:
		return "number"
	}
	return "string"
}

// mayBeTyped spares the common plain scalars the reader's judgement: what it takes for a number, boolean or null holds no other
// characters than these and, unless it is a number, is one of few words.
func mayBeTyped(s string) bool {
	if s == "" {
		return true
	}
	switch c := s[0]; {
	case c >= '0' && c <= '9', c == '+', c == '-', c == '.':
		return len(s) < 512 && strings.Trim(s, "0123456789abcdefABCDEFxXoO_+-.:inINyY") == ""
	case strings.IndexByte("~nNyYtTfFoO", c) >= 0:
		switch s {
		case "~", "null", "Null", "NULL", "y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO", "true", "True", "TRUE", "false", "False", "FALSE",
			"on", "On", "ON", "off", "Off", "OFF":
			return true
		}
	}
	return false
}

// kindName names what a node is, for messages.
func kindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "mapping"
	case yaml.SequenceNode:
		return "list"
	case yaml.ScalarNode:
		return scalarType(n)
	}
	return "value"
}

// isTemplateFlow reports whether a node is what YAML makes of an unquoted `{{ x }}`: a flow mapping whose only key is a flow mapping.
func isTemplateFlow(n *yaml.Node) bool {
	return n.Kind == yaml.MappingNode && n.Style&yaml.FlowStyle != 0 && len(n.Content) == 2 &&
		n.Content[0].Kind == yaml.MappingNode && n.Content[0].Style&yaml.FlowStyle != 0
}

// join appends a step to a path: a key with a dot, or with anything a path's notation uses, is written in brackets.
func join(path, key string) string {
	if key == "" || strings.ContainsAny(key, `.[]*"\`) {
		return path + fmt.Sprintf("[%q]", key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}
