package cli

import (
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/catalogs"
	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/flags"
	"github.com/imagelint-dev/imagelint/rules"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

func catalogFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "catalog", Category: groupRules, Usage: "also use the catalog in `FILE`, instead of those that the configuration names (repeatable)"}
}

// catalogFiles are the files that the flag names, or else the configuration.
func catalogFiles(ctx *cli.Context, cfg *config.Config) []string {
	if ctx.IsSet("catalog") {
		return flags.List(ctx, "catalog")
	}
	return cfg.CatalogPaths()
}

// openCatalogs reads the catalogs that the flag or the configuration names, over the built-in one.
func openCatalogs(ctx *cli.Context, cfg *config.Config) (*catalog.Catalog, error) {
	cat, err := catalogs.Open(catalogFiles(ctx, cfg), cfg.Probe.Mirrors)
	switch {
	case err != nil && ctx.IsSet("catalog"):
		return nil, wrong(ctx, "catalog", err)
	case err != nil:
		return nil, usagef("catalogs: %w", err)
	}
	return cat, nil
}

// useCatalogs makes the rules ask the catalogs that the flag or the configuration names, and says how old they are. Without any, the built-in one is
// opened when it is asked.
func (c Command) useCatalogs(ctx *cli.Context, r *run) error {
	if len(catalogFiles(ctx, r.cfg)) == 0 && len(r.cfg.Probe.Mirrors) == 0 {
		return nil
	}
	cat, err := openCatalogs(ctx, r.cfg)
	if err != nil {
		return err
	}
	c.tellAge(ctx, r.cfg, cat, r.request.Linter.Settings.Now)
	r.catalog, r.request.Linter.Rules = cat, append(rules.With(cat), r.own...)
	return nil
}

// tellAge says that what registries were asked for is old, where the configuration sets an age.
func (c Command) tellAge(ctx *cli.Context, cfg *config.Config, cat *catalog.Catalog, now time.Time) {
	oldest := cat.Oldest()
	days := int(catalog.DayOf(now) - oldest)
	if cfg.CatalogMaxAge == 0 || oldest == 0 || days <= cfg.CatalogMaxAge || ctx.Bool("quiet") {
		return
	}
	c.complain(fmt.Errorf("registries were last asked for tags on %s, %d days ago, and catalog-max-age is %dd: run imagelint catalog learn", oldest, days, cfg.CatalogMaxAge))
}
