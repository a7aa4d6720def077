package inventory

import (
	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/manifests"
)

// spoken holds the reported failures by container, and by image.
type spoken map[cluster.Key]*cluster.Failure

func spokenOf(answers []cluster.Answer) spoken {
	all := spoken{}
	for i := range answers {
		for _, f := range answers[i].Failures {
			for _, key := range []cluster.Key{
				{Namespace: f.Namespace, Name: f.Name, Container: f.Container}, {Namespace: f.Namespace, Name: f.Name, Container: "image " + f.Canonical()}, {Namespace: f.Namespace, Name: f.Canonical()},
			} {
				if _, there := all[key]; !there && f.Kind == "" && key.Name != "" {
					all[key] = f
				}
			}
		}
	}
	return all
}

// of returns the failure of an image: that of the container of a pod or, for other workloads, that of the image in the same namespace.
func (all spoken) of(w *manifests.Workload, img *manifests.ImageRef) *cluster.Failure {
	if f := all[cluster.Key{Namespace: w.Namespace, Name: w.Name, Container: img.Container}]; f != nil && w.Kind == "Pod" {
		return f
	}
	if img.Err != nil {
		return nil
	}
	if w.Kind == "Pod" {
		return all[cluster.Key{Namespace: w.Namespace, Name: w.Name, Container: "image " + img.Ref.Canonical()}]
	}
	return all[cluster.Key{Namespace: w.Namespace, Name: img.Ref.Canonical()}]
}
