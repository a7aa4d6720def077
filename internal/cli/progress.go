package cli

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/flags"
	"github.com/imagelint-dev/imagelint/internal/terminal"
)

// watched is the command with a line for progress, where its standard error is a terminal that somebody looks at.
func (c Command) watched() Command {
	width, ok := isTerminal(c.Stderr)
	if !ok || c.Getenv("CI") != "" || c.Getenv("TERM") == "dumb" {
		return c
	}
	c.line = terminal.NewProgress(c.Stderr, width, terminal.RealClock(c.Now))
	c.Stderr = c.line
	return c
}

// progress says how far work is; nil where nobody looks, or wants to: with --quiet, and beside a report for programs on the same terminal.
func (c Command) progress(ctx *cli.Context, what string) func(done, total int) {
	if c.line == nil || ctx.Bool("quiet") {
		return nil
	}
	formats := flags.List(ctx, "format")
	if len(formats) == 0 && ctx.IsSet("format") {
		formats = []string{ctx.String("format")}
	}
	if _, beside := isTerminal(c.Stdout); beside && !ctx.IsSet("output") && slices.ContainsFunc(formats, forPrograms) {
		return nil
	}
	return c.line.Job(what)
}

// forPrograms reports whether a format is one for programs.
func forPrograms(format string) bool {
	return !slices.Contains([]string{"text", "short", "markdown", "md", "plain", "txt"}, strings.ToLower(format))
}
