package engine

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"slices"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/fix"
	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// maxBuilds limits how often the kustomizations are built again to try fixes.
const maxBuilds = 20

// textAt is a text that findings of a rule are about.
type textAt struct {
	rule, file string
	offset     int
}

func textOf(f *lint.Finding) textAt {
	out := textAt{rule: f.Rule, offset: f.Span.Start().Offset}
	if file := f.Span.File(); file != nil {
		out.file = filepath.Clean(file.Name)
	}
	return out
}

// builtFixes returns the fixes of source files that only built text shows to be right, such as the name of a Secret in the namespace that an overlay sets. All
// findings about a text must have the same fix. It leaves out those in left, and what entries of images name.
func (l *Loaded) builtFixes(findings []lint.Finding, left map[fixPlace]bool) map[*lint.Fix]bool {
	lost := false
	for i := range findings {
		f := &findings[i]
		lost = lost || f.Fix != nil && len(f.Origins) > 0 && !f.FixInSource
	}
	if !lost || !l.builds() {
		return nil // as almost always
	}
	mayChange := map[string]bool{}
	for _, in := range l.inputs.files {
		if !in.Context && !in.InMemory {
			mayChange[filepath.Clean(in.Name)] = true
		}
	}
	named := map[string]bool{}
	for _, e := range l.sets[0].KustomizeImages {
		named[e.Name] = named[e.Name] || e.Used
	}
	agreed := map[textAt]*lint.Fix{} // nil if they differ
	for i := range findings {
		f := &findings[i]
		if len(f.Origins) == 0 {
			continue
		}
		fix, key := f.Fix, textOf(f)
		if p, ok := placeOfFix(f); !ok || f.FixInSource || left[p] || len(fix.Edits) != 1 || !mayChange[p.file] || !l.isBuilt(f) || f.Image != "" && named[imageref.KustomizeName(f.Image)] {
			fix = nil
		}
		if first, seen := agreed[key]; !seen {
			agreed[key] = fix
		} else if fix == nil || first == nil || !isSameEdit(&fix.Edits[0], &first.Edits[0]) {
			agreed[key] = nil
		}
	}
	out := map[*lint.Fix]bool{}
	for i := range findings {
		if f := &findings[i]; f.Fix != nil && len(f.Origins) > 0 && agreed[textOf(f)] != nil {
			out[f.Fix] = true
		}
	}
	return out
}

// isSameEdit reports whether two edits of files that were read separately are the same.
func isSameEdit(a, b *lint.Edit) bool {
	x, y := a.Span.File(), b.Span.File()
	return a.New == b.New && x != nil && y != nil && filepath.Clean(x.Name) == filepath.Clean(y.Name) && a.Span.Start() == b.Span.Start() && a.Span.End() == b.Span.End()
}

// isBuilt reports whether a finding is in the output of a kustomization.
func (l *Loaded) isBuilt(f *lint.Finding) bool {
	if f.Document == nil || f.Document.File == nil {
		return false
	}
	for layer := range l.outputs {
		if o := l.output(layer, f.Document.File.Name); o != nil {
			return o.Kind == render.Kustomization
		}
	}
	return false
}

// markBuilt marks the findings whose fixes fixBuilt tries, except those in refused.
func (l *Loaded) markBuilt(findings []lint.Finding, refused map[fixPlace]bool) {
	fixes := l.builtFixes(findings, refused)
	for i := range findings {
		if f := &findings[i]; fixes[f.Fix] {
			f.FixInSource = true
		}
	}
}

// fixBuilt applies the fixes of builtFixes in last, which follow those in first. Each is tried by building the kustomizations again with the changed files.
// It returns nil if there are none.
func (l *Loaded) fixBuilt(ctx context.Context, how *Fix, roots map[string]string, first *fix.Outcome, last *Response) (*fix.Outcome, error) {
	wanted, fixes := map[fixPlace]bool{}, l.builtFixes(last.Result.Findings, placesOf(first))
	for i := range last.Result.Findings {
		f := &last.Result.Findings[i]
		if p, ok := placeOfFix(f); ok && fixes[f.Fix] {
			wanted[p] = true
		}
	}
	if len(wanted) == 0 {
		return nil, nil //nolint:nilnil // there is nothing to do
	}
	var before map[string][]byte // they are not written
	if !how.Write {
		before = contentsOf(first.Files)
	}
	again := func(inner context.Context, contents map[string][]byte) (*manifests.Set, lint.Result, error) {
		req := *l.req
		req.Since, req.Baseline, req.Warn, req.Expect, req.Linter.Prober, req.Linter.MaxFindings = "", nil, nil, nil, nil, 0
		req.Render.NeedsChart, req.Render.NeedsRender = "", "" // charts are not rendered
		tried := edited(l.files(), before, contents)
		req.Files, req.Render.AnyFiles, req.Render.Progress, req.Render.Known = tried, true, nil, l.builtAlike(tried, tried.isSame)
		now, err := load(inner, req, nil)
		if err != nil {
			return nil, lint.Result{}, err
		}
		result, err := now.examine(inner)
		fixes := now.builtFixes(result.Findings, nil)
		for i := range result.Findings {
			f := &result.Findings[i]
			if p, ok := placeOfFix(f); !ok || !wanted[p] || !fixes[f.Fix] {
				f.Fix = nil
			}
		}
		return now.Set(), result, err
	}
	set, result, err := again(ctx, nil)
	if err != nil {
		return nil, err
	}
	out, err := fix.Apply(ctx, fix.Options{All: how.All, SkipSensitive: !how.Write, Roots: roots, Files: edited(l.files(), before), Only: how.Only, Built: true, MaxRuns: maxBuilds, Lint: again}, set, result)
	if err != nil {
		return nil, err
	}
	seen := map[textAt]bool{}
	out.Unfixed = slices.DeleteFunc(out.Unfixed, func(u fix.Unfixed) bool { // several kustomizations may build one text
		at := textOf(&u.Finding)
		again := seen[at]
		seen[at] = true
		return again
	})
	return out, nil
}

// placesOf returns the places of the fixes that were applied or left.
func placesOf(o *fix.Outcome) map[fixPlace]bool {
	out := map[fixPlace]bool{}
	for i := range o.Fixed {
		if p, ok := placeOfFix(&o.Fixed[i]); ok {
			out[p] = true
		}
	}
	for i := range o.Unfixed {
		if p, ok := placeOfFix(&o.Unfixed[i].Finding); ok {
			out[p] = true
		}
	}
	return out
}

func contentsOf(changed []*fix.File) map[string][]byte {
	out := map[string][]byte{}
	for _, f := range changed {
		out[f.Name] = f.Content()
	}
	return out
}

// editedFiles is a file system in which some files have other contents.
type editedFiles struct {
	files.FS
	contents map[string][]byte // by absolute path without links
}

// edited returns a file system with other contents for some files, by name. The last ones count.
func edited(system files.FS, changes ...map[string][]byte) *editedFiles {
	out := &editedFiles{system, map[string][]byte{}}
	for _, contents := range changes {
		for name, data := range contents {
			out.contents[out.path(name)] = data
		}
	}
	for path, data := range out.contents {
		if now, err := files.ReadFrom(system, path, int64(len(data))); err == nil && bytes.Equal(now, data) {
			delete(out.contents, path) // what is built from it stays the same
		}
	}
	return out
}

// isSame reports whether a file, given by its absolute path without links, has the contents that it has elsewhere.
func (e *editedFiles) isSame(path string) bool {
	_, changed := e.contents[path]
	return !changed
}

// path returns the absolute path of a file after all links, or its name if there is none.
func (e *editedFiles) path(name string) string {
	path, err := e.EvalSymlinks(name)
	if err == nil {
		path, err = e.Abs(path)
	}
	if err != nil {
		return name
	}
	return path
}

// Open implements files.FS.
func (e *editedFiles) Open(name string) (io.ReadCloser, error) {
	if len(e.contents) > 0 {
		if data, ok := e.contents[e.path(name)]; ok {
			return io.NopCloser(bytes.NewReader(data)), nil
		}
	}
	return e.FS.Open(name)
}

// refusedPlaces returns the places of fixes that were tried in vain.
func refusedPlaces(left []fix.Unfixed) map[fixPlace]bool {
	out := map[fixPlace]bool{}
	for i := range left {
		if p, ok := placeOfFix(&left[i].Finding); ok && !left[i].NeedsReview {
			out[p] = true
		}
	}
	return out
}
