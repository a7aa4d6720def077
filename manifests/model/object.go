package model

import (
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Object is one Kubernetes object.
type Object struct {
	Doc              *Document
	APIVersion, Kind string
	Namespace, Name  string
	// Span is the object's name, or the key "kind" where it has none.
	Span source.Span
	// Annotations are those that change what a rule says; see keptAnnotations.
	Annotations map[string]string
	// Metadata are all labels and annotations; nil unless they were asked for.
	Metadata *Metadata
	// Outer is the object that this one is in, as in an OpenShift Template or a ManifestWork; nil for most.
	Outer *Object
	// Controller is the "Kind/name" of the object that made this one, by its ownerReferences; "" where none did.
	Controller string
	// Context is true if the object is not reported on. The flags are side by side, for there is one of these structs for each object.
	Context bool
	// ValuesFile is true for a values file, which has no kind and no name.
	ValuesFile bool
	// Live is true if the object was read from a cluster.
	Live bool
	// Idle is true if the object runs no pods any more: a ReplicaSet without replicas, or a Job or a Pod that has ended.
	Idle bool
	// Complete is true when the object is known not to be a partial patch.
	Complete bool
}

// Metadata are the labels and annotations of an object. Values are cut at a length that no label has.
type Metadata struct{ Labels, Annotations map[string]string }

// Group is the API group, "" for the core group.
func (o *Object) Group() string { return Group(o.APIVersion) }

// Group is the API group of an apiVersion, "" for the core group.
func Group(apiVersion string) string {
	if i := strings.IndexByte(apiVersion, '/'); i >= 0 {
		return apiVersion[:i]
	}
	return ""
}

// Workload is an object that holds images or pods.
type Workload struct {
	*Object
	Images []*ImageRef
	Pods   []*Pod
	// PullSecrets are the pull secrets that a custom resource names outside of its pod specs.
	PullSecrets []*PullSecretList
	// Misplaced are fields of pull secrets where Kubernetes drops them.
	Misplaced []MisplacedPullSecrets
}

// Pod is one pod or pod template in an object: the unit for which the kubelet gathers credentials.
type Pod struct {
	Object     *Object
	Path       string // of the pod spec: "spec.template.spec"
	Confidence Confidence
	// Annotations are those of the pod template.
	Annotations map[string]string
	// ServiceAccount is the service account that the pod runs under; OperatorAccount is true if an operator chooses it where none is named.
	ServiceAccount  ServiceAccountName
	OperatorAccount bool
	// ImagePullSecrets is the pod's own imagePullSecrets; nil where it writes none.
	ImagePullSecrets *PullSecretList
	// Nodes is what the pod requires of the platform of its nodes.
	Nodes NodeSelection
}

// ServiceAccountName is the service account that a pod names.
type ServiceAccountName struct {
	Name string     // "" where none is named
	At   *FieldSpan // of the name; nil where none is named, as in most pods
}

// FieldSpan is the place of a field's value.
type FieldSpan struct {
	Span source.Span
	Path string
}

// ServiceAccount is an account of the input.
type ServiceAccount struct {
	*Object
	ImagePullSecrets *PullSecretList // nil where it names none
}

// Mirror is an entry of an object that gives the nodes of OpenShift mirrors of a registry, or of a part of one.
type Mirror struct {
	*Object
	// Source is what is mirrored, as written: "quay.io/acme".
	Source string
	Span   source.Span // of Source
	// Tags and Digests say which references are pulled from the mirrors.
	Tags, Digests bool
}
