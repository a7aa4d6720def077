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
)

// During a build, each scalar in a mapping has a second one next to it: its key has a suffix, and its value is the number of a mark. Whatever
// moves the scalar also moves the mark: a patch that overwrites one overwrites both, and nothing that kustomize compares changes. The name in a
// patch identifies its target and comes from the base; its mark has another suffix.
const (
	suffix      = "__imagelint_origin"
	suffixPatch = "__imagelint_patch"
	annotation  = "imagelint.origin"
)

// mark holds what a number stands for.
type mark struct {
	at Span
	// kust is the kustomization in which it was written. patch is true if one of its patches wrote it.
	kust  *kustomizationFile
	patch bool
	text  string
	// replacement sets the value, if not nil. generator is the key of the generator.
	replacement *types.Replacement
	generator   string
	// typ is the position of the type in a generator.
	typ Span
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

// object is a document from which replacements may take values.
type object struct {
	text *text
	root *yaml.Node
}

func (b *builder) mark(m mark) string {
	b.marks = append(b.marks, m)
	return strconv.Itoa(len(b.marks) - 1)
}

// plainMaps are mappings with user-defined keys, where an additional key would have a meaning.
var plainMaps = map[string]bool{
	"labels": true, "annotations": true, "matchLabels": true, "selector": true, "nodeSelector": true, "data": true, "stringData": true,
	"binaryData": true, "limits": true, "requests": true, "openAPIV3Schema": true,
}

// markTarget is a text to put marks into.
type markTarget struct {
	b     *builder
	text  *text
	kust  *kustomizationFile
	patch bool
}

// scalar returns a node for a key or a number.
func scalar(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Style: yaml.DoubleQuotedStyle}
}

// put marks the scalars of a node, which is in the field with a key.
func (s *markTarget) put(key string, n *yaml.Node, depth int) {
	if depth > maxDepth || len(s.b.marks) > maxMarks {
		return
	}
	switch n.Kind {
	case yaml.SequenceNode:
		for _, one := range n.Content {
			s.put(key, one, depth+1)
		}
	case yaml.MappingNode:
		s.mapping(key, n, depth)
	default:
	}
}

func (s *markTarget) mapping(parent string, n *yaml.Node, depth int) {
	if yamlnode.Text(n, "kind") == "CustomResourceDefinition" && !s.patch {
		s.definition(n)
		return
	}
	isObject := yamlnode.Field(n, "kind") != nil && yamlnode.Field(n, "apiVersion") != nil
	var marks []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, v := n.Content[i], n.Content[i+1]
		switch target := yamlnode.Resolve(v); {
		case key.Kind != yaml.ScalarNode || target == nil:
		case key.Value == "<<":
			s.collect(field{}, v, depth)
		case isObject && (key.Value == "kind" || key.Value == "apiVersion"):
		case isObject && key.Value == "metadata":
			s.collect(field{parent, key.Value}, v, depth)
			if !s.patch {
				s.metadata(v)
			}
		case plainMaps[key.Value]:
			s.collect(field{parent, key.Value}, v, depth)
		case target.Kind == yaml.ScalarNode:
			name := key.Value + suffix
			if s.patch && key.Value == "name" {
				name = key.Value + suffixPatch
			}
			marks = append(marks, scalar(name), scalar(s.of(field{parent, key.Value}, key, target)))
		case v.Kind != yaml.AliasNode:
			s.put(key.Value, v, depth+1)
		}
	}
	n.Content = append(n.Content, marks...)
}

// collect records the scalars of a node that gets no marks.
func (s *markTarget) collect(in field, n *yaml.Node, depth int) {
	switch {
	case depth > maxDepth:
	case n.Kind == yaml.ScalarNode:
		s.b.originals = append(s.b.originals, original{in, n.Value})
	case n.Kind == yaml.SequenceNode:
		for _, one := range n.Content {
			s.collect(in, one, depth+1)
		}
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			s.collect(field{in.key, n.Content[i].Value}, n.Content[i+1], depth+1)
		}
	}
}

// definition removes the schemas from a CustomResourceDefinition. They contain no images but cause
// most of the work of a build.
func (s *markTarget) definition(n *yaml.Node) {
	if m := yamlnode.Field(n, "metadata"); m != nil {
		s.metadata(m)
	}
	for _, v := range yamlnode.Items(yamlnode.Field(yamlnode.Field(n, "spec"), "versions")) {
		if schema := yamlnode.Field(yamlnode.Field(v, "schema"), "openAPIV3Schema"); schema != nil && schema.Kind == yaml.MappingNode {
			schema.Content = nil
		}
	}
}

// of returns the number of the mark for a scalar. An empty one is at the node of its key, if it has one.
func (s *markTarget) of(in field, keyNode, v *yaml.Node) string {
	at := v
	if v.Value == "" && v.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 && keyNode != nil {
		at = keyNode
	}
	s.b.originals = append(s.b.originals, original{in, v.Value})
	return s.b.mark(mark{at: s.text.span(at), kust: s.kust, patch: s.patch, text: v.Value})
}

// metadata marks the fields that identify an object.
func (s *markTarget) metadata(n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		return
	}
	for _, key := range []string{"name", "namespace"} {
		if v := yamlnode.Field(n, key); v != nil && v.Kind == yaml.ScalarNode {
			n.Content = append(n.Content, scalar(key+suffix), scalar(s.of(field{"metadata", key}, nil, v)))
		}
	}
}

// operations marks the values of a JSON patch.
func (s *markTarget) operations(list *yaml.Node, depth int) {
	var out []*yaml.Node
	for _, op := range list.Content {
		out = append(out, op)
		v, path := yamlnode.Field(op, "value"), yamlnode.Text(op, "path")
		what, at := yamlnode.Text(op, "op"), fieldOf(strings.ReplaceAll(path, "~1", `\/`))
		if what == "copy" || what == "move" {
			s.b.replaced = append(s.b.replaced, at)
		}
		if v == nil || what != "add" && what != "replace" {
			continue
		}
		if v.Kind != yaml.ScalarNode {
			in := *s
			in.patch = false
			in.put(at.key, v, depth+1)
			continue
		}
		segments := strings.Split(path, "/")
		end := segments[len(segments)-1]
		if _, err := strconv.Atoi(end); err == nil || end == "-" || end == "" || slices.ContainsFunc(segments, func(p string) bool { return plainMaps[p] || p == "metadata" }) ||
			len(segments) == 2 && (end == "kind" || end == "apiVersion") {
			s.b.originals = append(s.b.originals, original{at, v.Value})
			continue
		}
		out = append(out, &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{
			scalar("op"), scalar("add"), scalar("path"), scalar(path + suffix), scalar("value"), scalar(s.of(at, nil, v)),
		}})
	}
	list.Content, list.Style = out, 0
}

// rewrite marks all documents of a text. ok is false if it cannot be parsed; kustomize reports why.
func (s *markTarget) rewrite() (out []byte, ok bool) {
	docs, err := documents(s.text.src.Data)
	if errors.Is(err, errHeavy) {
		s.b.failAt(Span{File: s.text.index}, "%s: %w", s.b.show(s.text.name), err)
	}
	if err != nil || len(docs) == 0 {
		return nil, false
	}
	var buf bytes.Buffer
	before := len(s.b.marks)
	for _, d := range docs {
		if d.Kind == yaml.MappingNode && !s.patch {
			s.b.objects = append(s.b.objects, object{s.text, d})
		}
		switch {
		case s.patch && d.Kind == yaml.SequenceNode:
			s.operations(d, 0)
		default:
			s.put("", d, 0)
		}
	}
	if len(s.b.marks) == before {
		return nil, false
	}
	for i, d := range docs {
		clearStyle(d, 0)
		data, err := marshal(d)
		if err != nil {
			return nil, false
		}
		if i > 0 {
			buf.WriteString("---\n")
		}
		buf.Write(data)
	}
	return buf.Bytes(), true
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
