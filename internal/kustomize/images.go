package kustomize

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/imagelint-dev/imagelint/internal/yamlnode"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
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
	pattern *regexp.Regexp // nil if the entry selects nothing
	// kept is as in Image.
	kept string
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
		e := &entry{Image: img, text: k.text, kust: k, own: true, pattern: imageref.KustomizePattern(img.Name)}
		if len(nodes) == len(k.k.Images) {
			e.node = nodes[i]
		}
		out = append(out, e)
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
				out = append(out, &entry{Image: img, text: t, node: n, kust: k, pattern: imageref.KustomizePattern(img.Name)})
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
		b.imageKeys[fieldOf(f.Path).key] = true
		if f.Kind != "" && f.Path != "" && !slices.Contains(b.res.Fields, f) {
			b.res.Fields = append(b.res.Fields, f)
		}
	}
}

// isImage reports whether kustomize may replace the image in a field: below a list of containers, in a volume, or in a configured field.
func (b *builder) isImage(f field) bool {
	switch f.key {
	case "image":
		return f.parent == "" || f.parent == "containers" || f.parent == "initContainers" || b.imageKeys[f.key]
	case "reference":
		return f.parent == "" || f.parent == "image" || b.imageKeys[f.key]
	}
	return b.imageKeys[f.key]
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

// image is the text of an image, as runs of characters that were written at one place.
type image []run

// run is a part of an image. It is the value of a key of an entry, or a part of that value from an offset on; without an entry, the text of the
// manifest.
type run struct {
	text string
	by   *entry
	key  string
	from int
}

func (i image) String() string {
	var b strings.Builder
	for _, r := range i {
		b.WriteString(r.text)
	}
	return b.String()
}

// slice returns a range of an image.
func (i image) slice(from, to int) image {
	var out image
	at := 0
	for _, r := range i {
		start, end := max(from-at, 0), min(to-at, len(r.text))
		at += len(r.text)
		if start < end {
			r.text, r.from = r.text[start:end], r.from+start
			out = append(out, r)
		}
	}
	return out
}

// split splits an image into name, tag and digest as kustomize does: at the first of each separator after the first slash.
func split(s string) (name, tag, digest string) {
	host := max(strings.Index(s, "/"), 0)
	name = s
	if at := strings.Index(s[host:], "@"); at >= 0 {
		name, digest = s[:host+at], s[host+at+1:]
	}
	if at := strings.Index(name[host:], ":"); at >= 0 {
		name, tag = name[:host+at], name[host+at+1:]
	}
	return name, tag, digest
}

// apply applies an entry to an image. An image that has two tags, because an earlier entry has one in its newName, has its first tag from there.
func (e *entry) apply(i image) image {
	whole := i.String()
	n, t, d := split(whole)
	name := i.slice(0, len(n))
	tag := i.slice(len(n)+1, len(n)+1+len(t))
	digest := i.slice(len(whole)-len(d), len(whole))
	set := func(key, value string) image { return image{{text: value, by: e, key: key}} }
	if e.NewName != "" {
		name = set("newName", e.NewName)
	}
	switch {
	case e.NewTag != "" && e.Digest != "":
		tag, digest = set("newTag", e.NewTag), set("digest", e.Digest)
	case e.NewTag != "":
		tag, digest = set("newTag", e.NewTag), nil
	case e.Digest != "":
		tag, digest = nil, set("digest", e.Digest)
	case e.TagSuffix != "":
		tag, digest = set("tagSuffix", tag.String()+e.TagSuffix), nil
	}
	out := name
	if len(tag) > 0 {
		out = append(append(out, run{text: ":"}), tag...)
	}
	if len(digest) > 0 {
		out = append(append(out, run{text: "@"}), digest...)
	}
	return out
}

// parts returns the parts of an image that entries set.
func (i image) parts() []Part {
	var out []Part
	whole, at := i.String(), 0
	for _, r := range i {
		end := at + len(r.text)
		if r.by != nil {
			out = append(out, Part{From: at, To: end, At: r.by.span(r.key), Key: r.key, Value: r.by.value(r.key), Name: r.by.Name, Help: r.help(whole[end:])})
		}
		at = end
	}
	return out
}

// help says what to write instead of a value that contains what belongs into other keys, such as a newName with a tag. Because kustomize keeps the
// tag and the digest of the image, this is only wrong if one of them follows: behind is the rest of the image.
func (r *run) help(behind string) string {
	e, value := r.by, r.by.value(r.key)
	name, tag, digest := split(value)
	switch {
	case r.key == "newName" && r.from+len(r.text) > len(name) && (strings.HasPrefix(behind, ":") || strings.HasPrefix(behind, "@") && digest != ""):
		if e.NewTag+e.TagSuffix+e.Digest != "" || tag+digest == "" {
			return fmt.Sprintf("remove %q from newName", value[len(name):])
		}
	case r.key == "newTag" && name+tag == "" && strings.Contains(digest, ":"):
	case r.key == "newTag" && tag+digest != "" && (strings.Contains(name, "/") || name == e.Name):
		if name == e.Name || e.NewName != "" {
			name = ""
		}
	default:
		return ""
	}
	var keys []string
	for _, k := range [][2]string{{"newName", name}, {"newTag", tag}, {"digest", digest}} {
		if k[1] != "" {
			keys = append(keys, fmt.Sprintf("%s: %q", k[0], k[1]))
		}
	}
	last := len(keys) - 1
	if last == 0 {
		return "write " + keys[0]
	}
	return fmt.Sprintf("write %s and %s", strings.Join(keys[:last], ", "), keys[last])
}

// value returns the value of a key.
func (e *entry) value(key string) string {
	switch key {
	case "newName":
		return e.NewName
	case "newTag":
		return e.NewTag
	case "tagSuffix":
		return e.TagSuffix
	}
	return e.Digest
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
			i := image{{text: written}}
			var used []*entry
			for _, e := range chain {
				if e.matches(i.String()) {
					i = e.apply(i)
					used = append(used, e)
				}
			}
			if len(used) > 0 && i.String() == made {
				keep(used, made)
				return i.parts()
			}
		}
	}
	return nil
}

// keep records that entries match an image, and which of them should have set its tag or digest if none did.
func keep(used []*entry, made string) {
	isSet := slices.ContainsFunc(used, func(e *entry) bool {
		_, tag, digest := split(e.NewName)
		return e.NewTag+e.TagSuffix+e.Digest+tag+digest != ""
	})
	for _, e := range used {
		e.used = true
		if key, _ := e.empty(); !isSet && e.kept == "" && (key != "" || e.NewName == "" || e.NewName == e.Name) {
			e.kept = made
		}
	}
}

// empty returns the key of the entry that would set a tag or a digest if it had a value.
func (e *entry) empty() (string, *yaml.Node) {
	for _, key := range []string{"newTag", "digest"} {
		if n := yamlnode.Field(e.node, key); n != nil && yamlnode.Text(e.node, key) == "" {
			return key, n
		}
	}
	return "", nil
}

// isFilledIn reports whether a comment on a line of the entry says that Flux writes its tag into the file.
func (e *entry) isFilledIn() bool {
	if e.node == nil {
		return false
	}
	src := e.text.src
	isMarked := func(n *yaml.Node) bool {
		line := min(max(n.Line, 1), src.Lines())
		return bytes.Contains(src.Data[src.LineStart(line):src.LineEnd(line)], []byte("$imagepolicy"))
	}
	return slices.ContainsFunc(e.node.Content, isMarked)
}

// unused adds the entries of images to the result, and whether each may have changed something.
func (b *builder) unused() {
	for _, k := range b.order {
		for _, e := range k.entries {
			if !e.own {
				continue
			}
			img := Image{At: e.span("name"), Name: e.Name, Used: e.used || b.occurs(e)}
			if e.kept != "" && !e.isFilledIn() {
				img.Kept, img.EmptyAt = e.kept, img.At
				if key, n := e.empty(); n != nil {
					img.Empty, img.EmptyAt = key, e.text.span(n)
				}
			}
			b.res.Images = append(b.res.Images, img)
		}
	}
}

// occurs reports whether an image of the build may match an entry. An entry for an image that a patch removes or replaces later is not unused.
func (b *builder) occurs(e *entry) bool {
	if e.pattern == nil || b.nMarks > maxMarks { // not all scalars are known
		return true
	}
	setsImage := func(f field) bool { return f.key == "" || b.isImage(f) }
	anyText := slices.ContainsFunc(b.replaced, setsImage)
	for _, u := range b.uses {
		anyText = anyText || slices.ContainsFunc(u.replaced, setsImage)
	}
	isMatch := func(o original) bool { return (anyText || b.isImage(o.field)) && e.matches(o.text) }
	if slices.ContainsFunc(b.originals, isMatch) {
		return true
	}
	for _, u := range b.uses {
		if slices.ContainsFunc(u.originals, isMatch) {
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
