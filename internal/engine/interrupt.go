package engine

import (
	"context"
	"fmt"
)

// withoutCancel lets a request that was cancelled while something was rendered go on with what is known, which is little work.
func withoutCancel(ctx context.Context) context.Context { return context.WithoutCancel(ctx) }

// Interrupted reports whether the request was cancelled while something was rendered.
func (l *Loaded) Interrupted() bool { return l.interrupted }

// tellCut says, in one line, of which charts not all values were found.
func (l *Loaded) tellCut() {
	first, n := "", 0
	for _, outputs := range l.outputs {
		for _, o := range outputs {
			if o.TimedOut() {
				if n++; n == 1 {
					first = o.Path
				}
			}
		}
	}
	switch {
	case n == 1:
		l.req.warn(fmt.Errorf("%s: finding the values took too long; the other findings lead to its templates", first))
	case n > 1:
		l.req.warn(fmt.Errorf("%s and %d more charts: finding the values took too long; the other findings lead to their templates", first, n-1))
	}
}
