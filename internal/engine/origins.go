package engine

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// layered is a finding in one layer of the run.
type layered struct {
	finding lint.Finding
	output  *render.Output   // nil for a finding in a file
	related []*render.Output // of the related places, which may be in other outputs; nil for those in files
}

// examine lints all layers, and judges findings by what else is known about their files.
func (l *Loaded) examine(ctx context.Context) (lint.Result, error) {
	res, err := l.examineLayers(ctx)
	l.lowerRoles(res.Findings)
	return res, err
}

// examineLayers lints each layer and moves findings in rendered text to their source.
func (l *Loaded) examineLayers(ctx context.Context) (lint.Result, error) {
	linter := &l.linter
	if linter.Prober != nil && len(l.sets) > 1 { // probe all layers together, so that they do not wait for each other
		linter = linter.Ask(ctx, l.sets)
	}
	first := linter
	if l.engine != nil {
		kept := *linter
		kept.Planner, kept.Planned = l.engine.planner, func(p *plan.Planner) { l.engine.planner = p }
		first = &kept
	}
	res, err := first.Run(ctx, l.Set())
	if err != nil || l.layers()+len(l.references.built) == 0 {
		return res, err
	}
	shown, hidden := l.withOutputs(0, res.Findings), l.withOutputs(0, res.Suppressed)
	for i, set := range l.sets[1:] {
		more, err := linter.Run(ctx, set)
		if err != nil {
			return res, err
		}
		res.Unprobed += more.Unprobed
		res.Asked = lint.JoinAsked(res.Asked, more.Asked)
		res.Omitted = mergeOmitted(res.Omitted, more.Omitted)
		found := l.withOutputs(i+1, more.Findings)
		shown = append(slices.DeleteFunc(shown, func(f layered) bool { return f.used(found) }), rendered(found)...)
		hidden = append(hidden, rendered(l.withOutputs(i+1, more.Suppressed))...)
	}
	trace := l.renderer.Origins
	if l.interrupted {
		trace = still(trace)
	}
	if res.Findings, err = l.move(ctx, shown, trace); err != nil {
		return res, err
	}
	// Suppressed findings are not shown, so the template is precise enough, and nothing is rendered again for
	// them, unless one may use a suppression at a value, or an override there decides.
	if !slices.ContainsFunc(res.Findings, func(f lint.Finding) bool { return f.Rule == lint.RuleIgnoreUnused }) &&
		!slices.ContainsFunc(hidden, func(f layered) bool { return f.finding.AwaitsSource }) {
		trace = still(trace)
	}
	res.Suppressed, err = l.move(ctx, hidden, trace)
	if err == nil {
		linter.ApplyTraced(&res, l.Set())
	}
	l.linter.Truncate(&res)
	l.warnUntraced()
	return res, err
}

// mergeOmitted merges the omissions of two layers. Both include the findings in files, so the higher count of each rule wins.
func mergeOmitted(a, b []lint.Omitted) []lint.Omitted {
	out := slices.Clone(a)
	for _, l := range b {
		i, ok := slices.BinarySearchFunc(out, l.Rule, func(l lint.Omitted, rule string) int { return strings.Compare(l.Rule, rule) })
		if !ok {
			out = slices.Insert(out, i, l)
			continue
		}
		o := &out[i]
		o.Errors, o.Warnings, o.Infos, o.Suppressed = max(o.Errors, l.Errors), max(o.Warnings, l.Warnings), max(o.Infos, l.Infos), max(o.Suppressed, l.Suppressed)
	}
	return out
}

// withOutputs pairs each finding of a layer with the rendered output it is in.
func (l *Loaded) withOutputs(layer int, findings []lint.Finding) []layered {
	out := make([]layered, 0, len(findings))
	for _, f := range findings {
		one := layered{finding: f, output: l.outputOf(layer, f.Span)}
		for i := range f.Related {
			one.related = append(one.related, l.outputOf(layer, f.Related[i].Span))
		}
		out = append(out, one)
	}
	return out
}

// outputOf returns the rendered output that a place in a layer is in, or nil. References are context in all layers, and so are outputs of
// the first layer and Secrets of all.
func (l *Loaded) outputOf(layer int, at source.Span) *render.Output {
	if at.File() == nil || !at.File().InMemory {
		return nil
	}
	lists := [][]*render.Output{l.references.built}
	if layer < l.layers() {
		lists = slices.Concat([][]*render.Output{l.outputs[layer], l.outputs[0], l.references.built}, l.outputs[1:])
	}
	for _, o := range slices.Concat(lists...) {
		if o.File() == at.File().Name {
			return o
		}
	}
	return nil
}

// rendered drops findings in files, which the first layer reports.
func rendered(all []layered) []layered {
	return slices.DeleteFunc(slices.Clone(all), func(f layered) bool { return f.output == nil })
}

// used reports whether f is about an unused suppression in a file or the configuration that another layer does use.
func (f *layered) used(other []layered) bool {
	return f.output == nil && f.finding.Rule == "ignore-unused" && !slices.ContainsFunc(other, func(o layered) bool {
		return o.finding.Rule == f.finding.Rule && (o.finding.Message == f.finding.Message || f.finding.Unused() != "" && o.finding.Unused() == f.finding.Unused()) && o.finding.Span.Start() == f.finding.Span.Start() && o.finding.Span.File() == f.finding.Span.File()
	})
}

// tracer finds the sources of spans in rendered output.
type tracer func(context.Context, *render.Output, []render.OutputSpan) []render.Source

// still creates a tracer that does not look for values.
func still(trace tracer) tracer {
	return func(ctx context.Context, o *render.Output, spots []render.OutputSpan) []render.Source {
		for i := range spots {
			spots[i].SkipValues = true
		}
		return trace(ctx, o, spots)
	}
}

// move moves findings in rendered text to the values they come from, or else to the templates, and merges findings that become equal.
func (l *Loaded) move(ctx context.Context, all []layered, trace tracer) ([]lint.Finding, error) {
	out := make([]lint.Finding, len(all))
	spots, places := map[*render.Output][]render.OutputSpan{}, map[*render.Output][]render.Source{}
	var outputs []*render.Output
	add := func(o *render.Output, s render.OutputSpan) {
		if spots[o] == nil {
			outputs = append(outputs, o)
		}
		spots[o] = append(spots[o], s)
	}
	for i := range all {
		f := &all[i].finding
		out[i] = *f
		if o := all[i].output; o != nil {
			add(o, spot(o, f, f.Span))
		}
		for j, o := range all[i].related {
			if o == nil {
				continue
			}
			of := f
			if o != all[i].output {
				of = &lint.Finding{} // it is about another object
			}
			s := spot(o, of, f.Related[j].Span)
			s.SkipValues = true
			add(o, s)
		}
	}
	found := make([][]render.Source, len(outputs))
	// After a cancellation, the remaining findings move to the templates, which is fast.
	err := l.renderer.Each(withoutCancel(ctx), len(outputs), func(n int) { found[n] = trace(ctx, outputs[n], spots[outputs[n]]) })
	if err != nil {
		return nil, err
	}
	for n, o := range outputs {
		places[o] = found[n]
	}
	take := func(o *render.Output) render.Source {
		first := places[o][0]
		places[o] = places[o][1:]
		return first
	}
	for i := range all {
		f, o := &out[i], all[i].output
		var first render.Source
		if o != nil {
			first = take(o)
		}
		f.Related = slices.Clone(f.Related) // findings that share a list must not move it twice
		for j, in := range all[i].related {
			if in != nil {
				f.Related[j].Span = take(in).Template
			}
		}
		if o != nil {
			moveFinding(f, o, &first)
		}
	}
	out, all = l.withoutOpen(out, all)
	l.lowerDefaults(out, all)
	proveFixes(out, all)
	if l.req.Fix == nil {
		out = lint.Merge(withoutDoubles(out, all))
	} else {
		out = mergeRendered(out, all) // findings in files are the ones that can be fixed
	}
	l.dropAllCombinations(out)
	return slices.DeleteFunc(out, func(f lint.Finding) bool {
		return f.Unused() != "" && len(f.Combinations) > 0 // another one uses it
	}), nil
}

// dropAllCombinations drops the combinations of findings that all of them produce.
func (l *Loaded) dropAllCombinations(findings []lint.Finding) {
	for i := range findings {
		if f := &findings[i]; len(f.Combinations) == l.combined(f) {
			f.Combinations = nil
		}
	}
}

// mergeRendered merges the findings of rendered output among themselves only.
func mergeRendered(moved []lint.Finding, all []layered) []lint.Finding {
	var inFiles, inOutput []lint.Finding
	for i := range moved {
		if all[i].output == nil {
			inFiles = append(inFiles, moved[i])
		} else {
			inOutput = append(inOutput, moved[i])
		}
	}
	out := append(lint.Merge(inFiles), lint.Merge(inOutput)...)
	slices.SortStableFunc(out, lint.Compare)
	return out
}

// withoutDoubles drops findings in values files if the rendered output has the same finding, which takes over their fix.
func withoutDoubles(moved []lint.Finding, all []layered) []lint.Finding {
	known := map[valueLine]bool{}
	key := func(f *lint.Finding) valueLine { return lineOf(f.Rule, f.Span) }
	for i := range all {
		if all[i].output == nil {
			continue
		}
		if moved[i].Span.Start().Line > 0 {
			known[key(&moved[i])] = true
		}
		for _, origin := range moved[i].Origins { // the origin may be the registry instead of the repository next to it
			if origin.Span.Start().Line > 0 && origin.Span.File() != nil {
				known[lineOf(moved[i].Rule, origin.Span)] = true
			}
		}
	}
	out := make([]lint.Finding, 0, len(moved))
	fixes := map[valueLine]*lint.Fix{}
	for i := range moved {
		if all[i].output != nil || !known[key(&moved[i])] {
			out = append(out, moved[i])
		} else if moved[i].Fix != nil {
			fixes[key(&moved[i])] = moved[i].Fix
		}
	}
	for i := range out {
		if fix := fixes[key(&out[i])]; fix != nil && out[i].Fix == nil && len(out[i].Origins) > 0 {
			out[i].Fix, out[i].FixInSource = fix, true
		}
	}
	return out
}

// combined returns the number of combinations of values that a finding's chart is rendered with.
func (l *Loaded) combined(f *lint.Finding) int {
	if f.Document == nil || f.Document.File == nil || !f.Document.File.InMemory {
		return 0
	}
	n, group := 0, ""
	for i := range l.outputs {
		if o := l.output(i, f.Document.File.Name); o != nil {
			group = l.groups[o.Path]
		}
	}
	for i := range l.outputs {
		for _, o := range l.outputs[i] {
			if group != "" && l.groups[o.Path] == group {
				n++
			}
		}
	}
	return n
}

// written returns where the text of a finding in kustomize output was written.
func (l *Loaded) written(f *lint.Finding) []source.Span {
	file := f.Span.File()
	if file == nil || !file.InMemory {
		if file == nil {
			return nil
		}
		return []source.Span{f.Span}
	}
	for i := range l.outputs {
		if o := l.output(i, file.Name); o != nil && o.Kind == render.Kustomization {
			return l.renderer.SourceSpans(o, spot(o, f, f.Span))
		}
	}
	return nil
}

// sourceFiles returns a function that returns the files that a finding in rendered output may be traced to.
func (l *Loaded) sourceFiles() func(*lint.Finding) []string {
	known := map[string][]string{}
	return func(f *lint.Finding) []string {
		name := f.Span.File().Name
		files, ok := known[name]
		if !ok {
			files = l.filesOf(name)
			known[name] = files
		}
		if f.Document == nil || f.Document.Template == "" {
			return files
		}
		_, template, _ := strings.Cut(f.Document.Template, "/") // after the name of the chart
		return append(slices.Clip(files), filepath.Join(name, filepath.FromSlash(template)))
	}
}

// filesOf returns the values files of a chart, or the files of a kustomization, given by the name of its output.
func (l *Loaded) filesOf(name string) []string {
	var out []string
	for layer := range l.outputs {
		o := l.output(layer, name)
		switch {
		case o == nil:
		case o.Kind == render.Chart:
			out = append(out, o.Values...)
			for _, in := range l.inputs.files {
				if rel, err := filepath.Rel(o.Path, in.Name); err == nil && filepath.IsLocal(rel) {
					out = append(out, in.Name)
				}
			}
		default:
			for _, u := range o.UsedFiles() {
				out = append(out, u.File)
			}
		}
	}
	return out
}

// spot returns a span of a finding in rendered output. It does not trace the values of Secrets, because their lines may contain secrets.
func spot(o *render.Output, f *lint.Finding, at source.Span) render.OutputSpan {
	s := render.OutputSpan{Line: at.Start().Line, From: at.Start().Offset - lineStart(o.Data, at.Start().Offset), Text: f.Image}
	if at.File() == nil || !at.File().InMemory || at.File().Name != o.File() {
		return render.OutputSpan{SkipValues: true}
	}
	s.To = s.From + at.End().Offset - at.Start().Offset
	if from, to := at.Start().Offset, min(at.End().Offset, len(o.Data)); from < to && at.Start().Line == at.End().Line &&
		!strings.Contains(string(o.Data[from-s.From:lineEnd(o.Data, from)]), s.Text) || s.Text == "" && from < to {
		s.Text = string(o.Data[from:to]) // the finding is not about the image
	}
	if f.Object != nil {
		s.Kind, s.Name, s.SkipValues = f.Object.Kind, f.Object.Name, f.Object.Kind == "Secret"
	}
	return s
}

func lineEnd(data []byte, offset int) int {
	if n := bytes.IndexByte(data[offset:], '\n'); n >= 0 {
		return offset + n
	}
	return len(data)
}

func lineStart(data []byte, offset int) int {
	offset = min(offset, len(data))
	for offset > 0 && data[offset-1] != '\n' {
		offset--
	}
	return offset
}

// moveFinding applies the traced place to a finding. A fix is moved to the source text, or dropped.
func moveFinding(f *lint.Finding, o *render.Output, first *render.Source) {
	hadFix := f.Fix != nil && o.Kind == render.Kustomization
	f.Fix = editBase(f, o)
	f.FixLost = hadFix && f.Fix == nil
	switch {
	case o.Name != "":
		f.Combinations = []string{o.Name}
	case o.Kind == render.Kustomization:
		f.Combinations = []string{o.Path}
	}
	rendered := f.Span
	f.Span, f.Template = first.Template, first.Template
	f.Written = writtenObject(f, o, first)
	n := len(f.Related)
	switch { // whatever the rule says about the rendered text, the author meant the text in the source
	case len(first.Origins) == 0 || f.Image == "":
	case first.Origins[0].Help != "":
		f.Help, f.Fix = first.Origins[0].Help, nil
	case first.Origins[0].Written != "" && !strings.Contains(f.Help, "quote the number"):
		f.Help, f.Fix = fmt.Sprintf("quote it where it is set: %q", first.Origins[0].Written), nil
	default:
		f.SuggestValue(first.Origins[0].Text)
	}
	if first.Selected {
		f.SuggestNewName(imageref.KustomizeName(f.Image))
	}
	for _, origin := range first.Origins {
		if origin.Span.IsZero() { // values set on the command line are not in a file
			origin.Span = first.Template
		}
		f.Origins = append(f.Origins, lint.Origin{Span: origin.Span, Value: origin.Value, Message: origin.Message, Plain: origin.Plain, Open: origin.Open})
	}
	switch {
	case first.Template.IsZero():
	case len(f.Origins) == 0:
		f.Origins = []lint.Origin{{Span: first.Template, Message: templateDescription(o, first.Template)}}
	case !f.Origins[0].Span.Equal(first.Template):
		f.Span = f.Origins[0].Span
		f.Related = append(f.Related, lint.Related{Span: first.Template, Message: templateDescription(o, first.Template)})
	}
	if text := rendered.Text(); rendered.IsName() && text != "" && f.Span.Text() == text {
		f.Span = f.Span.AsName()
	}
	if f.Written != nil && !isIn(o, f.Span) && slices.ContainsFunc(f.Related[:n], func(r lint.Related) bool { return r.AtFault && isIn(o, r.Span) }) {
		f.Variant = f.Object.Namespace + "/" + f.Object.Name
	}
}

// isIn reports whether a place is in the folder of a kustomization, instead of in a base that others may build, too.
func isIn(o *render.Output, at source.Span) bool {
	return at.File() != nil && files.In(at.File().Name, o.Path)
}

// writtenObject returns the object of a finding in the output of a kustomization as its file has it: a patch, if its text is in one. It returns nil if
// that is not known.
func writtenObject(f *lint.Finding, o *render.Output, at *render.Source) *lint.ObjectName {
	obj := f.Object
	if obj == nil || obj.Outer != nil || obj.Span.File() == nil || obj.Span.File().Name != o.File() {
		return nil
	}
	name, ok := o.Patched(at.Template)
	if !ok {
		_, name, ok = o.Written(obj.Span.Start().Offset)
	}
	if !ok {
		return nil
	}
	written := lint.ObjectName(name)
	return &written
}

// editBase returns the fix of a finding in built output as a fix of the source files. It returns nil unless they contain exactly the text to
// replace.
func editBase(f *lint.Finding, o *render.Output) *lint.Fix {
	if f.Fix == nil || len(f.Fix.Edits) == 0 {
		return nil
	}
	out := *f.Fix
	out.Edits, out.NewValue = make([]lint.Edit, 0, len(f.Fix.Edits)), "" // the source may be only a part of the value
	for _, e := range f.Fix.Edits {
		at := e.Span
		if at.File() == nil || !at.File().InMemory || at.File().Name != o.File() || at.Start().Line != at.End().Line {
			return nil
		}
		from := at.Start().Offset - lineStart(o.Data, at.Start().Offset)
		spot := render.OutputSpan{Line: at.Start().Line, From: from, To: from + at.End().Offset - at.Start().Offset}
		span, ok := o.EditableSpan(spot)
		if !ok { // the text may be made of several parts, one of which changes
			a, b := differing(string(o.Data[at.Start().Offset:at.End().Offset]), e.New)
			spot.From, spot.To, e.New = spot.From+a, spot.To-b, e.New[a:len(e.New)-b]
			if span, ok = o.EditableSpan(spot); !ok {
				return nil
			}
		}
		if e.Span = span; at.IsName() {
			e.Span = span.AsName()
		}
		out.Edits = append(out.Edits, e)
	}
	return &out
}

// differing returns the lengths of the common prefix and, after that, of the common suffix of two
// texts.
func differing(old, text string) (front, back int) {
	for front < len(old) && front < len(text) && old[front] == text[front] {
		front++
	}
	for back < len(old)-front && back < len(text)-front && old[len(old)-1-back] == text[len(text)-1-back] {
		back++
	}
	return front, back
}

// templateDescription describes the file of a finding in built output that no value explains.
func templateDescription(o *render.Output, at source.Span) string {
	switch {
	case o.Kind != render.Kustomization:
	case at.File() != nil && isKustomization(at.File().Name):
		return "the entry that generates it"
	default:
		return "the base file"
	}
	return "the template that renders it"
}

// TraceOrigins moves the images of charts and kustomizations to their templates and source files, for commands that list images.
func (l *Loaded) TraceOrigins(ctx context.Context) {
	for layer := range l.outputs {
		by := map[*render.Output][]*manifests.ImageRef{}
		for _, w := range slices.Concat(l.sets[layer].Workloads, l.sets[layer].Values) {
			for _, img := range w.Images {
				if f := img.Span.File(); f != nil && f.InMemory {
					if o := l.output(layer, f.Name); o != nil {
						by[o] = append(by[o], img)
					}
				}
			}
		}
		for o, images := range by {
			spots := make([]render.OutputSpan, 0, len(images))
			for _, img := range images {
				spots = append(spots, render.OutputSpan{Line: img.Span.Start().Line, Text: img.Raw, SkipValues: o.Kind == render.Chart})
			}
			for i, p := range l.renderer.Origins(ctx, o, spots) {
				images[i].Span = p.Template
				if len(p.Origins) > 0 && !p.Origins[0].Span.IsZero() {
					images[i].Span = p.Origins[0].Span
				}
			}
		}
	}
}
