package manifests

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"
	kyaml "sigs.k8s.io/yaml"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// NumberTag is a tag without quotes that is a number to YAML, where that makes something else of it than what is written.
type NumberTag struct {
	Object *Object // Values is set where it stands in a file of values
	Path   string
	// Name is the image's name, "" where none stands beside the tag; Text is the tag as written.
	Name, Text string
	Span       source.Span
	// Printed is what Helm makes of the number; "" where a string is wanted, and the number is refused.
	Printed string
}

// values reads a document of a file of chart values: it is no object, but its images are those of the chart's objects.
func (x *extractor) values(root *yaml.Node) {
	if root = resolve(root); root == nil || root.Kind != yaml.MappingNode {
		return
	}
	x.obj = &Object{Doc: x.doc, Values: true}
	x.w = &Workload{Object: x.obj}
	x.readValues(root, "")
}

// readValues looks for images in values at a path. What was taken as an image by another reading is not taken again.
func (x *extractor) readValues(root *yaml.Node, path string) {
	was := x.veiled
	x.veiled = true
	defer func() { x.veiled = was }()
	r := valueReader{x: x, w: &Workload{Object: x.obj}, seen: map[*yaml.Node]bool{}}
	r.global(resolve(root))
	r.walk(found{nil, root, path}, "")
	if len(r.numeric) > 0 {
		x.w.Images = slices.DeleteFunc(x.w.Images, func(i *ImageRef) bool { return i.Field == FieldSplit && r.numeric[i.Path] })
	}
	x.keepValues(r.w)
}

// keepValues records images that stand in values.
func (x *extractor) keepValues(w *Workload) {
	if len(w.Images) == 0 {
		return
	}
	slices.SortStableFunc(w.Images, func(a, b *ImageRef) int { return cmp.Compare(a.Span.Start.Offset, b.Span.Start.Offset) })
	x.out.Values = append(x.out.Values, w)
}

// valueReader goes through the values of one chart.
type valueReader struct {
	x    *extractor
	w    *Workload
	seen map[*yaml.Node]bool
	// registry is the one that the chart puts in front of names that have none, or of all where it wins.
	registry *yaml.Node
	wins     bool
	// numeric are the paths of images that another reading made with a number as it is written, where it is printed otherwise.
	numeric map[string]bool
}

// global finds the registry that charts read for all of their images, by the customs of Bitnami and of others.
func (r *valueReader) global(root *yaml.Node) {
	for _, custom := range []struct {
		path []string
		wins bool
	}{{[]string{"global", "imageRegistry"}, true}, {[]string{"global", "image", "registry"}, false}, {[]string{"global", "registry"}, false}, {[]string{"imageRegistry"}, false}} {
		if n := descend(root, custom.path...); str(n) != "" {
			r.registry, r.wins = n, custom.wins
			return
		}
	}
}

func (r *valueReader) walk(f found, parent string) {
	n := resolve(f.val)
	if n == nil || len(f.path) > maxPath {
		return
	}
	switch n.Kind {
	case yaml.ScalarNode:
		r.scalar(f, n)
	case yaml.SequenceNode:
		if r.visit(n) {
			for i, item := range n.Content {
				if item := resolve(item); item != nil && item.Kind != yaml.ScalarNode {
					r.walk(found{nil, item, fmt.Sprintf("%s[%d]", f.path, i)}, parent)
				}
			}
		}
	case yaml.MappingNode:
		if r.visit(n) {
			r.mapping(f, n, parent)
		}
	}
}

// visit reports whether a node is met for the first time.
func (r *valueReader) visit(n *yaml.Node) bool {
	first := !r.seen[n]
	r.seen[n] = true
	return first
}

func (r *valueReader) mapping(f found, n *yaml.Node, parent string) {
	s := shapeOf(n, parent, f.key == nil)
	r.number(s, f.path)
	if s.base != nil {
		r.join(s, f, n)
	}
	for k, v := range entries(n) {
		if len(k.Value) > maxPath || resolve(v) == s.base || k.Value == "rbd" || isPushTarget(parent) && isImageKey(k.Value) {
			continue
		}
		r.walk(found{k, v, join(f.path, k.Value)}, k.Value)
	}
}

// number records the tag of a shape that is a number to YAML, where Helm prints it otherwise than it is written.
func (r *valueReader) number(s shape, path string) {
	if !s.number || s.tagText == s.tag.Value || !r.visit(s.tag) {
		return
	}
	name := str(s.base)
	if reg := r.registryOf(s); name != "" && reg != nil {
		name = str(reg) + "/" + name
	}
	r.x.number(s.tag, join(path, s.tagKey), name, s.tagText)
}

// number records a tag that is a number.
func (x *extractor) number(n *yaml.Node, path, name, printed string) {
	x.out.Numbers = append(x.out.Numbers, &NumberTag{Object: x.obj, Path: path, Name: imageref.Redact(name), Text: strings.Clone(n.Value), Span: x.span(n), Printed: printed})
}

// printedNumber is what Helm's templates print for a scalar that is a number: all numbers of values are float64 to them, and %v prints
// 1.10 as 1.1 and 20240101 as 2.0240101e+07.
func printedNumber(n *yaml.Node) (string, bool) {
	if n == nil || n.Kind != yaml.ScalarNode || n.Style&(quoted|yaml.TaggedStyle) != 0 || !mayBeTyped(n.Value) {
		return "", false
	}
	var v any
	if err := kyaml.Unmarshal([]byte(n.Value), &v); err != nil {
		return "", false
	}
	number, ok := v.(float64)
	return fmt.Sprint(number), ok
}

// registryOf is the value that makes the registry of a shape; nil for none.
func (r *valueReader) registryOf(s shape) *yaml.Node {
	switch {
	case s.registry != nil && (r.registry == nil || !r.wins):
		return s.registry
	case r.registry == nil || s.registry == nil && imageref.HasHost(str(s.base)):
		return nil
	}
	return r.registry
}

// join records the image that a shape makes: [registry/]repository[:tag][@digest].
func (r *valueReader) join(s shape, f found, n *yaml.Node) {
	img := &ImageRef{Path: f.path, Field: FieldSplit, Tier: Likely, Untagged: true}
	add := func(before, name, value string, n *yaml.Node) {
		if n == nil {
			return
		}
		p := Part{Name: name, Value: value, Span: r.x.span(n)}
		p.Span.Exact = p.Span.Exact && value == n.Value
		img.Raw += before + value
		img.Parts = append(img.Parts, p)
	}
	if reg := r.registryOf(s); reg != nil {
		add("", "registry", str(reg), reg)
		img.Raw += "/"
	}
	base := len(img.Parts)
	add("", s.baseKey, str(s.base), s.base)
	switch {
	case strings.HasPrefix(s.tagText, "sha256:"):
		add("@", s.tagKey, s.tagText, s.tag)
	case s.number && strings.ContainsAny(s.tagText, "+-"): // no tag, of which more is said than that the image cannot be parsed
	default:
		add(":", s.tagKey, s.tagText, s.tag)
		add("@", "digest", str(s.digest), s.digest)
	}
	img.Span = img.Parts[base].Span
	if len(img.Raw) > maxImageText || isPattern(img.Raw) || isFragment(s) {
		return
	}
	r.x.parse(img)
	other := s.number && s.tagText != s.tag.Value
	if other && r.x.taken[n] {
		mark(&r.numeric, f.path)
	}
	if other || !r.x.taken[n] || img.Err != nil { // another reading leaves out what cannot be parsed
		r.record(img)
	}
}

// maxImageText is how long a text may be that is read as an image in values, in bytes.
const maxImageText = 1024

// record keeps an image that parses, and one that no chart can make anything of.
func (r *valueReader) record(img *ImageRef) {
	if img.Err != nil && !isWrongAnywhere(img) || img.Err == nil && isCodeHost(img.Ref.Registry) {
		return
	}
	if img.Redacted {
		return // a password in a name: no registry takes it, and nobody is to read it
	}
	r.w.Images = append(r.w.Images, img)
}

// isFragment reports whether a piece of a shape is completed by the chart: it is a template, or ends or begins with a separator.
func isFragment(s shape) bool {
	for _, v := range []string{str(s.registry), str(s.base), s.tagText, str(s.digest)} {
		if strings.ContainsAny(v, "{}<>$%()[] \t\r\n\\\"'") || v != "" && strings.ContainsRune(":@-./", rune(v[0])) || strings.HasSuffix(v, "/") || strings.HasSuffix(v, ":") {
			return true
		}
	}
	return s.digest != nil && !strings.Contains(str(s.digest), ":")
}

// isWrongAnywhere reports whether a text that cannot be parsed was meant as an image, and is one in no chart.
func isWrongAnywhere(img *ImageRef) bool {
	switch img.Err.Cause {
	case imageref.TagScientific, imageref.TagInvalid, imageref.DoubleTag, imageref.DigestMalformed, imageref.RegistryDuplicated:
		return true
	case imageref.Uppercase:
		// A word in capitals is a placeholder for what a pipeline writes.
		for part := range strings.FieldsFuncSeq(img.Raw, func(c rune) bool { return strings.ContainsRune("/:@._-", c) }) {
			if len(part) > 1 && strings.ToUpper(part) == part && strings.ToLower(part) != part {
				return false
			}
		}
		return true
	}
	return false
}

// isCodeHost reports whether a host serves source code and no images.
func isCodeHost(host string) bool {
	return host == "github.com" || host == "gitlab.com" || host == "bitbucket.org"
}

// scalar takes a string under a key that names an image, if it says where the image is: it has a host, a tag or a digest. Any other text
// under such a key may be a picture, a disk or a name.
func (r *valueReader) scalar(f found, n *yaml.Node) {
	if f.key == nil || r.x.taken[f.val] || r.x.taken[n] {
		return
	}
	if isTagKey(f.key.Value) {
		if printed, ok := printedNumber(n); ok && printed != n.Value && r.visit(n) {
			r.x.number(n, f.path, "", printed)
		}
		return
	}
	v := n.Value
	if !isImageKey(f.key.Value) || scalarType(n) != "string" || len(v) > maxImageText || strings.ContainsAny(v, "{}<>$%()[] \t\r\n\\\"'*?|,;") ||
		strings.Contains(v, "://") || strings.HasPrefix(v, "ami-") || isPicture(v) {
		return
	}
	img := &ImageRef{Raw: keep(v), Path: f.path, Field: FieldScalar, Tier: Likely, Untagged: true, Span: r.x.span(n), Plain: n.Style&quoted == 0}
	r.x.parse(img)
	switch host := imageref.HasHost(v); {
	case img.Err != nil && (!host || !strings.ContainsAny(v[strings.LastIndexByte(v, '/')+1:], ":@")):
	case img.Err != nil, host, img.Ref.Tag != "", img.Ref.Digest != "":
		r.record(img)
	}
}

// isTagKey reports whether a key holds the tag of an image that another key names.
func isTagKey(key string) bool {
	return key == "imageTag" || strings.HasSuffix(key, "ImageTag") || key == "image_tag" || strings.HasSuffix(key, "_image_tag")
}

// isPicture reports whether a text is the name of a picture or of a disk.
func isPicture(v string) bool {
	switch strings.ToLower(v[strings.LastIndexByte(v, '.')+1:]) {
	case "png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "qcow2", "iso", "img", "raw", "vmdk":
		return true
	}
	return false
}
