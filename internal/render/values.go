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

// mostValues is how many values of a chart are looked at.
const mostValues = 50_000

// value is one value of a chart with all that wrote it: a mapping, a list or a scalar.
type value struct {
	path string // as people write it behind .Values: image.tag
	keys map[string]*value
	list []*value
	// node is what the file doc writes, key the key it is under; flag is what the command line sets where there is no file.
	doc       *document
	key, node *yaml.Node
	flag      string
	// under is what it is in place of, nil for nothing.
	under *value
}

// reader turns nodes into values, within a budget: a few aliases can stand for more than a machine holds.
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

// keys adds the keys of a mapping; those that it merges in give way to its own.
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

// below is the path of a key.
func below(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// overlaid lays values over others, as helm does: mappings are joined, and all else is in place of what was there.
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

// values are the values that a chart is rendered with.
func (o *Output) values() *value {
	r := &reader{left: mostValues}
	all := o.chart.values(r, "", 0)
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

// values are a chart's own values, with those of its subcharts under their keys.
func (c *chart) values(r *reader, path string, depth int) *value {
	all := &value{path: path, keys: map[string]*value{}}
	if depth <= mostDepth {
		for _, key := range slices.Sorted(maps.Keys(c.subs)) {
			all.keys[key] = c.subs[key].values(r, below(path, key), depth+1)
		}
	}
	if d := c.document("values.yaml"); d != nil && d.root != nil {
		return overlaid(all, r.value(d, path, nil, d.root, depth))
	}
	return all
}

// parseSet reads the plain forms of helm's --set: keys with dots between them, an equals sign, and more of them behind commas. Lists, and what
// else it can write, are no values that a finding is led back to.
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

// leaves calls a function for each scalar, in the order of the paths.
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

// find is the value under a path of keys.
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

// isEmpty reports whether a scalar says nothing, or is not written at all.
func (v *value) isEmpty() bool {
	return v.keys == nil && v.list == nil && (v.node == nil || v.isNull() || v.node.Kind == yaml.ScalarNode && v.node.Value == "")
}

// texts are the forms in which a template may print a scalar. A number loses how it was written: 1.10 is printed as 1.1.
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

// positionNode is the node that shows where a value stands: its own, or its key where it is empty.
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

// position is the place of a value as people write it: values.yaml:8.
func (v *value) position() string {
	if v.doc == nil {
		return v.flag
	}
	return v.doc.position(v.positionNode())
}

func sortedKeys(m map[string]*value) []string { return slices.Sorted(maps.Keys(m)) }
