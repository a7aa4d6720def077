package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/catalogs"
	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/internal/settings"
)

func (c Command) catalogCommand() *cli.Command {
	return &cli.Command{
		Name: "catalog", Usage: "show what is known about images, or about one; learn the tags of your own registries",
		UsageText: `imagelint catalog [IMAGE[:TAG]] [flags]
   imagelint catalog learn PATH... [--repository HOST/NAME] [-o FILE]
   imagelint catalog build --official-images DIR --docs DIR -o FILE
   imagelint catalog build --lists DIR --sources DIR
   imagelint catalog build --end-of-life FILE --sources DIR`,
		Description: `Examples:
   imagelint catalog                       its date and size, and where it is from
   imagelint catalog nginx:1.14.22         the tags near it: when they were published, for which platforms
   imagelint catalog learn ./k8s/          ask your registries which tags there are, for use offline
   imagelint lint ./k8s/ --catalog FILE    use what was learned, or a fresh catalog

learn asks the registries of the images for their tags, in your own name: with the logins of docker and podman, never with the
manifests' Secrets. One list is asked for each repository, within the limits of the configuration's probe; with --digests and
--platforms, also each tag that the manifests use. What could not be asked stays as it was, and makes the exit code 3.

build reads clones of github.com/docker-library/official-images (with its history) and github.com/docker-library/docs,
judges the tags of the last 3, 12 and 24 months by what was known before, and writes nothing if a single one is flagged.
With --lists it brings lists of tags up to date, in the same way, from what docs/catalog.md says how to fetch; with --end-of-life,
the dates on which release cycles end.`,
		Flags: settings.Catalog(),
		Action: func(ctx *cli.Context) error {
			args := ctx.Args().Slice()
			refresh := ctx.IsSet("lists") || ctx.IsSet("sources") || ctx.IsSet("end-of-life")
			build := ctx.IsSet("official-images") || ctx.IsSet("docs") || refresh
			learn := slices.ContainsFunc(settings.Learn(), func(f cli.Flag) bool { return ctx.IsSet(f.Names()[0]) })
			switch {
			case len(args) > 0 && args[0] == "learn" && !build:
				return c.learnCatalog(ctx)
			case len(args) == 1 && args[0] == "build" && refresh && !learn:
				return c.refreshLists(ctx)
			case len(args) == 1 && args[0] == "build" && !learn:
				return c.buildCatalog(ctx)
			case learn:
				return settings.Usagef("--repository, --image, --digests and --platforms are for imagelint catalog learn")
			case build || ctx.IsSet("output"):
				return settings.Usagef("--official-images, --docs, --lists, --end-of-life, --sources and --output are for imagelint catalog build")
			case len(args) > 1:
				return settings.Usagef("catalog takes one image; for example: imagelint catalog %s", args[0])
			}
			return c.showCatalog(ctx, args)
		},
	}
}

func (c Command) showCatalog(ctx *cli.Context, args []string) error {
	format, err := settings.Format(ctx, report.CatalogFormats())
	if err != nil {
		return err
	}
	cfg, _, err := c.config(ctx, nil, nil)
	if err != nil {
		return err
	}
	cat, err := settings.OpenCatalogs(ctx, cfg)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		if err := report.PrintCatalog(c.Stdout, format, catalogs.Summary(cat, strings.Join(settings.CatalogFiles(ctx, cfg), ", "))); err != nil {
			return fmt.Errorf("write the catalog: %w", err)
		}
		return nil
	}
	image, err := catalogs.Describe(cat, args[0])
	if err != nil {
		return settings.Usage(err)
	}
	if err := report.PrintCatalogImage(c.Stdout, format, image); err != nil {
		return fmt.Errorf("write the image: %w", err)
	}
	return nil
}

func (c Command) buildCatalog(ctx *cli.Context) error {
	for _, name := range []string{"official-images", "docs", "output"} {
		if ctx.String(name) == "" {
			return settings.Usagef("catalog build needs --%s", name)
		}
	}
	output := ctx.String("output")
	at, err := settings.Locate(ctx, "output", output, files.Tree(output))
	if err != nil {
		return err
	}
	base, err := settings.OpenCatalogs(ctx, &config.Config{})
	if err != nil {
		return err
	}
	data, fresh, err := catalogs.BuildOfficial(ctx.Context, ctx.String("official-images"), ctx.String("docs"), base, c.Stderr)
	if err != nil {
		return err
	}
	// The file given with --catalog may be overwritten: it is in memory, and the new one includes all of it.
	if err := c.writeFile(at, reportFile, func(w io.Writer) error { _, err := w.Write(data); return err }); err != nil {
		return err
	}
	return report.PrintCatalog(c.Stdout, "text", catalogs.Summary(fresh, output))
}
