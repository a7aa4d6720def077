package cli

import (
	"context"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/flags"
	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/internal/inventory"
	"github.com/imagelint-dev/imagelint/internal/probe"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/internal/settings"
	"github.com/imagelint-dev/imagelint/lint"
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
		Flags:  settings.Pin(),
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
			return settings.Wrong(ctx, "image", err)
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

// pinWith pins images and reports the result.
func (c Command) pinWith(ctx context.Context, r *run, globs []string) error {
	loaded, err := engine.Load(ctx, r.request)
	if err != nil {
		return err
	}
	if set := loaded.Set(); len(globs) > 0 && set.Stats.Images > 0 && !inventory.Holds(set, rules.Chosen(globs)) {
		return settings.Usagef("no image with a tag matches --image %q, of %s in the input", strings.Join(globs, ","), report.Count(set.Stats.Images, "image", "images"))
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
	worst := c.notes(r).Pins(out, r.diff, r.quiet)
	switch err := r.examined(loaded, response.Set, response.Errors); {
	case err != nil:
		return err
	case response.Result.Unprobed > 0:
		c.PrintError(unasked(response.Result.Unprobed))
		return exitCode(ExitFailed)
	case worst == lint.Error: // nothing is known about one image
		return exitCode(ExitFailed)
	case worst == lint.Warning:
		return exitCode(ExitFindings)
	}
	return nil
}
