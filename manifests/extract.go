package manifests

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/resources"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// extractor takes from one document's nodes what the run keeps. The nodes are let go afterwards.
type extractor struct {
	c    *chunk
	doc  *Document
	opts *Options
	out  *fileResult

	obj     *Object
	w       *Workload
	taken   map[*yaml.Node]bool // values that are recorded, or known to be none
	ranges  []lineRange
	trace   bool         // whether ranges are wanted
	depth   int          // of objects inside objects
	outer   *Object      // the object that the one at hand stands in
	secrecy int          // of secretive: 0 not asked yet
	at      *source.Span // where all of a text in a field is said to stand; nil where its places are known
	veiled  bool         // whether values are read, among which passwords stand under any key
	home    *home        // the pod spec that is being read
}

// maxObjects is how deep objects may stand inside one another (a List in a List, a Template in a ManifestWork).
const maxObjects = 20

// root reads a document's root; it returns whether that was a Kubernetes object.
func (x *extractor) root(n *yaml.Node) bool {
	n = resolve(n)
	if n == nil {
		return false
	}
	if n.Kind == yaml.SequenceNode {
		// A bare array of objects is no manifest, yet tools write it: jq '.items'.
		any := false
		for _, item := range n.Content {
			any = x.object(resolve(item), "", "") || any
		}
		return any
	}
	parts := unglue(n)
	if len(parts) == 1 {
		return x.object(n, "", "")
	}
	any, lost := false, false
	for i, part := range parts {
		from, workloads := len(x.out.objects), len(x.out.Workloads)
		any = x.object(part, "", "") || any
		if i > 0 && lost && len(x.out.objects) > from {
			x.glued(parts[i-1], part, x.out.objects[from])
		}
		lost = lost || len(x.out.Workloads) > workloads
	}
	return any
}

// glued records that an object begins where another one, which matters, has not ended.
func (x *extractor) glued(before, part *yaml.Node, obj *Object) {
	first, _ := get(before, "kind")
	k, _ := get(part, "apiVersion")
	if other, _ := get(part, "kind"); k == nil || other != nil && other.Line < k.Line {
		k = other
	}
	if first != nil && k != nil {
		x.out.Duplicates = append(x.out.Duplicates, Duplicate{Object: obj, Key: k.Value, Path: k.Value, First: x.span(first), Span: x.span(k), Glued: true})
	}
}

// unglue cuts a root mapping that repeats apiVersion and kind, as happens where a "---" is missing between two objects.
func unglue(n *yaml.Node) []*yaml.Node {
	if n.Kind != yaml.MappingNode {
		return []*yaml.Node{n}
	}
	kinds := 0
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == "kind" {
			kinds++
		}
	}
	if kinds < 2 {
		return []*yaml.Node{n}
	}
	var parts []*yaml.Node
	cur := &yaml.Node{Kind: yaml.MappingNode, Line: n.Line, Column: n.Column}
	has := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if (k.Value == "apiVersion" || k.Value == "kind") && has[k.Value] && has["apiVersion"] && has["kind"] && len(cur.Content) > 4 {
			parts = append(parts, cur)
			cur = &yaml.Node{Kind: yaml.MappingNode, Line: k.Line, Column: k.Column}
			has = map[string]bool{}
		}
		has[k.Value] = true
		cur.Content = append(cur.Content, k, n.Content[i+1])
	}
	if len(parts) == 0 {
		return []*yaml.Node{n}
	}
	if !has["apiVersion"] || !has["kind"] {
		return []*yaml.Node{n} // a doubled key in one object, not two objects
	}
	return append(parts, cur)
}

// object reads one Kubernetes object. An item of a list may leave out what the list's kind says.
func (x *extractor) object(n *yaml.Node, apiVersion, kind string) bool {
	if n == nil || n.Kind != yaml.MappingNode || x.depth >= maxObjects {
		return false
	}
	if v := strAt(n, "apiVersion"); v != "" {
		apiVersion = v
	}
	if k := strAt(n, "kind"); k != "" {
		kind = k
	}
	if isKustomizationFile(x.c.File.Name) && (kind == "" || apiVersion == "") { // kustomize fills in both
		apiVersion = cmp.Or(apiVersion, "kustomize.config.k8s.io/v1beta1")
		kind = cmp.Or(kind, "Kustomization")
	}
	if kind == "" || apiVersion == "" {
		return false
	}
	x.depth++
	defer func() { x.depth-- }()
	if items := child(n, "items"); isList(kind) && items != nil && (items.Kind == yaml.SequenceNode || isNull(items)) {
		for _, item := range items.Content {
			x.object(resolve(item), apiVersion, strings.TrimSuffix(kind, "List"))
		}
		return true
	}
	outerObj, outerW, outerTaken := x.obj, x.w, x.taken
	defer func() { x.obj, x.w, x.taken = outerObj, outerW, outerTaken }()
	x.start(n, apiVersion, kind)
	switch g := group(apiVersion); {
	case g == "kustomize.config.k8s.io":
		x.kustomization(n)
		return true
	case g == "" && kind == "Secret":
		x.secret(n)
		return true
	case g == "" && kind == "ServiceAccount":
		x.serviceAccount(n)
	case g == "" && kind == "ConfigMap":
		x.settings(n)
		if x.opts.Guess {
			x.guessConfigMap(n)
		}
	default:
		x.provided(n)
		x.builds(n)
		x.contents(n)
	}
	if x.opts.Guess {
		x.guessAnnotations(child(n, "metadata"), "metadata")
	}
	slices.SortStableFunc(x.w.Images, func(a, b *ImageRef) int { return cmp.Compare(a.Span.Start.Offset, b.Span.Start.Offset) })
	if len(x.w.Images)+len(x.w.Pods)+len(x.w.Secrets)+len(x.w.Misplaced) > 0 {
		x.out.Workloads = append(x.out.Workloads, x.w)
	}
	return true
}

// start makes the object of a node.
func (x *extractor) start(n *yaml.Node, apiVersion, kind string) {
	meta := child(n, "metadata")
	x.obj = &Object{Doc: x.doc, APIVersion: keep(apiVersion), Kind: keep(kind), Namespace: keep(strAt(meta, "namespace")), Name: strAt(meta, "name"), Outer: x.outer}
	x.w, x.taken = &Workload{Object: x.obj}, nil
	x.out.objects = append(x.out.objects, x.obj)
	if name := child(meta, "name"); name != nil && x.obj.Name != "" {
		x.obj.Span = x.span(name)
	} else if k, _ := get(n, "kind"); k != nil {
		x.obj.Span = x.span(k)
	} else {
		x.obj.Span = x.c.Span(x.offset(n), x.offset(n))
	}
	x.obj.Annotations = x.annotations(meta, "")
	x.obj.Whole = x.whole(n, kind)
	if x.trace {
		r := lineRange{from: n.Line, to: lastLine(n), object: x.obj, whole: true}
		for _, name := range []string{"apiVersion", "kind", "metadata"} {
			if k, _ := get(n, name); k != nil {
				r.keys = append(r.keys, k.Line)
			}
		}
		x.ranges = append(x.ranges, r)
	}
}

// whole looks for proof that an object is meant as it stands and is no patch: it comes from a renderer or a cluster, or it holds what
// the API requires and no patch may change (spec.selector of the apps group is immutable).
func (x *extractor) whole(n *yaml.Node, kind string) bool {
	if x.doc.Template != "" || strAt(n, "metadata", "uid") != "" || strAt(n, "metadata", "resourceVersion") != "" {
		return true
	}
	switch kind {
	case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet":
		return descend(n, "spec", "selector") != nil && descend(n, "spec", "template", "metadata", "labels") != nil
	}
	return false
}

// keptAnnotations begin the keys of annotations that change what a rule says.
var keptAnnotations = []string{
	"inject.istio.io/", "sidecar.istio.io/", "image.openshift.io/triggers", "helm.sh/hook", "reflector.v1.k8s.emberstack.com/",
	"replicator.v1.mittwald.de/", "kubed.appscode.com/sync", "secretgen.carvel.dev/image-pull-secret", "operator.1password.io/item-name",
}

// annotationPrefix begins the annotations that speak to imagelint.
const annotationPrefix = "imagelint.dev/ignore."

// annotations keeps the annotations that matter of a metadata mapping; scope is the path of what they annotate.
func (x *extractor) annotations(meta *yaml.Node, scope string) map[string]string {
	var kept map[string]string
	var ignores []Annotation
	for k, v := range entries(child(meta, "annotations")) {
		v = resolve(v)
		if v == nil || v.Kind != yaml.ScalarNode {
			continue
		}
		if strings.HasPrefix(k.Value, annotationPrefix) {
			ignores = append(ignores, Annotation{Key: strings.Clone(k.Value), Value: strings.Clone(v.Value), Span: x.span(k), Scope: scope})
		}
		for _, prefix := range keptAnnotations {
			if strings.HasPrefix(k.Value, prefix) {
				if kept == nil {
					kept = map[string]string{}
				}
				kept[strings.Clone(k.Value)] = strings.Clone(v.Value)
			}
		}
	}
	if ignores != nil {
		x.out.Annotated = append(x.out.Annotated, Annotated{Object: x.obj, Ignores: ignores})
	}
	return kept
}

// contents finds images and pods in an object.
func (x *extractor) contents(n *yaml.Node) {
	known, ok := resources.Lookup(x.obj.APIVersion, x.obj.Kind)
	if ok && known.Skip && x.obj.Group() == "" {
		// A workload under "v1", where no such kind is: people write it, and mean the one of apps or batch.
		for _, version := range []string{"apps/v1", "batch/v1"} {
			if k, found := resources.Lookup(version, x.obj.Kind); found && k.Builtin {
				known = k
			}
		}
	}
	if user := x.opts.userKind(x.obj.APIVersion, x.obj.Kind); user != nil {
		known, ok = merged(known, user), true
	}
	if ok && known.Skip {
		return
	}
	if ok {
		x.known(n, &known)
		if known.Builtin {
			return
		}
	}
	if !ok && resources.SkipGroup(x.obj.Group()) {
		return
	}
	x.shapes(n, &known)
	x.installed(n, &known)
}

// known reads what the table says of a kind.
func (x *extractor) known(n *yaml.Node, k *resources.Kind) {
	for _, key := range []string{"spec", "template"} {
		x.duplicate(n, "", key)
	}
	x.resourceSecrets(n, k)
	for _, p := range k.NotRun {
		x.take(n, p)
	}
	for _, p := range k.NotImage {
		x.take(n, p)
	}
	for _, p := range k.PodSpecs {
		for _, f := range follow(n, p, "") {
			x.pod(n, f, Certain, k)
		}
	}
	for _, p := range k.Containers {
		for _, f := range follow(n, p, "") {
			x.container(f, FieldContainer, nil, Certain, k)
		}
	}
	for _, p := range k.Volumes {
		for _, f := range follow(n, p, "") {
			x.volume(f, nil, Certain)
		}
	}
	for i := range k.ImageObjects {
		x.split(n, &k.ImageObjects[i], k.Remote)
	}
	for _, p := range k.Images {
		for _, f := range follow(n, p, "") {
			x.scalar(f, Certain, k, matches(k.Untagged, p))
		}
	}
	for _, p := range k.Parts {
		x.take(n, p)
	}
	for _, p := range k.Embedded {
		for _, f := range follow(n, p, "") {
			x.embedded(f)
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

// take marks what a path leads to as no image.
func (x *extractor) take(n *yaml.Node, p resources.Path) {
	for _, f := range follow(n, p, "") {
		x.mark(f.val)
	}
}

func (x *extractor) mark(n *yaml.Node) bool {
	if x.taken == nil {
		x.taken = map[*yaml.Node]bool{}
	}
	if x.taken[n] {
		return false
	}
	x.taken[n] = true
	return true
}

// embedded reads objects inside an object: one, or a list of them.
func (x *extractor) embedded(f found) {
	n := resolve(f.val)
	if n == nil || !x.mark(f.val) {
		return
	}
	list := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		list = n.Content
	}
	outer := x.outer
	x.outer = x.obj
	for _, item := range list {
		x.object(resolve(item), "", "")
	}
	x.outer = outer
}

// containerLists are the fields of a pod spec that hold containers.
var containerLists = []struct {
	key   string
	field Field
}{{"containers", FieldContainer}, {"initContainers", FieldInit}, {"ephemeralContainers", FieldEphemeral}}

// pod reads a pod spec. Its template, one step above, may carry annotations.
func (x *extractor) pod(n *yaml.Node, f found, tier Tier, k *resources.Kind) {
	spec := resolve(f.val)
	if spec == nil || spec.Kind != yaml.MappingNode || !x.mark(f.val) {
		return
	}
	pod := &Pod{Object: x.obj, Path: keep(f.path), Tier: tier, Annotations: x.obj.Annotations}
	if up := strings.TrimSuffix(f.path, ".spec"); up != f.path {
		if template := x.nodeAt(n, up); template != nil && template != n {
			pod.Annotations = x.annotations(child(template, "metadata"), up)
			x.duplicate(template, up, "spec")
			if x.opts.Guess {
				x.guessAnnotations(child(template, "metadata"), join(up, "metadata"))
			}
		}
	}
	account, told := x.account(spec, f.path)
	pod.Account, pod.Secrets = account, x.secretList(spec, f.path, "imagePullSecrets")
	pod.OwnAccount = k == nil || k.Patch && !k.Builtin || !told
	if f.key != nil {
		x.home = &home{f.key, spec}
		defer func() { x.home = nil }()
	}
	if k != nil && k.Builtin {
		x.misplacedAround(n, spec, f.path)
	}
	pod.Nodes = nodesOf(spec)
	x.w.Pods = append(x.w.Pods, pod)
	for _, key := range []string{"containers", "initContainers", "ephemeralContainers", "imagePullSecrets", "volumes", "serviceAccountName"} {
		x.duplicate(spec, f.path, key)
	}
	for _, list := range containerLists {
		v := child(spec, list.key)
		if v == nil || v.Kind != yaml.SequenceNode {
			continue
		}
		for i, item := range v.Content {
			x.container(found{nil, item, fmt.Sprintf("%s[%d]", join(f.path, list.key), i)}, list.field, pod, tier, k)
		}
	}
	if v := child(spec, "volumes"); v != nil && v.Kind == yaml.SequenceNode {
		for i, item := range v.Content {
			x.volume(found{nil, item, fmt.Sprintf("%s[%d]", join(f.path, "volumes"), i)}, pod, tier)
			x.mounts(strAt(item, "secret", "secretName"))
			if projected := descend(item, "projected", "sources"); projected != nil && projected.Kind == yaml.SequenceNode {
				for _, from := range projected.Content {
					x.mounts(strAt(from, "secret", "name"))
				}
			}
		}
	}
}

// nodeAt is the node at a concrete path, as found has them.
func (x *extractor) nodeAt(n *yaml.Node, path string) *yaml.Node {
	p, err := resources.ParsePath(path)
	if err != nil {
		return nil
	}
	for _, f := range follow(n, p, "") {
		return resolve(f.val)
	}
	return nil
}

// misplacedAround looks for pull secrets in the mappings between an object and its pod spec, and under other names in the pod spec.
func (x *extractor) misplacedAround(n, spec *yaml.Node, path string) {
	want := join(path, "imagePullSecrets")
	x.misplaced(spec, path, "pod spec", want, true)
	steps := strings.Split(path, ".")
	x.misplaced(n, "", "object", want, false)
	x.misplaced(child(n, "metadata"), "metadata", "metadata", want, false)
	for i := 1; i < len(steps); i++ {
		at := strings.Join(steps[:i], ".")
		level := "workload spec"
		if steps[i-1] == "template" || steps[i-1] == "jobTemplate" {
			level = "pod template"
		}
		m := descend(n, steps[:i]...)
		x.misplaced(m, at, level, want, false)
		x.misplaced(child(m, "metadata"), join(at, "metadata"), "metadata", want, false)
	}
}

// container reads one container.
func (x *extractor) container(f found, field Field, pod *Pod, tier Tier, k *resources.Kind) {
	n := resolve(f.val)
	if n == nil || n.Kind != yaml.MappingNode || !x.mark(f.val) {
		return
	}
	if x.trace {
		x.ranges = append(x.ranges, lineRange{from: n.Line, to: lastLine(n), object: x.obj})
	}
	img := &ImageRef{Path: keep(join(f.path, "image")), Field: field, Tier: tier, Pod: pod, Container: keep(strAt(n, "name")), Remote: k != nil && k.Remote}
	x.duplicates(n, f.path)
	img.Policy = x.policy(n, f.path, "imagePullPolicy")
	x.creates(n)
	if k != nil && k.Builtin && pod != nil {
		x.misplaced(n, f.path, "container", join(pod.Path, "imagePullSecrets"), false)
	}
	if x.opts.Guess {
		x.guessContainer(n, f.path, img.Container)
	}
	key, val := get(n, "image")
	if key == nil {
		img.State, img.Span = Missing, x.span(n)
		if name := child(n, "name"); name != nil {
			img.Span = x.span(name)
		}
		if !x.obj.Whole || k != nil && k.Patch || tier != Certain || pod == nil {
			return // a patch, or an operator that fills it in
		}
		x.w.Images = append(x.w.Images, img)
		return
	}
	x.mark(val)
	if k != nil && k.Patch && (isNull(val) || isEmptyString(val)) || isPlaceholder(k, val) {
		return
	}
	x.value(img, key, val)
	if p := img.Policy; p != nil && p.Value == "IfNotPresent" && img.Err == nil && img.Ref.Tag != "" && img.Ref.Tag != "latest" {
		img.Policy = usualPolicy // of what is in every other container, and right there, the place is not kept
	}
}

func isEmptyString(n *yaml.Node) bool {
	n = resolve(n)
	return n != nil && n.Kind == yaml.ScalarNode && n.Value == ""
}

func isPlaceholder(k *resources.Kind, val *yaml.Node) bool {
	if k != nil && len(k.Placeholders) > 0 {
		for _, p := range k.Placeholders {
			if v := resolve(val); v != nil && v.Value == p {
				return true
			}
		}
	}
	return false
}

// volume reads volumes[].image.reference (Kubernetes 1.31, KEP-4639).
func (x *extractor) volume(f found, pod *Pod, tier Tier) {
	img := child(f.val, "image")
	if img == nil || img.Kind != yaml.MappingNode {
		return
	}
	key, val := get(img, "reference")
	path := join(f.path, "image")
	ref := &ImageRef{Path: join(path, "reference"), Field: FieldVolume, Tier: tier, Pod: pod, Policy: x.policy(img, path, "pullPolicy")}
	if key == nil {
		if x.obj.Whole && tier == Certain {
			k, _ := get(f.val, "image")
			ref.State, ref.Span = Missing, x.span(k)
			x.w.Images = append(x.w.Images, ref)
		}
		return
	}
	if x.mark(val) {
		x.value(ref, key, val)
	}
}

// scalar reads a string field that holds an image.
func (x *extractor) scalar(f found, tier Tier, k *resources.Kind, untagged bool) {
	n := resolve(f.val)
	if n == nil || n.Kind != yaml.ScalarNode || isNull(n) || n.Value == "" || !x.mark(f.val) || isPlaceholder(k, n) {
		return
	}
	key := f.key
	if key == nil {
		key = n
	}
	x.value(&ImageRef{Path: f.path, Field: FieldScalar, Tier: tier, Untagged: untagged, Remote: k != nil && k.Remote}, key, f.val)
}

// value records an image reference from the value of a key.
func (x *extractor) value(img *ImageRef, key, val *yaml.Node) {
	n := resolve(val)
	switch {
	case n == nil || isNull(n):
		img.State, img.Span = Null, x.span(key)
		if n != nil && n.Value != "" {
			img.Span = x.span(n)
		}
	case isTemplateFlow(n):
		img.State, img.Span, img.Raw = Template, x.span(n), x.restOfLine(n)
	case n.Kind != yaml.ScalarNode || scalarType(n) != "string":
		img.State, img.Is, img.Span, img.Raw = NotString, kindName(n), x.span(n), strings.Clone(n.Value)
	default:
		img.Raw, img.Span, img.Plain = keep(n.Value), x.span(n), n.Style&quoted == 0
		if shown := imageref.Redact(img.Raw); shown != img.Raw {
			img.Span.Excerpt.Text = strings.ReplaceAll(img.Span.Excerpt.Text, img.Raw, shown)
			img.Raw, img.Redacted = shown, true
		} else if !img.Span.Exact {
			img.Token = x.token(n)
		}
		x.parse(img)
	}
	x.w.Images = append(x.w.Images, img)
}

func (x *extractor) parse(img *ImageRef) {
	ref, err := imageref.Parse(img.Raw)
	if err != nil {
		img.Err = asRefError(err)
		return
	}
	img.Ref = ref
}

// usualPolicy is the policy of a container whose image has a version: nothing is ever to be said of it.
var usualPolicy = &Policy{Value: "IfNotPresent"}

// policy reads a pull policy; nil where none is written.
func (x *extractor) policy(m *yaml.Node, path, name string) *Policy {
	key, val := get(m, name)
	if key == nil {
		return nil
	}
	n := resolve(val)
	if n == nil || isNull(n) {
		return nil
	}
	p := &Policy{Value: keep(n.Value), Path: keep(join(path, name))}
	if n.Value != "Always" || n.Style != 0 {
		p.Span = x.span(n) // of the commonest value, of which there is nothing to say, the place is not kept
	}
	if isTemplateFlow(n) {
		p.State, p.Value = Template, x.restOfLine(n)
	} else if n.Kind != yaml.ScalarNode || scalarType(n) != "string" {
		p.State, p.Is = NotString, kindName(n)
	}
	return p
}

// duplicate records a key that a mapping writes twice.
func (x *extractor) duplicate(m *yaml.Node, path, key string) {
	m = resolve(m)
	if m == nil || m.Kind != yaml.MappingNode {
		return
	}
	var first *yaml.Node
	for i := 0; i < len(m.Content); i += 2 {
		k := m.Content[i]
		if k.Kind != yaml.ScalarNode || k.Value != key || isMerge(k) {
			continue
		}
		x.repeated(first, k, path)
		first = k
	}
}

// repeated records that a mapping writes a key a second time; first is the key that stands before it, nil where none does.
func (x *extractor) repeated(first, k *yaml.Node, path string) {
	if first != nil && x.mark(k) {
		x.out.Duplicates = append(x.out.Duplicates, Duplicate{Object: x.obj, Key: k.Value, Path: join(path, k.Value), First: x.span(first), Span: x.span(k)})
	}
}

// duplicates records every key that a mapping writes twice.
func (x *extractor) duplicates(m *yaml.Node, path string) {
	const few = 16
	if len(m.Content) > 2*few {
		// In one pass: to look through the mapping once for each repetition takes hours where somebody writes one key a million times.
		last := make(map[string]*yaml.Node, len(m.Content)/2)
		for i := 0; i < len(m.Content); i += 2 {
			if k := m.Content[i]; k.Kind == yaml.ScalarNode && !isMerge(k) {
				x.repeated(last[k.Value], k, path)
				last[k.Value] = k
			}
		}
		return
	}
	for i := 0; i < len(m.Content); i += 2 {
		for j := i + 2; j < len(m.Content); j += 2 {
			if a, b := m.Content[i], m.Content[j]; a.Value == b.Value && a.Kind == yaml.ScalarNode && b.Kind == yaml.ScalarNode {
				x.duplicate(m, path, a.Value)
				break
			}
		}
	}
}

// offset is where a node begins in the chunk, behind its tag and anchor.
func (x *extractor) offset(n *yaml.Node) int {
	data, off := x.c.Data, x.c.Offset(n.Line, n.Column)
	if n.Kind != yaml.AliasNode && (n.Anchor != "" || n.Style&yaml.TaggedStyle != 0) {
		for off < len(data) && (data[off] == '&' || data[off] == '!') {
			for off < len(data) && !blankOrBreak(data[off]) {
				off++
			}
			for off < len(data) && blankOrBreak(data[off]) {
				off++
			}
		}
	}
	return off
}

// span is the place of a node's value: exact where the file holds the value byte for byte on one line. In a Secret, and on a line that
// may hold one, the excerpt shows the value alone: what stands beside it is nobody's to read.
func (x *extractor) span(n *yaml.Node) source.Span {
	return x.guarded(x.place(n))
}

// guarded keeps from the excerpt of a span what nobody is to read.
func (x *extractor) guarded(s source.Span) source.Span {
	if x.obj != nil && x.obj.Kind == "Secret" && x.obj.Group() == "" || inFlow(s) && (x.veiled || x.secretive()) {
		return s.Only()
	}
	return s
}

// secretive reports whether a document may hold what a Secret holds, beside other things.
func (x *extractor) secretive() bool {
	if x.secrecy == 0 {
		x.secrecy = -1
		if mayHoldSecret(x.c.Data) {
			x.secrecy = 1
		}
	}
	return x.secrecy > 0
}

// place is span with the whole line for its excerpt.
func (x *extractor) place(n *yaml.Node) source.Span {
	if x.at != nil {
		return *x.at
	}
	if n.Kind == yaml.AliasNode {
		if n = resolve(n); n == nil {
			return source.Span{}
		}
	}
	data, off := x.c.Data, x.offset(n)
	lineEnd := x.c.LineEnd(x.c.LineAt(off))
	if n.Kind != yaml.ScalarNode {
		return x.c.Span(off, min(off+1, lineEnd))
	}
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		end := off
		for end < lineEnd && !blankOrBreak(data[end]) {
			end++
		}
		return x.c.Span(off, end)
	case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		if off < len(data) && (data[off] == '"' || data[off] == '\'') {
			end := off + 1 + len(n.Value)
			if end < len(data) && data[end] == data[off] && (data[off] == '"' || !strings.Contains(n.Value, "'")) && string(data[off+1:end]) == n.Value && end <= lineEnd {
				return exact(x.c.Span(off+1, end))
			}
			return x.c.Span(off, max(off, min(quoteEnd(data, off)+1, lineEnd)))
		}
	case n.Value != "" && off+len(n.Value) <= len(data) && string(data[off:off+len(n.Value)]) == n.Value:
		return exact(x.c.Span(off, off+len(n.Value)))
	}
	return x.c.Span(off, max(off, lineEnd))
}

func exact(s source.Span) source.Span {
	s.Exact = true
	return s
}

// restOfLine is the text of a node to the end of its line.
func (x *extractor) restOfLine(n *yaml.Node) string {
	off := x.offset(n)
	text := strings.TrimRight(string(x.c.Data[off:max(off, x.c.LineEnd(x.c.LineAt(off)))]), " \t")
	if len(text) > 200 {
		text = text[:200]
	}
	return text
}

// lastLine is the last line on which something under n begins.
func lastLine(n *yaml.Node) int {
	last := n.Line
	for _, c := range n.Content {
		if c.Kind != yaml.AliasNode {
			last = max(last, lastLine(c))
		}
	}
	return last
}
