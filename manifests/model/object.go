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
	// Context says that the object is not reported on.
	Context bool
	// Values says that it is no object, but a file of values: it has neither kind nor name.
	Values bool
	// Outer is the object that this one stands in, as in an OpenShift Template or a ManifestWork; nil for most.
	Outer *Object
	// Controller is the "Kind/name" of the object that made this one, by its ownerReferences; "" where none did.
	Controller string
	// Live says that the object was read from a cluster.
	Live bool
	// Idle says that the object runs no pods any more: a ReplicaSet without replicas, or a Job or a Pod that has ended.
	Idle bool
	// Whole says that there is proof that the object is not a patch for another one.
	Whole bool
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
	// Secrets are the pull secrets that a custom resource names outside of its pod specs.
	Secrets []*SecretList
	// Misplaced are fields of pull secrets where Kubernetes drops them.
	Misplaced []Misplaced
}

// Pod is one pod or pod template in an object: the unit for which the kubelet gathers credentials.
type Pod struct {
	Object *Object
	Path   string // of the pod spec: "spec.template.spec"
	Tier   Tier
	// Annotations are those of the pod template.
	Annotations map[string]string
	// Account is the service account that the pod runs under; OwnAccount says that an operator chooses it where none is named.
	Account    AccountName
	OwnAccount bool
	// Secrets is the pod's own imagePullSecrets; nil where it writes none.
	Secrets *SecretList
	// Nodes is what the pod requires of the platform of its nodes.
	Nodes NodeSelection
}

// AccountName is the service account that a pod names.
type AccountName struct {
	Name string // "" where none is named
	Span source.Span
	Path string
}

// ServiceAccount is an account of the input.
type ServiceAccount struct {
	*Object
	Secrets *SecretList // nil where it names none
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
