package settings

import (
	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/catalogs"
	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/flags"
	"github.com/imagelint-dev/imagelint/internal/probe"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// CatalogFiles returns the catalog files from the flag, or else from the configuration.
func CatalogFiles(ctx *cli.Context, cfg *config.Config) []string {
	if ctx.IsSet("catalog") {
		return flags.List(ctx, "catalog")
	}
	return cfg.CatalogPaths()
}

// OpenCatalogs opens the catalogs from the flag or the configuration, on top of the built-in one.
func OpenCatalogs(ctx *cli.Context, cfg *config.Config) (*catalog.Catalog, error) {
	cat, err := catalogs.Open(CatalogFiles(ctx, cfg), cfg.Mirrors)
	switch {
	case err != nil && ctx.IsSet("catalog"):
		return nil, Wrong(ctx, "catalog", err)
	case err != nil:
		return nil, Usagef("catalogs: %w", err)
	}
	return cat, nil
}

// Repositories returns the repositories given with --repository.
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
