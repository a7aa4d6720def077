package engine

import (
	"slices"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// dropOwned removes the images that objects share with their owners in the set: a dump of a cluster has each image once
// for the Deployment, and again for each of its ReplicaSets and Pods. It also removes objects of the past. Images
// that only the owned object has are kept, such as those added by a webhook.
func dropOwned(set *manifests.Set) {
	if !slices.ContainsFunc(set.Workloads, func(w *manifests.Workload) bool { return w.Controller != "" || w.IsPast() }) {
		return // everything except dumps of clusters
	}
	owners := plan.NewOwnerIndex(set.Workloads)
	// The owner at the top of a chain has everything that those in between have.
	top := func(w *manifests.Workload) *manifests.Workload {
		for range 4 { // the longest chain in Kubernetes is CronJob, Job, Pod; the limit also ends cycles
			owner := owners.Sharing(w)
			if owner == nil {
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
		case w.IsPast():
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

// withoutOwnerImages returns the workload with the images that its owner does not have, or nil if there are none.
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
