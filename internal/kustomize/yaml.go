package kustomize

import (
	"strings"

	yamlv2 "go.yaml.in/yaml/v2"
	yaml "go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/resource"
)

// asYAML returns the same as AsYAML, which encodes an object as YAML, reads that, encodes it as JSON, reads that, and encodes it as YAML. For common
// objects, it takes the values directly from the nodes.
func asYAML(r *resource.Resource) ([]byte, error) {
	if values, ok := valuesOf(r); ok {
		return yamlv2.Marshal(values)
	}
	return r.AsYAML()
}

// valuesOf returns the values of an object, if encoding and reading them changes nothing.
func valuesOf(r *resource.Resource) (values map[string]any, ok bool) {
	n := r.YNode()
	if n == nil || n.Kind != yaml.MappingNode || !isCommon(n, 0, false) {
		return nil, false
	}
	err := n.Decode(&values)
	return values, err == nil && isPlain(values, 0)
}

// maxPlainDepth is the maximum depth of objects that are read directly.
const maxPlainDepth = 100

// maxPlainKey is the maximum length of a key that is read directly. YAML has a limit of 1,024 characters for keys on one line.
const maxPlainKey = 1000

// isCommon reports whether encoding and reading a node changes nothing. inFlow is true for what is in brackets.
func isCommon(n *yaml.Node, depth int, inFlow bool) bool {
	if depth > maxPlainDepth || n.Anchor != "" {
		return false
	}
	if inFlow && n.HeadComment+n.LineComment+n.FootComment != "" { // the encoder may write it where the parser does not expect one
		return false
	}
	switch n.Kind {
	case yaml.MappingNode, yaml.SequenceNode:
		inFlow = inFlow || n.Style&yaml.FlowStyle != 0
		for i, c := range n.Content {
			if inFlow && c.Kind == yaml.ScalarNode && c.Value == "" && c.Style == 0 { // the encoder may quote it
				return false
			}
			if !isCommon(c, depth+1, inFlow) || n.Kind == yaml.MappingNode && i%2 == 0 && (c.Kind != yaml.ScalarNode || c.Value == "<<" || len(c.Value) > maxPlainKey) {
				return false
			}
		}
		return true
	case yaml.ScalarNode:
		if n.Style&(yaml.FoldedStyle|yaml.TaggedStyle) != 0 {
			return false
		}
		switch n.Tag {
		case "", "!!str", "!!int", "!!bool", "!!null":
		default:
			return false
		}
		isQuoted := n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0
		isBlock := n.Style&yaml.LiteralStyle != 0 || !isQuoted && strings.Contains(n.Value, "\n") // such as one that a replacement wrote into a word
		return isPrintable(n.Value) && (!isBlock || isRegular(n.Value))
	case yaml.DocumentNode, yaml.AliasNode:
	}
	return false
}

// isPrintable reports whether a text consists of characters that no encoder or parser of YAML treats in a special way.
func isPrintable(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' && c != '\n' && c != '\t' || c > '~' {
			return false
		}
	}
	return true
}

// isRegular reports whether a text is the same after it was written as a block.
func isRegular(text string) bool {
	return text != "" && text[0] > ' ' && text[len(text)-1] != ' ' && text[len(text)-1] != '\t'
}

// isPlain reports whether values are the same after they were written as JSON and read as YAML.
func isPlain(v any, depth int) bool {
	if depth > maxPlainDepth {
		return false
	}
	switch v := v.(type) {
	case nil, bool, int:
		return true
	case string:
		return isPrintable(v)
	case []any:
		for _, e := range v {
			if !isPlain(e, depth+1) {
				return false
			}
		}
		return true
	case map[string]any:
		for k, e := range v {
			if !isPrintable(k) || !isPlain(e, depth+1) {
				return false
			}
		}
		return true
	}
	return false // such as numbers with a fraction, times and keys that are no text
}
