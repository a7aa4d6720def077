package extract

import (
	"cmp"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
)

// fileOfValues reads a document of a chart values file. It is not an object, but its images are
// those of the chart's objects.
func (x scope) fileOfValues(root *yaml.Node) {
	if root = tree.Resolve(root); root == nil || root.Kind != yaml.MappingNode {
		return
	}
	x.within(&model.Object{Doc: x.doc, ValuesFile: true}).readValues(root, "")
}

// readValues looks for images in values at a path. It skips images that an earlier pass recorded.
func (x scope) readValues(root *yaml.Node, path string) {
	x.values = true
	r := valueReader{x: x, w: &model.Workload{Object: x.obj}}
	r.global(tree.Resolve(root))
	r.walk(nil, root, append(tree.Trail(r.buf[:0]), path...), "")
	if len(r.numeric) > 0 {
		x.w.Images = slices.DeleteFunc(x.w.Images, func(i *model.ImageRef) bool { return i.Field == model.FieldSplit && r.numeric[i.Path] })
	}
	x.keepValues(r.w)
}

// keepValues records images that are in values.
func (x scope) keepValues(w *model.Workload) {
	if len(w.Images)+len(w.PullSecrets) == 0 {
		return
	}
	slices.SortStableFunc(w.Images, func(a, b *model.ImageRef) int { return cmp.Compare(a.Span.Start().Offset, b.Span.Start().Offset) })
	x.found.Values = append(x.found.Values, w)
}

// valueReader reads the values of one chart.
type valueReader struct {
	x    scope
	w    *model.Workload
	seen map[*yaml.Node]bool
	// registry is the registry that the chart puts in front of names that have none, or of all
	// names if it takes precedence.
	registry *yaml.Node
	wins     bool
	// numeric holds the paths of images that another pass built with a number as written, if it is
	// printed differently.
	numeric map[string]bool
	// policies counts the invalid pull policies.
	policies int
	buf      [256]byte // for the paths
}

// global finds the registry that charts use for all of their images, by the conventions of Bitnami
// and others.
func (r *valueReader) global(root *yaml.Node) {
	for _, custom := range []struct {
		path []string
		wins bool
	}{{[]string{"global", "imageRegistry"}, true}, {[]string{"global", "image", "registry"}, false}, {[]string{"global", "registry"}, false}, {[]string{"imageRegistry"}, false}} {
		if n := tree.Descend(root, custom.path...); tree.Look(n) != "" {
			r.registry, r.wins = n, custom.wins
			return
		}
	}
}

// walk looks at a value, which has a key or is an item of a list. parent is the nearest key above it.
func (r *valueReader) walk(key, val *yaml.Node, at tree.Trail, parent string) {
	n := tree.Resolve(val)
	if n == nil || len(at) > tree.MaxPath {
		return
	}
	if n.Kind != yaml.ScalarNode && r.x.mayShare() && !r.visit(n) {
		return
	}
	switch n.Kind {
	case yaml.ScalarNode:
		r.scalar(key, val, at)
	case yaml.SequenceNode:
		for i, item := range n.Content {
			if item := tree.Resolve(item); item != nil && item.Kind != yaml.ScalarNode {
				r.walk(nil, item, at.Item(i), parent)
			}
		}
	case yaml.MappingNode:
		r.mapping(n, at, parent, key == nil)
	}
}

// visit reports whether this is the first visit of a node.
func (r *valueReader) visit(n *yaml.Node) bool {
	if r.seen[n] {
		return false
	}
	mark(&r.seen, n)
	return true
}

func (r *valueReader) mapping(n *yaml.Node, at tree.Trail, parent string, item bool) {
	s := shapeOf(n, parent, item)
	r.number(s, at)
	if s.base != nil {
		r.join(s, string(at), n)
	}
	hasPolicy := false
	for k, v := range tree.Entries(n) {
		hasPolicy = hasPolicy || k.Value == "pullPolicy" || k.Value == "imagePullPolicy"
		if r.x.release != nil && namesPullSecrets(k.Value, parent) && !isPodSpec(n) {
			r.pullSecrets(tree.Field{Key: k, Val: v, Path: string(at.Key(k.Value))})
		}
		if len(k.Value) > tree.MaxPath || tree.Resolve(v) == s.base || isScalar(v) && !isImageKey(k.Value) && !isTagKey(k.Value) || k.Value == "rbd" || isPushTarget(parent) && isImageKey(k.Value) {
			continue
		}
		r.walk(k, v, at.Key(k.Value), k.Value)
	}
	if hasPolicy {
		r.policy(at, n)
	}
}

// maxPolicies limits how many invalid pull policies of one chart are read. Each of them is compared with the images.
const maxPolicies = 100

// policy records the pull policy in a mapping of values with an image, or beside an image, unless it is valid.
func (r *valueReader) policy(at tree.Trail, n *yaml.Node) {
	for _, key := range []string{"pullPolicy", "imagePullPolicy"} {
		v := tree.Child(n, key)
		switch text := tree.Look(v); text {
		case "", "Always", "IfNotPresent", "Never":
			continue
		default:
			if isOpen(text) || r.policies == maxPolicies || !r.visit(v) {
				continue
			}
		}
		r.policies++
		isBeside := func(img *model.ImageRef) bool {
			rest, ok := strings.CutPrefix(img.Path, string(at))
			return ok && !strings.ContainsAny(strings.TrimPrefix(rest, "."), ".[")
		}
		for _, list := range [][]*model.ImageRef{r.x.w.Images, r.w.Images} {
			if i := slices.IndexFunc(list, isBeside); i >= 0 {
				if list[i].Assembly == nil {
					list[i].Assembly = &model.Assembly{}
				}
				list[i].Assembly.ValuesPolicy = r.x.policy(n, at, key)
				break
			}
		}
	}
}

// number records the tag of a shape if YAML reads it as a number and Helm prints it differently
// than written.
func (r *valueReader) number(s shape, at tree.Trail) {
	if !s.number || s.tagText == s.tag.Value || !r.visit(s.tag) {
		return
	}
	name := tree.Str(s.base)
	if s.last != nil {
		name += "/" + tree.Str(s.last)
	}
	if reg := r.registryOf(s); name != "" && reg != nil {
		name = registryText(reg) + "/" + name
	}
	r.x.number(s.tag, string(at.Key(s.tagKey)), name, s.tagText)
}

// number records a tag that is a number.
func (x scope) number(n *yaml.Node, path, name, printed string) {
	x.found.NumberTags = append(x.found.NumberTags, &model.NumberTag{Object: x.obj, Path: path, Name: imageref.Redact(name), Text: strings.Clone(n.Value), Span: x.span(n), Printed: printed})
}

// registryOf returns the value of a shape's registry, or nil if there is none.
func (r *valueReader) registryOf(s shape) *yaml.Node {
	switch {
	case s.registry != nil && (r.registry == nil || !r.wins):
		return s.registry
	case r.registry == nil || s.registry == nil && imageref.HasHost(tree.Look(s.base)):
		return nil
	}
	return r.registry
}

// join records the image of a shape: [registry/]repository[:tag][@digest].
func (r *valueReader) join(s shape, path string, n *yaml.Node) {
	if isTemplateText(s.tagText) || isTemplateText(tree.Look(s.digest)) {
		s.tag, s.tagText, s.number, s.digest, s.tagInserted = nil, "", false, nil, true
	}
	img := &model.ImageRef{Path: path, Field: model.FieldSplit, Confidence: model.Likely, Untagged: true, Assembly: &model.Assembly{Rename: s.rename}}
	add := func(before, name, value string, n *yaml.Node) {
		if n == nil {
			return
		}
		p := model.Part{Name: name, Value: value, Span: r.x.span(n)}
		p.Span = p.Span.WithExact(p.Span.Exact() && value == n.Value)
		img.Raw += before + value
		img.Assembly.Parts = append(img.Assembly.Parts, p)
	}
	reg := r.registryOf(s)
	if reg != nil {
		add("", "registry", registryText(reg), reg)
		img.Raw += "/"
	}
	base := len(img.Assembly.Parts)
	add("", s.baseKey, tree.Str(s.base), s.base)
	if s.cut > 0 && s.cut < len(img.Raw) {
		p := &img.Assembly.Parts[base]
		img.Raw, p.Value, p.Span = img.Raw[:s.cut], p.Value[:s.cut], p.Span.Sub(0, s.cut)
	}
	add("/", "name", tree.Str(s.last), s.last)
	switch {
	case strings.HasPrefix(s.tagText, "sha256:") && !s.colon:
		add("@", s.tagKey, s.tagText, s.tag)
	case s.number && strings.ContainsAny(s.tagText, "+-"): // no tag, because that has a more specific message than a parse error
	default:
		add(":", s.tagKey, s.tagText, s.tag)
		add("@", "digest", tree.Str(s.digest), s.digest)
		for _, p := range s.kept {
			img.Raw += map[string]string{"tag": ":", "digest": "@"}[p.Name] + p.Value
			img.Assembly.Parts = append(img.Assembly.Parts, p)
		}
	}
	img.Span = img.Assembly.Parts[base].Span
	if len(img.Raw) > maxImageText || isPattern(img.Raw) || isFragment(s) {
		return
	}
	if parse(img); img.Err == nil && s.tagInserted {
		return
	}
	if img.Err != nil && reg != nil && reg == r.registry && img.Err.At.End <= len(registryText(reg))+1 && !r.visit(reg) {
		return // report the registry of all images only once
	}
	other := s.number && s.tagText != s.tag.Value
	if other && r.x.taken[n] {
		mark(&r.numeric, path)
	}
	if other || !r.x.taken[n] || img.Err != nil { // another pass omits what cannot be parsed
		r.record(img)
	}
}

// record keeps an image that parses, and one that is invalid in every chart.
func (r *valueReader) record(img *model.ImageRef) {
	if img.Err != nil && !isWrongAnywhere(img) || img.Err == nil && isCodeHost(img.Ref.Registry) {
		return
	}
	if img.Redacted {
		return // a password in a name: no registry accepts it, and it must not be shown
	}
	r.w.Images = append(r.w.Images, img)
}

// scalar reads a string under a key for images if it says where the image is: it has a host, a tag or a digest. Any
// other text under such a key may be a picture, a disk or a name.
func (r *valueReader) scalar(key, val *yaml.Node, at tree.Trail) {
	n := tree.Resolve(val)
	if key == nil || r.x.taken[val] || r.x.taken[n] {
		return
	}
	if isTagKey(key.Value) {
		if printed, ok := printedNumber(n); ok && printed != n.Value && r.visit(n) {
			r.x.number(n, string(at), "", printed)
		}
		return
	}
	v, cut := beforeTemplate(n.Value)
	if !isImageKey(key.Value) || tree.ScalarType(n) != "string" || len(v) > maxImageText || isOpen(v) || isPattern(v) || strings.Contains(v, ";") ||
		strings.HasPrefix(v, "ami-") || isPicture(v) {
		return
	}
	img := &model.ImageRef{Raw: r.x.intern(v), Path: string(at), Field: model.FieldScalar, Confidence: model.Likely, Untagged: true, Span: r.x.span(n), Plain: n.Style&tree.Quoted == 0}
	if parse(img); cut {
		if img.Span = img.Span.Sub(0, len(v)); img.Err != nil && img.Err.Cause == imageref.Uppercase && imageref.HasHost(v) {
			r.record(img)
		}
		return
	}
	core := strings.TrimRight(strings.TrimSpace(v), ",")
	if scheme, rest, ok := strings.Cut(core, "://"); ok {
		if core = rest; !isWebScheme(scheme) || !strings.Contains(rest, "/") {
			return
		}
	}
	switch host := imageref.HasHost(core); {
	case img.Err != nil && (!host || !strings.ContainsAny(core[strings.LastIndexByte(core, '/')+1:], ":@")):
	case img.Err != nil, host, img.Ref.Tag != "", img.Ref.Digest != "":
		r.record(img)
	}
}

// isTagKey reports whether a key holds the tag of an image that another key names.
func isTagKey(key string) bool {
	return key == "imageTag" || strings.HasSuffix(key, "ImageTag") || key == "image_tag" || strings.HasSuffix(key, "_image_tag")
}

// isPicture reports whether a text is the file name of a picture or a disk image.
func isPicture(v string) bool {
	switch strings.ToLower(v[strings.LastIndexByte(v, '.')+1:]) {
	case "png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "qcow2", "iso", "img", "raw", "vmdk":
		return true
	}
	return false
}
