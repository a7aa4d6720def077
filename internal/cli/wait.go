package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/probe"
)

// waitTime reads the flag --wait.
func waitTime(ctx *cli.Context) (time.Duration, error) {
	v := ctx.String("wait")
	if v == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(v)
	if err != nil || d < 0 {
		return 0, wrong(ctx, "wait", fmt.Errorf("%q is not a valid duration: write it as \"90s\" or \"15m\"", v))
	}
	return d, nil
}

// silence is how long nothing is said at most: a log of CI that says nothing looks like one that hangs.
const silence = 5 * time.Minute

// tellWaiting says on standard error how waiting for images goes; nil where nobody wants to know.
func (c Command) tellWaiting(r *run, most time.Duration) func(probe.Waiting) {
	if r.quiet {
		return nil
	}
	begun, said := false, time.Duration(0)
	return func(w probe.Waiting) {
		if len(w.Came) > 0 {
			c.complain(fmt.Errorf("there after %s: %s", w.Waited.Round(time.Second), someOf(w.Came)))
			said = w.Waited
		}
		switch left := countOf(len(w.Left), "image", "images"); {
		case len(w.Left) == 0:
		case w.Over:
			c.complain(fmt.Errorf("gave up after %s: %s not there", w.Waited.Round(time.Second), left))
		case !begun:
			c.complain(fmt.Errorf("waiting up to %s for %s: %s", most, left, someOf(w.Left)))
			said = w.Waited
		case w.Waited-said >= silence:
			c.complain(fmt.Errorf("waiting for %s after %s", left, w.Waited.Round(time.Second)))
			said = w.Waited
		}
		begun = true
	}
}

// someOf names the first few of a list.
func someOf(names []string) string {
	const most = 10
	if more := len(names) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), more)
	}
	return strings.Join(names, ", ")
}
