package extract

import (
	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// misplacedInResource looks for pull secrets in a custom resource at levels where its kind has none. Next to spec, no
// schema is needed: no custom resource has fields there except those of every object. Between there and the pod spec,
// the table decides, for kinds that it marks as closed.
func (x scope) misplacedInResource(n *yaml.Node, k *resources.Kind, known bool) {
	beside := model.Likely
	if known && !k.Unverified {
		beside = model.Certain
	}
	fields := pullSecretFields{x: x, k: k}
	for _, p := range k.PullSecrets {
		for _, f := range tree.Follow(n, p.Path, "") {
			mark(&fields.taken, f.Val)
		}
	}
	if spec := tree.Child(n, "spec"); spec != nil && spec.Kind == yaml.MappingNode {
		fields.check(n, "", "object", beside)
		fields.check(tree.Child(n, "metadata"), "metadata", "metadata", beside)
	}
	if !known {
		return
	}
	between := model.Likely
	if k.Closed {
		between = model.Certain
	}
	for _, pod := range x.w.Pods[:min(len(x.w.Pods), maxPods)] {
		if pod.Confidence == model.Certain {
			fields.around(n, pod, between)
		}
	}
	if spec := tree.Child(n, "spec"); spec != nil {
		fields.check(spec, "spec", "spec", between)
	}
}

// pullSecretFields are the mappings of a custom resource that are searched for pull secrets.
type pullSecretFields struct {
	x     scope
	k     *resources.Kind
	taken map[*yaml.Node]bool // the fields that the kind has
	seen  map[*yaml.Node]bool
}

// around searches the levels between an object and a pod spec, and the containers of the pod.
func (r *pullSecretFields) around(n *yaml.Node, pod *model.Pod, tier model.Confidence) {
	p, err := resources.ParsePath(pod.Path)
	if err != nil {
		return
	}
	for i := 1; i <= len(p); i++ {
		for _, f := range tree.Follow(n, p[:i], "") {
			if i < len(p) {
				r.check(f.Val, f.Path, f.Path, tier)
				continue
			}
			spec := tree.Resolve(f.Val)
			if _, own := tree.Get(spec, pullSecretsKey); own != nil {
				mark(&r.taken, own)
			}
			if f.Key != nil && len(r.x.w.Pods) == 1 {
				r.x.home = podSpecField{f.Key, spec}
			}
			r.check(spec, f.Path, f.Path, tier)
			r.containers(spec, f.Path, tier)
		}
	}
}

func (r *pullSecretFields) containers(spec *yaml.Node, path string, tier model.Confidence) {
	for _, list := range containerLists {
		items := tree.Child(spec, list.key)
		if items == nil || items.Kind != yaml.SequenceNode {
			continue
		}
		for i, item := range items.Content {
			at := tree.Item(tree.Join(path, list.key), i, item)
			r.check(at.Val, at.Path, levelContainer, tier)
		}
	}
}

// check records keys in one mapping that are not fields of the kind.
func (r *pullSecretFields) check(m *yaml.Node, path, level string, tier model.Confidence) {
	m = tree.Resolve(m)
	if !mayMisplace(m, isPullSecretsKey) || r.seen[m] {
		return
	}
	mark(&r.seen, m)
	for key, val := range tree.Entries(m) {
		if !isPullSecretsKey(key.Value) || r.taken[val] {
			continue
		}
		before := len(r.x.w.Misplaced)
		r.x.misplaced(m, path, level, r.want(), false, isPullSecretsKey)
		for i := before; i < len(r.x.w.Misplaced); i++ {
			r.x.w.Misplaced[i].Confidence = tier
		}
		return
	}
}

// want is the path at which the kind has pull secrets, or "" if it has none.
func (r *pullSecretFields) want() string {
	switch pods := r.x.w.Pods; {
	case len(pods) == 1:
		return tree.Join(pods[0].Path, pullSecretsKey)
	case len(r.k.PodSpecs) > 0:
		return tree.Join(r.k.PodSpecs[0].String(), pullSecretsKey)
	case len(r.k.PullSecrets) > 0:
		return r.k.PullSecrets[0].Path.String()
	}
	return ""
}
