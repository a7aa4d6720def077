package settings

import (
	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/catalogs"
	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/flags"
	"github.com/imagelint-dev/imagelint/internal/probe"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// CatalogFiles are the files that the flag names, or else the configuration.
func CatalogFiles(ctx *cli.Context, cfg *config.Config) []string {
	if ctx.IsSet("catalog") {
		return flags.List(ctx, "catalog")
	}
	return cfg.CatalogPaths()
}

// OpenCatalogs reads the catalogs that the flag or the configuration names, over the built-in one.
func OpenCatalogs(ctx *cli.Context, cfg *config.Config) (*catalog.Catalog, error) {
	cat, err := catalogs.Open(CatalogFiles(ctx, cfg), cfg.Probe.Mirrors)
	switch {
	case err != nil && ctx.IsSet("catalog"):
		return nil, Wrong(ctx, "catalog", err)
	case err != nil:
		return nil, Usagef("catalogs: %w", err)
	}
	return cat, nil
}

// Repositories are those that --repository names.
func Repositories(ctx *cli.Context) ([]probe.Repository, error) {
	var out []probe.Repository
	for _, name := range ctx.StringSlice("repository") {
		repository, err := catalogs.ParseRepository(name)
		if err != nil {
			return nil, Wrong(ctx, "repository", err)
		}
		out = append(out, repository)
	}
	return out, nil
}
