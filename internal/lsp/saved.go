package lsp

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// savedState holds the rendered charts and kustomizations as of the last save. Rendering is slower than
// typing and reads only saved files.
type savedState struct {
	mu       sync.Mutex
	cancel   context.CancelFunc
	running  sync.WaitGroup
	all      []lint.Finding // nil if nothing was rendered
	rendered []lint.Finding // those in rendered output
}

func (v *savedState) wait() {
	v.mu.Lock()
	if v.cancel != nil {
		v.cancel()
	}
	v.mu.Unlock()
	v.running.Wait()
}

// findings returns all findings of the saved files, and those of them in rendered output.
func (v *savedState) findings() (all, rendered []lint.Finding) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.all, v.rendered
}

// render starts rendering a workspace's charts and kustomizations in the background, and reports the findings
// in them.
func (w *workspace) render(now *result) {
	if now.setup == nil || now.Response == nil {
		return
	}
	v := &w.saved
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.cancel != nil {
		v.cancel() // it renders an outdated state
		v.cancel = nil
	}
	if !isRenderable(now.Set) {
		v.all, v.rendered = nil, nil
		w.clean(now.change)
		return
	}
	ctx, cancel := context.WithCancel(w.ctx)
	v.cancel = cancel
	v.running.Add(1)
	go func() {
		defer v.running.Done()
		defer cancel()
		_, err := w.s.guarded("textDocument/didSave", func() (any, error) { return nil, w.lintSaved(ctx, now.setup) })
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			w.s.log(firstLine(err))
			return
		}
		w.clean(now.change)
		w.publish()
	}()
}

// clean marks documents as unedited once everything saved up to a change is rendered.
func (w *workspace) clean(change int64) {
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	for path, saved := range w.s.dirty {
		if saved > 0 && saved <= change && w.s.spaceOf(path) == w {
			delete(w.s.dirty, path)
		}
	}
}

// isRenderable reports whether a set contains a chart or a kustomization.
func isRenderable(set *manifests.Set) bool {
	for _, s := range set.Skipped {
		switch s.Reason {
		case manifests.SkipChart, manifests.SkipKustomization, manifests.SkipPart, manifests.SkipTemplate:
			return true
		}
	}
	return false
}

func (w *workspace) lintSaved(ctx context.Context, u *setup) error {
	req := u.request
	req.Warn = func(err error) {
		if ctx.Err() == nil {
			w.s.log(firstLine(err))
		}
	}
	response, err := (&engine.Engine{}).Lint(ctx, req) // a fresh engine: its cache would only hold memory until the next save
	if errors.Is(err, render.ErrNoEngine) && ctx.Err() == nil {
		w.s.unrendered.Do(func() { w.s.show("skipped: " + withoutFlags(firstLine(err))) }) // the workspace's folder is a chart itself
		return nil
	}
	if err != nil || response.Interrupted {
		return err
	}
	if ctx.Err() == nil {
		w.missing(response.Set)
	}
	found, all := []lint.Finding{}, response.Result.Findings
	if all == nil {
		all = []lint.Finding{}
	}
	for _, f := range response.Result.Findings {
		if len(f.Origins) > 0 || f.Document != nil && f.Document.Span.File != nil && f.Document.Span.File.InMemory {
			found = append(found, f)
		}
	}
	w.saved.mu.Lock()
	w.saved.all, w.saved.rendered = all, found
	w.saved.mu.Unlock()
	return nil
}

// missing tells the user what is not linted because the program that renders it is missing.
func (w *workspace) missing(set *manifests.Set) {
	var first *manifests.Skip
	more := 0
	for i := range set.Skipped {
		switch s := &set.Skipped[i]; {
		case s.Reason != manifests.SkipNoEngine:
		case first == nil:
			first = s
		default:
			more++
		}
	}
	if first == nil {
		return
	}
	text := "skipped: " + report.Escape(first.File)
	if more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	w.s.unrendered.Do(func() { w.s.show(text + " cannot be rendered: " + withoutFlags(first.Detail)) })
}

// withoutFlags removes the advice to pass a flag, since editors pass none.
func withoutFlags(text string) string {
	text, _, _ = strings.Cut(text, ", or name it with --")
	return text
}
