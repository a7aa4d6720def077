package inventory

import (
	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// spoken holds the reported failures by container and by image of a pod, and by image of the owner of a pod.
type spoken map[saidKey]*cluster.Failure

// saidKey is a container or an image of an object. The object is "" for pods whose owner is not known.
type saidKey struct{ namespace, object, container, image string }

// spokenOf indexes the failures for the objects of a set.
func spokenOf(answers []cluster.Answer, set *manifests.Set) spoken {
	all := spoken{}
	if len(answers) == 0 {
		return all
	}
	owners := map[saidKey]bool{}
	for _, w := range set.Workloads {
		for _, img := range w.Images {
			if img.Err == nil {
				owners[saidKey{namespace: w.Namespace, object: w.Name, image: img.Ref.Canonical()}] = true
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

func (all spoken) add(f *cluster.Failure, owners map[saidKey]bool) {
	keys := make([]saidKey, 0, 3)
	if f.Name != "" && f.Container != "" {
		keys = append(keys, saidKey{namespace: f.Namespace, object: f.Name, container: f.Container})
	}
	if image := f.Canonical(); image != "" {
		if f.Name != "" {
			keys = append(keys, saidKey{namespace: f.Namespace, object: f.Name, image: image})
		}
		owner := saidKey{namespace: f.Namespace, image: image}
		for name := range plan.Owners(f.Name) {
			if at := (saidKey{namespace: f.Namespace, object: name, image: image}); owners[at] {
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
func (all spoken) of(w *manifests.Workload, img *manifests.ImageRef) *cluster.Failure {
	if f := all[saidKey{namespace: w.Namespace, object: w.Name, container: img.Container}]; f != nil && w.Kind == "Pod" {
		return f
	}
	if img.Err != nil {
		return nil
	}
	image := img.Ref.Canonical()
	if f := all[saidKey{namespace: w.Namespace, object: w.Name, image: image}]; f != nil || w.Kind == "Pod" {
		return f
	}
	return all[saidKey{namespace: w.Namespace, image: image}]
}
