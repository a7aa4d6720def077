package render

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"
	kyaml "sigs.k8s.io/yaml"

	"github.com/imagelint-dev/imagelint/internal/yamlnode"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// maxValues limits the values of a chart that are examined.
const maxValues = 50_000

// value is one value of a chart, a mapping, list or scalar, with everything that sets it.
type value struct {
	path string // as in templates, without .Values: image.tag
	keys map[string]*value
	list []*value
	// node is the value in file doc and key its key; flag is the command-line flag that sets it, if there is
	// no file.
	doc       *document
	key, node *yaml.Node
	flag      string
	// under is the value that this one overrides, or nil.
	under *value
}

// reader converts nodes to values, up to a limit: a few aliases can expand to more than fits into memory.
type reader struct{ left int }

func (r *reader) value(d *document, path string, key, n *yaml.Node, depth int) *value {
	n = yamlnode.Resolve(n)
	if r.left--; n == nil || r.left < 0 || depth > yamlnode.MaxAliases {
		return nil
	}
	v := &value{path: path, doc: d, key: key, node: n}
	switch n.Kind {
	case yaml.MappingNode:
		v.keys = map[string]*value{}
		r.keys(v, d, n, depth)
	case yaml.SequenceNode:
		v.list = []*value{}
		for i, item := range n.Content {
			if one := r.value(d, path+"["+strconv.Itoa(i)+"]", nil, item, depth+1); one != nil {
				v.list = append(v.list, one)
			}
		}
	}
	return v
}

// keys adds the keys of a mapping; its own keys override merged ones.
func (r *reader) keys(v *value, d *document, n *yaml.Node, depth int) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Value == "<<" && depth < yamlnode.MaxAliases {
			from := []*yaml.Node{n.Content[i+1]}
			if m := yamlnode.Resolve(n.Content[i+1]); m != nil && m.Kind == yaml.SequenceNode {
				from = m.Content
			}
			for _, m := range from {
				if m = yamlnode.Resolve(m); m != nil && m.Kind == yaml.MappingNode {
					r.keys(v, d, m, depth+1)
				}
			}
		}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Value == "<<" {
			continue
		}
		if one := r.value(d, below(v.path, key.Value), key, n.Content[i+1], depth+1); one != nil {
			v.keys[key.Value] = one
		}
	}
}

// below returns the path of a key.
func below(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// overlaid merges values over others, as helm does: mappings are merged, and anything else is replaced.
func overlaid(base, over *value) *value {
	switch {
	case base == nil:
		return over
	case over == nil:
		return base
	case base.keys == nil || over.keys == nil:
		over.under = base
		return over
	}
	out := *over
	out.keys = maps.Clone(base.keys)
	out.under = base
	for name, v := range over.keys {
		out.keys[name] = overlaid(out.keys[name], v)
	}
	return &out
}

// values returns the values with which a chart is rendered.
func (o *Output) values() *value {
	r := &reader{left: maxValues}
	all := o.chart.values(r, "", 0)
	for _, name := range o.Inside {
		if d := o.chart.document(name); d != nil && d.root != nil {
			all = overlaid(all, r.value(d, "", nil, d.root, 0))
		}
	}
	for _, name := range o.Values {
		data, err := readFile(name)
		if err != nil {
			continue
		}
		if d, err := parse(name, data); err == nil && d.root != nil {
			all = overlaid(all, r.value(d, "", nil, d.root, 0))
		}
	}
	for _, list := range [][]string{o.Set, o.SetString} {
		for _, text := range list {
			for _, s := range parseSet(text) {
				all = overlaid(all, s)
			}
		}
	}
	return all
}

// values returns a chart's own values, with those of its subcharts under their keys.
func (c *chart) values(r *reader, path string, depth int) *value {
	all := &value{path: path, keys: map[string]*value{}}
	if depth <= maxDepth {
		for _, key := range slices.Sorted(maps.Keys(c.subs)) {
			all.keys[key] = c.subs[key].values(r, below(path, key), depth+1)
		}
	}
	if d := c.document("values.yaml"); d != nil && d.root != nil {
		return overlaid(all, r.value(d, path, nil, d.root, depth))
	}
	return all
}

// parseSet parses the simple forms of helm's --set: dotted keys, an equals sign, several separated by commas.
// It ignores lists and other syntax, to which no finding is traced.
func parseSet(text string) []*value {
	if strings.ContainsAny(text, `{}[]\`) {
		return nil
	}
	var out []*value
	for one := range strings.SplitSeq(text, ",") {
		path, val, ok := strings.Cut(one, "=")
		if !ok || path == "" {
			return nil
		}
		keys := strings.Split(path, ".")
		root := &value{keys: map[string]*value{}}
		at := root
		for i, key := range keys {
			next := &value{path: strings.Join(keys[:i+1], "."), flag: "--set " + one}
			if i < len(keys)-1 {
				next.keys = map[string]*value{}
			} else {
				next.node = &yaml.Node{Kind: yaml.ScalarNode, Value: val, Tag: "!!str"}
			}
			at.keys[key] = next
			at = next
		}
		out = append(out, root)
	}
	return out
}

// leaves calls yield for each scalar, sorted by path.
func (v *value) leaves(yield func(*value)) {
	switch {
	case v == nil:
	case v.keys != nil:
		for _, key := range sortedKeys(v.keys) {
			v.keys[key].leaves(yield)
		}
	case v.list != nil:
		for _, one := range v.list {
			one.leaves(yield)
		}
	case v.node != nil && v.node.Kind == yaml.ScalarNode:
		yield(v)
	}
}

// find returns the value at a path of keys.
func (v *value) find(keys []string) *value {
	for _, key := range keys {
		if v == nil || v.keys == nil {
			return nil
		}
		v = v.keys[key]
	}
	return v
}

func (v *value) isNull() bool { return v.node != nil && v.node.ShortTag() == "!!null" }

func (v *value) isNumber() bool {
	tag := ""
	if v.node != nil {
		tag = v.node.ShortTag()
	}
	return tag == "!!int" || tag == "!!float"
}

// isEmpty reports whether a scalar is empty or unset.
func (v *value) isEmpty() bool {
	return v.keys == nil && v.list == nil && (v.node == nil || v.isNull() || v.node.Kind == yaml.ScalarNode && v.node.Value == "")
}

// texts returns the forms in which a template may print a scalar. A number loses its notation: 1.10 is
// printed as 1.1.
func (v *value) texts() []string {
	if v.node == nil || v.isNull() || v.node.ShortTag() == "!!bool" {
		return nil
	}
	out := []string{v.node.Value}
	if !v.isNumber() {
		return out
	}
	data, err := kyaml.YAMLToJSON([]byte(v.node.Value))
	var f float64
	if err != nil || json.Unmarshal(data, &f) != nil {
		return out
	}
	for _, s := range []string{strings.TrimSpace(string(data)), fmt.Sprint(f)} {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// positionNode returns the node at which a value is reported: its own, or its key if it is empty.
func (v *value) positionNode() *yaml.Node {
	if v.key != nil && (v.node.Kind != yaml.ScalarNode || v.node.Value == "" && v.node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0) {
		return v.key
	}
	return v.node
}

func (v *value) span() source.Span {
	if v.doc == nil {
		return source.Span{}
	}
	return v.doc.span(v.positionNode())
}

// position returns where a value is, for people: values.yaml:8.
func (v *value) position() string {
	if v.doc == nil {
		return v.flag
	}
	return v.doc.position(v.positionNode())
}

func sortedKeys(m map[string]*value) []string { return slices.Sorted(maps.Keys(m)) }
