package notes

import (
	"fmt"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/internal/probe"
	"github.com/imagelint-dev/imagelint/internal/report"
)

// silence is the longest time without output: a CI log without output looks like a hung job.
const silence = 5 * time.Minute

// Waiting returns a function that reports the progress of waiting for images.
func (n Notes) Waiting(limit time.Duration) func(probe.Waiting) {
	begun, said := false, time.Duration(0)
	return func(w probe.Waiting) {
		if len(w.Appeared) > 0 {
			n.printf("there after %s: %s", w.Waited.Round(time.Second), someOf(w.Appeared))
			said = w.Waited
		}
		switch left := report.Count(len(w.Left), "image", "images"); {
		case len(w.Left) == 0:
		case w.Over:
			n.printf("gave up after %s: %s not there", w.Waited.Round(time.Second), left)
		case !begun:
			n.printf("waiting up to %s for %s: %s", limit, left, someOf(w.Left))
			said = w.Waited
		case w.Waited-said >= silence:
			n.printf("waiting for %s after %s", left, w.Waited.Round(time.Second))
			said = w.Waited
		}
		begun = true
	}
}

// someOf names the first few of a list.
func someOf(names []string) string {
	const limit = 10
	if more := len(names) - limit; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:limit], ", "), more)
	}
	return strings.Join(names, ", ")
}
