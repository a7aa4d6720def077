package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/catalogs"
	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/internal/probe"
	"github.com/imagelint-dev/imagelint/internal/settings"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// learnCatalog lists the tags of the repositories that manifests use, with the user's own logins, and writes
// them to a file.
func (c Command) learnCatalog(ctx *cli.Context) error {
	paths := ctx.Args().Tail()
	if len(paths) == 0 && !ctx.IsSet("repository") {
		return settings.Usagef("catalog learn needs manifests to read images from, or --repository HOST/NAME")
	}
	asked, err := settings.Repositories(ctx)
	if err != nil {
		return err
	}
	for _, g := range ctx.StringSlice("image") {
		if err := glob.Check(g); err != nil {
			return settings.Wrong(ctx, "image", err)
		}
	}
	output := ctx.String("output")
	if output == "" {
		output = catalogs.LearnedFile
	}
	before, err := catalogs.ReadLearned(output)
	if err != nil {
		return settings.Wrong(ctx, "output", fmt.Errorf("%s was not replaced: %w", output, err))
	}
	r, err := c.prepare(ctx, paths)
	if err != nil {
		return err
	}
	if err := c.prober(ctx, r); err != nil {
		return err
	}
	wanted := probe.Wanted{Platforms: ctx.Bool("platforms")}
	if len(paths) > 0 {
		loaded, used, err := usedRepositories(ctx.Context, r, ctx.StringSlice("image"))
		if err != nil {
			return r.usage(err)
		}
		asked = append(asked, used.Found...)
		if ctx.Bool("digests") || wanted.Platforms {
			wanted.Tags = used.Tags
		}
		if err := r.examined(loaded, loaded.Set(), nil); err != nil {
			return err
		}
	}
	learned := catalogs.Learn(ctx.Context, r.prober, asked, wanted, before, catalog.DayOf(r.request.Linter.Settings.Now))
	for _, note := range learned.Notes {
		c.PrintError(errors.New(note))
	}
	fmt.Fprintf(c.Stderr, "learned %d tags of %d repositories: %s\n", learned.Tags, learned.Repositories, r.prober.Stats())
	if err := c.writeLearned(ctx, output, learned.Lists); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if learned.Failed > 0 {
		return exitCode(ExitFailed)
	}
	return nil
}

// usedRepositories returns the repositories that --probe would ask about.
func usedRepositories(ctx context.Context, r *run, globs []string) (*engine.Loaded, *catalogs.Repositories, error) {
	used := &catalogs.Repositories{Chosen: glob.NewList(globs), All: len(globs) == 0}
	linter := &r.request.Linter
	linter.Rules, linter.Levels, linter.Ignores, linter.Prober = nil, nil, nil, used
	loaded, err := engine.Load(ctx, r.request)
	if err != nil {
		return nil, nil, err
	}
	if _, err := loaded.Lint(ctx); err != nil {
		return nil, nil, err
	}
	return loaded, used, nil
}

// writeLearned writes lists to a file, and creates its folder.
func (c Command) writeLearned(ctx *cli.Context, name string, lists []catalog.List) error {
	if len(lists) == 0 {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil { //nolint:gosec // as git makes folders
		return fmt.Errorf("write %s: %w", name, err)
	}
	text, err := catalogs.EncodeLearned(lists)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return c.writeNamed(ctx, "output", name, text)
}
