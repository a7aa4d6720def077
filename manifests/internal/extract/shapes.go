package extract

import (
	"errors"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// shapes looks for images by their shape where no table applies: in an unknown custom resource, or
// in other fields of a known one.
func (x scope) shapes(n *yaml.Node, k *resources.Kind, unknown bool) {
	s := shaper{x: x, k: k, unknown: unknown}
	for key, v := range tree.Entries(n) {
		switch {
		case key.Value == "metadata" || key.Value == "status" || key.Value == "apiVersion" || key.Value == "kind":
		case len(key.Value) > tree.MaxPath:
		default:
			s.walk(key, v, tree.Trail(s.buf[:0]).Key(key.Value), "", 0)
		}
	}
}

type shaper struct {
	x    scope
	k    *resources.Kind
	seen map[*yaml.Node]bool // the mappings and lists that aliases may lead to again
	// unknown is true for an object of a kind that no table describes.
	unknown bool
	buf     [256]byte // for the paths
}

// guessed records that something in an unknown kind looks like an image, whether it is read as one or not.
func (s *shaper) guessed() {
	if s.unknown {
		mark(&s.x.found.UnknownKinds, s.x.obj.Kind+"."+s.x.obj.Group())
	}
}

// walk looks at a value, which has a key or is an item of a list. parent is the nearest key above it.
func (s *shaper) walk(key, val *yaml.Node, at tree.Trail, parent string, depth int) {
	n := tree.Resolve(val)
	if n == nil || len(at) > tree.MaxPath || n.Kind == yaml.ScalarNode && key == nil {
		return
	}
	if n.Kind != yaml.ScalarNode && s.x.mayShare() {
		if s.seen[n] {
			return
		}
		mark(&s.seen, n)
	}
	if s.x.taken[val] || val != n && s.x.taken[n] {
		return
	}
	switch n.Kind {
	case yaml.ScalarNode:
		s.scalar(key, val, at)
	case yaml.SequenceNode:
		for i, item := range n.Content {
			s.walk(nil, item, at.Item(i), parent, depth+1)
		}
	case yaml.MappingNode:
		s.mapping(n, key, val, at, parent, depth)
	}
}

func (s *shaper) mapping(n, key, val *yaml.Node, at tree.Trail, parent string, depth int) {
	has := signsOf(n)
	if has.object && depth > 0 {
		if v, k := tree.LookAt(n, "apiVersion"), tree.LookAt(n, "kind"); v != "" && k != "" {
			if known := resources.Find(v, k); known != nil && known.Builtin {
				inside := s.x
				inside.outer = s.x.obj
				inside.object(n, "", "")
				return
			}
		}
	}
	if has.containers && isPodSpec(n) {
		s.x.pod(n, tree.Field{Key: key, Val: val, Path: string(at)}, model.Likely, s.k)
	}
	if has.image && s.splitImage(n, val, at, parent) {
		return
	}
	for k, v := range tree.Entries(n) {
		if len(k.Value) > tree.MaxPath || isScalar(v) && !isImageKey(k.Value) { // most fields do not even need their path
			continue
		}
		under := at.Key(k.Value)
		switch {
		case isPushTarget(parent) && isImageKey(k.Value), k.Value == "rbd", k.Value == "status" && depth == 0, k.Value == "last-applied-configuration":
			continue
		case isContainerList(k.Value) && !s.x.taken[v]:
			s.containers(v, under)
		}
		s.walk(k, v, under, k.Value, depth+1)
	}
}

// signs tell what a mapping may be. Nearly all have none.
type signs struct{ object, containers, image bool }

// signsOf looks at each key once, which is faster than searching for all of them.
func signsOf(n *yaml.Node) signs {
	var s signs
	for i := 0; i < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode || tree.IsMerge(k) {
			return signs{true, true, true}
		}
		switch k.Value {
		case "apiVersion":
			s.object = true
		case "containers":
			s.containers = true
		case "image", "repository":
			s.image = s.image || isScalar(n.Content[i+1])
		}
	}
	return s
}

// isScalar reports whether a value is a scalar, directly or through an alias.
func isScalar(v *yaml.Node) bool {
	v = tree.Resolve(v)
	return v != nil && v.Kind == yaml.ScalarNode
}

// isPodSpec reports whether a mapping looks like a pod spec: it has a list "containers" whose items have a name and an
// image, and no sign of something else, such as a policy, which has globs there to compare pods with.
func isPodSpec(n *yaml.Node) bool {
	list := tree.Child(n, "containers")
	if list == nil || list.Kind != yaml.SequenceNode {
		return false
	}
	for _, item := range list.Content {
		if image := tree.Look(tree.Child(item, "image")); image != "" && !isPattern(image) && tree.Child(item, "name") != nil {
			return true
		}
	}
	return false
}

// containers reads a list of containers outside of a pod spec.
func (s *shaper) containers(val *yaml.Node, at tree.Trail) {
	list := tree.Resolve(val)
	if list == nil || list.Kind != yaml.SequenceNode {
		return
	}
	for i, item := range list.Content {
		if img := tree.Child(item, "image"); img != nil && img.Kind == yaml.ScalarNode && tree.ScalarType(img) == "string" && img.Value != "" && !isPattern(img.Value) {
			s.x.container(item, at.Item(i), model.FieldContainer, nil, model.Likely, s.k)
		}
	}
}

// scalar reads a string under a key for images if it cannot be anything else: it parses, and has a
// host, a tag or a digest.
func (s *shaper) scalar(key, val *yaml.Node, at tree.Trail) {
	n := tree.Resolve(val)
	if !isImageKey(key.Value) || !strings.ContainsAny(n.Value, "/:@") || isPattern(n.Value) || tree.ScalarType(n) != "string" ||
		strings.Contains(n.Value, "://") || strings.HasPrefix(n.Value, "ami-") || len(n.Value) > 1024 {
		return
	}
	if _, err := imageref.Parse(n.Value); err != nil && !isUppercase(n.Value, err) {
		if imageref.HasHost(n.Value) {
			s.guessed()
		}
		return
	}
	s.guessed()
	s.x.scalar(tree.Field{Key: key, Val: val, Path: string(at)}, model.Likely, s.k, true)
}

// isUppercase reports whether a reference to a known registry is invalid only because of capital letters.
func isUppercase(text string, err error) bool {
	var e *imageref.Error
	if !errors.As(err, &e) || e.Cause != imageref.Uppercase {
		return false
	}
	host, _, _ := strings.Cut(text, "/")
	_, known := registries.Lookup(host)
	return known
}

// splitImage joins an object such as image: {repository, tag}. A string "image" next to its own tag
// is a part of one.
func (s *shaper) splitImage(n, val *yaml.Node, at tree.Trail, parent string) bool {
	if tree.Look(tree.Child(n, "image")) != "" && (tree.Child(n, "repository") != nil && tree.Child(n, "version") != nil || tree.Child(n, "imageTag") != nil ||
		tree.Child(n, "image_version") != nil || tree.Child(n, "tag") != nil && tree.Child(n, "repository") == nil) {
		_, v := tree.Get(n, "image")
		s.x.mark(v)
	}
	named := strings.HasSuffix(parent, "mage") || parent == "images" || strings.HasSuffix(parent, "imageRef")
	if !named && !s.unknown || tree.Look(tree.Child(n, "repository")) == "" {
		return false
	}
	if !named {
		if (tree.Child(n, "tag") != nil || tree.Child(n, "digest") != nil) && !isSource(n, parent) {
			s.guessed()
		}
		return false
	}
	if tree.Child(n, "tag") == nil && tree.Child(n, "digest") == nil && tree.Child(n, "version") == nil && tree.Child(n, "registry") == nil {
		return false
	}
	o := resources.ImageObject{Repository: key("repository"), Registry: key("registry"), Tag: key("tag"), Digest: key("digest"), Version: key("version")}
	path := string(at)
	if !strings.HasSuffix(path, "]") && lastPiece(n, tree.StrAt(n, "repository")) != nil {
		o.Name = key("name")
	}
	s.guessed()
	if s.x.mark(val) {
		s.x.splitAt(tree.Field{Val: val, Path: path}, path, &o, model.Likely, s.k.Remote)
	}
	return true
}

func key(name string) resources.Path { return resources.Path{{Kind: resources.Key, Name: name}} }

// split joins the images that the table describes. A map may contain several, each under its own keys; the key of the
// repository distinguishes them.
func (x scope) split(n *yaml.Node, k *resources.Kind) {
	for i := range k.Partial {
		for _, f := range tree.Follow(n, k.Partial[i].Path, "") {
			if x.mark(f.Val) {
				x.partial(f, &k.Partial[i])
			}
		}
	}
	ours := map[*yaml.Node]bool{}
	for i := range k.ImageObjects {
		o := &k.ImageObjects[i]
		shared := slices.ContainsFunc(k.ImageObjects, func(other resources.ImageObject) bool {
			return other.Path.String() == o.Path.String() && other.Repository.String() != o.Repository.String()
		})
		for _, f := range tree.Follow(n, o.Path, "") {
			if !x.mark(f.Val) && !ours[f.Val] {
				continue
			}
			ours[f.Val] = true
			path := f.Path
			if shared {
				path = tree.Join(path, o.Repository.String())
			}
			before := len(x.w.Images)
			if x.splitAt(f, path, o, model.Certain, k.Remote); len(x.w.Images) > before && !shared {
				x.list(f.Val, x.w.Images[before])
			}
		}
	}
}

// partial records the image of a mapping without its registry, if it does not parse.
func (x scope) partial(f tree.Field, o *resources.ImageObject) {
	before := len(x.w.Images)
	x.splitAt(f, f.Path, o, model.Certain, false)
	if len(x.w.Images) > before && x.w.Images[before].Err == nil {
		x.w.Images = x.w.Images[:before]
	}
}

// splitAt joins the parts of an image in the mapping at f, and records it under a path.
func (x scope) splitAt(f tree.Field, path string, o *resources.ImageObject, tier model.Confidence, remote bool) {
	m := tree.Resolve(f.Val)
	if m == nil || m.Kind != yaml.MappingNode {
		return
	}
	img := &model.ImageRef{Path: path, Field: model.FieldSplit, Confidence: tier, Remote: remote, Assembly: &model.Assembly{}}
	var malformed tree.Field // a part that is a list or a mapping
	untagged := true         // the operator has a default
	img.Raw = o.Join(func(p resources.Path) string {
		at := tree.Follow(m, p, f.Path)
		if len(at) == 0 {
			return ""
		}
		v := tree.Resolve(at[0].Val)
		if v != nil && v.Kind != yaml.ScalarNode {
			malformed = at[0]
		}
		if v == nil || v.Kind != yaml.ScalarNode || tree.IsNull(v) || v.Value == "" {
			if v != nil && v.Kind == yaml.ScalarNode && v.Style&tree.Quoted != 0 && o.Digest != nil && p.String() == o.Digest.String() {
				at := x.span(v)
				img.Assembly.EmptyDigest = &at
			}
			if o.PlainTag && p.String() == o.Tag.String() {
				untagged = false
			}
			return ""
		}
		x.mark(at[0].Val)
		part := model.Part{Name: p.String(), Value: strings.Clone(v.Value), Span: x.span(v)}
		if t := tree.ScalarType(v); t != "string" {
			part.ValueType = t
		}
		if part.Name == "registry" && tier != model.Certain && strings.HasSuffix(part.Value, "/") { // most charts join with a single slash anyway
			part.Value, part.Span = part.Value[:len(part.Value)-1], part.Span.WithExact(false)
		}
		img.Assembly.Parts = append(img.Assembly.Parts, part)
		return img.Assembly.Parts[len(img.Assembly.Parts)-1].Value
	})
	if n := tree.Resolve(malformed.Val); n != nil && tier == model.Certain {
		img.State, img.ValueType, img.Path, img.Span = model.StateNotString, tree.KindName(n), malformed.Path, x.span(n)
		if img.Raw = ""; tree.IsTemplateFlow(n) {
			img.State, img.Raw = model.StateTemplate, x.restOfLine(n)
		}
		x.w.Images = append(x.w.Images, img)
		return
	}
	if img.Raw == "" || isPattern(img.Raw) || len(img.Raw) > 1024 {
		return
	}
	img.Span = img.Assembly.Parts[0].Span
	for _, p := range img.Assembly.Parts {
		if strings.HasPrefix(p.Name, "repo") || p.Name == "name" || p.Name == "reference" || p.Name == "url" {
			img.Span = p.Span
		}
	}
	img.Untagged = untagged
	img.Pod = x.ownPod(f.Path)
	if parse(img); img.Err != nil && tier != model.Certain {
		return
	}
	x.w.Images = append(x.w.Images, img)
}
