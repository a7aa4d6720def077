package kustomize

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/imagelint-dev/imagelint/internal/yamlnode"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// During a build, each scalar in a mapping has a second one next to it: its key has a suffix, and its value is a mark, which is the number of the
// text and that of the scalar in it. Whatever moves the scalar also moves the mark: a patch that overwrites one overwrites both, and nothing that
// kustomize compares changes. The name in a patch identifies its target and comes from the base; its mark has another suffix.
const (
	suffix      = "__imagelint_origin"
	suffixPatch = "__imagelint_patch"
	annotation  = "imagelint.origin"
)

// mark holds what a mark stands for.
type mark struct {
	at Span
	// kust is the kustomization in which it was written. patch is true if one of its patches wrote it.
	kust  *kustomizationFile
	patch bool
	text  string
	// replacement sets the value, if not nil. generator is the key of the generator.
	replacement *types.Replacement
	generator   string
	// typ is the position of the type in a generator, and namespace its namespace. inputs are its files.
	typ       Span
	namespace string
	inputs    []Input
}

// original is a scalar that an entry of images may match, and the field that it is in.
type original struct {
	field
	text string
}

// field is the key of a scalar, and that of the mapping or the list that contains it; "" if it is unknown.
type field struct{ parent, key string }

// selector matches what selects items of a list in a path: [], or [name=web] in a replacement.
var selector = lazy(`\[[^\]]*\]`)

// fieldOf returns the field at a path with slashes, in which keys may have slashes behind backslashes.
func fieldOf(path string) field {
	if strings.Contains(path, "[") {
		path = selector().ReplaceAllString(path, "")
	}
	path = strings.ReplaceAll(path, `\/`, "\x00")
	var keys [2]string
	for n := len(keys) - 1; n >= 0 && path != ""; {
		at := strings.LastIndex(path, "/")
		key := path[at+1:]
		path = path[:max(at, 0)]
		if _, err := strconv.Atoi(key); err != nil && key != "-" && key != "*" && key != "" {
			keys[n] = strings.ReplaceAll(key, "\x00", "/")
			n--
		}
	}
	return field{keys[0], keys[1]}
}

// plainMaps are mappings with user-defined keys, where an additional key would have a meaning.
var plainMaps = map[string]bool{
	"labels": true, "annotations": true, "matchLabels": true, "selector": true, "nodeSelector": true, "data": true, "stringData": true,
	"binaryData": true, "limits": true, "requests": true, "openAPIV3Schema": true,
}

// markedText is a text with marks in it. It only depends on the text and whether it is a patch, so that builds can share it.
type markedText struct {
	number int    // of the text, which its marks contain
	data   []byte // nil if kustomize gets the text as it is
	marks  []textMark
	// originals and replaced are the fields of scalars, and those that JSON patches copy to.
	originals []original
	replaced  []field
	objects   []textObject
	err       error // errHeavy
}

// textObject is an object that a text of patches names. to is the end of its document.
type textObject struct {
	from, to        int
	namespace, name string
}

// textMark is a scalar in a text.
type textMark struct {
	from, to int
	exact    bool // as in a Span
	patch    bool
	value    string
}

// marker puts marks into a text.
type marker struct {
	*markedText
	src   *source.Text
	patch bool
	limit int // maximum number of marks
}

// putMarks puts at most about limit marks into a text.
func putMarks(data []byte, patch bool, number, limit int) *markedText {
	m := &marker{markedText: &markedText{number: number}, src: &source.Text{Data: data, Base: source.Pos{Line: 1, Col: 1}}, patch: patch, limit: limit}
	docs, err := documents(data)
	if errors.Is(err, errHeavy) {
		m.err = err
	}
	if err != nil {
		return m.markedText // kustomize reports it
	}
	for _, d := range docs {
		if patch {
			m.names(d)
		}
		switch {
		case patch && d.Kind == yaml.SequenceNode:
			m.operations(d, 0)
		default:
			m.put("", d, 0)
		}
	}
	if len(m.marks) > 0 {
		if data, ok := write(docs); ok {
			m.data = data
		}
	}
	return m.markedText
}

// names records the object that a patch names.
func (m *marker) names(d *yaml.Node) {
	from := m.src.Offset(max(d.Line, 1), max(d.Column, 1))
	if n := len(m.objects); n > 0 {
		m.objects[n-1].to = from
	}
	meta := yamlnode.Field(d, "metadata")
	m.objects = append(m.objects, textObject{from, len(m.src.Data), yamlnode.Text(meta, "namespace"), yamlnode.Text(meta, "name")})
}

// scalar returns a node for a key or a number.
func scalar(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Style: yaml.DoubleQuotedStyle}
}

// put marks the scalars of a node, which is in the field with a key.
func (m *marker) put(key string, n *yaml.Node, depth int) {
	if depth > maxDepth || len(m.marks) > m.limit {
		return
	}
	switch n.Kind {
	case yaml.SequenceNode:
		for _, one := range n.Content {
			m.put(key, one, depth+1)
		}
	case yaml.MappingNode:
		m.mapping(key, n, depth)
	default:
	}
}

func (m *marker) mapping(parent string, n *yaml.Node, depth int) {
	if yamlnode.Text(n, "kind") == "CustomResourceDefinition" && !m.patch {
		m.definition(n)
		return
	}
	isObject := yamlnode.Field(n, "kind") != nil && yamlnode.Field(n, "apiVersion") != nil
	var marks []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, v := n.Content[i], n.Content[i+1]
		switch target := yamlnode.Resolve(v); {
		case key.Kind != yaml.ScalarNode || target == nil:
		case key.Value == "<<":
			m.collect(field{}, v, depth)
		case isObject && (key.Value == "kind" || key.Value == "apiVersion"):
		case isObject && key.Value == "metadata":
			m.collect(field{parent, key.Value}, v, depth)
			if !m.patch {
				m.metadata(v)
			}
		case plainMaps[key.Value]:
			m.collect(field{parent, key.Value}, v, depth)
		case target.Kind == yaml.ScalarNode:
			name := key.Value + suffix
			if m.patch && key.Value == "name" {
				name = key.Value + suffixPatch
			}
			marks = append(marks, scalar(name), scalar(m.of(field{parent, key.Value}, key, target)))
		case v.Kind != yaml.AliasNode:
			m.put(key.Value, v, depth+1)
		}
	}
	n.Content = append(n.Content, marks...)
}

// collect records the scalars of a node that gets no marks.
func (m *marker) collect(in field, n *yaml.Node, depth int) {
	switch {
	case depth > maxDepth:
	case n.Kind == yaml.ScalarNode:
		m.originals = append(m.originals, original{in, n.Value})
	case n.Kind == yaml.SequenceNode:
		for _, one := range n.Content {
			m.collect(in, one, depth+1)
		}
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			m.collect(field{in.key, n.Content[i].Value}, n.Content[i+1], depth+1)
		}
	}
}

// definition removes the schemas from a CustomResourceDefinition. They contain no images but cause
// most of the work of a build.
func (m *marker) definition(n *yaml.Node) {
	if meta := yamlnode.Field(n, "metadata"); meta != nil {
		m.metadata(meta)
	}
	for _, v := range yamlnode.Items(yamlnode.Field(yamlnode.Field(n, "spec"), "versions")) {
		if schema := yamlnode.Field(yamlnode.Field(v, "schema"), "openAPIV3Schema"); schema != nil && schema.Kind == yaml.MappingNode {
			schema.Content = nil
		}
	}
}

// of returns the number of the mark for a scalar. An empty one is at the node of its key, if it has one.
func (m *marker) of(in field, keyNode, v *yaml.Node) string {
	at := v
	if v.Value == "" && v.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 && keyNode != nil {
		at = keyNode
	}
	m.originals = append(m.originals, original{in, v.Value})
	from, to, exact := yamlnode.Stretch(m.src, at)
	m.marks = append(m.marks, textMark{from: from, to: to, exact: exact, patch: m.patch, value: v.Value})
	return strconv.Itoa(m.number) + "." + strconv.Itoa(len(m.marks)-1)
}

// metadata marks the fields that identify an object.
func (m *marker) metadata(n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		return
	}
	for _, key := range []string{"name", "namespace"} {
		if v := yamlnode.Field(n, key); v != nil && v.Kind == yaml.ScalarNode {
			n.Content = append(n.Content, scalar(key+suffix), scalar(m.of(field{"metadata", key}, nil, v)))
		}
	}
}

// operations marks the values of a JSON patch.
func (m *marker) operations(list *yaml.Node, depth int) {
	var out []*yaml.Node
	for _, op := range list.Content {
		out = append(out, op)
		v, path := yamlnode.Field(op, "value"), yamlnode.Text(op, "path")
		what, at := yamlnode.Text(op, "op"), fieldOf(strings.ReplaceAll(path, "~1", `\/`))
		if what == "copy" || what == "move" {
			m.replaced = append(m.replaced, at)
		}
		if v == nil || what != "add" && what != "replace" {
			continue
		}
		if v.Kind != yaml.ScalarNode {
			in := *m
			in.patch = false
			in.put(at.key, v, depth+1)
			continue
		}
		segments := strings.Split(path, "/")
		end := segments[len(segments)-1]
		if _, err := strconv.Atoi(end); err == nil || end == "-" || end == "" || slices.ContainsFunc(segments, func(p string) bool { return plainMaps[p] || p == "metadata" }) ||
			len(segments) == 2 && (end == "kind" || end == "apiVersion") {
			m.originals = append(m.originals, original{at, v.Value})
			continue
		}
		out = append(out, &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{
			scalar("op"), scalar("add"), scalar("path"), scalar(path + suffix), scalar("value"), scalar(m.of(at, nil, v)),
		}})
	}
	list.Content, list.Style = out, 0
}

// write writes documents for kustomize. ok is false if one cannot be written.
func write(docs []*yaml.Node) (data []byte, ok bool) {
	var out bytes.Buffer
	for i, d := range docs {
		clearStyle(d, 0)
		text, err := marshal(d)
		if err != nil {
			return nil, false
		}
		if i > 0 {
			out.WriteString("---\n")
		}
		out.Write(text)
	}
	return out.Bytes(), true
}

// clearStyle removes comments, and styles that the encoder may not preserve.
func clearStyle(n *yaml.Node, depth int) {
	n.HeadComment, n.LineComment, n.FootComment = "", "", ""
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		n.Style = yaml.DoubleQuotedStyle
	}
	if depth < 10*maxDepth {
		for _, c := range n.Content {
			clearStyle(c, depth+1)
		}
	}
}

func marshal(n *yaml.Node) (data []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			data, err = nil, errReadOnly
		}
	}()
	return yaml.Marshal(n)
}
