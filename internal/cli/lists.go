package cli

import (
	"errors"
	"maps"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/catalogs"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/internal/settings"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// refreshLists updates the lists of a folder from fetched pages, unless the rule would have flagged one of
// the new tags.
func (c Command) refreshLists(ctx *cli.Context) error {
	dir, ends, sources := ctx.String("lists"), ctx.String("end-of-life"), ctx.String("sources")
	if (dir == "") == (ends == "") || sources == "" || ctx.IsSet("output") || ctx.IsSet("official-images") || ctx.IsSet("docs") {
		return settings.Usagef("catalog build takes --lists or --end-of-life, and --sources with it, and neither --output nor the flags for official images beside them")
	}
	note := func(text string) { c.PrintError(errors.New(report.Escape(text))) }
	if ends != "" {
		text, err := catalogs.RefreshEndOfLife(ends, sources, catalog.DayOf(c.Now()), note)
		if err != nil {
			return err
		}
		return c.writeNamed(ctx, "end-of-life", ends, text)
	}
	fresh, err := catalogs.Refresh(dir, sources, catalog.DayOf(c.Now()), c.Stderr, note)
	if errors.Is(err, catalogs.ErrNoLists) {
		return settings.Usage(err)
	}
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(fresh)) {
		if err := c.writeNamed(ctx, "lists", name, catalog.AppendLists(nil, fresh[name])); err != nil {
			return err
		}
	}
	return nil
}
