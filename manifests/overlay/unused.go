package overlay

import (
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// UnusedEntry is an entry of images that matches no image, at a path of an object.
type UnusedEntry struct {
	manifests.KustomizeImage
	Object *manifests.Object
	Path   string
}

// maxCompared bounds how often an entry is compared with a workload or a kustomization.
const maxCompared = 1_000_000

// Unused returns the entries of images of Flux Kustomizations that match no image of the folders that these apply. whole reports whether all of a folder was
// read. An entry of a Kustomization is left out if something in its folder may have more images.
func Unused(set *manifests.Set, whole func(folder string) bool) []UnusedEntry {
	var with []*manifests.Kustomization
	for _, k := range set.Kustomizations {
		if len(k.Entries) > 0 && !k.Rewrites && !k.Object.Context {
			with = append(with, k)
		}
	}
	if len(with) == 0 || len(with) > maxKustomizations {
		return nil
	}
	x := New(set)
	applied := map[*manifests.Kustomization][]*manifests.Workload{}
	folders := map[*manifests.Kustomization]string{}
	for _, w := range slices.Concat(set.Workloads, set.Context) {
		over := x.over(w.Object)
		if len(over.all) >= maxKustomizations {
			return nil // others may apply it, too
		}
		for _, k := range over.all {
			if len(k.Entries) == 0 {
				continue
			}
			applied[k] = append(applied[k], w)
			if folders[k] == "" {
				folders[k] = pathAbove(k, folderOf(over.file))
			}
		}
	}
	var out []UnusedEntry
	left := maxCompared
	for _, k := range with {
		folder := folders[k]
		if folder == "" || !whole(folder) || isUnclear(set, folder) {
			continue
		}
		build := &manifests.Build{Workloads: applied[k]}
		for _, e := range k.Entries {
			if left -= len(build.Workloads) + len(set.Kustomizations) + len(set.BuiltKustomizations); left < 0 {
				return out
			}
			if !mayMatch(set, build, e.Name) {
				out = append(out, UnusedEntry{manifests.KustomizeImage{Span: e.Span, Name: e.Name, Builds: []*manifests.Build{build}}, k.Object, e.Path})
			}
		}
	}
	return out
}

// pathAbove returns the folder that a Flux Kustomization applies and that is a folder or above it, or "".
func pathAbove(k *manifests.Kustomization, folder string) string {
	for at := folder; ; at = folderOf(at) {
		if isPathOf(k, at) {
			return at
		}
		if at == folderOf(at) {
			return ""
		}
	}
}

// isUnclear reports whether something in a folder may have images that were not read.
func isUnclear(set *manifests.Set, folder string) bool {
	in := func(file string) bool { return isBelow(source.CleanPath(file), folder) }
	return slices.ContainsFunc(set.Skipped, func(s manifests.Skip) bool {
		switch s.Reason {
		case manifests.SkipNotKubernetes, manifests.SkipEmpty, manifests.SkipValues, manifests.SkipValuesFrom, manifests.SkipHelmHidden:
			return false
		}
		return in(s.File)
	}) || slices.ContainsFunc(set.Broken, func(d *manifests.Document) bool { return d.File == nil || in(d.File.Name) })
}

// mayMatch reports whether an entry matches an image, or may do so: Flux adds its entries to those of the kustomization in the folder, before these replace a
// name, and replaces variables after that.
func mayMatch(set *manifests.Set, build *manifests.Build, name string) bool {
	if strings.Contains(name, "$") || imageref.IsKustomizePattern(name) {
		return true
	}
	selector := imageref.SelectorOf(name)
	for _, list := range [][]*manifests.Kustomization{set.Kustomizations, set.BuiltKustomizations} {
		for _, k := range list {
			if k.Path == "" && slices.ContainsFunc(k.Images, func(image string) bool { return image == name || selector.Selects(image) }) {
				return true
			}
		}
	}
	return slices.ContainsFunc(build.Workloads, func(w *manifests.Workload) bool {
		return slices.ContainsFunc(w.Images, func(img *manifests.ImageRef) bool {
			return img.State != manifests.StateString || selector.Selects(img.Raw) || strings.Contains(img.Raw, "$") || img.Assembly != nil && img.Assembly.Unsubstituted != ""
		})
	})
}
