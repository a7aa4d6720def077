package config

import (
	"fmt"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

// kind is the kind of a configuration value.
type kind uint8

const (
	text kind = iota
	boolean
	list
	mapping
)

// expected returns the name of the kind for messages.
func (k kind) expected() string {
	return [...]string{"a string", "true or false", "a list", "a mapping"}[k]
}

// value is a node that matches its shape.
type value struct {
	node *yaml.Node
	text string // if the kind is text
	yes  bool   // if the kind is boolean
	list []value
	keys map[string]value
	// partial is true if a key is unknown or has an invalid value, which was reported: it may be the one that is missing.
	partial bool
}

// maxValues bounds the size of all values in bytes after aliases are expanded. Only files with aliases can reach it.
const (
	maxValues  = 16 << 20
	valueBytes = 16 // overhead of a value, besides its text
)

// decoder matches nodes with shapes. Its recursion is as deep as the shapes, whatever the input.
type decoder struct {
	*problems
	budget int // remaining bytes for values
}

// decode decodes n as a value of shape s. label is its path for messages. For an invalid value, it reports an error and returns nil.
func (d *decoder) decode(n *yaml.Node, s *shape, label string) *value {
	at := n
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if d.budget < 0 {
		return nil
	}
	if d.budget -= len(n.Value) + valueBytes; d.budget < 0 {
		d.node(at, "aliases make the configuration larger than 16 MiB", "write the values out")
		return nil
	}
	if n.Style&yaml.TaggedStyle != 0 && (n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str") {
		d.node(at, fmt.Sprintf("%s has the tag %s, which has no meaning here", name(label), quote(n.Tag)), "remove the tag")
		return nil
	}
	v := &value{node: at}
	ok := false
	switch s.kind {
	case text:
		ok = d.text(at, n, s, label, v)
	case boolean:
		ok = d.boolean(at, n, s, label, v)
	case list:
		ok = d.list(at, n, s, label, v)
	case mapping:
		ok = d.mapping(at, n, s, label, v)
	}
	if !ok {
		return nil
	}
	return v
}

// name returns the name for messages of the value under a label.
func name(label string) string {
	if label == "" {
		return "the configuration"
	}
	return quote(label)
}

const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle

// kindName returns the name of a node's kind for messages.
func kindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.ShortTag() {
	case "!!null":
		return "empty"
	case "!!int", "!!float":
		return "the number " + clip(n.Value)
	case "!!bool":
		return "the boolean " + clip(n.Value)
	}
	return "a string"
}

// wrongKind reports a value whose kind does not match its shape.
func (d *decoder) wrongKind(at, n *yaml.Node, s *shape, label string) {
	if d.full() {
		return
	}
	var help string
	want := s.kind
	isText := n.Kind == yaml.ScalarNode && kindName(n) == "a string"
	switch {
	case s.choices != nil && len(s.choices) <= fewChoices:
		help = "use " + or(s.choiceNames())
	case want == text && n.Kind == yaml.ScalarNode && !isNull(n):
		help = "write " + quote(n.Value) + " in quotes"
		if _, message, better := s.judge(n.Value); message != "" && better != "" { // quotes would not make it valid
			help = better
		}
	case want == text && s.block:
		help = "write it as text: " + quote(label[strings.LastIndexByte(label, '.')+1:]+": |") + ", and the lines below it, indented"
	case want == list && isText:
		help = "write [" + quote(n.Value) + "]"
	case want == boolean && isText && n.Style&quoted != 0 && parseBool(n.Value) != "":
		help = "remove the quotes"
	}
	d.node(at, fmt.Sprintf("%s must be %s, not %s", name(label), want.expected(), kindName(n)), help)
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// text reads a scalar as written: YAML 1.1 readers turn off into false, and 1.30 into 1.3.
func (d *decoder) text(at, n *yaml.Node, s *shape, label string, v *value) bool {
	if n.Kind != yaml.ScalarNode || isNull(n) || !s.number && kindName(n) != "a string" {
		d.wrongKind(at, n, s, label)
		return false
	}
	out, message, help := s.judge(n.Value)
	if message != "" {
		d.node(at, name(label)+": "+message, help)
		return false
	}
	v.text = out
	return true
}

// boolean accepts YAML 1.1 booleans too, as kubectl does.
func (d *decoder) boolean(at, n *yaml.Node, s *shape, label string, v *value) bool {
	word := ""
	if n.Kind == yaml.ScalarNode && n.Style&quoted == 0 {
		word = parseBool(n.Value)
	}
	if word == "" {
		d.wrongKind(at, n, s, label)
		return false
	}
	v.yes = word == "true"
	return true
}

func parseBool(s string) string {
	switch strings.ToLower(s) {
	case "true", "yes", "on":
		return "true"
	case "false", "no", "off":
		return "false"
	}
	return ""
}

func (d *decoder) list(at, n *yaml.Node, s *shape, label string, v *value) bool {
	if n.Kind != yaml.SequenceNode {
		d.wrongKind(at, n, s, label)
		return false
	}
	if len(n.Content) == 0 && s.filled {
		d.node(at, name(label)+" is an empty list: at least one item is required", "")
		return false
	}
	v.list = make([]value, 0, min(len(n.Content), max(d.budget, 0)))
	for i, item := range n.Content {
		if d.budget < 0 {
			return false
		}
		if one := d.decode(item, s.item, label+"["+strconv.Itoa(i)+"]"); one != nil {
			v.list = append(v.list, *one)
		}
	}
	return true
}

func (d *decoder) mapping(at, n *yaml.Node, s *shape, label string, v *value) bool {
	if n.Kind != yaml.MappingNode {
		d.wrongKind(at, n, s, label)
		return false
	}
	v.keys = map[string]value{}
	lines, excused := map[string]int{}, map[string]bool{}
	for i := 0; i+1 < len(n.Content) && d.budget >= 0; i += 2 {
		kn := n.Content[i]
		k := d.key(kn, label)
		if k == "" {
			excused[""], v.partial = true, true
			continue
		}
		ks := s.key(k)
		if ks == nil {
			excused[d.unknown(kn, s, k, label)], v.partial = true, true
			continue
		}
		if line, twice := lines[k]; twice {
			d.node(kn, fmt.Sprintf("%s appears twice, first on line %d", quote(k), line), "keep one")
			continue
		}
		lines[k] = kn.Line
		child := k
		if label != "" {
			child = label + "." + k
		}
		if isNull(n.Content[i+1]) && ks.kind >= list && !ks.required {
			continue // a list whose items are all commented out counts as not set
		}
		if one := d.decode(n.Content[i+1], &ks.shape, child); one != nil {
			v.keys[k] = *one
		} else {
			v.partial = true
		}
	}
	for i := range s.keys {
		if k := &s.keys[i]; k.required && lines[k.name] == 0 && !excused[k.name] && !excused[""] {
			d.node(at, fmt.Sprintf("%s has no %s", name(label), quote(k.name)), k.missing)
		}
	}
	return true
}

// key reads a key. It returns "" for an invalid one, which it has reported.
func (d *decoder) key(n *yaml.Node, label string) string {
	at := n
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if d.budget -= len(n.Value) + valueBytes; d.budget < 0 {
		return ""
	}
	switch {
	case n.Kind != yaml.ScalarNode:
		d.node(at, fmt.Sprintf("a key of %s must be a string, not %s", name(label), kindName(n)), "")
		return ""
	case n.Value == "":
		d.node(at, "a key of "+name(label)+" is empty", "write the key, or remove the line")
		return ""
	case n.Value == "<<" && n.Style&quoted == 0:
		d.node(at, `the merge key "<<" is not supported in a configuration`, "write the keys out")
		return ""
	}
	return n.Value
}

// unknown reports an unknown key. It returns the key that was probably meant, which then is not reported as missing, or "".
func (d *decoder) unknown(at *yaml.Node, s *shape, key, label string) (meant string) {
	if d.full() {
		return ""
	}
	called, in := s.called, ""
	if called == "" {
		called = "key"
		if label != "" {
			in = " in " + quote(label)
		}
	}
	help, meant := s.suggest(key)
	d.node(at, fmt.Sprintf("unknown %s %s%s", called, quote(key), in), help)
	return meant
}
