// Package notes writes the messages that accompany a report on standard error: fixes made, stale baseline
// entries, progress of waiting for images, and the cost of a run. It decides nothing.
package notes

import (
	"fmt"
	"io"
)

// Notes writes messages to a person.
type Notes struct {
	// W is standard error.
	W io.Writer
	// Say writes a line that begins with the program's name.
	Say func(error)
	// Verbose adds details.
	Verbose bool
}

func (n Notes) sayf(format string, args ...any) { n.Say(fmt.Errorf(format, args...)) }
