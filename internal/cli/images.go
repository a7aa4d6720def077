package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/inventory"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/internal/settings"
	"github.com/imagelint-dev/imagelint/rules"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

func (c Command) imagesCommand() *cli.Command {
	return &cli.Command{
		Name: "images", Usage: "list every image that runs and where it is used", UsageText: "imagelint images PATH... [flags]",
		Description: `Examples:
   imagelint images ./k8s/ --unique                          what to mirror
   imagelint images ./k8s/ --why docker.io/library/nginx     what brings it
   imagelint images ./k8s/ -o sync.yaml                      for skopeo sync --src yaml
   imagelint images ./k8s/ --to mirror.example.com/hub       from where to where

Exit codes: 0 all is listed, 1 a reference or a document cannot be parsed or a chart found in a folder not be
rendered, 3 a chart given as PATH cannot be rendered. JSON has all of them, and exits 0 instead of 1.`,
		Flags:  settings.Images(),
		Action: c.images,
	}
}

func (c Command) images(ctx *cli.Context) error {
	if err := settings.ImageFormat(ctx); err != nil {
		return err
	}
	choice, err := settings.ImageChoice(ctx)
	if err != nil {
		return err
	}
	r, loaded, format, err := c.read(ctx, report.ImageFormats())
	if err != nil {
		return err
	}
	if file := ctx.String("output"); file != "" && file != "-" {
		at, err := settings.Locate(ctx, "output", file, files.Tree(file))
		if err != nil {
			return err
		}
		r.outputs = []settings.Output{{File: at}}
		if err := errors.Join(r.apart(r.given), r.apartFrom(loaded)); err != nil {
			return err
		}
	}
	cat := r.catalog
	if cat == nil {
		cat = catalog.Builtin()
	}
	if format == "json" || format == "csv" {
		choice.Known = rules.Known(cat)
		choice.Complete = !choice.Unique && ctx.String("to") == "" // readers of these formats filter for themselves
	}
	choice.Runs = inventory.Runs(loaded)
	list := report.Images(loaded.All(), choice)
	if to := ctx.String("to"); to != "" {
		if err := list.Relocate(to); err != nil {
			return settings.Wrong(ctx, "to", err)
		}
	}
	write := func(w io.Writer) error { return list.Write(w, format) }
	if len(r.outputs) > 0 {
		err = c.writeFile(r.outputs[0].File, reportFile, write)
	} else {
		err = write(c.Stdout)
	}
	if err != nil {
		return fmt.Errorf("write the list: %w", err)
	}
	return c.imagesVerdict(ctx, r, loaded, list)
}

// imagesVerdict reports what is missing from the list, and returns the exit code.
func (c Command) imagesVerdict(ctx *cli.Context, r *run, loaded *engine.Loaded, list *report.ImageList) error {
	unparsed := list.Unparsed()
	for _, line := range unparsed {
		c.PrintError(errors.New(line))
	}
	for _, line := range inventory.NotListed(loaded, list, r.verbose) {
		c.PrintError(errors.New(line))
	}
	if err := r.examined(loaded, loaded.Set(), nil); err != nil {
		return err
	}
	if why := ctx.String("why"); why != "" && list.Len()+len(unparsed) == 0 {
		return settings.Usage(inventory.NoImage(loaded, why))
	}
	if from := list.From(); from != "" && list.Len() == 0 {
		c.PrintError(fmt.Errorf("no image comes from %s, of %s in the input", from, report.Count(loaded.Set().Stats.Images, "image", "images")))
	}
	if ctx.String("format") != "json" && (len(unparsed) > 0 || list.Incomplete()) { // JSON lists both
		return exitCode(ExitFindings)
	}
	return nil
}
