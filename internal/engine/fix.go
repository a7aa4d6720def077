package engine

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/imagelint-dev/imagelint/internal/baseline"
	"github.com/imagelint-dev/imagelint/internal/fix"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// with returns the inputs, with new contents for some of them.
func (in *inputs) with(contents map[string][]byte) []manifests.Input {
	files := slices.Clone(in.files)
	for i := range files {
		if data, ok := contents[files[i].Name]; ok {
			files[i].Version = "" // must not be cached
			files[i].Open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
		}
	}
	return files
}

// again lints the inputs with new contents for some of them. It does not report read errors again,
// and does not render again.
func (l *Loaded) again(ctx context.Context, contents map[string][]byte) (*manifests.Set, lint.Result, error) {
	sets, err := l.loadSets(ctx, l.inputs.with(contents), contents)
	if sets == nil {
		return nil, lint.Result{}, err
	}
	now := *l
	now.sets = sets
	now.linter.MaxFindings = 0 // compare all findings
	result, err := now.examine(ctx)
	return now.Set(), result, err
}

// fix applies the fixes of a result, and writes the files if requested.
func (l *Loaded) fix(ctx context.Context, result lint.Result) (*fix.Outcome, error) {
	if err := l.dropHiddenFixes(ctx, l.Set(), &result); err != nil {
		return nil, err
	}
	again := func(inner context.Context, contents map[string][]byte) (*manifests.Set, lint.Result, error) {
		set, result, err := l.again(inner, contents)
		if err == nil {
			err = l.dropHiddenFixes(ctx, set, &result)
		}
		return set, result, err
	}
	o := fix.Options{All: l.req.Fix.All, SkipSensitive: !l.req.Fix.Write, Roots: l.inputs.roots, Files: l.req.Files, Only: l.req.Fix.Only, Lint: again}
	out, err := fix.Apply(ctx, o, l.Set(), result)
	if err != nil || !l.req.Fix.Write {
		return out, err
	}
	return out, l.write(ctx, out)
}

// dropHiddenFixes drops fixes for findings that are in the baseline or not new.
func (l *Loaded) dropHiddenFixes(ctx context.Context, set *manifests.Set, result *lint.Result) error {
	shown := lint.Result{Findings: slices.Clone(result.Findings)}
	if b := l.req.Baseline; b != nil && !b.Replaced {
		shown.Findings = baseline.Compare(b.Entries, shown.Findings, l.comparison(set, b.Folder)).New
	}
	if _, err := l.removeOlder(ctx, set, &shown); err != nil {
		return err
	}
	mine := map[*lint.Fix]bool{}
	for i := range shown.Findings {
		mine[shown.Findings[i].Fix] = true
	}
	for i := range result.Findings {
		if f := &result.Findings[i]; !mine[f.Fix] {
			f.Fix = nil
		}
	}
	return nil
}

// write writes the changed files. If one cannot be written, it writes the others and lints again to find the remaining findings.
func (l *Loaded) write(ctx context.Context, out *fix.Outcome) error {
	contents, whole := map[string][]byte{}, true
	written := out.Files[:0]
	for _, f := range out.Files {
		notes, err := f.Write()
		for _, note := range notes {
			l.req.warn(fmt.Errorf("%s: %s", f.Name, note))
		}
		if err != nil {
			l.failed(err, err.Error())
			whole = false
			continue
		}
		contents[f.Name] = f.Content()
		written = append(written, f)
	}
	out.Files = written
	if whole {
		return nil
	}
	out.Fixed = slices.DeleteFunc(out.Fixed, func(f lint.Finding) bool { return contents[f.Fix.Edits[0].Span.File().Name] == nil })
	var err error
	out.Set, out.Result, err = l.again(ctx, contents)
	return err
}
