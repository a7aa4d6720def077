package lsp

import (
	"slices"

	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/inventory"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// view finds Secrets, accounts and images by position in a result. Its planner caches, so callers must
// hold the engines' lock.
type view struct {
	set     *manifests.Set
	planner *plan.Planner
	names   *inventory.Index
	plans   *inventory.Plans // nil until a hover needs it
}

// view returns the view of a result, or nil if nothing was loaded.
func (r *result) view() *view {
	if r == nil || r.loaded == nil {
		return nil
	}
	if r.seen == nil {
		o := r.loaded.Settings().PlanOptions()
		o.Now = r.loaded.Settings().Now
		planner := plan.New(r.loaded.Set(), o)
		r.seen = &view{set: r.loaded.Set(), planner: planner, names: inventory.NewIndex(r.loaded.Set(), planner)}
	}
	return r.seen
}

// pulls returns the pull plans. They are computed for the first hover, because completion and
// definition do not need them.
func (v *view) pulls(loaded *engine.Loaded) *inventory.Plans {
	if v.plans == nil {
		v.plans = inventory.NewPlans(v.set, v.planner, loaded.Causes(loaded.Settings().Now))
	}
	return v.plans
}

// at returns the Secret or service account that is named or defined at an offset.
func (v *view) at(path string, offset int) (inventory.Target, bool) {
	for t := range v.names.Targets {
		if covers(t.Span, path, offset) {
			return t, true
		}
	}
	return inventory.Target{}, false
}

// image is an image and the object that contains it.
type image struct {
	*manifests.ImageRef
	workload *manifests.Workload
	span     source.Span // the part of the reference at the position
}

// isParsed reports whether the image is a reference as it stands.
func (i *image) isParsed() bool { return i.Err == nil && i.State == manifests.StateString }

// images returns the images at an offset: several if a YAML anchor puts one text into several objects.
func (v *view) images(path string, offset int) []image {
	var out []image
	for _, w := range slices.Concat(v.set.Workloads, v.set.Context, v.set.Values) {
		if w.Doc == nil || w.Doc.File == nil || w.Doc.File.Name != path {
			continue
		}
		for _, img := range w.Images {
			if span, ok := partAt(img, path, offset); ok {
				out = append(out, image{img, w, span})
			}
		}
	}
	return out
}

func partAt(img *manifests.ImageRef, path string, offset int) (source.Span, bool) {
	for _, p := range img.Parts() {
		if covers(p.Span, path, offset) {
			return p.Span, true
		}
	}
	for _, p := range img.Pieces() {
		if covers(p.Span, path, offset) {
			return p.Span, true
		}
	}
	return img.Span, img.State == manifests.StateString && covers(img.Span, path, offset)
}

// covers reports whether an offset is in a span or directly after it, where a cursor may be.
func covers(s source.Span, path string, offset int) bool {
	return s.File() != nil && s.File().Name == path && offset >= s.Start().Offset && offset <= s.End().Offset
}
