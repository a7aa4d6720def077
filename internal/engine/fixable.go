package engine

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/imagelint-dev/imagelint/internal/fix"
	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// fixPlace identifies what a fix changes, also if the finding was in rendered text.
type fixPlace struct {
	rule, file string
	line       int
	safe       bool
}

// placeOfFix returns what a finding's fix changes. ok is false unless it is in one file.
func placeOfFix(f *lint.Finding) (p fixPlace, ok bool) {
	if f.Fix == nil || len(f.Fix.Edits) == 0 {
		return p, false
	}
	for i, e := range f.Fix.Edits {
		if e.Span.File() == nil || e.Span.File().InMemory {
			return p, false
		}
		if name := filepath.Clean(e.Span.File().Name); i == 0 {
			p = fixPlace{f.Rule, name, e.Span.Start().Line, f.Fix.Safe}
		} else if name != p.file {
			return p, false
		}
	}
	return p, true
}

// textPlace identifies a finding by its text and line.
type textPlace struct {
	rule, file, message string
	line                int
}

func textPlaceOf(f *lint.Finding) textPlace {
	p := textPlace{rule: f.Rule, message: f.Message, line: f.Span.Start().Line}
	if file := f.Span.File(); file != nil && !file.InMemory {
		p.file = filepath.Clean(file.Name)
	}
	return p
}

// fieldPlace identifies a finding by the field of an object as its file has it: a built field without a text of its own, such as a list, is traced to the
// first text in it.
type fieldPlace struct {
	rule, file, message   string
	kind, container, path string
	object                lint.ObjectName
}

// fieldPlaceOf returns the place of a finding. ok is false if it is about no field of an object.
func fieldPlaceOf(f *lint.Finding) (p fieldPlace, ok bool) {
	file := f.Span.File()
	if f.Object == nil || f.Path == "" || file == nil || file.InMemory {
		return p, false
	}
	return fieldPlace{f.Rule, filepath.Clean(file.Name), f.Message, f.Object.Kind, f.Container, f.Path, f.Identity()}, true
}

// markFixable marks the findings in built kustomizations that --fix fixes in their source files, which it lints as they are. It gives them the fix of
// the same finding there if theirs could not be moved. Only the files of such fixes are linted again, with those that a finding refers to.
func (l *Loaded) markFixable(ctx context.Context, out *Response) error {
	if l.req.Config.Render.Set && l.req.Config.Render.Or(true) {
		return nil // then --fix builds, too
	}
	want := map[string]bool{}
	for i := range out.Result.Findings {
		f := &out.Result.Findings[i]
		if len(f.Origins) == 0 || f.FixInSource {
			continue
		}
		file := ""
		if p, ok := placeOfFix(f); ok {
			file = p.file
		} else if f.FixLost {
			file = textPlaceOf(f).file
		}
		if file != "" {
			want[file] = true
			for _, r := range f.Related { // a Secret is a pull secret only next to what names it
				if file := r.Span.File(); file != nil && !file.InMemory {
					want[filepath.Clean(file.Name)] = true
				}
			}
		}
		for _, e := range entriesOf(f) {
			want[e.file] = true
		}
	}
	if len(want) == 0 {
		return nil // as without rendered text
	}
	var sources []manifests.Input
	done := map[string]bool{}
	for _, in := range l.inputs.files {
		if name := filepath.Clean(in.Name); !in.Context && !in.InMemory && (want[name] || !done[name] && isKustomization(name)) { // entries of others may replace an image of a base
			want[name], done[name] = false, true // once
			in.RenderedElsewhere = false
			in.Version = "" // it is cached in another form
			sources = append(sources, in)
		}
	}
	if len(sources) == 0 {
		return nil
	}
	set, err := manifests.Load(ctx, sources, l.inputs.options)
	if err != nil {
		return nil //nolint:nilerr // what cannot be read is not fixed
	}
	alone := l.linter
	alone.Prober, alone.MaxFindings, alone.SourceSpans, alone.Comments, alone.Planner, alone.Planned = nil, 0, nil, nil, nil, nil
	alone.Settings.ForFixes = true
	result, err := alone.Run(ctx, set)
	if err != nil {
		return err
	}
	found, inEntry, same, atField := map[fixPlace]bool{}, map[entryPlace]*lint.Fix{}, map[textPlace]*lint.Fix{}, map[fieldPlace]*lint.Fix{}
	for i := range result.Findings {
		f := &result.Findings[i]
		if p, ok := placeOfFix(f); ok {
			found[p] = true
			inEntry[entryPlace{p.rule, p.file, f.Image}], same[textPlaceOf(f)] = f.Fix, f.Fix
			if p, ok := fieldPlaceOf(f); ok {
				atField[p] = f.Fix
			}
		}
	}
	for i := range out.Result.Findings {
		f := &out.Result.Findings[i]
		if p, ok := placeOfFix(f); ok && found[p] && len(f.Origins) > 0 {
			f.FixInSource = true
		}
		if fix := same[textPlaceOf(f)]; fix != nil && f.FixLost {
			f.Fix, f.FixInSource = fix, true
		} else if p, ok := fieldPlaceOf(f); ok && f.FixLost && atField[p] != nil {
			f.Fix, f.FixInSource = atField[p], true
		}
		for _, e := range entriesOf(f) {
			if fix := inEntry[e]; fix != nil {
				f.Fix, f.FixInSource = fix, true
			}
		}
	}
	return nil
}

// entryPlace identifies a finding about the image of an entry in a kustomization.
type entryPlace struct{ rule, file, image string }

// entriesOf returns the findings about entries of images that are about the same as one in a base that has no fix there.
func entriesOf(f *lint.Finding) []entryPlace {
	if f.Fix != nil || f.Image == "" || len(f.Origins) == 0 {
		return nil
	}
	var out []entryPlace
	for _, o := range f.Origins[1:] {
		if file := o.Span.File(); file != nil && isKustomization(file.Name) {
			out = append(out, entryPlace{f.Rule, filepath.Clean(file.Name), f.Image})
		}
	}
	return out
}

func isKustomization(name string) bool { return render.DescribedBy(name) == render.Kustomization }

// namedBy returns the place of an entry of images that selects an image by its name, or "".
func (l *Loaded) namedBy(image string) string {
	for _, e := range l.sets[0].KustomizeImages { // those of all sets
		if image != "" && e.Used && e.Name == imageref.KustomizeName(image) && e.Span.File() != nil {
			return fmt.Sprintf("%s:%d", e.Span.File().Name, e.Span.Start().Line)
		}
	}
	return ""
}

// beyondFix returns the findings with a fix that --fix does not apply, because it is in rendered text only. The fixes in known were left for reasons
// of their own.
func (l *Loaded) beyondFix(findings []lint.Finding, known []fix.Unfixed) []fix.Unfixed {
	left := map[fixPlace]bool{}
	for i := range known {
		if p, ok := placeOfFix(&known[i].Finding); ok {
			left[p] = true
		}
	}
	edits, differ := map[textAt]*lint.Fix{}, map[textAt]bool{}
	for i := range findings {
		f := &findings[i]
		at := textOf(f)
		first, seen := edits[at]
		edits[at] = f.Fix
		if seen && (f.Fix == nil || first == nil || !slices.EqualFunc(f.Fix.Edits, first.Edits, func(a, b lint.Edit) bool { return isSameEdit(&a, &b) })) {
			differ[at] = true
		}
	}
	var out []fix.Unfixed
	for i := range findings {
		f := &findings[i]
		p, ok := placeOfFix(f)
		if !ok || len(f.Origins) == 0 || f.FixInSource || left[p] {
			continue
		}
		why := "the text was made from other files"
		if !slices.ContainsFunc(l.inputs.files, func(in manifests.Input) bool { return !in.Context && filepath.Clean(in.Name) == p.file }) {
			why = fmt.Sprintf("%s is not below a path: pass it, too", p.file)
		} else if at := l.namedBy(f.Image); at != "" {
			why = at + " names it, and would not match another name"
			if f.Fix.Image != "" && imageref.KustomizeName(f.Fix.Image) == imageref.KustomizeName(f.Image) {
				why = fmt.Sprintf("entries of images name it (%s), and not all of them set a tag of their own", at)
			}
		} else if differ[textOf(f)] {
			why = "what is built from it needs different texts"
		}
		out = append(out, fix.Unfixed{Finding: *f, Why: why})
	}
	return out
}
