package manifests

import (
	"fmt"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// shapes looks for images by shape in what no table describes: an unknown custom resource, or the rest of a known one.
func (x *extractor) shapes(n *yaml.Node, k *resources.Kind) {
	s := shaper{x: x, k: k, seen: map[*yaml.Node]bool{}}
	for key, v := range entries(n) {
		switch {
		case key.Value == "metadata" || key.Value == "status" || key.Value == "apiVersion" || key.Value == "kind":
		case len(key.Value) > maxPath:
		default:
			s.walk(found{key, v, join("", key.Value)}, "", 0)
		}
	}
}

type shaper struct {
	x    *extractor
	k    *resources.Kind
	seen map[*yaml.Node]bool
}

// isContainerList reports whether a key names a list of containers.
func isContainerList(key string) bool {
	switch key {
	case "containers", "initContainers", "ephemeralContainers", "init_containers", "extraContainers", "extraInitContainers",
		"sidecars", "sidecar", "sideCars", "sideCar", "sidecarContainers", "steps":
		return true
	}
	return false
}

func (s *shaper) walk(f found, parent string, depth int) {
	n := resolve(f.val)
	if n == nil || len(f.path) > maxPath || n.Kind == yaml.ScalarNode && f.key == nil {
		return
	}
	if n.Kind != yaml.ScalarNode {
		if s.seen[n] {
			return
		}
		s.seen[n] = true
	}
	if s.x.taken[f.val] || s.x.taken[n] {
		return
	}
	switch n.Kind {
	case yaml.ScalarNode:
		s.scalar(f)
	case yaml.SequenceNode:
		for i, item := range n.Content {
			s.walk(found{nil, item, fmt.Sprintf("%s[%d]", f.path, i)}, parent, depth+1)
		}
	case yaml.MappingNode:
		s.mapping(n, f, parent, depth)
	}
}

func (s *shaper) mapping(n *yaml.Node, f found, parent string, depth int) {
	if v, k := strAt(n, "apiVersion"), strAt(n, "kind"); v != "" && k != "" && depth > 0 {
		if known, ok := resources.Lookup(v, k); ok && known.Builtin {
			s.x.object(n, "", "")
			return
		}
	}
	if isPodSpec(n) {
		s.x.pod(n, f, Likely, s.k)
	}
	if s.splitImage(n, f, parent) {
		return
	}
	for k, v := range entries(n) {
		if len(k.Value) > maxPath {
			continue
		}
		path := join(f.path, k.Value)
		switch {
		case isPushTarget(parent) && isImageKey(k.Value), k.Value == "rbd", k.Value == "status" && depth == 0, k.Value == "last-applied-configuration":
			continue
		case isContainerList(k.Value):
			s.containers(found{k, v, path})
		}
		s.walk(found{k, v, path}, k.Value, depth+1)
	}
}

// isPushTarget reports whether a mapping under a key says where an image is pushed to.
func isPushTarget(key string) bool { return key == "output" || key == "push" || key == "destination" }

// isPodSpec reports whether a mapping has the shape of a pod spec: a list "containers" whose items have a name and an image, and
// nothing that says it is something else.
func isPodSpec(n *yaml.Node) bool {
	list := child(n, "containers")
	if list == nil || list.Kind != yaml.SequenceNode {
		return false
	}
	for _, item := range list.Content {
		if str(child(item, "image")) != "" && child(item, "name") != nil {
			return true
		}
	}
	return false
}

// containers reads a list of containers that stands outside a pod spec.
func (s *shaper) containers(f found) {
	list := resolve(f.val)
	if list == nil || list.Kind != yaml.SequenceNode {
		return
	}
	for i, item := range list.Content {
		if img := child(item, "image"); img != nil && img.Kind == yaml.ScalarNode && scalarType(img) == "string" && img.Value != "" && !isPattern(img.Value) {
			s.x.container(found{nil, item, fmt.Sprintf("%s[%d]", f.path, i)}, FieldContainer, nil, Likely, s.k)
		}
	}
}

// isPattern reports whether a value is a glob or a sentinel rather than an image.
func isPattern(v string) bool {
	return strings.ContainsAny(v, "*?|") || v == "auto" || v == "placeholder"
}

// scalar takes a string under a key that names an image, if it can be nothing else: it parses, with a host, a tag or a digest.
func (s *shaper) scalar(f found) {
	n, key := resolve(f.val), f.key.Value
	if scalarType(n) != "string" || !isImageKey(key) || !strings.ContainsAny(n.Value, "/:@") || isPattern(n.Value) ||
		strings.Contains(n.Value, "://") || strings.HasPrefix(n.Value, "ami-") || len(n.Value) > 1024 {
		return
	}
	if _, err := imageref.Parse(n.Value); err != nil {
		return
	}
	s.x.scalar(f, Likely, s.k, true)
}

// isImageKey reports whether a key names an image.
func isImageKey(key string) bool {
	switch key {
	case "image", "imageName", "containerImage", "imageURI", "initImageURL", "containerImageName":
		return true
	case "osImage", "vmImage", "diskImage", "bootImage", "baseOSImage":
		return false
	}
	return strings.HasSuffix(key, "Image") || strings.HasSuffix(key, "_image")
}

// splitImage joins an object such as image: {repository, tag}. A string "image" beside its own tag is a fragment of one.
func (s *shaper) splitImage(n *yaml.Node, f found, parent string) bool {
	if str(child(n, "image")) != "" && (child(n, "repository") != nil && child(n, "version") != nil || child(n, "imageTag") != nil ||
		child(n, "image_version") != nil || child(n, "tag") != nil && child(n, "repository") == nil) {
		_, v := get(n, "image")
		s.x.mark(v)
	}
	if !strings.HasSuffix(parent, "mage") && parent != "images" && !strings.HasSuffix(parent, "imageRef") || str(child(n, "repository")) == "" {
		return false
	}
	if child(n, "tag") == nil && child(n, "digest") == nil && child(n, "version") == nil && child(n, "registry") == nil {
		return false
	}
	o := resources.ImageObject{Repository: key("repository"), Registry: key("registry"), Tag: key("tag"), Digest: key("digest"), Version: key("version")}
	s.x.splitAt(f, &o, Likely, s.k.Remote)
	return true
}

func key(name string) resources.Path { return resources.Path{{Kind: resources.Key, Name: name}} }

// split joins the images that one row of the table describes.
func (x *extractor) split(n *yaml.Node, o *resources.ImageObject, remote bool) {
	for _, f := range follow(n, o.Path, "") {
		x.splitAt(f, o, Certain, remote)
	}
}

// splitAt joins the image that stands in parts in the mapping at f.
func (x *extractor) splitAt(f found, o *resources.ImageObject, tier Tier, remote bool) {
	m := resolve(f.val)
	if m == nil || m.Kind != yaml.MappingNode || !x.mark(f.val) {
		return
	}
	img := &ImageRef{Path: f.path, Field: FieldSplit, Tier: tier, Remote: remote}
	numeric := false
	img.Raw = o.Join(func(p resources.Path) string {
		at := follow(m, p, f.path)
		if len(at) == 0 {
			return ""
		}
		v := resolve(at[0].val)
		if v == nil || v.Kind != yaml.ScalarNode || isNull(v) || v.Value == "" {
			if v != nil && v.Kind == yaml.ScalarNode && v.Style&quoted != 0 && o.Digest != nil && p.String() == o.Digest.String() {
				img.Digest = x.span(v)
			}
			return ""
		}
		numeric = numeric || scalarType(v) != "string"
		x.mark(at[0].val)
		img.Parts = append(img.Parts, Part{Name: p.String(), Value: strings.Clone(v.Value), Span: x.span(v)})
		return img.Parts[len(img.Parts)-1].Value
	})
	if img.Raw == "" || isPattern(img.Raw) || len(img.Raw) > 1024 {
		return
	}
	img.Span = img.Parts[0].Span
	for _, p := range img.Parts {
		if strings.HasPrefix(p.Name, "repo") || p.Name == "name" || p.Name == "reference" || p.Name == "url" {
			img.Span = p.Span
		}
	}
	img.Untagged = true // the operator has a default
	if x.parse(img); img.Err != nil && (tier != Certain || numeric) {
		return
	}
	x.w.Images = append(x.w.Images, img)
}
