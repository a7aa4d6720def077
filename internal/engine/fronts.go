package engine

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// maxAbove is how many folders above a values file its chart is searched for.
const maxAbove = 4

// findFronts finds the registries that other values of a chart put in front of images that a values file sets without one: values-prod.yaml replaces
// only some of the values in values.yaml. It decides what the fix of such an image is, and whether it is safe.
func (l *Loaded) findFronts(set *manifests.Set) {
	if !slices.ContainsFunc(set.Values, func(w *manifests.Workload) bool { return w.ValuesFile && slices.ContainsFunc(w.Images, isFrontless) }) {
		return
	}
	charts := l.chartFolders()
	type image struct{ chart, path string }
	fronts, known, elsewhere := map[image]*manifests.Part{}, map[image]bool{}, map[image]bool{}
	for _, w := range set.Values {
		if !w.ValuesFile || len(w.Images) == 0 {
			continue
		}
		file := filepath.Clean(w.Images[0].Span.File().Name)
		chart := charts(file)
		if chart == "" {
			continue
		}
		own := file == filepath.Join(chart, ownValues)
		for _, img := range w.Images {
			at, fronted := image{chart, img.Path}, img.Field == manifests.FieldSplit && !isFrontless(img)
			switch {
			case own && fronted:
				fronts[at] = &img.Assembly.Parts[0]
			case own:
				known[at] = true
			case fronted:
				elsewhere[at] = true // a file that may be added to this one
			}
		}
	}
	for _, w := range set.Values {
		for _, img := range w.Images {
			if w.ValuesFile && isFrontless(img) {
				at := image{charts(filepath.Clean(img.Span.File().Name)), img.Path}
				front, complete := fronts[at], known[at] && !elsewhere[at]
				if a := img.Assembly; a.Front != front || a.Complete != complete { // a long-lived engine shares images between runs
					a.Front, a.Complete = front, complete
				}
			}
		}
	}
}

// isFrontless reports whether an image in values is set without a registry.
func isFrontless(img *manifests.ImageRef) bool {
	parts := img.Parts()
	return img.Field == manifests.FieldSplit && len(parts) > 0 && parts[0].Name != "registry"
}

// chartFolders returns a function that returns the folder of the chart that a values file is for, or "": the chart that is rendered with it, or the one
// whose folder it is in.
func (l *Loaded) chartFolders() func(file string) string {
	rendered := map[string]string{}
	for _, o := range slices.Concat(l.outputs...) {
		if o.Kind == render.Chart {
			for _, name := range o.Values {
				rendered[filepath.Clean(name)] = filepath.Clean(o.Path)
			}
		}
	}
	found := map[string]string{}
	return func(file string) string {
		folder := filepath.Dir(file)
		chart, ok := found[folder]
		if !ok {
			for at, n := folder, 0; n < maxAbove; n++ {
				if _, err := l.files().Stat(filepath.Join(at, "Chart.yaml")); err == nil {
					chart = at
					break
				}
				at = filepath.Dir(at)
			}
			found[folder] = chart
		}
		return cmp.Or(rendered[file], chart)
	}
}

// proveFixes decides about the fixes of values that depend on what a chart puts in front of the value, if the same finding about a rendered image shows
// that: those that are right are safe, and the others are dropped.
func proveFixes(moved []lint.Finding, all []layered) {
	images := map[valueLine][]string{}
	for i := range moved {
		if all[i].output == nil || all[i].output.Kind != render.Chart {
			continue
		}
		for _, origin := range moved[i].Origins {
			if at := lineOf(moved[i].Rule, origin.Span); at.line > 0 {
				images[at] = append(images[at], moved[i].Image)
			}
		}
	}
	for i := range moved {
		fix := moved[i].Fix
		if all[i].output != nil || fix == nil || fix.Old == "" {
			continue
		}
		shown := slices.DeleteFunc(slices.Clone(images[lineOf(moved[i].Rule, moved[i].Span)]), func(image string) bool {
			return !strings.Contains(image, fix.Old) // another value replaces it there
		})
		switch {
		case slices.ContainsFunc(shown, func(image string) bool { return !isRightIn(image, fix) }):
			moved[i].Fix = nil
		case len(shown) > 0 && fix.Provable:
			proven := *fix
			proven.Safe = true
			moved[i].Fix = &proven
		}
	}
}

// isRightIn reports whether the new value of a fix begins with a registry if, and only if, nothing precedes it in a rendered image.
func isRightIn(image string, fix *lint.Fix) bool {
	return imageref.HasHost(fix.NewValue) == strings.HasPrefix(image, fix.Old)
}

// valueLine is a finding's rule and a line of a values file.
type valueLine struct {
	rule, file string
	line       int
}

// lineOf returns the line of a place, 0 if it is not in a file.
func lineOf(rule string, at source.Span) valueLine {
	if at.File() == nil {
		return valueLine{}
	}
	return valueLine{rule, filepath.Clean(at.File().Name), at.Start().Line}
}
