package manifests

import (
	"bytes"
	"fmt"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/fastyaml"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/resources"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// installed reads what an object gives to the chart or kustomization that it installs: values, parameters, and entries that replace images.
func (x *extractor) installed(n *yaml.Node, k *resources.Kind) {
	for _, p := range k.Values {
		for _, f := range follow(n, p, "") {
			x.readValues(f.val, f.path)
		}
	}
	switch x.obj.Group() + " " + x.obj.Kind {
	case "argoproj.io Application", "argoproj.io ApplicationSet":
		for _, f := range follow(n, pathOf("spec.**.helm"), "") {
			if key, v := get(f.val, "values"); v != nil {
				x.valuesText(key, v, join(f.path, "values"), k)
			}
			x.parameters(child(f.val, "parameters"), join(f.path, "parameters"), k)
		}
		for _, f := range follow(n, pathOf("spec.**.kustomize.images"), "") {
			x.argoImages(f)
		}
		for _, key := range []string{"spec.source", "spec.sources[*]", "spec.template.spec.source", "spec.template.spec.sources[*]"} {
			for _, f := range follow(n, pathOf(key), "") {
				x.argoApplies(resolve(f.val))
			}
		}
	case "helm.toolkit.fluxcd.io HelmRelease":
		if key, v := get(child(n, "spec"), "valuesFrom"); v != nil {
			if list := resolve(v); list != nil && len(list.Content) > 0 {
				x.out.skip(x.c.File.Name, x.span(key).Start.Line, SkipValuesFrom)
			}
		}
		for _, f := range follow(n, pathOf("spec.postRenderers[*].kustomize.images"), "") {
			x.replaced(f.val, f.path)
		}
	case "kustomize.toolkit.fluxcd.io Kustomization":
		x.fluxApplies(n)
		for _, f := range follow(n, pathOf("spec.images"), "") {
			x.replaced(f.val, f.path)
		}
	}
}

// kustomization records what a kustomization replaces, and by what.
func (x *extractor) kustomization(n *yaml.Node) {
	x.generated(n)
	x.kustomizes(n)
	x.replaced(child(n, "images"), "images")
}

// replaced reads entries that replace images, as kustomize has them: a name, and newName, newTag and digest.
func (x *extractor) replaced(list *yaml.Node, path string) {
	if list = resolve(list); list == nil || list.Kind != yaml.SequenceNode {
		return
	}
	r := valueReader{x: x, w: &Workload{Object: x.obj}, seen: map[*yaml.Node]bool{}}
	for i, item := range list.Content {
		at := fmt.Sprintf("%s[%d]", path, i)
		s := shape{base: piece(item, "newName"), digest: piece(item, "digest"), baseKey: "newName"}
		s.setTag(item, "newTag")
		if s.base == nil {
			s.base, s.baseKey = piece(item, "name"), "name"
		}
		if s.base == nil || s.baseKey == "name" && s.tag == nil && s.digest == nil {
			continue
		}
		if s.number {
			if r.visit(s.tag) {
				x.number(s.tag, join(at, "newTag"), str(s.base), "")
			}
			continue
		}
		r.join(s, found{nil, item, at}, nil)
	}
	x.keepValues(r.w)
}

// argoImages reads the entries of Argo CD that replace images: "name=newname:tag", "name=newname@digest" or "newname:tag". A new name of
// "*" is the old one.
func (x *extractor) argoImages(f found) {
	list := resolve(f.val)
	if list == nil || list.Kind != yaml.SequenceNode {
		return
	}
	w := &Workload{Object: x.obj}
	for i, item := range list.Content {
		v := resolve(item)
		text := str(v)
		if text == "" || len(text) > maxImageText || strings.ContainsAny(text, "*{}$<> \t\n") {
			continue
		}
		from := strings.IndexByte(text, '=') + 1
		img := &ImageRef{Raw: text[from:], Span: x.span(v), Path: fmt.Sprintf("%s[%d]", f.path, i), Field: FieldScalar, Tier: Likely, Untagged: true}
		img.Span = img.Span.Sub(from, len(text))
		if x.parse(img); img.Raw != "" && (img.Err == nil || isWrongAnywhere(img)) && imageref.Redact(img.Raw) == img.Raw {
			w.Images = append(w.Images, img)
		}
	}
	x.keepValues(w)
}

// valuesText reads values that are a text of YAML in a field. Those of a block of text have their places in the file; of any other text the
// place is its key.
func (x *extractor) valuesText(key, val *yaml.Node, path string, k *resources.Kind) {
	n := resolve(val)
	text := str(n)
	if text == "" || len(text) > maxEmbedded || !mayHoldValues([]byte(text)) {
		return
	}
	inner := *x
	inner.trace, inner.secrecy, inner.veiled = false, 0, true
	if from, to, ok := x.block(n, text); ok {
		inner.c = &chunk{Text: source.Text{File: x.c.File, Data: x.c.Data[from:to], Base: x.c.Pos(from)}}
	} else {
		at := x.span(key).Only()
		at.Exact = false // it is the key's, and no value's
		inner.c, inner.at = &chunk{Text: source.Text{File: x.c.File, Data: []byte(text), Base: source.Pos{Line: 1, Col: 1}}}, &at
	}
	fast := parsers.Get().(*fastyaml.Parser) //nolint:forcetypeassert // the pool holds nothing else
	defer parsers.Put(fast)
	roots, err := parse(inner.c, fast)
	if err != nil || len(roots) != 1 {
		x.out.skip(x.c.File.Name, x.span(key).Start.Line, SkipValues)
		return
	}
	inner.given(roots[0], path, k)
}

// given reads values that no field of an object holds as a mapping.
func (x *extractor) given(root *yaml.Node, path string, k *resources.Kind) {
	s := shaper{x: x, k: k, seen: map[*yaml.Node]bool{}}
	s.walk(found{nil, root, path}, "", 1)
	x.readValues(root, path)
}

// block is the stretch of the document that a block of text fills, where each of its lines is one of the text behind its indentation. YAML
// in it can be read as it stands there.
func (x *extractor) block(n *yaml.Node, text string) (from, to int, ok bool) {
	if n.Style&yaml.LiteralStyle == 0 {
		return 0, 0, false
	}
	line := n.Line
	for row := range strings.Lines(text) {
		line++
		a, b := x.c.LineStart(line), x.c.LineEnd(line)
		if line > x.c.Lines() || !bytes.HasSuffix(x.c.Data[a:b], []byte(strings.TrimRight(row, "\n"))) {
			return 0, 0, false
		}
	}
	return x.c.LineStart(n.Line + 1), x.c.LineEnd(line), true
}

// mostParameters is how many parameters of one chart are read.
const mostParameters = 10_000

// mostDots is how deep a parameter may lead into values.
const mostDots = 16

// parameters reads Helm parameters of Argo CD, each a name such as image.tag and a value, as the values that they make. To Helm they are
// strings, or whole numbers that it does not print otherwise.
func (x *extractor) parameters(list *yaml.Node, path string, k *resources.Kind) {
	if list == nil || list.Kind != yaml.SequenceNode || len(list.Content) > mostParameters {
		return
	}
	root := &yaml.Node{Kind: yaml.MappingNode, Line: list.Line, Column: list.Column}
	maps := map[string]*yaml.Node{"": root}
	for _, item := range list.Content {
		name, value := strAt(item, "name"), child(item, "value")
		if str(value) == "" || strings.Count(name, ".") > mostDots || strings.ContainsAny(name, `[]\,`) {
			continue
		}
		dir, key := "", name
		if i := strings.LastIndexByte(name, '.'); i >= 0 {
			dir, key = name[:i], name[i+1:]
		}
		m := parent(maps, dir, value)
		m.Content = append(m.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key, Line: value.Line, Column: value.Column}, value)
	}
	if len(root.Content) > 0 {
		was := x.veiled
		x.veiled = true
		x.given(root, path, k)
		x.veiled = was
	}
}

// parent is the mapping under a dotted path, made where it is not there yet.
func parent(maps map[string]*yaml.Node, dir string, at *yaml.Node) *yaml.Node {
	if m, ok := maps[dir]; ok {
		return m
	}
	up, key := "", dir
	if i := strings.LastIndexByte(dir, '.'); i >= 0 {
		up, key = dir[:i], dir[i+1:]
	}
	m := &yaml.Node{Kind: yaml.MappingNode, Line: at.Line, Column: at.Column}
	maps[dir] = m
	above := parent(maps, up, at)
	above.Content = append(above.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key, Line: at.Line, Column: at.Column}, m)
	return m
}
