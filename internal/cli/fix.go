package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/fix"
	"github.com/imagelint-dev/imagelint/internal/flags"
)

// fixFlags are the flags that are about changing files.
func fixFlags() []cli.Flag {
	return []cli.Flag{
		&cli.GenericFlag{Name: "fix", Category: groupFix, Value: new(flags.FixMode), Usage: "fix the files; --fix=all also applies unsafe fixes"},
		diffFlag("print what --fix would change, without writing it"),
	}
}

func diffFlag(usage string) cli.Flag {
	return &cli.BoolFlag{Name: "diff", Category: groupFix, Usage: usage}
}

func modeOf(ctx *cli.Context) flags.FixMode {
	if m, ok := ctx.Generic("fix").(*flags.FixMode); ok {
		return *m
	}
	return flags.FixNone
}

// withoutStdout are the outputs of a run that prints a difference to standard output.
func withoutStdout(ctx *cli.Context, outputs []output) ([]output, error) {
	if !ctx.IsSet("format") {
		return nil, nil
	}
	for _, o := range outputs {
		if o.file == nil {
			return nil, usagef("--diff uses standard output: give each --format an --output file")
		}
	}
	return outputs, nil
}

// fixOf is what the flags ask of the engine; nil where no file is to be changed.
func fixOf(ctx *cli.Context) *engine.Fix {
	mode, diff := modeOf(ctx), ctx.Bool("diff")
	if mode == flags.FixNone && !diff && ctx.Command.Name != "pin" {
		return nil
	}
	return &engine.Fix{All: mode == flags.FixAll, Write: !diff, Partial: ctx.Command.Name == "pin"}
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
		c.complain(errors.New("nothing was fixed, because some input could not be read"))
	case engine.FixOmitted:
		c.complain(errors.New("nothing was fixed, because --max-findings dropped some findings: use --max-findings 0"))
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
		c.notes(r).Fixes(out, r.diff)
	}
	return nil
}
