package model

import (
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Object is a Kubernetes object.
type Object struct {
	Doc              *Document
	APIVersion, Kind string
	Namespace, Name  string
	// Span is the object's name, or the key "kind" if it has none.
	Span source.Span
	// Annotations are those that affect rules; see keptAnnotations.
	Annotations map[string]string
	// Metadata has all labels and annotations; nil unless requested.
	Metadata *Metadata
	// Outer is the object that contains this one, such as an OpenShift Template or a ManifestWork, or nil.
	Outer *Object
	// Written is the object as it was written, if a Flux Kustomization puts it into another namespace, or nil.
	Written *Object
	// Controller is the "Kind/name" of the owner in ownerReferences, or "".
	Controller string
	// Context is true if the object is not reported on. The flags are next to each other to keep the struct small.
	Context bool
	// ValuesFile is true for a values file, which has no kind and no name.
	ValuesFile bool
	// Live is true if the object was read from a cluster.
	Live bool
	// Created is the time at which the cluster made it, as written there; "" if the object was not read from a cluster.
	Created string
	// Idle is true if the object runs no pods: a ReplicaSet without replicas, or a Job or Pod that succeeded or failed.
	Idle bool
	// Fetched is true if a controller fetches what the object names, with its pull secrets, and no kubelet pulls it.
	Fetched bool
	// Complete is true when the object is known not to be a partial patch.
	Complete bool
}

// Metadata has the labels and annotations of an object. Values longer than any label are truncated.
type Metadata struct{ Labels, Annotations map[string]string }

// IsPast reports whether the object is only a record of what ran: a Job or Pod that succeeded or failed, or a ReplicaSet
// without replicas of an owner that has others.
func (o *Object) IsPast() bool {
	return o.Idle && (o.Controller != "" || o.Kind == "Job" || o.Kind == "Pod")
}

// AsWritten returns the object as it was written, in the namespace of its own.
func (o *Object) AsWritten() *Object {
	if o.Written != nil {
		return o.Written
	}
	return o
}

// Group returns the API group, "" for the core group.
func (o *Object) Group() string { return Group(o.APIVersion) }

// Group returns the API group of an apiVersion, "" for the core group.
func Group(apiVersion string) string {
	if i := strings.IndexByte(apiVersion, '/'); i >= 0 {
		return apiVersion[:i]
	}
	return ""
}

// Workload is an object with images or pods.
type Workload struct {
	*Object
	Images []*ImageRef
	Pods   []*Pod
	// PullSecrets are the pull secrets that a custom resource names outside of its pod specs.
	PullSecrets []*PullSecretList
	// Misplaced are pull secret fields in places where Kubernetes drops them.
	Misplaced []MisplacedPullSecrets
	// Unknown are keys of pod specs and containers that misspell a field, are a field of the other, or are parts of an image.
	Unknown []UnknownField
	// Labels are those of a Pod that something created; nil for other objects.
	Labels map[string]string
	// Selector tells which Pods belong to a Deployment or Rollout; nil for other objects.
	Selector []LabelRequirement
}

// LabelRequirement is a part of a label selector. An operator other than In, NotIn, Exists and DoesNotExist selects nothing.
type LabelRequirement struct {
	Key, Operator string
	Values        []string
}

// UnknownField is a key of a pod spec or a container that Kubernetes does not know.
type UnknownField struct {
	Key   string
	Path  string
	Span  source.Span // of the key
	Level string      // "container", "pod spec"
	// Field is the field that is probably meant: image, imagePullPolicy, serviceAccountName.
	Field string
	// IsAlone is true if only the key is wrong: its level has that field, but not set, and the value is a scalar.
	IsAlone bool
	// Parts are the keys of a container that hold parts of its image, as Helm values do: Key and further ones, in the order of the parts. It is
	// nil for any other field.
	Parts []string
	// Image is the image with these parts; "" if that is not certain.
	Image string
}

// Pod is a pod or pod template in an object: the unit for which the kubelet collects credentials.
type Pod struct {
	Object *Object
	Path   string // of the pod spec: "spec.template.spec"
	// Annotations are those of the pod template.
	Annotations map[string]string
	// ServiceAccount is the service account of the pod; OperatorAccount is true if an operator chooses one when none
	// is named.
	ServiceAccount  ServiceAccountName
	OperatorAccount bool
	Confidence      Confidence
	// ResolvesNames is true if an annotation makes OpenShift look for its images among the image streams of the namespace.
	ResolvesNames bool
	// ImagePullSecrets is the pod's own imagePullSecrets; nil if it has none.
	ImagePullSecrets *PullSecretList
	// Nodes are the pod's requirements on the platform of its nodes; nil if it has none.
	Nodes *NodeSelection
}

// ServiceAccountName is the name of a pod's service account.
type ServiceAccountName struct {
	Name string     // "" if none is named
	At   *FieldSpan // of the name; nil if none is named, as in most pods
}

// FieldSpan is the position of a field's value.
type FieldSpan struct {
	Span source.Span
	Path string
}

// ServiceAccount is a service account in the input.
type ServiceAccount struct {
	*Object
	ImagePullSecrets *PullSecretList // nil if it has none
	// Secrets are those that its pods may mount, which has no effect on pulls.
	Secrets []PullSecretName
}

// NodeRegistry is a registry on the local machine that the nodes of a development cluster are set up to use.
type NodeRegistry struct {
	*Object
	Host string // "localhost:5001"; "" if the object does not tell which
}

// ImageStream is an image stream of OpenShift, whose tags can stand for images.
type ImageStream struct {
	*Object
	// Local is true if the names of its tags stand for images in all pods of its namespace.
	Local bool
	// Tags are the tags that it is known to have. AnyTag is true if it may have any, or if OpenShift replaces one that it lacks, too.
	Tags   map[string]bool
	AnyTag bool
}

// Mirror is an entry of an object that configures mirrors of a registry, or part of one, for OpenShift nodes.
type Mirror struct {
	*Object
	// Source is the mirrored registry or repository as written: "quay.io/acme".
	Source string
	Span   source.Span // of Source
	// Tags and Digests tell which references use the mirrors.
	Tags, Digests bool
}
