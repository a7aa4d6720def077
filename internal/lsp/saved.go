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

// savedState holds the rendered charts and kustomizations and the answers of registries as of the last save.
// Both are slower than typing, and rendering reads only saved files.
type savedState struct {
	mu      sync.Mutex
	cancel  context.CancelFunc
	running sync.WaitGroup
	all     []lint.Finding // nil if typing finds everything
	slow    []lint.Finding // those in rendered output and from registries

	// answers are those of the latest probe; nil if there was none.
	answers *lint.ProbeCache
	asked   int64 // the change for which it was run
}

func (v *savedState) wait() {
	v.mu.Lock()
	if v.cancel != nil {
		v.cancel()
	}
	v.mu.Unlock()
	v.running.Wait()
}

// findings returns all findings of the saved files, and those among them that typing does not find.
func (v *savedState) findings() (all, slow []lint.Finding) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.all, v.slow
}

// keep replaces the findings, unless a later run has started.
func (v *savedState) keep(ctx context.Context, all, slow []lint.Finding) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if ctx.Err() == nil {
		v.all, v.slow = all, slow
	}
}

// render starts rendering a workspace's charts and kustomizations in the background, and reports the findings
// in them. If files were saved and the user's settings enable probing, it then probes registries.
func (w *workspace) render(now *result) {
	if now.setup == nil || now.Response == nil {
		return
	}
	v := &w.state
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.cancel != nil {
		v.cancel() // it is rendering an outdated state
		v.cancel = nil
	}
	if now.setup.prober == nil {
		v.answers = nil
	}
	asks := now.setup.prober != nil && now.saved > v.asked
	if !isRenderable(now.Set) && !asks && v.answers == nil {
		w.clean(now.change)
		if v.all != nil {
			v.all, v.slow = nil, nil
			w.s.running.Go(w.publish)
		}
		return
	}
	answers := v.answers
	ctx, cancel := context.WithCancel(w.ctx)
	v.cancel = cancel
	v.running.Add(1)
	go func() {
		defer v.running.Done()
		defer cancel()
		_, err := w.s.guarded("textDocument/didSave", func() (any, error) { return nil, w.lintSaved(ctx, now, answers, asks) })
		if err != nil && ctx.Err() == nil {
			w.s.log(firstLine(err))
		}
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

// lintSaved lints the files as saved: first with the known answers of registries and, if asks is true,
// again after probing them.
func (w *workspace) lintSaved(ctx context.Context, now *result, answers *lint.ProbeCache, asks bool) error {
	req := now.setup.requestWith(now.docs)
	req.Warn = func(err error) {
		if ctx.Err() == nil {
			w.s.log(firstLine(err))
		}
	}
	loaded, err := (&engine.Engine{}).Load(ctx, req) // a fresh engine: its cache would only hold memory until the next save
	if errors.Is(err, render.ErrNoEngine) && ctx.Err() == nil {
		w.s.unrendered.Do(func() { w.s.show("skipped: " + withoutFlags(firstLine(err))) }) // the workspace's folder is a chart itself
		return nil
	}
	if err != nil {
		return err
	}
	if ctx.Err() == nil {
		w.missing(loaded.Set())
	}
	if answers != nil {
		loaded.Ask(answers.CachedOnly())
	}
	if err := w.lintLoaded(ctx, loaded, now.change); err != nil || !asks || ctx.Err() != nil {
		return err
	}
	prober, err := now.setup.prober()
	if err != nil {
		w.s.showOnce(severityError, "no registry is asked: "+firstLine(err))
		return nil
	}
	answers = &lint.ProbeCache{Prober: prober}
	loaded.Ask(answers)
	if err := w.lintLoaded(ctx, loaded, now.change); err != nil {
		return err
	}
	v := &w.state
	v.mu.Lock()
	defer v.mu.Unlock()
	if ctx.Err() == nil {
		v.answers, v.asked = answers, now.change
	}
	return nil
}

// lintLoaded lints the loaded inputs and reports the findings, unless it is interrupted.
func (w *workspace) lintLoaded(ctx context.Context, loaded *engine.Loaded, change int64) error {
	response, err := loaded.Lint(ctx)
	if err != nil || ctx.Err() != nil || response.Interrupted {
		return err
	}
	slow, all := []lint.Finding{}, response.Result.Findings
	if all == nil {
		all = []lint.Finding{}
	}
	for i := range all {
		if isSlow(&all[i]) {
			slow = append(slow, all[i])
		}
	}
	w.state.keep(ctx, all, slow)
	w.clean(change)
	w.publish()
	return nil
}

// groupProbe is the group of the rules that need answers from registries.
const groupProbe = "registry-probe"

// isSlow reports whether typing does not find a finding.
func isSlow(f *lint.Finding) bool {
	return f.Group == groupProbe || len(f.Origins) > 0 || f.Document != nil && f.Document.File != nil && f.Document.File.InMemory
}

// missing tells the user what is not linted because the program to render it is missing.
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

// withoutFlags removes advice to pass a flag, which does not apply in editors.
func withoutFlags(text string) string {
	text, _, _ = strings.Cut(text, ", or name it with --")
	return text
}
