package kustomize

import (
	"regexp"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/imagelint-dev/imagelint/internal/yamlnode"
)

// entry is an entry of images, or the settings of an ImageTagTransformer.
type entry struct {
	types.Image
	text *text
	node *yaml.Node // nil if its position is unknown
	kust *kustomizationFile
	used bool
	// own is true for an entry of images. An ImageTagTransformer is not reported as unused.
	own     bool
	pattern *regexp.Regexp
}

// entries returns what a kustomization does to images, in order.
func (b *builder) entries(k *kustomizationFile) []*entry {
	var nodes []*yaml.Node
	for _, key := range []string{"images", "imageTags"} {
		for _, n := range yamlnode.Items(yamlnode.Field(k.root, key)) {
			nodes = append(nodes, yamlnode.Resolve(n))
		}
	}
	out := make([]*entry, 0, len(k.k.Images))
	for i, img := range k.k.Images {
		e := &entry{Image: img, text: k.text, kust: k, own: true}
		if len(nodes) == len(k.k.Images) {
			e.node = nodes[i]
		}
		out = append(out, e.compiled())
	}
	for _, p := range k.k.Transformers {
		t, _ := b.transformerText(k, p)
		if t == nil {
			continue
		}
		docs, _ := documents(t.src.Data) // parsed before
		for _, d := range docs {
			if n := yamlnode.Field(d, "imageTag"); yamlnode.Text(d, "kind") == "ImageTagTransformer" && n != nil {
				img := types.Image{Name: yamlnode.Text(n, "name"), NewName: yamlnode.Text(n, "newName"), NewTag: yamlnode.Text(n, "newTag"), TagSuffix: yamlnode.Text(n, "tagSuffix"), Digest: yamlnode.Text(n, "digest")}
				out = append(out, (&entry{Image: img, text: t, node: n, kust: k}).compiled())
			}
		}
	}
	return out
}

// imageFields reads the image fields that a transformer configuration defines.
func (b *builder) imageFields(k *kustomizationFile, p string) {
	abs, ok := b.fileOf(k, p)
	if !ok {
		return
	}
	t, err := b.load(abs)
	if err != nil {
		return // kustomize reports it
	}
	docs, err := documents(t.src.Data)
	if err != nil || len(docs) == 0 {
		return
	}
	for _, n := range yamlnode.Items(yamlnode.Field(docs[0], "images")) {
		f := Field{yamlnode.Text(n, "group"), yamlnode.Text(n, "kind"), yamlnode.Text(n, "path")}
		if f.Kind != "" && f.Path != "" && !slices.Contains(b.res.Fields, f) {
			b.res.Fields = append(b.res.Fields, f)
		}
	}
}

// compiled compiles the pattern that kustomize makes of a name.
func (e *entry) compiled() *entry {
	if p, err := regexp.Compile("^" + e.Name + "(:[a-zA-Z0-9_.{}-]*)?(@[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*:[a-zA-Z0-9_.{}-]*)?$"); err == nil {
		e.pattern = p
	}
	return e
}

// span returns the position of a key in the entry.
func (e *entry) span(key string) Span {
	switch n := yamlnode.Field(e.node, key); {
	case n != nil:
		return e.text.span(n)
	case e.node != nil:
		return e.text.span(e.node)
	}
	return Span{File: e.text.index}
}

// matches reports whether kustomize applies the entry to an image.
func (e *entry) matches(image string) bool { return e.pattern != nil && e.pattern.MatchString(image) }

// piece is a part of an image, and the entry that set it.
type piece struct {
	text string
	by   *entry
	key  string
	name string
}

// image is an image split into pieces.
type image struct{ name, tag, digest piece }

// split splits an image as kustomize does.
func split(s string) image {
	search, at := s, strings.Index(s, "/")
	if at > 0 {
		search = s[at:]
	} else {
		at = 0
	}
	d, c := strings.Index(search, "@"), strings.Index(search, ":")
	switch {
	case d < 0 && c < 0:
		return image{name: piece{text: s}}
	case d >= 0 && (d < c || c < 0):
		return image{name: piece{text: s[:at+d]}, digest: piece{text: s[at+d+1:]}}
	case d >= 0:
		return image{name: piece{text: s[:at+c]}, tag: piece{text: s[at+c+1 : at+d]}, digest: piece{text: s[at+d+1:]}}
	}
	return image{name: piece{text: s[:at+c]}, tag: piece{text: s[at+c+1:]}}
}

func (i *image) String() string {
	s := i.name.text
	if i.tag.text != "" {
		s += ":" + i.tag.text
	}
	if i.digest.text != "" {
		s += "@" + i.digest.text
	}
	return s
}

// apply applies an entry to an image.
func (e *entry) apply(i image) image {
	fresh := split(i.String())
	fresh.name.by, fresh.name.key, fresh.name.name = i.name.by, i.name.key, i.name.name
	fresh.tag.by, fresh.tag.key, fresh.tag.name = i.tag.by, i.tag.key, i.tag.name
	fresh.digest.by, fresh.digest.key, fresh.digest.name = i.digest.by, i.digest.key, i.digest.name
	i = fresh
	if e.NewName != "" {
		i.name = piece{e.NewName, e, "newName", e.Name}
	}
	switch {
	case e.NewTag != "" && e.Digest != "":
		i.tag, i.digest = piece{e.NewTag, e, "newTag", e.Name}, piece{e.Digest, e, "digest", e.Name}
	case e.NewTag != "":
		i.tag, i.digest = piece{e.NewTag, e, "newTag", e.Name}, piece{}
	case e.Digest != "":
		i.tag, i.digest = piece{}, piece{e.Digest, e, "digest", e.Name}
	case e.TagSuffix != "":
		i.tag, i.digest = piece{i.tag.text + e.TagSuffix, e, "tagSuffix", e.Name}, piece{}
	}
	return i
}

// parts returns the parts of an image that entries set.
func (i *image) parts() []Part {
	var out []Part
	at := 0
	for n, p := range []piece{i.name, i.tag, i.digest} {
		if p.text == "" {
			continue
		}
		if n > 0 {
			at++
		}
		if p.by != nil {
			v := p.text
			if p.key == "tagSuffix" {
				v = p.by.TagSuffix
			}
			out = append(out, Part{From: at, To: at + len(p.text), At: p.by.span(p.key), Key: p.key, Value: v, Name: p.name})
		}
		at += len(p.text)
	}
	return out
}

// maxChains is the maximum number of paths to try from a file to the outermost kustomizations.
const maxChains = 64

// chains returns the entries that apply to the content of a kustomization, for each path to an outermost one.
func (k *kustomizationFile) chains(patch bool) [][]*entry {
	i := 0
	if patch {
		i = 1
	}
	if k.ways[i] == nil {
		k.ways[i] = k.findChains(patch)
	}
	return k.ways[i]
}

func (k *kustomizationFile) findChains(patch bool) [][]*entry {
	var own []*entry
	if !patch {
		own = k.ofComponents(nil, 0)
	}
	own = append(own, k.entries...)
	if len(k.parents) == 0 {
		return [][]*entry{own}
	}
	var out [][]*entry
	for _, p := range k.parents {
		if p == nil {
			out = append(out, own)
			continue
		}
		up := own
		if k.isComponent {
			after := false
			for _, c := range p.components {
				if after {
					up = append(up[:len(up):len(up)], c.all(0)...)
				}
				after = after || c == k
			}
		}
		for _, rest := range p.chains(k.isComponent) {
			if len(out) == maxChains {
				return out
			}
			out = append(out, append(up[:len(up):len(up)], rest...))
		}
	}
	return out
}

// ofComponents appends the entries of a kustomization's components.
func (k *kustomizationFile) ofComponents(out []*entry, depth int) []*entry {
	if depth < maxDepth {
		for _, c := range k.components {
			out = append(out, c.all(depth+1)...)
		}
	}
	return out
}

func (k *kustomizationFile) all(depth int) []*entry {
	return append(k.ofComponents(nil, depth), k.entries...)
}

// entriesOf returns the parts that entries set, if applying them to the written image gives the built one.
func (m *mark) entriesOf(written, made string) []Part {
	for _, patch := range []bool{m.patch, !m.patch} {
		for _, chain := range m.kust.chains(patch) {
			i := split(written)
			var used []*entry
			for _, e := range chain {
				if e.matches(i.String()) {
					i = e.apply(i)
					used = append(used, e)
				}
			}
			if len(used) > 0 && i.String() == made {
				for _, e := range used {
					e.used = true
				}
				return i.parts()
			}
		}
	}
	return nil
}

// unused adds the entries of images to the result, and whether each may have changed something.
func (b *builder) unused() {
	for _, k := range b.order {
		for _, e := range k.entries {
			if !e.own {
				continue
			}
			b.res.Images = append(b.res.Images, Image{At: e.span("name"), Name: e.Name, Used: e.used || b.occurs(e)})
		}
	}
}

// occurs reports whether an image of the build may match an entry.
func (b *builder) occurs(e *entry) bool {
	if e.pattern == nil {
		return true
	}
	for _, s := range b.originals {
		if e.matches(s) {
			return true
		}
	}
	for _, k := range b.order {
		for _, other := range k.entries {
			if other != e && other.NewName != "" && e.matches(other.NewName) {
				return true
			}
		}
	}
	return false
}
