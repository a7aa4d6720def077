package engine

import (
	"context"
	"fmt"
)

// withoutCancel lets a request that was cancelled while rendering finish with the results so far,
// which is fast.
func withoutCancel(ctx context.Context) context.Context { return context.WithoutCancel(ctx) }

// Interrupted reports whether the request was cancelled while rendering.
func (l *Loaded) Interrupted() bool { return l.interrupted }

// warnUntraced warns once about charts for which not all values were traced.
func (l *Loaded) warnUntraced() {
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
		l.req.warn(fmt.Errorf("%s: finding the values took too long; other findings point at its templates", first))
	case n > 1:
		l.req.warn(fmt.Errorf("%s and %d more charts: finding the values took too long; other findings point at their templates", first, n-1))
	}
}
