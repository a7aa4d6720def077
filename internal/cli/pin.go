package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/flags"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/fix"
	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/internal/probe"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules"
)

func (c Command) pinCommand() *cli.Command {
	return &cli.Command{
		Name: "pin", Usage: "add digests to image tags, as the registries report them", UsageText: "imagelint pin PATH... [flags]",
		Description: `Asks the registries, as --probe does, and writes repo:tag@sha256:... into the files. Of an image for several platforms it is the
digest of the whole. Standard input, rendered and generated files stay as they are. Examples:
   imagelint pin ./k8s/ --diff
   imagelint pin ./k8s/ --image 'ghcr.io/acme/*' --update

Exit codes: 0 all are pinned, 1 a registry says that it has no such image, or does not give it, or an image cannot be pinned where it stands,
2 wrong usage or nothing to examine, 3 a registry could not be asked, or a file not be written.`,
		Flags: append(inputFlags(),
			&cli.StringSliceFlag{Name: "image", Category: groupRules, Usage: "pin only images whose reference (without the digest) or repository matches `GLOB` (repeatable)"},
			&cli.BoolFlag{Name: "update", Category: groupFix, Usage: "also replace digests that differ from the tag's current digest"},
			diffFlag("print the changes instead of writing them"),
			namespaceFlag(),
			noCacheFlag(),
			allowEmptyFlag(),
			quietFlag("do not print the summary"),
			verboseFlag("also list the images without a tag"),
		),
		Action: c.pin,
	}
}

func (c Command) pin(ctx *cli.Context) error {
	paths, err := c.paths(ctx)
	if err != nil {
		return err
	}
	globs := flags.List(ctx, "image")
	for _, g := range globs {
		if err := glob.Check(g); err != nil {
			return wrong(ctx, "image", err)
		}
	}
	r, err := c.prepare(ctx, paths)
	if err != nil {
		return err
	}
	if err := c.prober(ctx, r); err != nil {
		return err
	}
	linter := &r.request.Linter
	linter.Rules = []lint.Rule{rules.Pin(globs, ctx.Bool("update"))}
	linter.Levels, linter.Ignores, linter.Prober = nil, nil, probe.NewTags(r.prober, rules.Chosen(globs))
	return r.usage(c.pinWith(ctx.Context, r, globs))
}

// pinWith pins, and tells what came of it.
func (c Command) pinWith(ctx context.Context, r *run, globs []string) error {
	loaded, err := engine.Load(ctx, r.request)
	if err != nil {
		return err
	}
	if set := loaded.Set(); len(globs) > 0 && set.Stats.Images > 0 && !holds(set, rules.Chosen(globs)) {
		return usagef("no image with a tag matches --image %q, of %s in the input", strings.Join(globs, ","), countOf(set.Stats.Images, "image", "images"))
	}
	response, err := loaded.Lint(ctx)
	if err != nil {
		return err
	}
	out := response.Fixes
	if r.diff {
		if err := c.showDiff(out.Files); err != nil {
			return err
		}
	}
	code := c.tellPins(r, out)
	switch err := r.examined(loaded, response.Set, response.Errors); {
	case err != nil:
		return err
	case response.Result.Unprobed > 0:
		c.complain(unasked(response.Result.Unprobed))
		return exitCode(ExitFailed)
	case code != ExitOK:
		return exitCode(code)
	}
	return nil
}

// holds reports whether an image of a set is among those that are chosen.
func holds(set *manifests.Set, chosen func(imageref.Ref) bool) bool {
	for _, w := range slices.Concat(set.Workloads, set.Values) {
		for _, img := range w.Images {
			if chosen(img.Ref) {
				return true
			}
		}
	}
	return false
}

// tellPins names the images that are not pinned, and returns the exit code that they make.
func (c Command) tellPins(r *run, out *fix.Outcome) int {
	code := ExitOK
	why := map[*lint.Fix]string{}
	for _, l := range out.Unfixed {
		why[l.Finding.Fix] = l.Why
	}
	left := 0
	for i := range out.Result.Findings {
		f := &out.Result.Findings[i]
		message := f.Message
		if f.Fix != nil {
			message = fmt.Sprintf("image %q is not pinned: %s", f.Image, why[f.Fix])
		}
		switch {
		case f.Severity == lint.Info && !r.verbose:
			continue
		case f.Severity == lint.Error: // nothing is known
			code = ExitFailed
		case f.Severity == lint.Warning:
			code = max(code, ExitFindings)
		}
		if f.Severity != lint.Info {
			left++
		}
		fmt.Fprintf(c.Stderr, "%s:%d:%d: %s\n", report.EscapePath(f.Span.File.Name), f.Span.Start.Line, f.Span.Start.Col, report.Escape(message))
	}
	if !r.quiet {
		verb := "pinned"
		if r.diff {
			verb = "would pin"
		}
		fmt.Fprintf(c.Stderr, "%s %s in %s", verb, countOf(len(out.Fixed), "image", "images"), countOf(len(out.Files), "file", "files"))
		if left > 0 {
			fmt.Fprintf(c.Stderr, "; left %d", left)
		}
		fmt.Fprintln(c.Stderr)
	}
	return code
}
