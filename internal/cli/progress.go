package cli

import (
	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/settings"
	"github.com/imagelint-dev/imagelint/internal/terminal"
)

// watched returns the command with a progress line, if standard error is a terminal.
func (c Command) watched() Command {
	width, ok := terminal.Width(c.Stderr)
	if !ok || c.Getenv("CI") != "" || c.Getenv("TERM") == "dumb" {
		return c
	}
	c.line = terminal.NewProgress(c.Stderr, width, terminal.RealClock(c.Now))
	c.Stderr = c.line
	return c
}

// progress returns a function to report progress to. It is nil if nobody is watching, with --quiet, or if a
// machine-readable report goes to the same terminal.
func (c Command) progress(ctx *cli.Context, what string) func(done, total int) {
	if c.line == nil || ctx.Bool("quiet") {
		return nil
	}
	if _, beside := terminal.Width(c.Stdout); beside && settings.PrintsForPrograms(ctx) {
		return nil
	}
	return c.line.Job(what)
}
