package engine

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/manifests"
)

// failures collects charts or kustomizations found in folders that could not be rendered, and omissions from others. Components are not counted: they
// are only built as part of other kustomizations.
type failures struct {
	first   *render.Output
	n       int
	without string
	parts   int
}

func (f *failures) add(o *render.Output, named bool) {
	if named || o.Err == nil || render.EscapesTree(o.Err) || errors.Is(o.Err, render.ErrCancelled) || errors.Is(o.Err, render.ErrNoEngine) || o.IsComponent() {
		return
	}
	if f.n++; f.n == 1 {
		f.first = o
	}
}

// leftOut adds an omission.
func (f *failures) leftOut(why string) {
	if why == "" {
		return
	}
	if f.parts++; f.parts == 1 {
		f.without = why
	}
}

// warn warns once about all of them.
func (f *failures) warn(warn func(error)) {
	more := func(n int) string {
		if n == 1 {
			return ""
		}
		return fmt.Sprintf(" (and %d more; --verbose lists them)", n-1)
	}
	switch {
	case f.n > 0 && f.first.Kind == render.Chart:
		warn(fmt.Errorf("cannot render the chart in %s: %w%s", f.first.Path, f.first.Err, more(f.n)))
	case f.n > 0:
		warn(fmt.Errorf("cannot build the kustomization %s; its files are linted as they are: %w%s", f.first.Path, f.first.Err, more(f.n)))
	}
	if f.parts > 0 {
		warn(errors.New(f.without + more(f.parts)))
	}
}

// leftOut records what was not rendered of a chart or kustomization. For a chart that the user did not name, it returns the text of a warning.
func (l *Loaded) leftOut(in *expandedPaths, o *render.Output, named bool) (met string) {
	for _, left := range o.Omitted() {
		if left.Intended {
			continue // helm omits it, too
		}
		in.skipped = append(in.skipped, manifests.Skip{File: cmp.Or(left.Path, o.Path), Reason: manifests.SkipPartial, Detail: left.Why})
		switch {
		case named:
			l.req.warn(errors.New(left.String()))
		case o.Kind == render.Chart:
			met = cmp.Or(met, left.String())
		}
	}
	return met
}
