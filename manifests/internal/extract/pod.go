package extract

import (
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// containerLists are the fields of a pod spec that hold containers.
var containerLists = []struct {
	key   string
	field model.Field
}{{"containers", model.FieldContainer}, {"initContainers", model.FieldInit}, {"ephemeralContainers", model.FieldEphemeral}}

// pod reads a pod spec. Its template, one level up, may have annotations.
func (x scope) pod(n *yaml.Node, f tree.Field, tier model.Confidence, k *resources.Kind) {
	spec := tree.Resolve(f.Val)
	if spec == nil || spec.Kind != yaml.MappingNode || !x.mark(f.Val) {
		return
	}
	pod := &model.Pod{Object: x.obj, Path: x.intern(f.Path), Confidence: tier, Annotations: x.obj.Annotations}
	if up := strings.TrimSuffix(f.Path, ".spec"); up != f.Path {
		if template := x.nodeAt(n, up); template != nil && template != n {
			pod.Annotations = x.annotations(tree.Descend(template, "metadata", "annotations"), up)
			if k == nil || !k.Builtin {
				x.duplicate(template, up, "spec")
			}
			if x.opts.guess {
				x.guessAnnotations(tree.Child(template, "metadata"), tree.Join(up, "metadata"))
			}
		}
	}
	pod.ResolvesNames = x.resolvesNames(n, pod)
	account, known := x.account(spec, f.Path)
	pod.ServiceAccount, pod.ImagePullSecrets = account, x.secretList(spec, f.Path, "imagePullSecrets")
	if pod.ImagePullSecrets != nil {
		pod.ImagePullSecrets.Confidence = tier
	}
	pod.OperatorAccount = k == nil || k.Patch && !k.Builtin || !known
	if f.Key != nil {
		x.home = podSpecField{f.Key, spec}
	}
	if k != nil && k.Builtin {
		x.misplacedAround(n, spec, f.Path)
		if mayHaveUnknown(spec, levelPodSpec) {
			x.unknownFields(spec, f.Path, levelPodSpec)
		}
		x.duplicatesAround(n, f.Path)
	} else if tree.HasDuplicates(spec) {
		x.duplicates(spec, f.Path)
	}
	pod.Nodes = nodesOf(spec)
	x.w.Pods = append(x.w.Pods, pod)
	x.containers(spec, f.Path, pod, tier, k)
	x.volumes(spec, f.Path, pod, tier)
}

// containers reads all containers of a pod spec.
func (x scope) containers(spec *yaml.Node, path string, pod *model.Pod, tier model.Confidence, k *resources.Kind) {
	for _, list := range containerLists {
		_, at := tree.Get(spec, list.key)
		v := tree.Resolve(at)
		if v == nil || x.taken[at] || v.Kind != yaml.SequenceNode {
			continue
		}
		var buf [128]byte
		within := append(tree.Trail(buf[:0]), path...).Key(list.key)
		for i, item := range v.Content {
			x.container(item, within.Item(i), list.field, pod, tier, k)
		}
	}
}

// volumes reads the volumes of a pod spec: images, and mounted Secrets.
func (x scope) volumes(spec *yaml.Node, path string, pod *model.Pod, tier model.Confidence) {
	v := tree.Child(spec, "volumes")
	if v == nil || v.Kind != yaml.SequenceNode {
		return
	}
	for i, item := range v.Content {
		if tree.Child(item, "image") != nil {
			x.volume(tree.Item(tree.Join(path, "volumes"), i, item), pod, tier)
		}
		x.mounts(tree.LookAt(item, "secret", "secretName"))
		if projected := tree.Descend(item, "projected", "sources"); projected != nil && projected.Kind == yaml.SequenceNode {
			for _, from := range projected.Content {
				x.mounts(tree.LookAt(from, "secret", "name"))
			}
		}
	}
}

// nodeAt returns the node at a concrete path, in the notation of Found.
func (x scope) nodeAt(n *yaml.Node, path string) *yaml.Node {
	if strings.IndexByte(path, '[') < 0 { // keys alone
		for n != nil && path != "" {
			var key string
			key, path, _ = strings.Cut(path, ".")
			n = tree.Child(n, key)
		}
		return tree.Resolve(n)
	}
	p, err := resources.ParsePath(path)
	if err != nil {
		return nil
	}
	for _, f := range tree.Follow(n, p, "") {
		return tree.Resolve(f.Val)
	}
	return nil
}

// misplacedAround looks for pull secrets in the mappings between an object and its pod spec, and
// under misspelled keys in the pod spec.
func (x scope) misplacedAround(n, spec *yaml.Node, path string) {
	want := tree.Join(path, "imagePullSecrets")
	x.misplaced(spec, path, levelPodSpec, want, true, isNearPullSecretsKey)
	x.misplaced(n, "", "object", want, false, isNearPullSecretsKey)
	x.misplaced(tree.Child(n, "metadata"), "metadata", "metadata", want, false, isNearPullSecretsKey)
	m := n
	for from := 0; ; {
		step, _, more := strings.Cut(path[from:], ".")
		if !more {
			return
		}
		at := path[:from+len(step)]
		from += len(step) + 1
		level := "workload spec"
		if step == "template" || step == "jobTemplate" {
			level = "pod template"
		}
		m = tree.Child(m, step)
		x.misplaced(m, at, level, want, false, isNearPullSecretsKey)
		if meta := tree.Child(m, "metadata"); mayMisplace(meta, isNearPullSecretsKey) {
			x.misplaced(meta, tree.Join(at, "metadata"), "metadata", want, false, isNearPullSecretsKey)
		}
	}
}
