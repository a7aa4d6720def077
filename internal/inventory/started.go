package inventory

import (
	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/manifests"
)

// started are the containers that run according to the statuses of their pods, by pod and container. A pod itself stands for all of its containers:
// none is in the phase Running before all of its images were pulled.
type started map[cluster.Key]bool

func newStarted(set *manifests.Set) started {
	out := started{}
	for i := range set.ClusterStatuses {
		if s := &set.ClusterStatuses[i]; !s.Event {
			out[cluster.Key{Namespace: s.Object.Namespace, Name: s.Object.Name, Container: s.Container}] = s.State == "running"
		}
	}
	return out
}

// has reports whether the container of an image runs.
func (s started) has(w *manifests.Workload, img *manifests.ImageRef) bool {
	if w.Kind != "Pod" || img.Container == "" {
		return false
	}
	at := cluster.Key{Namespace: w.Namespace, Name: w.Name, Container: img.Container}
	runs, known := s[at]
	if at.Container = ""; !known {
		runs = s[at]
	}
	return runs
}
