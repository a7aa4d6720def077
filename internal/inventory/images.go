package inventory

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// Names returns a function that reports whether an image matches a name: a reference as written or normalized, with any tag if it has
// none, or a glob.
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

// From returns a function that reports whether an image is on one of the registries, if there are any, and on none of those that are left out. An image
// that cannot be parsed is one if it may be.
func From(registries, leftOut []string) func(*manifests.ImageRef) bool {
	return func(img *manifests.ImageRef) bool {
		switch {
		case img.State != manifests.StateString:
			return true
		case img.Err != nil || img.Ref.Repository == "":
			mayBe := func(registry string) bool { return imageref.MayBeOn(img.Raw, registry) }
			isOn := func(registry string) bool { return mayBe(registry) && !mayBe(nowhere) }
			return (len(registries) == 0 || slices.ContainsFunc(registries, mayBe)) && !slices.ContainsFunc(leftOut, isOn)
		}
		return (len(registries) == 0 || slices.Contains(registries, img.Ref.Registry)) && !slices.Contains(leftOut, img.Ref.Registry)
	}
}

// nowhere is a registry that does not exist: only references with an unclear registry may be on it.
const nowhere = "registry.invalid"

// Runs returns a function that reports whether nodes pull an image as written. It returns false if something else
// replaces or pulls the image; filledIn then names what replaces it, if anything does.
func Runs(loaded *engine.Loaded) func(*manifests.Workload, *manifests.ImageRef) (runs bool, filledIn string) {
	replaced := map[*manifests.ImageRef]string{}
	for _, set := range loaded.Sets() {
		planner := plan.New(set, loaded.Settings().PlanOptions())
		for _, w := range slices.Concat(set.Workloads, set.Values) {
			for _, img := range w.Images {
				switch m := planner.Mutation(w, img); {
				case img.Remote || img.Field == manifests.FieldMirrored || w.Idle:
					replaced[img] = ""
				case m.Kind == plan.Replaced:
					replaced[img] = m.By
				}
			}
		}
	}
	return func(_ *manifests.Workload, img *manifests.ImageRef) (bool, string) {
		by, found := replaced[img]
		return !found, by
	}
}

// NoImage returns the error for a name that no image of the input has. It suggests a similar one.
func NoImage(loaded *engine.Loaded, name string) error {
	if file := unusedFile(loaded, Names(name)); file != "" {
		return fmt.Errorf("--why: %q is only in %s, which no chart is rendered with: add -f %s", name, file, file)
	}
	set := loaded.All()
	full := map[string]string{} // by the name and the last part of it
	for _, w := range slices.Concat(set.Workloads, set.Values) {
		for _, img := range w.Images {
			if img.Err == nil && img.Ref.Repository != "" {
				full[path.Base(img.Ref.Repository)] = img.Ref.Name()
			}
		}
	}
	for _, image := range slices.Sorted(maps.Values(full)) {
		full[image] = image
	}
	if near := config.Near(name, slices.Sorted(maps.Keys(full))); near != "" {
		return fmt.Errorf("--why: no image is %q: did you mean %q?", name, full[near])
	}
	if strings.Contains(name, "*") && !strings.Contains(name, "**") {
		return fmt.Errorf("--why: no image is %q: * ends at a slash; write ** for any number of path segments", name)
	}
	return fmt.Errorf("--why: no image is %q, of %s in the input", name, report.Count(set.Stats.Images, "image", "images"))
}

// Holds reports whether a set contains one of the chosen images.
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
