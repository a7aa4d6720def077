package kustomize

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"
	kust3 "sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// origin maps paths in an object to their marks.
type origin map[string]*mark

// collect removes the marks from the built objects, and writes the objects.
func (b *builder) collect(m resmap.ResMap) error {
	var out bytes.Buffer
	for _, r := range m.Resources() {
		if out.Len() > 0 {
			out.WriteString("---\n")
		}
		found := origin{}
		b.take(r.YNode(), "", found, 0)
		generator := b.generator(r)
		data, err := asYAML(r)
		if err != nil {
			return b.unwritable(r, found, err)
		}
		if out.Len()+len(data) > maxOutput {
			return fmt.Errorf("it renders to more than %d MiB", maxOutput>>20)
		}
		out.Write(b.object(out.Len(), data, found, generator))
	}
	b.res.Data = out.Bytes()
	if b.res.Data == nil {
		b.res.Data = []byte{}
	}
	b.unused()
	return nil
}

// keyTwice matches kustomize's message about a duplicate key. Its line is one of the object as kustomize has it, which is no file.
var keyTwice = lazy(`mapping key "(.*)" already defined at line \d+`)

// unwritable returns the error for a built object that cannot be written, with the place of a duplicate key.
func (b *builder) unwritable(r *resource.Resource, found origin, err error) error {
	kind, name := r.GetKind(), r.GetName()
	if m, ok := found["/metadata/name"]; ok {
		name = m.text // as the file has it, without what kustomizations add
	}
	m := keyTwice().FindStringSubmatch(err.Error())
	if m == nil {
		return fmt.Errorf("%s %q cannot be written: %s", kind, name, last(err.Error()))
	}
	for _, p := range b.pieces(AsResource) { // kustomize itself merges those in patches
		if !isObject(p.doc, kind, name) {
			continue
		}
		if again := repeatedKey(p.doc, m[1], 0); again != nil {
			return b.at(&piece{text: p.text, doc: again}, "%s %q has the key %q twice", kind, name, m[1])
		}
	}
	return fmt.Errorf("%s %q has the key %q twice", kind, name, m[1])
}

// repeatedKey returns the second of two equal keys in a document, or nil.
func repeatedKey(n *yaml.Node, key string, depth int) *yaml.Node {
	if n == nil || depth > 10*maxDepth {
		return nil
	}
	isFound := false
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			if c.Value == key && isFound {
				return c
			}
			isFound = isFound || c.Value == key
			continue
		}
		if again := repeatedKey(c, key, depth+1); again != nil {
			return again
		}
	}
	return nil
}

// generator removes and returns the mark of the generator that produced an object, or nil.
func (b *builder) generator(r *resource.Resource) *mark {
	n, ok := r.GetAnnotations()[annotation]
	if !ok {
		return nil
	}
	_ = r.PipeE(kust3.ClearAnnotation(annotation)) // removing an existing annotation cannot fail
	_ = kust3.ClearEmptyAnnotations(&r.RNode)
	return b.marked(n)
}

// take removes the marks of a node and records them by path.
func (b *builder) take(n *kust3.Node, path string, found origin, depth int) {
	if n == nil || depth > 10*maxDepth {
		return
	}
	switch n.Kind {
	case kust3.SequenceNode:
		for i, c := range n.Content {
			b.take(c, path+"/"+strconv.Itoa(i), found, depth+1)
		}
	case kust3.MappingNode:
		rest := n.Content[:0]
		var weak *mark // of the name in a patch
		weakPath := ""
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, v := n.Content[i], n.Content[i+1]
			if name, ok := strings.CutSuffix(key.Value, suffix); ok {
				if m := b.marked(v.Value); m != nil {
					found[path+"/"+name] = m
				}
				continue
			}
			if name, ok := strings.CutSuffix(key.Value, suffixPatch); ok {
				if m := b.marked(v.Value); m != nil {
					weak, weakPath = m, path+"/"+name
				}
				continue
			}
			rest = append(rest, key, v)
			b.take(v, path+"/"+key.Value, found, depth+1)
		}
		if _, ok := found[weakPath]; !ok && weak != nil {
			found[weakPath] = weak
		}
		n.Content = rest
	default:
	}
}

// object sets the origins of the scalars in a written object. It returns the object with numbers as they were written by the user.
func (b *builder) object(from int, data []byte, found origin, generator *mark) []byte {
	o := Object{From: from}
	if m, ok := found["/metadata/name"]; ok {
		o.At, o.HasOrigin, o.Name = m.at, true, m.text
		if ns, ok := found["/metadata/namespace"]; ok && ns.at.File == m.at.File {
			o.Namespace = ns.text
		}
		if m.replacement != nil {
			o.Namespace, o.Name = "", ""
		}
	}
	if generator != nil {
		o.At, o.HasOrigin, o.Generator = generator.at, true, generator.generator
		o.Namespace, o.Name, o.Inputs = generator.namespace, generator.text, generator.inputs
	}
	b.res.Objects = append(b.res.Objects, o)
	if len(found) == 0 && generator == nil {
		return data
	}
	docs, err := documents(data)
	if err != nil || len(docs) != 1 {
		return data
	}
	w := walker{b: b, base: from, src: &source.Text{Data: data, Base: source.Pos{Line: 1, Col: 1}}, found: found, generator: generator}
	w.walk(docs[0], "", 0)
	return w.numbers.in(data)
}

// walker walks a written object.
type walker struct {
	b         *builder
	base      int
	src       *source.Text
	found     origin
	generator *mark
	numbers   numbers
}

func (w *walker) walk(n *yaml.Node, path string, depth int) {
	if depth > 10*maxDepth {
		return
	}
	switch n.Kind {
	case yaml.SequenceNode:
		for i, c := range n.Content {
			w.walk(c, path+"/"+strconv.Itoa(i), depth+1)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			w.walk(n.Content[i+1], path+"/"+n.Content[i].Value, depth+1)
		}
	default:
		w.scalar(n, path)
	}
}

func (w *walker) scalar(n *yaml.Node, path string) {
	at := w.src.Offset(max(n.Line, 1), max(n.Column, 1))
	v := Value{Offset: w.base + at + w.numbers.longer}
	m, ok := w.found[path]
	switch {
	case ok:
		if m.replacement != nil {
			v.At = w.b.source(m.replacement, m.kust)
			w.numbers.restore(n, at, w.b.plain(v.At))
			break
		}
		v.At = m.at
		w.numbers.restore(n, at, w.b.plain(v.At))
		if w.b.isImage(fieldOf(path)) {
			if v.Entries = m.entriesOf(m.text, n.Value); m.text != n.Value {
				v.Parts = v.Entries
			}
		}
	case w.generator != nil && path == "/type":
		v.At, v.Generator = w.generator.typ, w.generator.generator
	default:
		return
	}
	w.b.res.Values = append(w.b.res.Values, v)
}
