package engine

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/imagelint-dev/imagelint/internal/fix"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
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

// markFixable marks the findings in built kustomizations that --fix fixes in their source files, which it lints as they are. Only the files of such
// fixes are linted again.
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
		if p, ok := placeOfFix(f); ok {
			want[p.file] = true
		}
	}
	if len(want) == 0 {
		return nil // as without rendered text
	}
	var sources []manifests.Input
	for _, in := range l.inputs.files {
		if name := filepath.Clean(in.Name); !in.Context && !in.InMemory && want[name] {
			want[name] = false // once
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
	result, err := alone.Run(ctx, set)
	if err != nil {
		return err
	}
	found := map[fixPlace]bool{}
	for i := range result.Findings {
		if p, ok := placeOfFix(&result.Findings[i]); ok {
			found[p] = true
		}
	}
	for i := range out.Result.Findings {
		f := &out.Result.Findings[i]
		if p, ok := placeOfFix(f); ok && found[p] && len(f.Origins) > 0 {
			f.FixInSource = true
		}
	}
	return nil
}

// beyondFix returns the findings with a fix that --fix does not apply, because it is in rendered text only.
func (l *Loaded) beyondFix(findings []lint.Finding) []fix.Unfixed {
	var out []fix.Unfixed
	for i := range findings {
		f := &findings[i]
		p, ok := placeOfFix(f)
		if !ok || len(f.Origins) == 0 || f.FixInSource {
			continue
		}
		why := "the text was made from other files"
		if !slices.ContainsFunc(l.inputs.files, func(in manifests.Input) bool { return !in.Context && filepath.Clean(in.Name) == p.file }) {
			why = fmt.Sprintf("%s is not below a path: pass it, too", p.file)
		}
		out = append(out, fix.Unfixed{Finding: *f, Why: why})
	}
	return out
}
