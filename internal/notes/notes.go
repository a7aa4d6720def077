// Package notes writes the messages that accompany a report on standard error: fixes made, stale baseline
// entries, progress of waiting for images, and the cost of a run. It decides nothing.
package notes

import (
	"errors"
	"fmt"
	"io"
)

// Notes writes messages to a person.
type Notes struct {
	// W is standard error.
	W io.Writer
	// Print writes a line that begins with the program's name.
	Print func(error)
	// Verbose adds details.
	Verbose bool
}

func (n Notes) printf(format string, args ...any) { n.Print(fmt.Errorf(format, args...)) }

// Details returns a function that says details, or nil unless they are wanted.
func Details(say func(error), verbose bool) func(string) {
	if !verbose {
		return nil
	}
	return func(text string) { say(errors.New(text)) }
}
