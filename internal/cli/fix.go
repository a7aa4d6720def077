package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/fix"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/internal/walk"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// fixMode is the value of --fix: which fixes are made. It may be left out on the command line.
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

// String implements flag.Value.
func (m *fixMode) String() string { return string(*m) }

// IsBoolFlag tells the flag library that the value may be left out.
func (*fixMode) IsBoolFlag() bool { return true }

// fixFlags are the flags that are about changing files.
func fixFlags() []cli.Flag {
	return []cli.Flag{
		&cli.GenericFlag{Name: "fix", Value: new(fixMode), Usage: "change the files: make the fixes that are certain, or with --fix=all those that need a look, too"},
		diffFlag(),
	}
}

func diffFlag() cli.Flag {
	return &cli.BoolFlag{Name: "diff", Usage: "print the changes that --fix makes, and write none"}
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

func fixing(ctx *cli.Context) bool { return modeOf(ctx) != fixNone || ctx.Bool("diff") }

// changing reports whether a command is one that changes files, and so reads its input more than once.
func changing(ctx *cli.Context) bool { return fixing(ctx) || ctx.Command.Name == "pin" }

// inputs are what a set is loaded from, so that it can be loaded once more.
type inputs struct {
	files   []manifests.Input
	skipped []manifests.Skip
	options manifests.Options
	roots   map[string]string // of the files that may be changed: the folder that was given
}

// root notes which path files were found under.
func (in *inputs) root(files []walk.File, path string) {
	if in.roots == nil {
		in.roots = map[string]string{}
	}
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		path = filepath.Dir(path)
	}
	for _, f := range files {
		if _, ok := in.roots[f.Name]; !ok {
			in.roots[f.Name] = path
		}
	}
}

// skip adds to a set what the walk left out.
func (in *inputs) skip(set *manifests.Set) {
	set.Skipped = append(set.Skipped, in.skipped...)
	slices.SortStableFunc(set.Skipped, func(a, b manifests.Skip) int { return strings.Compare(a.File, b.File) })
}

// with are the inputs, some of them with other contents.
func (in *inputs) with(contents map[string][]byte) []manifests.Input {
	files := slices.Clone(in.files)
	for i := range files {
		if data, ok := contents[files[i].Name]; ok {
			files[i].Open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
		}
	}
	return files
}

// again lints the inputs of a run once more, some of them with other contents. What could not be read was complained of the first time, and what
// was rendered stays as it is.
func (c Command) again(ctx context.Context, r *run, contents map[string][]byte) (*manifests.Set, lint.Result, error) {
	sets, err := r.loadSets(ctx, r.inputs.with(contents))
	if sets == nil {
		return nil, lint.Result{}, err
	}
	now := *r
	now.sets, now.set = sets, sets[0]
	now.linter.MaxFindings = 0 // what is fixed had no more, and each finding is compared
	result, err := c.examine(ctx, &now)
	return now.set, result, err
}

// fix makes the fixes of a result, shows or writes them, and returns what remains.
func (c Command) fix(ctx *cli.Context, r *run, paths []string, result lint.Result) (lint.Result, error) {
	if err := c.leaveHidden(ctx, r, paths, &result); err != nil {
		return result, err
	}
	again := func(inner context.Context, contents map[string][]byte) (*manifests.Set, lint.Result, error) {
		set, result, err := c.again(inner, r, contents)
		if err == nil {
			err = c.leaveHidden(ctx, r, paths, &result)
		}
		return set, result, err
	}
	o := fix.Options{All: modeOf(ctx) == fixAll, Shown: ctx.Bool("diff"), Roots: r.inputs.roots, Lint: again}
	out, err := fix.Make(ctx.Context, o, r.set, result)
	if err != nil {
		return result, err
	}
	if ctx.Bool("diff") {
		if err := c.showDiff(out.Files); err != nil {
			return result, err
		}
	} else if err := c.write(ctx.Context, r, out); err != nil {
		return result, err
	}
	r.set, r.sets[0] = out.Set, out.Set
	c.tellFixes(ctx, out)
	return out.Result, nil
}

// leaveHidden takes the fixes from the findings that the run does not report: those of a baseline, and those that are not new.
func (c Command) leaveHidden(ctx *cli.Context, r *run, paths []string, result *lint.Result) error {
	shown := lint.Result{Findings: slices.Clone(result.Findings)}
	if r.known.file != "" && !ctx.Bool("write-baseline") {
		_, compared := c.compare(r, paths, shown.Findings)
		shown.Findings = compared.New
	}
	if err := c.hideOlder(ctx, r, paths, &shown); err != nil {
		return err
	}
	mine := map[*lint.Fix]bool{}
	for i := range shown.Findings {
		mine[shown.Findings[i].Fix] = true
	}
	for i := range result.Findings {
		if f := &result.Findings[i]; !mine[f.Fix] {
			f.Fix = nil
		}
	}
	r.known.older = nil // of the result before the fixes
	return nil
}

func (c Command) showDiff(files []*fix.File) error {
	for _, f := range files {
		if _, err := io.WriteString(c.Stdout, f.Diff()); err != nil {
			return fmt.Errorf("write the changes: %w", err)
		}
	}
	return nil
}

// write writes the changed files. Where one cannot be written, the others are, and what remains is looked for again.
func (c Command) write(ctx context.Context, r *run, out *fix.Outcome) error {
	contents, failed := map[string][]byte{}, false
	written := out.Files[:0]
	for _, f := range out.Files {
		notes, err := f.Write()
		c.tellKept(f.Name, notes)
		if err != nil {
			c.complain(err)
			r.bad, failed = true, true
			r.errs = append(r.errs, err.Error())
			continue
		}
		contents[f.Name] = f.Content()
		written = append(written, f)
	}
	out.Files = written
	if !failed {
		return nil
	}
	out.Fixed = slices.DeleteFunc(out.Fixed, func(f lint.Finding) bool { return contents[f.Fix.Edits[0].Span.File.Name] == nil })
	var err error
	out.Set, out.Result, err = c.again(ctx, r, contents)
	return err
}

// tellFixes says on standard error what was changed, and what was not.
func (c Command) tellFixes(ctx *cli.Context, out *fix.Outcome) {
	if ctx.Bool("quiet") {
		return
	}
	verb := "fixed"
	if ctx.Bool("diff") {
		verb = "would fix"
	}
	look, other := 0, 0
	for _, l := range out.Left {
		if l.NeedsLook {
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
	if look+other > 0 && !ctx.Bool("verbose") {
		fmt.Fprint(c.Stderr, " (--verbose tells which)")
	}
	fmt.Fprintln(c.Stderr)
	if !ctx.Bool("verbose") {
		return
	}
	for _, l := range out.Left {
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
