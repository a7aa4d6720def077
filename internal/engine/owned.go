package engine

import (
	"slices"

	"github.com/imagelint-dev/imagelint/manifests"
)

// dropOwned leaves out of a set what was made of another object in it, as a dump of a cluster holds each image once for the Deployment, for each of its
// ReplicaSets and for each Pod: of an object whose controller is there, what the controller has as well; and objects that were made and run no pods any
// more. An image that only the made object has stays, such as one that a webhook has put in.
func dropOwned(set *manifests.Set) {
	type key struct{ namespace, name string }
	owners := map[key]*manifests.Workload{}
	made := false
	for _, w := range set.Workloads {
		owners[key{w.Namespace, w.Kind + "/" + w.Name}] = w
		made = made || w.Controller != ""
	}
	if !made {
		return
	}
	// The one at the top of a chain has what those between it have.
	top := func(w *manifests.Workload) *manifests.Workload {
		for range 4 { // a CronJob's Job's Pod is as far as Kubernetes goes; a circle ends here
			owner := owners[key{w.Namespace, w.Controller}]
			if w.Controller == "" || owner == nil {
				break
			}
			w = owner
		}
		return w
	}
	kept := make([]*manifests.Workload, 0, len(set.Workloads))
	for _, w := range set.Workloads {
		owner := top(w)
		switch {
		case w.Controller != "" && w.Idle:
		case owner == w:
			kept = append(kept, w)
		default:
			if own := withoutOwnerImages(w, owner); own != nil {
				kept = append(kept, own)
			}
		}
	}
	set.Workloads = kept
}

// withoutOwnerImages is a workload with the images that another one has not; nil where there are none.
func withoutOwnerImages(w, owner *manifests.Workload) *manifests.Workload {
	images := slices.DeleteFunc(slices.Clone(w.Images), func(img *manifests.ImageRef) bool {
		return slices.ContainsFunc(owner.Images, func(other *manifests.ImageRef) bool { return other.Raw == img.Raw && other.Container == img.Container })
	})
	if len(images) == 0 {
		return nil
	}
	own := *w
	own.Images = images
	return &own
}
