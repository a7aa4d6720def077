package cli

import (
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/catalogs"
	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/settings"
	"github.com/imagelint-dev/imagelint/rules"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// useCatalogs makes the rules use the catalogs from the flag or the configuration, and reports how old they
// are. Otherwise the built-in catalog is opened when it is first used.
func (c Command) useCatalogs(ctx *cli.Context, r *run) error {
	r.request.Known = catalogs.Known(nil)
	if len(settings.CatalogFiles(ctx, r.cfg)) == 0 && len(r.cfg.Mirrors) == 0 {
		return nil
	}
	cat, err := settings.OpenCatalogs(ctx, r.cfg)
	if err != nil {
		return err
	}
	c.warnAge(ctx, r.cfg, cat, r.request.Linter.Settings.Now)
	r.request.Known = catalogs.Known(cat)
	r.catalog, r.request.Linter.Rules = cat, append(rules.With(cat), r.own...)
	return nil
}

// warnAge reports registry lists older than the age set in the configuration.
func (c Command) warnAge(ctx *cli.Context, cfg *config.Config, cat *catalog.Catalog, now time.Time) {
	oldest := cat.Oldest()
	days := int(catalog.DayOf(now) - oldest)
	if cfg.CatalogMaxAge == 0 || oldest == 0 || days <= cfg.CatalogMaxAge || ctx.Bool("quiet") {
		return
	}
	c.PrintError(fmt.Errorf("registries were last asked for tags on %s, %d days ago, and catalog-max-age is %dd: run imagelint catalog learn", oldest, days, cfg.CatalogMaxAge))
}
