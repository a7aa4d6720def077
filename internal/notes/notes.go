// Package notes words what is said beside a report, on standard error: what was fixed, what a baseline holds that is gone, how waiting for images goes, and
// what a run cost.
package notes

import (
	"fmt"
	"io"
)

// Notes says things to a person.
type Notes struct {
	// W is standard error.
	W io.Writer
	// Say says a line, with the name of the program.
	Say func(error)
	// Verbose tells details, too.
	Verbose bool
}

func (n Notes) sayf(format string, args ...any) { n.Say(fmt.Errorf(format, args...)) }
