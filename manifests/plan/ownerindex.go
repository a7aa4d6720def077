package plan

import (
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
)

// OwnerIndex finds the objects of a set that own others. A nil index has none.
type OwnerIndex struct {
	at     map[ownerKey]*manifests.Workload
	images map[*manifests.Workload]map[ownedImage]bool
}

// ownerKey is an object as ownerReferences name it: "Kind/name".
type ownerKey struct{ namespace, object string }

type ownedImage struct{ container, image string }

// NewOwnerIndex indexes workloads.
func NewOwnerIndex(workloads []*manifests.Workload) *OwnerIndex {
	x := &OwnerIndex{map[ownerKey]*manifests.Workload{}, map[*manifests.Workload]map[ownedImage]bool{}}
	for _, w := range workloads {
		x.at[ownerKey{w.Namespace, w.Kind + "/" + w.Name}] = w
	}
	return x
}

// Of returns the owner of an object, or nil if it is not in the set. If a set has a Deployment and its Pods without the ReplicaSets between them, the
// Deployment is the owner of the Pods. The same is true of other controllers with an object in between.
func (x *OwnerIndex) Of(w *manifests.Workload) *manifests.Workload {
	if x == nil || w.Controller == "" {
		return nil
	}
	if owner := x.at[ownerKey{w.Namespace, w.Controller}]; owner != nil {
		return owner
	}
	return x.beyond(w)
}

// Sharing returns the owner of an object if the images of both are the same pulls, or else nil. A Pod whose ReplicaSet is not in the set may be one of
// an earlier release, so its owner must have the same images. It may have more, which a webhook added.
func (x *OwnerIndex) Sharing(w *manifests.Workload) *manifests.Workload {
	owner := x.Of(w)
	if owner != nil && owner.Kind+"/"+owner.Name != w.Controller && !x.runs(w, owner) {
		return nil
	}
	return owner
}

// between are the kinds of the objects that a controller creates Pods through.
var between = []struct {
	kind, owner string
	// label is the label of a Pod with what the name of such an object has after that of its owner. Without one, that is a number.
	label string
	// nameLabel and ownerLabel are the labels with the names of both, which OpenShift sets instead.
	nameLabel, ownerLabel string
}{
	{kind: "ReplicaSet", owner: "Deployment", label: "pod-template-hash"},
	{kind: "ReplicaSet", owner: "Rollout", label: "rollouts-pod-template-hash"},
	{kind: "Job", owner: "CronJob"},
	{kind: "ReplicationController", owner: "DeploymentConfig", nameLabel: "deployment", ownerLabel: "deploymentconfig"},
}

// beyond returns the owner of the owner of a Pod, going by its labels and the name of its owner, or nil.
func (x *OwnerIndex) beyond(w *manifests.Workload) *manifests.Workload {
	kind, name, _ := strings.Cut(w.Controller, "/")
	at := strings.LastIndexByte(name, '-')
	if at < 0 {
		return nil
	}
	for _, b := range between {
		owner := x.at[ownerKey{w.Namespace, b.owner + "/" + name[:at]}]
		switch suffix := name[at+1:]; {
		case kind != b.kind || owner == nil:
		case b.nameLabel != "":
			if w.Labels[b.nameLabel] == name && w.Labels[b.ownerLabel] == owner.Name {
				return owner
			}
		case b.label == "" && isTime(suffix), b.label != "" && w.Labels[b.label] == suffix && selects(owner.Selector, w.Labels):
			return owner
		}
	}
	return nil
}

// isTime reports whether a text is a time in minutes, as in the names of the Jobs of a CronJob, or in seconds, as before Kubernetes 1.21
// (getJobName and getTimeHash in pkg/controller/cronjob).
func isTime(s string) bool {
	return (len(s) == len("29000000") || len(s) == len("1740000000")) && strings.Trim(s, "0123456789") == ""
}

// selects reports whether labels meet all requirements of a selector. One without requirements selects nothing.
func selects(selector []manifests.LabelRequirement, labels map[string]string) bool {
	for _, r := range selector {
		value, has := labels[r.Key]
		ok := false
		switch r.Operator {
		case "In":
			ok = has && slices.Contains(r.Values, value)
		case "NotIn":
			ok = !has || !slices.Contains(r.Values, value)
		case "Exists":
			ok = has
		case "DoesNotExist":
			ok = !has
		}
		if !ok {
			return false
		}
	}
	return len(selector) > 0
}

// runs reports whether a Pod has all images of a template.
func (x *OwnerIndex) runs(pod, template *manifests.Workload) bool {
	wanted := x.imagesOf(template)
	has := make(map[ownedImage]bool, len(pod.Images))
	for _, img := range pod.Images {
		if image := (ownedImage{img.Container, img.Raw}); wanted[image] {
			has[image] = true
		}
	}
	return len(has) == len(wanted)
}

// HasImage reports whether an object has the image of a container.
func (x *OwnerIndex) HasImage(w *manifests.Workload, container, image string) bool {
	return x.imagesOf(w)[ownedImage{container, image}]
}

func (x *OwnerIndex) imagesOf(w *manifests.Workload) map[ownedImage]bool {
	all, ok := x.images[w]
	if !ok {
		all = make(map[ownedImage]bool, len(w.Images))
		for _, img := range w.Images {
			all[ownedImage{img.Container, img.Raw}] = true
		}
		x.images[w] = all
	}
	return all
}
