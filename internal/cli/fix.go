package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/fix"
	"github.com/imagelint-dev/imagelint/internal/report"
)

// fixMode is the value of --fix: which fixes are made. The value is optional: --fix means --fix=safe.
type fixMode string

// The fixes that are made.
const (
	fixNone fixMode = ""
	fixSafe fixMode = "safe"
	fixAll  fixMode = "all"
)

// Set implements flag.Value.
func (m *fixMode) Set(value string) error {
	switch value {
	case "safe", "all":
		*m = fixMode(value)
		return nil
	}
	b, err := parseBool(value)
	if err != nil {
		return fmt.Errorf("%q is neither safe nor all", value)
	}
	if *m = fixNone; b == "true" {
		*m = fixSafe
	}
	return nil
}

// Check implements flags.Checker.
func (*fixMode) Check(value string) error { return new(fixMode).Set(value) }

// String implements flag.Value.
func (m *fixMode) String() string { return string(*m) }

// IsBoolFlag tells the flag library that the value may be left out.
func (*fixMode) IsBoolFlag() bool { return true }

// fixFlags are the flags that are about changing files.
func fixFlags() []cli.Flag {
	return []cli.Flag{
		&cli.GenericFlag{Name: "fix", Category: groupFix, Value: new(fixMode), Usage: "fix the files; --fix=all makes unsafe fixes, too"},
		diffFlag("print what --fix would change, and write nothing"),
	}
}

func diffFlag(usage string) cli.Flag {
	return &cli.BoolFlag{Name: "diff", Category: groupFix, Usage: usage}
}

func modeOf(ctx *cli.Context) fixMode {
	if m, ok := ctx.Generic("fix").(*fixMode); ok {
		return *m
	}
	return fixNone
}

// withoutStdout are the outputs of a run that prints a difference to standard output.
func withoutStdout(ctx *cli.Context, outputs []output) ([]output, error) {
	if !ctx.IsSet("format") {
		return nil, nil
	}
	for _, o := range outputs {
		if o.file == nil {
			return nil, usagef("--diff takes standard output for itself: name a file with --output for each --format")
		}
	}
	return outputs, nil
}

// fixOf is what the flags ask of the engine; nil where no file is to be changed.
func fixOf(ctx *cli.Context) *engine.Fix {
	mode, diff := modeOf(ctx), ctx.Bool("diff")
	if mode == fixNone && !diff && ctx.Command.Name != "pin" {
		return nil
	}
	return &engine.Fix{All: mode == fixAll, Write: !diff, Partial: ctx.Command.Name == "pin"}
}

func (c Command) showDiff(files []*fix.File) error {
	for _, f := range files {
		if _, err := io.WriteString(c.Stdout, f.Diff()); err != nil {
			return fmt.Errorf("write the changes: %w", err)
		}
	}
	return nil
}

// tellFixes shows the changes that are not written, and says on standard error what was changed, and what was not.
func (c Command) tellFixes(r *run, response *engine.Response) error {
	switch response.NotFixed {
	case engine.FixReadErrors:
		c.complain(errors.New("nothing is fixed, since not all of the input could be read"))
	case engine.FixOmitted:
		c.complain(errors.New("nothing is fixed, since not all findings are kept: --max-findings 0 keeps them"))
	case engine.FixNotRequested:
	}
	out := response.Fixes
	if out == nil {
		return nil
	}
	if r.diff {
		if err := c.showDiff(out.Files); err != nil {
			return err
		}
	}
	if !r.quiet {
		c.countFixes(r, out)
	}
	return nil
}

// countFixes says how many fixes were made and left, and which ones where that is asked for.
func (c Command) countFixes(r *run, out *fix.Outcome) {
	verb := "fixed"
	if r.diff {
		verb = "would fix"
	}
	look, other := 0, 0
	for _, l := range out.Unfixed {
		if l.NeedsReview {
			look++
		} else {
			other++
		}
	}
	fmt.Fprintf(c.Stderr, "%s %s in %s", verb, countOf(len(out.Fixed), "finding", "findings"), countOf(len(out.Files), "file", "files"))
	if look > 0 {
		fmt.Fprintf(c.Stderr, "; %s a look first: --fix=all", needs(look))
	}
	if other > 0 {
		fmt.Fprintf(c.Stderr, "; left %d", other)
	}
	if look+other > 0 && !r.verbose {
		fmt.Fprint(c.Stderr, " (--verbose tells which)")
	}
	fmt.Fprintln(c.Stderr)
	if !r.verbose {
		return
	}
	for _, l := range out.Unfixed {
		at := l.Finding.Fix.Edits[0].Span
		fmt.Fprintf(c.Stderr, "%s:%d:%d: left [%s]: %s\n", report.EscapePath(at.File.Name), at.Start.Line, at.Start.Col, l.Finding.Rule, report.Escape(l.Why))
	}
}

func needs(n int) string {
	if n == 1 {
		return "1 more needs"
	}
	return fmt.Sprintf("%d more need", n)
}
