package engine

import (
	"slices"

	"github.com/imagelint-dev/imagelint/internal/render"
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

// tagged returns an image with a tag in a workload of an output, or nil.
func tagged(w *manifests.Workload, o *render.Output, tag string) *manifests.ImageRef {
	for _, img := range w.Images {
		if f := img.Span.File(); f != nil && f.InMemory && f.Name == o.File() && img.Err == nil && img.Ref.Tag == tag {
			return img
		}
	}
	return nil
}
