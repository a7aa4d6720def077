package settings

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/flags"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/internal/walk"
)

// Output is one report to write.
type Output struct {
	Format report.Format
	File   *files.Target // nil for standard output
	Status bool          // the format shows what clusters reported
}

// Outputs pairs formats and files: the n-th --output gets the n-th --format, or else the format of its
// extension. One format may go to standard output.
func Outputs(ctx *cli.Context) ([]Output, error) {
	formats, names := flags.List(ctx, "format"), ctx.StringSlice("output")
	inferred := len(formats) == 0
	if inferred {
		for _, name := range names {
			format, err := report.FormatOf(name)
			if err != nil {
				return nil, Wrong(ctx, "output", err)
			}
			formats = append(formats, format)
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
		if meant := report.Meant(names[i]); meant != nil && inferred {
			return nil, Usagef("--output takes a file, but %q is a format: use --format %s, or --output ./%[1]s for a file of that name", names[i], strings.Join(meant, " or "))
		}
		if len(formats) > 1 && report.Contradicts(names[i], name) {
			return nil, Usagef("--output: %s would get the %s report, since the n-th --output takes the n-th --format: give both in the same order, with --output - for standard output", names[i], name)
		}
		if o.File, err = Locate(ctx, "output", names[i], files.Tree(names[i])); err != nil {
			return nil, err
		}
		if err := writesTwice(out, o.File); err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

// Locate returns the file that a flag names, before any input is read. A file outside of the tree is a usage
// error.
func Locate(ctx *cli.Context, flag, name, tree string) (*files.Target, error) {
	at, err := files.Locate(name, tree)
	if outside := (*files.EscapesTreeError)(nil); errors.As(err, &outside) {
		return nil, Wrong(ctx, flag, fmt.Errorf("%w: name the file itself", err))
	} else if err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}
	return at, nil
}

// writesTwice returns an error for a file that is named for a second report, which would overwrite the first one.
func writesTwice(before []Output, file *files.Target) error {
	for _, o := range before {
		if o.File != nil && o.File.Same(file) {
			return Usagef("--output: %s is used twice, and the second report would replace the first: use different files", file.Name)
		}
	}
	return nil
}

// WithoutStdout returns the outputs of a run that prints a diff to standard output.
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

// Apart returns an error if a report would overwrite an input of the run or its baseline.
func Apart(outputs []Output, baseline *files.Target, inputs func() []string) error {
	for _, o := range outputs {
		if o.File == nil {
			continue
		}
		if b := baseline; b != nil && o.File.Same(b) {
			return Usagef("--output: the report would replace the baseline %s: use another file", b.Name)
		}
		for _, name := range inputs() {
			if o.File.Is(name) {
				return Usagef("--output: %s is an input of this run, and the report would replace it: use another file", o.File.Name)
			}
		}
	}
	return nil
}

// ApartFrom returns an error if a report would overwrite part of what is rendered.
func ApartFrom(outputs []Output, rendered []string) error {
	for _, o := range outputs {
		if o.File != nil && isPart(o.File, rendered) {
			return Usagef("--output: %s is part of a chart or a kustomization that is rendered, and the report would replace it: use another file", o.File.Name)
		}
	}
	return nil
}

// isPart reports whether an existing file belongs to what is read below one of the folders, by its path and
// name.
func isPart(file *files.Target, folders []string) bool {
	if !file.Is(file.Path) || !walk.IsManifestName(file.Path) && !strings.HasSuffix(file.Path, ".tpl") || strings.HasSuffix(file.Path, ".json") {
		return false
	}
	return slices.ContainsFunc(folders, func(folder string) bool {
		abs, err := filepath.Abs(folder)
		if err == nil {
			abs, err = filepath.EvalSymlinks(abs)
		}
		return err == nil && files.Below(file.Path, abs)
	})
}

// PrintsForPrograms reports whether standard output has a machine-readable format.
func PrintsForPrograms(ctx *cli.Context) bool {
	formats := flags.List(ctx, "format")
	if len(formats) == 0 && ctx.IsSet("format") {
		formats = []string{ctx.String("format")}
	}
	return !ctx.IsSet("output") && slices.ContainsFunc(formats, forPrograms)
}

// forPrograms reports whether a format is machine-readable.
func forPrograms(format string) bool {
	return !slices.Contains([]string{"text", "short", "markdown", "plain"}, strings.ToLower(format))
}
