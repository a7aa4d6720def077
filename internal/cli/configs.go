package cli

import (
	"errors"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/policy"
	"github.com/imagelint-dev/imagelint/internal/settings"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/rules"
)

// config loads the configuration for a run on some paths. Errors in a file are usage errors.
func (c Command) config(ctx *cli.Context, paths []string, own *policy.Compiler) (*config.Config, config.Folders, error) {
	s := config.Search{
		Name: ctx.String("config"), Named: ctx.IsSet("config"), Paths: paths, Rules: rules.All(), SudoUID: c.Getenv("SUDO_UID"), Trust: ctx.Bool("trust-config"),
		Warn: func(text string) { c.PrintError(errors.New(text)) }, Met: settings.Configs(ctx.Context),
	}
	if own != nil {
		s.Compile = func(p []config.Policy) ([]lint.Rule, error) { return own.Compile(ctx.Context, p) }
	}
	if ctx.Bool("verbose") {
		s.Info = s.Warn
	}
	cfg, folders, err := s.Load()
	if err != nil {
		return nil, nil, settings.Usage(err)
	}
	return cfg, func(configs []string) ([]lint.Override, error) {
		below, err := folders(configs)
		if err != nil {
			return nil, settings.Usage(err)
		}
		return below, nil
	}, nil
}
