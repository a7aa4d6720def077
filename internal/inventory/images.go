package inventory

import (
	"slices"

	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// Names tells the references that a name stands for: as they are written or normalized, of any tag where it has none, or as a glob.
func Names(name string) func(*manifests.ImageRef) bool {
	g := glob.New(name)
	ref, err := imageref.Parse(name)
	return func(img *manifests.ImageRef) bool {
		switch {
		case img.Raw == name || g.Match(img.Raw):
			return true
		case img.Err != nil || img.State != manifests.StateString:
			return false
		case g.Match(img.Ref.Canonical()) || g.Match(img.Ref.Name()):
			return true
		case err != nil:
			return false
		}
		return ref.Name() == img.Ref.Name() && (ref.Tag == "" && ref.Digest == "" || ref.Canonical() == img.Ref.Canonical())
	}
}

// Runs tells the images that nodes pull as they are written: not those that something else replaces, nor those that something else pulls.
func Runs(loaded *engine.Loaded) func(*manifests.Workload, *manifests.ImageRef) bool {
	replaced := map[*manifests.ImageRef]bool{}
	for _, set := range loaded.Sets() {
		planner := plan.New(set, loaded.Settings().PlanOptions())
		for _, w := range slices.Concat(set.Workloads, set.Values) {
			for _, img := range w.Images {
				if img.Remote || img.Field == manifests.FieldMirrored || w.Idle || planner.Mutation(w, img).Kind == plan.Replaced {
					replaced[img] = true
				}
			}
		}
	}
	return func(_ *manifests.Workload, img *manifests.ImageRef) bool { return !replaced[img] }
}

// Holds reports whether an image of a set is among those that are chosen.
func Holds(set *manifests.Set, chosen func(imageref.Ref) bool) bool {
	for _, w := range slices.Concat(set.Workloads, set.Values) {
		for _, img := range w.Images {
			if chosen(img.Ref) {
				return true
			}
		}
	}
	return false
}
