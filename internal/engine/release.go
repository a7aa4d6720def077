package engine

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// helmNamespace is the namespace that helm passes to charts by default.
const helmNamespace = "default"

// withoutHelmNamespace clears the default namespace in objects of charts that were rendered without a namespace. The
// namespace in which they will be installed is unknown, and it may contain their Secrets.
func withoutHelmNamespace(set *manifests.Set, outputs []*render.Output) {
	charts := map[string]bool{}
	for _, o := range outputs {
		if o.Kind == render.Chart && o.Namespace == "" {
			charts[o.File()] = true
		}
	}
	if len(charts) == 0 {
		return
	}
	forget := func(o *manifests.Object) {
		if o != nil && o.Namespace == helmNamespace && o.Doc != nil && o.Doc.File != nil && o.Doc.File.InMemory && charts[o.Doc.File.Name] {
			o.Namespace = ""
		}
	}
	for _, w := range slices.Concat(set.Workloads, set.Context) {
		forget(w.Object)
		for _, p := range w.Pods {
			forget(p.Object)
		}
	}
	for _, s := range set.Secrets {
		forget(s.Object)
	}
	for _, a := range set.ServiceAccounts {
		forget(a.Object)
	}
}

// versions returns the appVersions that helm prints differently from how they are written and that
// are used as image tags. changed holds files with new content since the charts were rendered.
func versions(set *manifests.Set, outputs []*render.Output, changed map[string][]byte) []*manifests.NumberTag {
	var out []*manifests.NumberTag
	for _, o := range outputs {
		for _, v := range o.AppVersions() {
			if data, ok := changed[v.Span.File().Name]; ok && !v.StillIn(data) {
				continue
			}
			at := slices.IndexFunc(set.Workloads, func(w *manifests.Workload) bool { return tagged(w, o, v.Printed) != nil })
			if at < 0 {
				continue
			}
			doc := &manifests.Document{File: v.Span.File(), Start: v.Span.Start()}
			out = append(out, &manifests.NumberTag{
				Object: &manifests.Object{Doc: doc, Span: v.Span, ValuesFile: true}, Path: "appVersion", Name: tagged(set.Workloads[at], o, v.Printed).Ref.Name(),
				Text: v.Written, Span: v.Span, Printed: v.Printed,
			})
		}
	}
	return out
}

// tagNumbers returns the values that are tags of rendered images and that helm prints differently from how they are written. known holds those that are
// known from the values alone. A value is one if the chart, rendered with another value, has another tag there.
func (l *Loaded) tagNumbers(ctx context.Context, set *manifests.Set, outputs []*render.Output, known []*manifests.NumberTag, changed map[string][]byte) []*manifests.NumberTag {
	var out []*manifests.NumberTag
	for _, o := range outputs {
		for _, v := range o.TagNumbers() {
			same := func(n *manifests.NumberTag) bool {
				return n.Span.File() != nil && filepath.Clean(n.Span.File().Name) == filepath.Clean(v.Span.File().Name) && n.Span.Start().Offset == v.Span.Start().Offset
			}
			if _, ok := changed[v.Span.File().Name]; ok || l.interrupted || slices.ContainsFunc(known, same) || slices.ContainsFunc(out, same) {
				continue
			}
			for _, w := range set.Workloads {
				img := tagged(w, o, v.Printed)
				if img == nil || !l.comesFrom(ctx, o, w, img, &v) {
					continue
				}
				doc := &manifests.Document{File: v.Span.File(), Start: v.Span.Start()}
				out = append(out, &manifests.NumberTag{
					Object: &manifests.Object{Doc: doc, Span: v.Span, ValuesFile: true}, Path: v.Path, Name: img.Ref.Name(),
					Text: v.Written, Span: v.Span.WithExact(false), Printed: v.Printed, // not all runs with --fix render the chart
				})
				break
			}
		}
	}
	return out
}

// comesFrom reports whether a value is part of an image in an output.
func (l *Loaded) comesFrom(ctx context.Context, o *render.Output, w *manifests.Workload, img *manifests.ImageRef, v *render.AppVersion) bool {
	f := lint.Finding{Object: w.Object, Image: img.Raw}
	for _, place := range l.renderer.Origins(ctx, o, []render.OutputSpan{spot(o, &f, img.Span)}) {
		if slices.ContainsFunc(place.Origins, func(from render.Origin) bool { return from.Value == v.Path && from.Written == v.Written }) {
			return true
		}
	}
	return false
}

// tagged returns an image with a tag in a workload of an output, or nil.
func tagged(w *manifests.Workload, o *render.Output, tag string) *manifests.ImageRef {
	for _, img := range w.Images {
		if f := img.Span.File(); f != nil && f.InMemory && f.Name == o.File() && img.Err == nil && img.Ref.Tag == tag {
			return img
		}
	}
	return nil
}

// nameSecrets records the names that people wrote for the Secrets of a layer that kustomizations give other names.
func (l *Loaded) nameSecrets(layer int, set *manifests.Set) {
	for _, s := range set.Secrets {
		if f := s.Span.File(); f != nil && f.InMemory && s.SourceKind == manifests.SourceKindSecret {
			if o := l.output(layer, f.Name); o != nil {
				name := o.WrittenName(s.Span.Start().Line)
				if name == s.SecretName {
					name = ""
				}
				if s.WrittenName != name { // a long-lived engine shares Secrets between runs
					s.WrittenName = name
				}
			}
		}
	}
}
