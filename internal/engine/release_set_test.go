package engine

import (
	"testing"

	"github.com/imagelint-dev/imagelint/manifests"
)

// A large input is dropped except for what reports still need, after what is left to do with it. A small one is kept, and
// so is one that a kept engine may lint again.
func TestRelease(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		images int
		engine *Engine
		want   bool
	}{
		"small": {manyImages - 1, nil, false},
		"large": {manyImages, nil, true},
		"kept":  {manyImages, &Engine{}, false},
	} {
		set := &manifests.Set{Workloads: []*manifests.Workload{{}}, Skipped: []manifests.Skip{{File: "a"}}, Stats: manifests.Stats{Images: c.images}}
		l := &Loaded{engine: c.engine, renders: renders{sets: []*manifests.Set{set}}}
		seen := 0
		l.Release(func() { seen = len(set.Workloads) })
		if released := len(set.Workloads) == 0; released != c.want || released != (seen == 1) {
			t.Errorf("%s: %d workloads left, %d seen before", name, len(set.Workloads), seen)
		}
		if len(set.Skipped) != 1 || set.Stats.Images != c.images {
			t.Errorf("%s: data for reports is missing: %+v", name, set)
		}
	}
}
