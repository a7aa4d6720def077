package inventory

import (
	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// failureIndex holds the reported failures by container and by image of a pod, and by image of the owner of a pod.
type failureIndex map[failureKey]*cluster.Failure

// failureKey is a container or an image of an object. The object is "" for pods whose owner is not known.
type failureKey struct{ namespace, object, container, image string }

// newFailureIndex indexes the failures for the objects of a set.
func newFailureIndex(answers []cluster.Answer, set *manifests.Set) failureIndex {
	all := failureIndex{}
	if len(answers) == 0 {
		return all
	}
	owners := map[failureKey]bool{}
	for _, w := range set.Workloads {
		for _, img := range w.Images {
			if img.Err == nil {
				owners[failureKey{namespace: w.Namespace, object: w.Name, image: img.Ref.Canonical()}] = true
			}
		}
	}
	for i := range answers {
		for _, f := range answers[i].Failures {
			if f.Kind == "" {
				all.add(f, owners)
			}
		}
	}
	return all
}

func (all failureIndex) add(f *cluster.Failure, owners map[failureKey]bool) {
	keys := make([]failureKey, 0, 3)
	if f.Name != "" && f.Container != "" {
		keys = append(keys, failureKey{namespace: f.Namespace, object: f.Name, container: f.Container})
	}
	if image := f.Canonical(); image != "" {
		if f.Name != "" {
			keys = append(keys, failureKey{namespace: f.Namespace, object: f.Name, image: image})
		}
		owner := failureKey{namespace: f.Namespace, image: image}
		for name := range plan.Owners(f.Name) {
			if at := (failureKey{namespace: f.Namespace, object: name, image: image}); owners[at] {
				owner = at
				break
			}
		}
		keys = append(keys, owner)
	}
	for _, key := range keys {
		if _, there := all[key]; !there {
			all[key] = f
		}
	}
}

// of returns the failure of an image. For a pod, that is the failure of its container. For other workloads, it is the
// failure of the image in one of their pods, or in a pod that no other workload owns.
func (all failureIndex) of(w *manifests.Workload, img *manifests.ImageRef) *cluster.Failure {
	if f := all[failureKey{namespace: w.Namespace, object: w.Name, container: img.Container}]; f != nil && w.Kind == "Pod" {
		return f
	}
	if img.Err != nil {
		return nil
	}
	image := img.Ref.Canonical()
	if f := all[failureKey{namespace: w.Namespace, object: w.Name, image: image}]; f != nil || w.Kind == "Pod" {
		return f
	}
	return all[failureKey{namespace: w.Namespace, image: image}]
}
