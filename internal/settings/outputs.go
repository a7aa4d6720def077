package settings

import (
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/flags"
	"github.com/imagelint-dev/imagelint/internal/report"
)

// Output is one report to write.
type Output struct {
	Format report.Format
	File   *files.Target // nil for standard output
	Status bool          // it shows what clusters said
}

// Outputs pairs the formats with the files: the n-th --output takes the n-th --format, or else that of its extension. One format may go to standard
// output.
func Outputs(ctx *cli.Context) ([]Output, error) {
	formats, names := flags.List(ctx, "format"), ctx.StringSlice("output")
	inferred := len(formats) == 0
	if inferred {
		for _, name := range names {
			formats = append(formats, report.FormatOf(name))
		}
		if len(formats) == 0 {
			formats = []string{report.Names()[0]}
		}
	}
	if len(names) > len(formats) {
		return nil, Usagef("%d --output but only %s: give one --format for each --output", len(names), report.Count(len(formats), "--format", "--format"))
	}
	out := make([]Output, 0, len(formats))
	toStdout := ""
	for i, name := range formats {
		f, err := report.Lookup(name)
		if err != nil {
			return nil, Wrong(ctx, "format", err)
		}
		o := Output{Format: f, Status: report.ShowsStatus(name)}
		if i >= len(names) || names[i] == "-" {
			if toStdout != "" {
				return nil, Usagef("--format: %s and %s would both go to standard output: give one of them an --output", toStdout, name)
			}
			toStdout = name
			out = append(out, o)
			continue
		}
		if _, err := report.Lookup(names[i]); err == nil && inferred {
			return nil, Usagef("--output takes a file, but %q is a format: use --format %[1]s, or --output ./%[1]s for a file of that name", names[i])
		}
		if o.File, err = Locate(ctx, "output", names[i], files.Tree(names[i])); err != nil {
			return nil, err
		}
		if err := twice(out, o.File); err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

// Locate finds the place that a flag names, before anything is read. What leads out of the tree is a wrong use.
func Locate(ctx *cli.Context, flag, name, tree string) (*files.Target, error) {
	at, err := files.Locate(name, tree)
	if outside := (*files.EscapesTreeError)(nil); errors.As(err, &outside) {
		return nil, Wrong(ctx, flag, fmt.Errorf("%w: name the file itself", err))
	} else if err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}
	return at, nil
}

// twice is the error of a file that is named for a second report, which would overwrite the first one.
func twice(before []Output, file *files.Target) error {
	for _, o := range before {
		if o.File != nil && o.File.Same(file) {
			return Usagef("--output: %s is used twice, and the second report would replace the first: use different files", file.Name)
		}
	}
	return nil
}

// WithoutStdout are the outputs of a run that prints a difference to standard output.
func WithoutStdout(ctx *cli.Context, outputs []Output) ([]Output, error) {
	if !ctx.IsSet("format") {
		return nil, nil
	}
	for _, o := range outputs {
		if o.File == nil {
			return nil, Usagef("--diff uses standard output: give each --format an --output file")
		}
	}
	return outputs, nil
}
