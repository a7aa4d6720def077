package extract

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/resources"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// installed reads what an object passes to the chart or kustomization that it installs: values,
// parameters, and entries that replace images.
func (x scope) installed(n *yaml.Node, k *resources.Kind) {
	x.release = x.releaseOf(n)
	before := len(x.found.Values)
	for _, p := range k.Values {
		for _, f := range tree.Follow(n, p, "") {
			x.readValues(f.Val, f.Path)
		}
	}
	switch [2]string{x.obj.Group(), x.obj.Kind} {
	case [2]string{"argoproj.io", "Application"}, [2]string{"argoproj.io", "ApplicationSet"}:
		for _, f := range tree.Follow(n, pathOf("spec.**.helm"), "") {
			object := tree.Child(f.Val, "valuesObject")
			if key, v := tree.Get(f.Val, "values"); v != nil && (object == nil || tree.IsNull(object)) { // otherwise Argo CD ignores them
				for value := range x.valuesText(key, v, tree.Join(f.Path, "values"), k, argoOverrides(tree.Resolve(f.Val))) {
					mark(&x.applied, value)
				}
			}
			x.parameters(tree.Child(f.Val, "parameters"), tree.Join(f.Path, "parameters"), k)
		}
		for _, f := range tree.Follow(n, pathOf("spec.**.kustomize.images"), "") {
			x.argoImages(f)
		}
		for _, key := range []string{"spec.source", "spec.sources[*]", "spec.template.spec.source", "spec.template.spec.sources[*]"} {
			for _, f := range tree.Follow(n, pathOf(key), "") {
				x.argoApplies(tree.Resolve(f.Val))
				x.argoValues(tree.Resolve(f.Val))
			}
		}
	case [2]string{"helm.cattle.io", "HelmChart"}, [2]string{"helm.cattle.io", "HelmChartConfig"}:
		if key, v := tree.Get(tree.Child(n, "spec"), "valuesContent"); v != nil {
			x.valuesText(key, v, "spec.valuesContent", k, entriesOf(tree.Descend(n, "spec", "set")))
		}
	case [2]string{"helm.toolkit.fluxcd.io", "HelmRelease"}:
		x.fluxValues(tree.Child(n, "spec"))
		values := postRender(append(slices.Clip(x.found.Values[before:]), x.w), tree.Follow(n, pathOf("spec.postRenderers[*].kustomize.images[*].name"), ""))
		for _, f := range tree.Follow(n, pathOf("spec.postRenderers[*].kustomize.images"), "") {
			x.replaced(f.Val, f.Path, values)
		}
	case [2]string{"kustomize.toolkit.fluxcd.io", "Kustomization"}:
		x.fluxApplies(n)
		for _, f := range tree.Follow(n, pathOf("spec.images"), "") {
			x.replaced(f.Val, f.Path, nil)
		}
	}
}

// maxPatterns is the maximum number of entries with regular expressions that are compared with each image of an object.
const maxPatterns = 100

// postRender marks the images of values that the entries of post-renderers with these names replace, and returns them: nodes never pull them as written.
func postRender(values []*model.Workload, names []tree.Field) []*model.ImageRef {
	var selectors imageref.KustomizeSelectors
	patterns := 0
	for _, f := range names {
		name := tree.Str(f.Val)
		if imageref.IsKustomizePattern(name) {
			if patterns++; patterns > maxPatterns {
				continue
			}
		}
		if name != "" {
			selectors.Add(name)
		}
	}
	var replaced []*model.ImageRef
	for _, w := range values {
		for _, img := range w.Images {
			if img.PostRendered = img.State == model.StateString && strings.HasPrefix(img.Path, "spec.values.") && selectors.Select(img.Raw); img.PostRendered {
				replaced = append(replaced, img)
			}
		}
	}
	return replaced
}

// kustomization records which images a kustomization replaces, and with what.
func (x scope) kustomization(n *yaml.Node) {
	x.generated(n)
	x.kustomizes(n)
	x.configMapGenerators(n)
	x.kustomizeCharts(n)
	for _, key := range imageLists {
		x.replaced(tree.Child(n, key), key, nil)
	}
}

// maxKept is the maximum number of tags and digests that an entry is listed with.
const maxKept = 20

// kept returns the distinct tags and digests of the images that an entry with a name selects. Kustomize keeps them if the entry has none itself.
func kept(images []*model.ImageRef, name string) [][]model.Part {
	if name == "" {
		return nil
	}
	selector := imageref.SelectorOf(name)
	var out [][]model.Part
	seen := map[string]bool{}
	for _, img := range images {
		if img.Err != nil || !selector.Selects(img.Raw) {
			continue
		}
		var parts []model.Part
		at := imageref.Locate(img.Raw)
		for _, piece := range []struct {
			name string
			at   imageref.Range
		}{{"tag", at.Tag}, {"digest", at.Digest}} {
			if text := img.Raw[piece.at.Start:piece.at.End]; text != "" {
				parts = append(parts, model.Part{Name: piece.name, Value: text, Span: img.At(piece.at.Start, piece.at.End)})
			}
		}
		key := img.Ref.Tag + "@" + img.Ref.Digest
		if len(parts) > 0 && !seen[key] && len(out) < maxKept {
			seen[key] = true
			out = append(out, parts)
		}
	}
	return out
}

// replaced reads entries that replace images in kustomize's format: a name, and newName, newTag and digest. images are those that the entries replace, as
// far as they are known.
func (x scope) replaced(list *yaml.Node, path string, images []*model.ImageRef) {
	if list = tree.Resolve(list); list == nil || list.Kind != yaml.SequenceNode {
		return
	}
	r := valueReader{x: x, w: &model.Workload{Object: x.obj}}
	compared := 0
	for i, item := range list.Content {
		f := tree.Item(path, i, item)
		s := shape{base: piece(item, "newName"), digest: piece(item, "digest"), baseKey: "newName", colon: true}
		s.setTag(item, "newTag")
		if s.base == nil {
			s.base, s.baseKey = piece(item, "name"), "name"
			s.rename = x.renaming(item)
			s.cut = len(imageref.KustomizeName(tree.Str(s.base))) // kustomize replaces the tag that selects the image
		}
		if s.base == nil || s.baseKey == "name" && (s.tag == nil && s.digest == nil || imageref.IsKustomizePattern(tree.Str(s.base)) && !s.number) {
			continue
		}
		if s.number {
			if r.visit(s.tag) {
				x.number(s.tag, tree.Join(f.Path, "newTag"), tree.Str(s.base), "")
			}
			continue
		}
		if s.baseKey == "newName" && s.tag == nil && s.digest == nil && len(images) > 0 && compared < maxPatterns {
			compared++
			if all := kept(images, tree.Str(tree.Child(item, "name"))); len(all) > 0 {
				for _, s.kept = range all {
					r.join(s, f.Path, nil)
				}
				continue
			}
		}
		r.join(s, f.Path, nil)
	}
	x.keepValues(r.w)
}

// renaming returns how to add a newName to an entry, in the notation of its name.
func (x scope) renaming(item *yaml.Node) *model.Rename {
	r := &model.Rename{Name: imageref.KustomizeName(tree.Str(tree.Child(item, "name")))}
	if item.Kind != yaml.MappingNode || item.Anchor != "" || x.at != nil {
		return r // others may use it, or its place is unknown
	}
	var key, name *yaml.Node
	for i := 0; i+1 < len(item.Content); i += 2 {
		switch item.Content[i].Value {
		case "name":
			key, name = item.Content[i], item.Content[i+1]
		case "newName": // empty
			return r
		}
	}
	if name == nil || name.Kind != yaml.ScalarNode {
		return r
	}
	from, begin, place := tree.Offset(x.text, key), tree.Offset(x.text, name), tree.Place(x.text, name)
	if !place.Exact() {
		return r
	}
	end, data := begin+len(name.Value), x.text.Data
	if name.Style&tree.Quoted != 0 {
		end += 2
	}
	if item.Style&yaml.FlowStyle != 0 {
		if r.Before = ", newName: "; key.Style&tree.Quoted != 0 { // JSON
			r.Before, r.After = `, "newName": "`, `"`
		}
		r.At = x.text.Span(end, end).WithExact(true)
		return r
	}
	n := x.text.LineAt(from)
	start, stop, next := x.text.LineStart(n), x.text.LineEnd(n), x.text.LineStart(n+1)
	if strings.Trim(string(data[start:from]), " -") != "" || end > stop || next <= stop {
		return r // a key in front, a name on another line, or no line end
	}
	if rest := bytes.TrimLeft(data[end:stop], " \t"); len(rest) > 0 && rest[0] != '#' {
		return r
	}
	r.Before, r.After = strings.Repeat(" ", from-start)+"newName: ", string(data[stop:next])
	r.At = x.text.Span(next, next).WithExact(true)
	return r
}

// argoImages reads Argo CD's entries that replace images: "name=newname:tag", "name=newname@digest" or "newname:tag". A
// new name of "*" keeps the old one.
func (x scope) argoImages(f tree.Field) {
	list := tree.Resolve(f.Val)
	if list == nil || list.Kind != yaml.SequenceNode {
		return
	}
	w := &model.Workload{Object: x.obj}
	for i, item := range list.Content {
		v := tree.Resolve(item)
		text := tree.Str(v)
		if text == "" || len(text) > maxImageText || strings.ContainsAny(text, "*{}$<> \t\n") {
			continue
		}
		from := strings.IndexByte(text, '=') + 1
		img := &model.ImageRef{Raw: text[from:], Before: text[:from], Span: x.span(v), Path: fmt.Sprintf("%s[%d]", f.Path, i), Field: model.FieldScalar, Confidence: model.Likely, Untagged: true}
		if from == 0 {
			name := imageref.KustomizeName(text)
			img.Assembly = &model.Assembly{Rename: &model.Rename{Name: name, Before: name + "="}}
			if img.Span.Exact() {
				img.Assembly.Rename.At = img.Span.Sub(0, len(name))
			}
		}
		img.Span = img.Span.Sub(from, len(text))
		if parse(img); img.Raw != "" && (img.Err == nil || isWrongAnywhere(img)) && !img.Redacted {
			w.Images = append(w.Images, img)
		}
	}
	x.keepValues(w)
}

// valuesText reads values from a field that contains YAML as text. In a block scalar, values have exact positions;
// otherwise they have the position of the key.
//
// overrides replace some of them; those that do are returned.
func (x scope) valuesText(key, val *yaml.Node, path string, k *resources.Kind, overrides []override) (applied map[*yaml.Node]bool) {
	n := tree.Resolve(val)
	text := tree.Str(n)
	if text == "" || len(text) > maxEmbedded || !mayHoldValues([]byte(text)) {
		return nil
	}
	inner := x
	inner.reader = &reader{internTable: x.internTable, doc: x.doc, opts: x.opts, found: x.found}
	inner.values = true
	inner.taken = map[*yaml.Node]bool{} // the memory for the nodes of one text is reused for the next
	if from, to, ok := x.block(n, text); ok {
		inner.text = &source.Text{File: x.text.File, Data: x.text.Data[from:to], Base: x.text.Pos(from)}
	} else {
		at := x.span(key).ShowOnly().WithExact(false) // the position of the key, not of a value
		inner.text, inner.at = &source.Text{File: x.text.File, Data: []byte(text), Base: source.Pos{Line: 1, Col: 1}}, &at
	}
	read := false
	err := tree.Parse(inner.text, func(root *yaml.Node) {
		read = true
		if root = tree.Resolve(root); root != nil {
			applied = apply(root, overrides, true)
		}
		inner.given(root, path, k)
	})
	if err != nil || !read {
		x.found.skip(x.text.File.Name, x.span(key).Start().Line, model.SkipValues)
	}
	return applied
}

// given reads values that are not a mapping in a field of the object.
func (x scope) given(root *yaml.Node, path string, k *resources.Kind) {
	s := shaper{x: x, k: k}
	s.walk(nil, root, append(tree.Trail(s.buf[:0]), path...), "", 1)
	x.readValues(root, path)
}

// block returns the range of the document that a block scalar covers, if each of its lines is a line of the text plus
// indentation. YAML in it can then be parsed in place.
func (x scope) block(n *yaml.Node, text string) (from, to int, ok bool) {
	if n.Style&yaml.LiteralStyle == 0 {
		return 0, 0, false
	}
	line := n.Line
	for row := range strings.Lines(text) {
		line++
		a, b := x.text.Line(line)
		if line > x.text.Lines() || !bytes.HasSuffix(x.text.Data[a:b], []byte(strings.TrimRight(row, "\n"))) {
			return 0, 0, false
		}
	}
	return x.text.LineStart(n.Line + 1), x.text.LineEnd(line), true
}

// maxParameters limits how many parameters of one chart are read.
const maxParameters = 10_000

// maxDots limits how deep a parameter's path may be.
const maxDots = 16

// parameters converts Helm parameters of Argo CD, each a name such as image.tag and a value, to chart values. Helm
// treats the values as strings, or as whole numbers that it prints unchanged. If k is nil, they are read like a values
// file.
func (x scope) parameters(list *yaml.Node, path string, k *resources.Kind) {
	if list == nil || list.Kind != yaml.SequenceNode || len(list.Content) > maxParameters {
		return
	}
	root := &yaml.Node{Kind: yaml.MappingNode, Line: list.Line, Column: list.Column}
	maps := map[string]*yaml.Node{"": root}
	for _, item := range list.Content {
		name, value := tree.StrAt(item, "name"), tree.Child(item, "value")
		if tree.Str(value) == "" || !isPlainPath(name) || x.applied[value] {
			continue
		}
		dir, key := "", name
		if i := strings.LastIndexByte(name, '.'); i >= 0 {
			dir, key = name[:i], name[i+1:]
		}
		m := parent(maps, dir, value)
		m.Content = append(m.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key, Line: value.Line, Column: value.Column}, value)
	}
	switch x.values = true; {
	case len(root.Content) == 0:
	case k == nil:
		x.readValues(root, path)
	default:
		x.given(root, path, k)
	}
}

// parent returns the mapping under a dotted path, and creates it if necessary.
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
