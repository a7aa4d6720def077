package lsp

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/lint"
)

// triggerAutomatic is the trigger kind of requests that the editor sends by itself, for example to show a
// light bulb.
const triggerAutomatic = 2

// codeActions returns the quick fixes and suppressions for the findings in a range, and "fix all" for the
// file.
func (s *server) codeActions(ctx context.Context, p *codeActionParams) ([]codeAction, error) {
	w, r, d, err := s.fresh(ctx, p.TextDocument.URI)
	if err != nil || d == nil {
		return []codeAction{}, err
	}
	still, done := w.untilChange(ctx, r)
	defer done()
	w.engines.Lock()
	defer w.engines.Unlock()
	out, err := s.actionsAt(still, p, w, r, d)
	if still.Err() != nil && ctx.Err() == nil {
		return nil, &jsonrpc2.Error{Code: codeContentModified, Message: "the workspace has changed"}
	}
	return out, err
}

func (s *server) actionsAt(ctx context.Context, p *codeActionParams, w *workspace, r *result, d *document) (out []codeAction, err error) {
	out = []codeAction{}
	if r.loaded == nil || r.Response == nil {
		return out, nil
	}
	a := &actions{w: w, r: r, d: d, c: converter{docs: r.docs, encoding: s.encoding, client: &s.client}}
	if p.includes(kindQuickFix) {
		if out, err = a.quickFixes(ctx, p.Range); err != nil {
			return nil, err
		}
	}
	explicit := len(p.Context.Only) > 0 || p.Context.TriggerKind != triggerAutomatic
	if kind := p.fixAllKind(); kind != "" && explicit {
		all, err := a.fixAll(ctx, kind)
		if err != nil {
			return nil, err
		}
		out = append(out, all...)
	}
	return out, nil
}

// includes reports whether the client asks for actions of this kind or of a parent kind.
func (p *codeActionParams) includes(kind string) bool {
	return len(p.Context.Only) == 0 || slices.ContainsFunc(p.Context.Only, func(only string) bool {
		return only == "" || only == kind || strings.HasPrefix(kind, only+".")
	})
}

// fixAllKind returns the most specific fix-all kind that the client asks for, or "".
func (p *codeActionParams) fixAllKind() string {
	switch {
	case p.includes(kindFixAll):
		return kindFixAll
	case p.includes(kindFixAllOurs):
		return kindFixAllOurs
	}
	return ""
}

// actions builds the code actions of one document.
type actions struct {
	w *workspace
	r *result
	d *document
	c converter
}

// findings returns the findings that a range of the document concerns: first those in it, then the others on its lines
// and in the image under its start, which may be written on several lines.
func (a *actions) findings(in textRange) []*lint.Finding {
	from, to := a.d.offset(in.Start, a.c.encoding), a.d.offset(in.End, a.c.encoding)
	first, last := a.d.starts[a.d.position(from, encodingUTF8).Line], a.d.position(to, encodingUTF8).Line
	end := a.d.starts[last] + len(a.d.line(last))
	var images []image
	if v := a.r.view(); v != nil {
		images = v.images(a.d.path, from)
	}
	var exact, near []*lint.Finding
	for i := range a.r.Result.Findings {
		f := &a.r.Result.Findings[i]
		switch {
		case f.Span.File() == nil || f.Span.File().Name != a.d.path:
		case f.Span.Start().Offset <= to && f.Span.End().Offset >= from:
			exact = append(exact, f)
		case len(near) == maxNear:
		case f.Span.Start().Offset >= first && f.Span.Start().Offset <= end || slices.ContainsFunc(images, func(img image) bool { return isPart(img, f) }):
			near = append(near, f)
		}
	}
	return append(exact, near...)
}

// maxNear limits the findings near a cursor: a JSON file may be a single line, and each action is
// tried.
const maxNear = 10

// isPart reports whether a finding is about a part of an image.
func isPart(img image, f *lint.Finding) bool {
	_, part := partAt(img.ImageRef, f.Span.File().Name, f.Span.Start().Offset)
	return part
}

func (a *actions) quickFixes(ctx context.Context, in textRange) ([]codeAction, error) {
	out := []codeAction{}
	var suppressions []codeAction
	for _, f := range a.findings(in) {
		about := []diagnostic{a.c.diagnostic(f, report.Where(f))}
		if f.Fix != nil {
			edit, err := a.fix(ctx, true, func(g *lint.Finding) bool { return isSame(f, g) })
			if err != nil {
				return nil, err
			}
			if edit != nil {
				out = append(out, codeAction{Title: f.Fix.Title, Kind: kindQuickFix, Diagnostics: about, IsPreferred: f.Fix.Safe, Edit: edit})
			}
		}
		edit, err := a.suppress(ctx, f)
		if err != nil {
			return nil, err
		}
		if edit != nil {
			title := fmt.Sprintf("suppress %s here, with a reason", f.Rule)
			suppressions = append(suppressions, codeAction{Title: title, Kind: kindQuickFix, Diagnostics: about, Edit: edit})
		}
	}
	return append(out, suppressions...), nil
}

func isSame(f, g *lint.Finding) bool {
	return f.Rule == g.Rule && g.Span.File() != nil && f.Span.File().Name == g.Span.File().Name && f.Span.Start().Offset == g.Span.Start().Offset
}

func (a *actions) fixAll(ctx context.Context, kind string) ([]codeAction, error) {
	mine := func(f *lint.Finding) bool {
		return f.Span.File() != nil && f.Span.File().Name == a.d.path && f.Fix.Safe
	}
	if !slices.ContainsFunc(a.r.Result.Findings, func(f lint.Finding) bool { return f.Fix != nil && mine(&f) }) {
		return nil, nil
	}
	edit, err := a.fix(ctx, false, mine)
	if err != nil || edit == nil {
		return nil, err
	}
	return []codeAction{{Title: "apply all safe fixes of imagelint", Kind: kind, Edit: edit}}, nil
}

// request returns the request behind the current result, with some documents replaced.
func (a *actions) request(other map[string]files.Buffer) engine.Request {
	texts := map[string]files.Buffer{}
	for path, d := range a.r.docs {
		texts[path] = files.Buffer{Text: []byte(d.text), Modified: d.modified}
	}
	for path, b := range other {
		texts[path] = b
	}
	req := a.r.setup.requestWith(a.r.docs)
	req.Files = files.Buffers{FS: files.OS, Texts: texts}
	return req
}

// fix lets the engine apply fixes and verify that each removes its finding and adds no new one. It returns
// nil if no fix is left.
func (a *actions) fix(ctx context.Context, all bool, only func(*lint.Finding) bool) (*workspaceEdit, error) {
	req := a.request(nil)
	req.Fix = &engine.Fix{All: all, Partial: true, Only: only}
	response, err := a.w.typed.Lint(ctx, req)
	if err != nil || response.Fixes == nil {
		return nil, err
	}
	edit := workspaceEdit{Changes: map[string][]textEdit{}}
	for _, f := range response.Fixes.Files {
		if f.Name != a.d.path {
			return nil, nil // files that are not open are not changed
		}
		if list := edits(a.d, string(f.Content()), a.c.encoding); len(list) > 0 {
			edit.Changes[a.d.uri] = list
		}
	}
	if len(edit.Changes) == 0 {
		return nil, nil
	}
	return &edit, nil
}

// suppress returns an edit that adds a suppression comment; the user adds the reason. It returns nil if no
// comment would work.
func (a *actions) suppress(ctx context.Context, f *lint.Finding) (*workspaceEdit, error) {
	if f.Rule == lint.RuleIgnoreUnused || f.Rule == lint.RuleIgnoreWithoutReason || strings.EqualFold(filepath.Ext(a.d.path), ".json") {
		return nil, nil
	}
	at := a.d.position(f.Span.Start().Offset, encodingUTF8).Line
	line := a.d.line(at)
	ending := strings.TrimPrefix(a.d.whole(at), line)
	if ending == "" {
		ending = "\n"
	}
	indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
	comment := "# imagelint:ignore " + f.Rule + " -- "
	start := a.d.starts[at]
	if at == 0 && strings.HasPrefix(line, "\ufeff") {
		start += len("\ufeff")
	}
	for _, try := range []struct {
		offset      int
		text, after string
	}{
		{start, indent + comment, ending},
		{start + len(line), " " + comment, ""},
	} {
		offset := min(try.offset, len(a.d.text))
		ok, err := a.suppresses(ctx, f, a.d.text[:offset]+try.text+"reason"+try.after+a.d.text[offset:])
		if err != nil {
			return nil, err
		}
		if ok {
			edit := textEdit{a.d.textRange(offset, offset, a.c.encoding), try.text + try.after}
			return &workspaceEdit{Changes: map[string][]textEdit{a.d.uri: {edit}}}, nil
		}
	}
	return nil, nil
}

// suppresses reports whether the finding is suppressed in the new text, with no new findings.
func (a *actions) suppresses(ctx context.Context, f *lint.Finding, text string) (bool, error) {
	a.w.s.mu.Lock()
	a.w.s.change++
	other := newDocument(a.d.uri, a.d.path, nil, text, a.w.s.change)
	a.w.s.mu.Unlock()
	response, err := a.w.typed.Lint(ctx, a.request(map[string]files.Buffer{a.d.path: {Text: []byte(text), Modified: other.modified}}))
	if err != nil {
		return false, err
	}
	count := func(list []lint.Finding, rule string) (n int) {
		for i := range list {
			if at := list[i].Span.File(); at != nil && at.Name == a.d.path && (rule == "" || list[i].Rule == rule) {
				n++
			}
		}
		return n
	}
	now, before := response.Result, a.r.Result
	return count(now.Suppressed, f.Rule) > count(before.Suppressed, f.Rule) && count(now.Findings, "") < count(before.Findings, ""), nil
}
