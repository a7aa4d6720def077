package cli

import (
	"context"
	"fmt"

	"github.com/urfave/cli/v2"
)

// interrupt lets a run that was cancelled while it rendered go on with what is known: that is little work, and a second signal ends it at once.
func (r *run) interrupt(ctx *cli.Context) {
	r.interrupted = true
	ctx.Context = context.WithoutCancel(ctx.Context)
}

// tellCut says, in one line, of which charts not all values were found.
func (c Command) tellCut(r *run) {
	first, n := "", 0
	for _, outputs := range r.outputs {
		for _, o := range outputs {
			if o.Cut() {
				if n++; n == 1 {
					first = o.Path
				}
			}
		}
	}
	switch {
	case n == 1:
		c.complain(fmt.Errorf("%s: finding the values took too long; the other findings lead to its templates", first))
	case n > 1:
		c.complain(fmt.Errorf("%s and %d more charts: finding the values took too long; the other findings lead to their templates", first, n-1))
	}
}
