package extract

import (
	"cmp"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// maxObjects limits how deeply objects may be nested (a List in a List, a Template in a
// ManifestWork).
const maxObjects = 20

// root reads a document's root and reports whether it was a Kubernetes object.
func (x scope) root(n *yaml.Node) bool {
	n = tree.Resolve(n)
	if n == nil {
		return false
	}
	if n.Kind == yaml.SequenceNode {
		// A bare array of objects is not a manifest, but tools write it: jq '.items'.
		any := false
		for _, item := range n.Content {
			any = x.object(tree.Resolve(item), "", "") || any
		}
		return any
	}
	parts := splitObjects(n)
	if parts == nil {
		return x.object(n, "", "")
	}
	any, lost := false, false
	for i, part := range parts {
		from, workloads := len(x.found.Objects), len(x.found.Workloads)
		any = x.object(part, "", "") || any
		if i > 0 && lost && len(x.found.Objects) > from {
			x.glued(parts[i-1], part, x.found.Objects[from])
		}
		lost = lost || len(x.found.Workloads) > workloads
	}
	return any
}

// object reads one Kubernetes object. A list item may omit what the list's kind implies.
func (x scope) object(n *yaml.Node, apiVersion, kind string) bool {
	if n == nil || n.Kind != yaml.MappingNode || x.depth >= maxObjects {
		return false
	}
	if v := tree.LookAt(n, "apiVersion"); v != "" {
		apiVersion = v
	}
	if k := tree.LookAt(n, "kind"); k != "" {
		kind = k
	}
	if (kind == "" || apiVersion == "") && isKustomizationFile(x.text.File.Name) { // kustomize fills in both
		apiVersion = cmp.Or(apiVersion, "kustomize.config.k8s.io/v1beta1")
		kind = cmp.Or(kind, "Kustomization")
	}
	if kind == "" || apiVersion == "" {
		return false
	}
	x.depth++
	if stream.IsList(kind) {
		if items := tree.Child(n, "items"); items != nil && (items.Kind == yaml.SequenceNode || tree.IsNull(items)) {
			for _, item := range items.Content {
				x.object(tree.Resolve(item), apiVersion, strings.TrimSuffix(kind, "List"))
			}
			return true
		}
	}
	x = x.start(n, apiVersion, kind)
	first := len(x.found.Workloads)
	if mayRun := x.read(n, model.Group(apiVersion), kind); mayRun && len(x.w.Images)+len(x.w.Pods)+len(x.w.PullSecrets)+len(x.w.Misplaced) > 0 {
		x.lineage(n)
		x.found.Workloads = append(x.found.Workloads, x.w)
	}
	if isOpenShiftTemplate(x.obj) {
		x.process(n, x.found.Workloads[first:])
	}
	x.found.dropTaken(x.taken)
	return true
}

// read reads the content of an object. It returns false for kinds that are never workloads.
func (x scope) read(n *yaml.Node, g, kind string) bool {
	switch {
	case g == "kustomize.config.k8s.io":
		x.kustomization(n)
		return false
	case g == "" && kind == "Secret":
		x.secret(n)
		return false
	case x.opts.Said && isEvent(g, kind):
		x.event(n)
		return false
	case g == "" && kind == "ServiceAccount":
		x.serviceAccount(n)
	case g == "" && kind == "Service":
		x.found.Services.Add(x.obj.Namespace + "/" + x.obj.Name)
	case isMirrors(g, kind):
		x.mirrors(n)
		x.contents(n)
	case isImageStream(g, kind):
		x.imageStream(n)
		x.contents(n)
	case configuresNodes(g, kind):
		x.nodeRegistries(n)
		x.contents(n)
	case g == "" && kind == "ConfigMap":
		x.settings(n)
		x.announced(n)
		x.valuesTexts(n)
		if x.opts.guess {
			x.guessConfigMap(n)
		}
	default:
		x.provided(n)
		x.builds(n)
		x.contents(n)
		if hasTriggers(g, kind) {
			x.triggers(n)
		}
		if g == "" && kind == "Pod" {
			x.statuses(n)
		}
	}
	if x.opts.guess {
		x.guessAnnotations(tree.Child(n, "metadata"), "metadata")
	}
	slices.SortStableFunc(x.w.Images, func(a, b *model.ImageRef) int { return cmp.Compare(a.Span.Start().Offset, b.Span.Start().Offset) })
	return true
}

// start creates the object for a node, and returns its scope.
func (x scope) start(n *yaml.Node, apiVersion, kind string) scope {
	meta := metadataOf(tree.Child(n, "metadata"))
	x = x.within(&model.Object{Doc: x.doc, APIVersion: x.intern(apiVersion), Kind: x.intern(kind), Namespace: x.intern(tree.Look(meta.namespace)), Name: tree.Str(meta.name), Outer: x.outer})
	x.found.Objects = append(x.found.Objects, x.obj)
	x.found.OpenShift = x.found.OpenShift || isOpenShift(x.obj.Group())
	if x.obj.Name != "" {
		x.obj.Span = x.span(tree.Resolve(meta.name))
	} else if k, _ := tree.Get(n, "kind"); k != nil {
		x.obj.Span = x.span(k)
	} else {
		x.obj.Span = x.text.Span(tree.Offset(x.text, n), tree.Offset(x.text, n))
	}
	x.obj.Annotations = x.annotations(meta.annotations, "")
	if x.opts.Metadata {
		x.obj.Metadata = &model.Metadata{Labels: texts(meta.labels), Annotations: texts(meta.annotations)}
	}
	x.obj.Live = tree.Look(meta.uid) != "" || tree.Look(meta.resourceVersion) != ""
	if x.obj.Live {
		x.obj.Created = tree.Look(meta.creationTimestamp)
	}
	x.obj.Complete = x.obj.Live || x.isComplete(n, kind)
	x.obj.Controller, x.obj.Idle = x.controller(meta.ownerReferences), idle(n, kind)
	if x.trace {
		r := lineRange{from: n.Line, to: tree.LastLine(n), object: x.obj, whole: true}
		for _, name := range []string{"apiVersion", "kind", "metadata"} {
			if k, _ := tree.Get(n, name); k != nil {
				r.keys = append(r.keys, k.Line)
			}
		}
		x.ranges = append(x.ranges, r)
	}
	return x
}

// metadata has the values of an object's metadata. They are not resolved.
type metadata struct {
	name, namespace, labels, annotations, uid, resourceVersion, creationTimestamp, ownerReferences *yaml.Node
}

// metadataOf reads all of a mapping at once, because searching it for each key takes longer.
func metadataOf(n *yaml.Node) metadata {
	var m metadata
	for k, v := range tree.Entries(n) {
		switch k.Value {
		case "name":
			m.name = v
		case "namespace":
			m.namespace = v
		case "labels":
			m.labels = v
		case "annotations":
			m.annotations = v
		case "uid":
			m.uid = v
		case "resourceVersion":
			m.resourceVersion = v
		case "creationTimestamp":
			m.creationTimestamp = v
		case "ownerReferences":
			m.ownerReferences = v
		}
	}
	return m
}

// controller returns the object that created one, according to the owners in its metadata, or "".
func (x scope) controller(owners *yaml.Node) string {
	owners = tree.Resolve(owners)
	if owners == nil || owners.Kind != yaml.SequenceNode {
		return ""
	}
	for _, owner := range owners.Content {
		owner = tree.Resolve(owner)
		if tree.TextAt(owner, "controller") == "true" {
			return x.intern(tree.LookAt(owner, "kind")) + "/" + tree.StrAt(owner, "name")
		}
	}
	return ""
}

// idle reports whether an object in a cluster no longer runs pods.
func idle(n *yaml.Node, kind string) bool {
	switch kind {
	case "ReplicaSet", "ReplicationController":
		return tree.TextAt(n, "spec", "replicas") == "0"
	case "Job":
		return tree.LookAt(n, "status", "completionTime") != "" || isFinished(tree.Descend(n, "status", "conditions"))
	case "Pod":
		phase := tree.LookAt(n, "status", "phase")
		return phase == "Succeeded" || phase == "Failed"
	}
	return false
}

// isFinished reports whether the conditions of a Job say that it succeeded or failed. One that failed has no completion time.
func isFinished(conditions *yaml.Node) bool {
	if conditions == nil || conditions.Kind != yaml.SequenceNode {
		return false
	}
	return slices.ContainsFunc(conditions.Content, func(c *yaml.Node) bool {
		c = tree.Resolve(c)
		kind := tree.LookAt(c, "type")
		return (kind == "Complete" || kind == "Failed") && tree.TextAt(c, "status") == "True"
	})
}

// isComplete looks for proof that an object is complete and not a patch: it comes from a renderer, or it has fields that a patch leaves to
// what it patches. Of the apps group, those are required and immutable. Jobs need a restart policy, since the default is not allowed. A Pod
// needs only containers, so its proof is a name and a restart policy, which files that a tool completes lack: pod templates of Spark and
// Jenkins have no name of their own, or a container that the tool is known to fill in.
func (x scope) isComplete(n *yaml.Node, kind string) bool {
	if x.doc.Template != "" {
		return true
	}
	switch kind {
	case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet":
		return tree.Descend(n, "spec", "selector") != nil && tree.Descend(n, "spec", "template", "metadata", "labels") != nil
	case "Pod":
		return x.obj.Name != "" && isWholePod(tree.Child(n, "spec"))
	case "Job":
		return x.obj.Name != "" && isWholePod(tree.Descend(n, "spec", "template", "spec"))
	case "CronJob":
		return tree.LookAt(n, "spec", "schedule") != "" && isWholePod(tree.Descend(n, "spec", "jobTemplate", "spec", "template", "spec"))
	}
	return false
}

// isWholePod reports whether a pod spec sets its restart policy and is neither a strategic merge patch nor a template that a tool completes.
func isWholePod(spec *yaml.Node) bool {
	if tree.LookAt(spec, "restartPolicy") == "" {
		return false
	}
	list := tree.Child(spec, "containers")
	if list == nil || list.Kind != yaml.SequenceNode {
		return false
	}
	return !slices.ContainsFunc(list.Content, func(c *yaml.Node) bool {
		name := tree.LookAt(c, "name")
		return name == "" || completedContainers[name] || tree.Child(c, "$patch") != nil
	})
}

// completedContainers are names of containers that a tool gives an image: agents of Jenkins, workers of Airflow, and the pods of Spark.
var completedContainers = map[string]bool{"base": true, "jnlp": true, "spark-kubernetes-driver": true, "spark-kubernetes-executor": true}

// noKind is what is known of a kind that no table has.
var noKind resources.Kind

// contents finds images and pods in an object.
func (x scope) contents(n *yaml.Node) {
	known := resources.Find(x.obj.APIVersion, x.obj.Kind)
	if known != nil && known.Skip && x.obj.Group() == "" {
		// A workload under "v1", where that kind does not exist. Users mean the kind in apps or
		// batch.
		for _, version := range []string{"apps/v1", "batch/v1"} {
			if k := resources.Find(version, x.obj.Kind); k != nil && k.Builtin {
				known = k
			}
		}
	}
	ok := known != nil
	if !ok {
		known = &noKind
	}
	if user := x.opts.userKind(x.obj.APIVersion, x.obj.Kind); user != nil {
		both := merged(*known, user)
		known, ok = &both, true
	}
	x.obj.Fetched = known.Fetched
	x.argoApplied(n)
	if ok && known.Skip {
		x.listedContainers(n, known)
		return
	}
	if ok {
		if !known.Builtin { // then shapes are read, too
			x.listed = map[*yaml.Node]*model.ImageRef{}
		}
		x.readKnownKind(n, known)
		if known.Builtin {
			return
		}
	}
	if !ok && resources.SkipGroup(x.obj.Group()) {
		return
	}
	x.shapes(n, known, !ok)
	x.misplacedInResource(n, known, ok)
	x.installed(n, known)
}

// readKnownKind reads the fields that the table lists for a kind.
func (x scope) readKnownKind(n *yaml.Node, k *resources.Kind) {
	for _, key := range []string{"spec", "template"} {
		x.duplicate(n, "", key)
	}
	x.resourceSecrets(n, k)
	for _, p := range k.NotRun {
		x.markNotImage(n, p)
	}
	for _, p := range k.NotImage {
		x.markNotImage(n, p)
	}
	for _, p := range k.PodSpecs {
		for _, f := range tree.Follow(n, p, "") {
			x.pod(n, f, model.Certain, k)
		}
	}
	x.listedContainers(n, k)
	for _, p := range k.Volumes {
		for _, f := range tree.Follow(n, p, "") {
			x.volume(f, nil, model.Certain)
		}
	}
	x.split(n, k)
	for _, p := range k.Images {
		for _, f := range tree.Follow(n, p, "") {
			x.scalar(f, model.Certain, k, matches(k.Untagged, p))
		}
	}
	for _, p := range k.Mirrored {
		for _, f := range tree.Follow(n, p, "") {
			x.mirrored(f)
		}
	}
	for _, p := range k.Parts {
		x.markNotImage(n, p)
	}
	for _, p := range k.Embedded {
		for _, f := range tree.Follow(n, p, "") {
			x.embedded(f)
		}
	}
}

// listedContainers reads the containers outside of pod specs.
func (x scope) listedContainers(n *yaml.Node, k *resources.Kind) {
	for _, p := range k.Containers {
		for _, f := range tree.Follow(n, p, "") {
			x.container(f.Val, tree.Trail(f.Path), model.FieldContainer, nil, model.Certain, k)
		}
	}
}

func matches(list []resources.Path, p resources.Path) bool {
	for _, q := range list {
		if q.String() == p.String() {
			return true
		}
	}
	return false
}

// markNotImage marks what a path leads to as not an image.
func (x scope) markNotImage(n *yaml.Node, p resources.Path) {
	for _, f := range tree.Follow(n, p, "") {
		x.mark(f.Val)
		x.list(f.Val, nil)
	}
}

// list records the image, or nil, that a path of the kind leads to. A container around it must not add it again as likely.
func (x scope) list(n *yaml.Node, img *model.ImageRef) {
	if _, ok := x.listed[n]; !ok && x.listed != nil {
		x.listed[n] = img
	}
}

// embedded reads objects inside an object: one, or a list of them.
func (x scope) embedded(f tree.Field) {
	n := tree.Resolve(f.Val)
	if n == nil || !x.mark(f.Val) {
		return
	}
	list := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		list = n.Content
	}
	x.outer = x.obj
	for _, item := range list {
		x.object(tree.Resolve(item), "", "")
	}
}
