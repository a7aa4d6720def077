package tree

import (
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"
	kyaml "sigs.k8s.io/yaml"
)

const Quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle

// ScalarType returns the type that kubectl's reader gives a scalar: "string", "number", "boolean" or "null". Kubernetes
// reads YAML 1.1 through sigs.k8s.io/yaml, where 1.20, 0x1F, 012, 1_000, y, yes and on are not strings.
func ScalarType(n *yaml.Node) string {
	if n.Style&yaml.TaggedStyle != 0 { // a tag takes precedence over quotes
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
	if n.Style&Quoted != 0 || !mayBeTyped(n.Value) {
		return "string"
	}
	if t := plainType(n.Value); t != "" {
		return t
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

// Number returns the value that kubectl's reader gives a plain scalar that is a number. ok is false
// for anything else.
func Number(n *yaml.Node) (number float64, ok bool) {
	if n == nil || n.Kind != yaml.ScalarNode || n.Style&(Quoted|yaml.TaggedStyle) != 0 || !mayBeTyped(n.Value) {
		return 0, false
	}
	var v any
	if err := kyaml.Unmarshal([]byte(n.Value), &v); err != nil {
		return 0, false
	}
	number, ok = v.(float64)
	return number, ok
}

// mayBeTyped avoids calling the reader for common plain scalars: a number, boolean or null has no other characters than
// these and, unless it is a number, is one of a few words.
func mayBeTyped(s string) bool {
	if s == "" {
		return true
	}
	if isUUID(s) {
		return false // every object of a cluster has one
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

// KindName returns the kind of a node for messages.
func KindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "mapping"
	case yaml.SequenceNode:
		return "list"
	case yaml.ScalarNode:
		return ScalarType(n)
	}
	return "value"
}

// IsTemplateFlow reports whether a node is the result of parsing an unquoted `{{ x }}` as YAML: a
// flow mapping whose only key is a flow mapping.
func IsTemplateFlow(n *yaml.Node) bool {
	return n.Kind == yaml.MappingNode && n.Style&yaml.FlowStyle != 0 && len(n.Content) == 2 &&
		n.Content[0].Kind == yaml.MappingNode && n.Content[0].Style&yaml.FlowStyle != 0
}

// maxAliasDepth limits the length of a chain of aliases and merges; a longer one is a cycle or an
// attack.
const maxAliasDepth = 100

// HoldsTemplateFlow reports whether a value below a node is `{{ x }}` without quotes.
func HoldsTemplateFlow(n *yaml.Node) bool { return holdsTemplateFlow(n, 0) }

func holdsTemplateFlow(n *yaml.Node, depth int) bool {
	if depth > maxAliasDepth {
		return false
	}
	return IsTemplateFlow(n) || slices.ContainsFunc(n.Content, func(c *yaml.Node) bool { return holdsTemplateFlow(c, depth+1) })
}

// IsString reports whether Kubernetes' reader reads the unquoted text as a string with exactly that
// content, in block and in flow style.
func IsString(text string) bool {
	if text == "" || strings.Trim(text, "0123456789:.+-_") == "" {
		return false
	}
	for i := range len(text) {
		c := text[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case strings.IndexByte("._/:@+-", c) < 0, i == 0 && strings.IndexByte(":@-", c) >= 0, i == len(text)-1 && c == ':':
			return false
		}
	}
	return ScalarType(&yaml.Node{Kind: yaml.ScalarNode, Value: text}) == "string"
}

// plainType returns the type of the most common typed scalars, or "" if the reader has to decide.
func plainType(s string) string {
	switch s {
	case "", "~", "null":
		return "null"
	case "true", "false":
		return "boolean"
	}
	if len(s) > 15 || s[0] == '0' && len(s) > 1 { // an octal number, or one that does not fit
		return ""
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return ""
		}
	}
	return "number"
}

// isUUID reports whether a text has the form of a UUID, which no reader treats as a number or a
// date.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f'):
			return false
		}
	}
	return true
}
