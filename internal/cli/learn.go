package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/catalogs"
	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/internal/probe"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// learnedFile is where what registries list is kept, where the user says nothing else.
const learnedFile = ".imagelint/catalog"

// learnedHead stands at the top of it.
const learnedHead = catalog.ListMagic + "\n# Written by imagelint catalog learn: the tags that registries list. It holds no credentials. Use it with --catalog, or under catalogs in .imagelint.yaml.\n\n"

// learnFlags are the flags of catalog learn that lint does not have.
func learnFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "repository", Usage: "learn: also ask for the tags of `HOST/NAME`, even if no manifest uses it (repeatable)"},
		&cli.BoolFlag{Name: "digests", Usage: "learn: also ask for the digests of the tags in use, one request each"},
		&cli.BoolFlag{Name: "platforms", Usage: "learn: also ask for the platforms of the tags in use, two or three requests each"},
		&cli.StringSliceFlag{Name: "image", Usage: "learn: only the repositories that match `GLOB` (repeatable; default all but Docker Official Images)"},
	}
}

// learnCatalog asks registries for the tags of the repositories that manifests use, in the user's own name, and writes what they list.
func (c Command) learnCatalog(ctx *cli.Context) error {
	paths := ctx.Args().Tail()
	if len(paths) == 0 && !ctx.IsSet("repository") {
		return usagef("catalog learn needs manifests to read images from, or --repository HOST/NAME")
	}
	asked, err := namedRepositories(ctx)
	if err != nil {
		return err
	}
	for _, g := range ctx.StringSlice("image") {
		if err := glob.Check(g); err != nil {
			return wrong(ctx, "image", err)
		}
	}
	output := ctx.String("output")
	if output == "" {
		output = learnedFile
	}
	before, err := learnedBefore(ctx, output)
	if err != nil {
		return err
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
		c.complain(errors.New(note))
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

// namedRepositories are those that the flag names.
func namedRepositories(ctx *cli.Context) ([]probe.Repository, error) {
	var out []probe.Repository
	for _, name := range ctx.StringSlice("repository") {
		ref, err := imageref.Parse(name)
		if err == nil && (ref.Tag != "" || ref.Digest != "") {
			err = fmt.Errorf("%q has a tag or a digest: write only registry/repository", name)
		}
		if err != nil {
			return nil, wrong(ctx, "repository", err)
		}
		out = append(out, probe.Repository{Registry: ref.Registry, Name: ref.Repository})
	}
	return out, nil
}

// usedRepositories finds the repositories whose images a registry would be asked for with --probe.
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

// learnedBefore reads the file of the last time, nil where there is none.
func learnedBefore(ctx *cli.Context, name string) ([]catalog.List, error) {
	data, err := files.ReadNamed(name, catalogs.Most)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var lists []catalog.List
	if err == nil {
		if lists, err = catalog.ParseLists(data); err == nil && len(data) > 0 && !catalog.IsLists(data) {
			err = catalog.ErrNoList
		}
	}
	if err != nil {
		return nil, wrong(ctx, "output", fmt.Errorf("%s was not replaced: %w", name, err))
	}
	return lists, nil
}

// writeLearned writes lists into a file, and makes its folder.
func (c Command) writeLearned(ctx *cli.Context, name string, lists []catalog.List) error {
	if len(lists) == 0 {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil { //nolint:gosec // as git makes folders
		return fmt.Errorf("write %s: %w", name, err)
	}
	at, err := locate(ctx, "output", name, files.Tree(name))
	if err != nil {
		return err
	}
	text := catalog.AppendLists(nil, lists)
	if _, err := catalog.ParseLists(text); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return c.writeFile(at, reportFile, func(w io.Writer) error {
		_, err := io.Copy(w, io.MultiReader(strings.NewReader(learnedHead), bytes.NewReader(text)))
		return err
	})
}
