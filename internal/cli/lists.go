package cli

import (
	"errors"
	"io"
	"maps"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/catalogs"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/internal/settings"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// refreshLists brings the lists of a folder up to date from what was fetched, unless the rule would have flagged what came since.
func (c Command) refreshLists(ctx *cli.Context) error {
	dir, sources := ctx.String("lists"), ctx.String("sources")
	if dir == "" || sources == "" || ctx.IsSet("output") || ctx.IsSet("official-images") || ctx.IsSet("docs") {
		return settings.Usagef("catalog build takes --lists and --sources together, and neither --output nor the flags for official images beside them")
	}
	fresh, err := catalogs.Refresh(dir, sources, catalog.DayOf(c.Now()), c.Stderr, func(text string) { c.complain(errors.New(report.Escape(text))) })
	if errors.Is(err, catalogs.ErrNoLists) {
		return settings.Usage(err)
	}
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(fresh)) {
		at, err := settings.Locate(ctx, "lists", name, files.Tree(name))
		if err != nil {
			return err
		}
		text := catalog.AppendLists(nil, fresh[name])
		if err := c.writeFile(at, reportFile, func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
			return err
		}
	}
	return nil
}
