package extract

import (
	"cmp"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// container reads one container.
func (x scope) container(val *yaml.Node, at tree.Trail, field model.Field, pod *model.Pod, tier model.Confidence, k *resources.Kind) {
	n := tree.Resolve(val)
	if n == nil || n.Kind != yaml.MappingNode {
		return
	}
	if img := x.listed[val]; img != nil && img.Container == "" { // its parts are next to the name
		img.Container, img.Pod = x.intern(tree.LookAt(n, "name")), cmp.Or(img.Pod, pod)
	}
	if !x.mark(val) {
		return
	}
	if x.trace {
		x.ranges = append(x.ranges, lineRange{from: n.Line, to: tree.LastLine(n), object: x.obj})
	}
	img := &model.ImageRef{Path: x.internPath(at.Key("image")), Field: field, Confidence: tier, Pod: pod, Container: x.intern(tree.LookAt(n, "name")), Remote: k != nil && k.Remote}
	if tree.HasDuplicates(n) {
		x.duplicates(n, string(at))
	}
	x.creates(n)
	if k != nil && k.Builtin && pod != nil {
		if mayMisplace(n, isNearPullSecretsKey) {
			x.misplaced(n, string(at), levelContainer, tree.Join(pod.Path, "imagePullSecrets"), false, isNearPullSecretsKey)
		}
		if mayHaveUnknown(n, levelContainer) {
			x.unknownFields(n, string(at), levelContainer)
		}
	}
	if x.opts.guess {
		x.guessContainer(n, string(at), img.Container)
	}
	key, image := tree.Get(n, "image")
	if key == nil {
		img.State, img.Span = model.StateMissing, x.span(n)
		if name := tree.Child(n, "name"); name != nil {
			img.Span = x.span(name)
		}
		if !x.obj.Complete || k != nil && k.Patch || tier != model.Certain || pod == nil {
			return // a patch, or an operator that sets the image
		}
		img.PullPolicy = x.policy(n, at, "imagePullPolicy")
		x.w.Images = append(x.w.Images, img)
		return
	}
	if given, ok := x.listed[image]; ok && tier != model.Certain {
		if given == nil {
			return
		}
		if given.Path == img.Path {
			given.Container, given.Pod = img.Container, cmp.Or(given.Pod, pod)
			given.PullPolicy = x.policy(n, at, "imagePullPolicy")
			return
		}
		img.Confidence = given.Confidence // a merge key repeats the value
	}
	x.mark(image)
	if k != nil && k.Patch && (tree.IsNull(image) || isEmptyString(image)) || isPlaceholder(k, image) {
		return
	}
	x.value(img, key, image)
	if img.Err == nil && img.Ref.Tag != "" && img.Ref.Tag != "latest" && tree.LookAt(n, "imagePullPolicy") == usualPolicy.Value {
		img.PullPolicy = usualPolicy // the common case is never reported; keep nothing else of it
	} else {
		img.PullPolicy = x.policy(n, at, "imagePullPolicy")
	}
}

func isEmptyString(n *yaml.Node) bool {
	n = tree.Resolve(n)
	return n != nil && n.Kind == yaml.ScalarNode && n.Value == ""
}

func isPlaceholder(k *resources.Kind, val *yaml.Node) bool {
	if k != nil && len(k.Placeholders) > 0 {
		for _, p := range k.Placeholders {
			if v := tree.Resolve(val); v != nil && v.Value == p {
				return true
			}
		}
	}
	return false
}

// volume reads volumes[].image.reference (Kubernetes 1.31, KEP-4639).
func (x scope) volume(f tree.Field, pod *model.Pod, tier model.Confidence) {
	img := tree.Child(f.Val, "image")
	if img == nil || img.Kind != yaml.MappingNode {
		return
	}
	key, val := tree.Get(img, "reference")
	path := tree.Join(f.Path, "image")
	ref := &model.ImageRef{Path: tree.Join(path, "reference"), Field: model.FieldVolume, Confidence: tier, Pod: pod, PullPolicy: x.policy(img, tree.Trail(path), "pullPolicy")}
	if key == nil {
		if x.obj.Complete && tier == model.Certain {
			k, _ := tree.Get(f.Val, "image")
			ref.State, ref.Span = model.StateMissing, x.span(k)
			x.w.Images = append(x.w.Images, ref)
		}
		return
	}
	if x.mark(val) {
		x.value(ref, key, val)
	}
}

// scalar reads a string field that holds an image.
func (x scope) scalar(f tree.Field, tier model.Confidence, k *resources.Kind, untagged bool) {
	n := tree.Resolve(f.Val)
	if n == nil || n.Kind != yaml.ScalarNode || tree.IsNull(n) || n.Value == "" || !x.mark(f.Val) || isPlaceholder(k, n) {
		return
	}
	key := f.Key
	if key == nil {
		key = n
	}
	img := &model.ImageRef{Path: f.Path, Field: model.FieldScalar, Confidence: tier, Untagged: untagged, Remote: k != nil && k.Remote}
	img.Pod = x.ownPod(f.Path)
	if tier == model.Certain {
		x.list(f.Val, img)
	}
	x.value(img, key, f.Val)
}

// ownPod returns the pod spec that belongs to a field of a custom resource, for kinds that have an image next to
// pull secrets. It returns nil if there is none.
func (x scope) ownPod(path string) *model.Pod {
	holder := path[:max(0, strings.LastIndexByte(path, '.'))]
	for _, pod := range x.w.Pods[:min(len(x.w.Pods), maxPods)] {
		if pod.Path == holder {
			return pod
		}
	}
	return nil
}

// maxPods limits how many pod specs of one object are searched for each image.
const maxPods = 64

// mirrored reads a string that names an image for tools that copy it to another registry.
func (x scope) mirrored(f tree.Field) {
	n := tree.Resolve(f.Val)
	if n != nil && n.Kind == yaml.ScalarNode && !tree.IsNull(n) && n.Value != "" && f.Key != nil && x.mark(f.Val) {
		x.list(f.Val, nil)
		x.value(&model.ImageRef{Path: f.Path, Field: model.FieldMirrored, Confidence: model.Certain, Remote: true}, f.Key, f.Val)
	}
}

// value records an image reference from the value of a key.
func (x scope) value(img *model.ImageRef, key, val *yaml.Node) {
	n := tree.Resolve(val)
	switch {
	case n == nil || tree.IsNull(n):
		img.State, img.Span = model.StateNull, x.span(key)
		if n != nil && n.Value != "" {
			img.Span = x.span(n)
		}
	case tree.IsTemplateFlow(n):
		img.State, img.Span, img.Raw = model.StateTemplate, x.span(n), x.restOfLine(n)
	case n.Kind != yaml.ScalarNode || tree.ScalarType(n) != "string":
		img.State, img.ValueType, img.Span, img.Raw = model.StateNotString, tree.KindName(n), x.span(n), strings.Clone(n.Value)
	default:
		img.Raw, img.Span, img.Plain = x.intern(n.Value), x.span(n), n.Style&tree.Quoted == 0
		if img.Confidence == model.Certain {
			img.Span = img.Span.AsName()
		}
		if parse(img); !img.Span.Exact() && !img.Redacted {
			img.Style = x.token(n)
		}
	}
	x.w.Images = append(x.w.Images, img)
}

// usualPolicy is the policy of a container whose image has a version. It is never reported.
var usualPolicy = &model.PullPolicy{Value: "IfNotPresent"}

// policy reads a pull policy. It returns nil if none is set.
func (x scope) policy(m *yaml.Node, at tree.Trail, name string) *model.PullPolicy {
	key, val := tree.Get(m, name)
	if key == nil {
		return nil
	}
	n := tree.Resolve(val)
	if n == nil || tree.IsNull(n) {
		return nil
	}
	p := &model.PullPolicy{Value: x.intern(n.Value), Path: x.internPath(at.Key(name))}
	if n.Value != "Always" || n.Style != 0 {
		p.Span = x.span(n) // the common case is never reported; drop its span to save memory
	}
	if tree.IsTemplateFlow(n) {
		p.State, p.Value = model.StateTemplate, x.restOfLine(n)
	} else if n.Kind != yaml.ScalarNode || tree.ScalarType(n) != "string" {
		p.State, p.ValueType = model.StateNotString, tree.KindName(n)
	}
	return p
}
