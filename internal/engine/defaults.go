package engine

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// placeholderRule is the rule about text that something was to replace.
const placeholderRule = "image-unrendered"

// withoutOpen lowers errors about references that are only invalid because a chart leaves a value to whoever installs it, and keeps one of those
// with the same value. It is about charts that were found in a folder: a chart that is named is checked as it is.
func (l *Loaded) withoutOpen(moved []lint.Finding, all []layered) ([]lint.Finding, []layered) {
	type decision struct {
		output *render.Output
		value  string
	}
	first, images := map[decision]int{}, map[decision]int{}
	var out []lint.Finding
	var kept []layered
	for i := range moved {
		f, o := moved[i], all[i].output
		value, is := "", false
		if isDefault(o) && o.Found && f.Severity == lint.Error && f.Group == "invalid-reference" {
			value, is = openValue(&f)
		}
		if is {
			d := decision{o, value}
			if images[d]++; images[d] > 1 {
				continue
			}
			first[d] = len(out)
			f.Severity, f.Pulls, f.Fix = lint.Info, nil, nil
			f.Help = fmt.Sprintf("the chart leaves %s to whoever installs it; to check the result, add those values: imagelint %s --values FILE", cmp.Or(value, "a value"), o.Path)
		}
		out, kept = append(out, f), append(kept, all[i])
	}
	for d, n := range images {
		f := &out[first[d]]
		switch {
		case n == 2:
			f.Related = append(f.Related, lint.Related{Message: "another image of the chart is invalid without it"})
		case n > 2:
			f.Related = append(f.Related, lint.Related{Message: fmt.Sprintf("%d other images of the chart are invalid without it", n-1)})
		}
	}
	return out, kept
}

// openValue returns the path of the value that a chart leaves open and that makes a reference invalid, or "" if it is not known which.
func openValue(f *lint.Finding) (path string, is bool) {
	for _, at := range f.Origins {
		if at.Open || at.Value != "" && f.Rule == placeholderRule {
			return at.Value, true
		}
	}
	if isFromValue(f) {
		return "", false
	}
	switch f.Rule {
	case "image-empty", "image-empty-path-segment", "image-leading-slash":
		return "", f.Template.Start().Line == 0 || strings.Contains(f.Template.Excerpt().Text, "{{")
	case "image-unrendered":
		return "", strings.Contains(f.Image, "<nil>") || strings.Contains(f.Image, "<no value>")
	}
	return "", false
}

// isFromValue reports whether the text of a finding is known to come from a value of a chart.
func isFromValue(f *lint.Finding) bool {
	return slices.ContainsFunc(f.Origins, func(at lint.Origin) bool { return at.Value != "" })
}

// isDefault reports whether an output is that of a chart with its default values.
func isDefault(o *render.Output) bool {
	return o != nil && o.Kind == render.Chart && len(o.Values)+len(o.Inside)+len(o.Set)+len(o.SetString) == 0
}

// lowerDefaults lowers errors that come from the default values of a chart if something in the input installs the chart with other values.
func (l *Loaded) lowerDefaults(moved []lint.Finding, all []layered) {
	by := map[*render.Output]*manifests.Install{}
	for i := range moved {
		f, o := &moved[i], all[i].output
		if !isDefault(o) || f.Severity != lint.Error || !isFromValue(f) {
			continue
		}
		at, known := by[o]
		if !known {
			at = l.installOf(o.Path)
			by[o] = at
		}
		if at != nil {
			f.Severity, f.Pulls = lint.Warning, nil
			f.Related = append(f.Related, lint.Related{Span: at.Span, Message: "this installs the chart with values of its own, which may be others"})
		}
	}
}

// installOf returns what installs the chart in a folder, or nil.
func (l *Loaded) installOf(folder string) *manifests.Install {
	if abs, err := filepath.Abs(folder); err == nil {
		folder = abs
	}
	folder = "/" + filepath.ToSlash(folder)
	all := l.Set().Installs
	for i := range all {
		if file := all[i].Span.File(); file != nil && !file.InMemory && strings.HasSuffix(folder, "/"+all[i].Chart) {
			return &all[i]
		}
	}
	return nil
}
