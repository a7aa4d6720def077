package engine

import (
	"context"
	"slices"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// LintAll is like Lint, except after fixes. Fixes change the source text, so charts and kustomizations are not rendered
// for them. LintAll then lints the remaining findings like a run without fixes, which does render, and returns what
// that run loaded.
func (l *Loaded) LintAll(ctx context.Context) (*Loaded, *Response, error) {
	out, err := l.Lint(ctx)
	if err == nil && l.req.Fix == nil && !out.Interrupted {
		if err = l.markFixable(ctx, out); err == nil && !l.req.Config.Render.Set {
			l.markBuilt(out.Result.Findings, nil)
		}
	}
	if err != nil || l.req.Fix == nil || out.Interrupted || !l.leftUnrendered() && !l.renderedBefore(out) {
		return l, out, err
	}
	rest, last, err := l.remaining(ctx, out)
	switch {
	case err != nil:
		return l, out, err
	case out.Fixes == nil:
		return rest, last, nil
	}
	tried, err := rest.fixBuilt(ctx, l.req.Fix, l.inputs.roots, out.Fixes, last)
	if err != nil {
		return l, out, err
	}
	if tried != nil {
		if l.req.Fix.Write && len(tried.Files) > 0 {
			if err := l.write(ctx, tried); err != nil {
				return l, out, err
			}
			if rest, last, err = l.remaining(ctx, out); err != nil {
				return l, out, err
			}
		}
		out.Fixes.Add(tried)
		rest.markBuilt(last.Result.Findings, refusedPlaces(tried.Unfixed))
	}
	if !l.req.Fix.Write {
		last.Result.Findings = withoutFixed(last.Result.Findings, out.Fixes.Fixed)
	}
	out.Fixes.Unfixed = append(out.Fixes.Unfixed, rest.beyondFix(last.Result.Findings, out.Fixes.Unfixed)...)
	return rest, last, nil
}

// remaining lints what fixes left, with what is rendered.
func (l *Loaded) remaining(ctx context.Context, out *Response) (*Loaded, *Response, error) {
	req := *l.req
	req.Fix, req.Log = nil, nil // everything else was reported before
	over := slices.Clip(l.linter.Settings.Overrides[len(l.req.Linter.Settings.Overrides):])
	req.Folders = func([]string) ([]lint.Override, error) { return over, nil }
	req.Warn = func(err error) {
		if !slices.Contains(l.errs, err.Error()) {
			l.req.warn(err)
		}
	}
	rest, err := load(ctx, req, l.engine)
	if err != nil {
		return nil, nil, err
	}
	last, err := rest.Lint(ctx)
	if err != nil {
		return nil, nil, err
	}
	last.Fixes, last.NotFixed = out.Fixes, out.NotFixed
	last.Errors = append(last.Errors, slices.DeleteFunc(out.Errors, func(text string) bool { return slices.Contains(last.Errors, text) })...)
	return rest, last, rest.markFixable(ctx, last)
}

// renderedBefore reports whether fixes changed what a chart was rendered from.
func (l *Loaded) renderedBefore(out *Response) bool {
	return l.layers() > 0 && out.Fixes != nil && len(out.Fixes.Fixed) > 0
}

// leftUnrendered reports whether a run without fixes would render something.
func (l *Loaded) leftUnrendered() bool {
	return l.req.Config.Render.Or(true) && slices.ContainsFunc(l.sets[0].Skipped, func(s manifests.Skip) bool {
		return s.Reason == manifests.SkipChart || s.Reason == manifests.SkipKustomization
	})
}

// withoutFixed removes the findings that the fixes would remove. They are in files that were not written.
func withoutFixed(findings, fixed []lint.Finding) []lint.Finding {
	type place struct {
		rule, file string
		line       int
	}
	at := func(f *lint.Finding) place {
		p := place{rule: f.Rule, line: f.Span.Start().Line}
		if f.Span.File() != nil {
			p.file = f.Span.File().Name
		}
		return p
	}
	gone := map[place]bool{}
	for i := range fixed {
		gone[at(&fixed[i])] = true
	}
	return slices.DeleteFunc(findings, func(f lint.Finding) bool { return gone[at(&f)] })
}
