package cli

import (
	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/policy"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/internal/settings"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/rules"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// compiler returns a compiler for policies. They use the catalogs of the run, which are known later; their
// tests use the built-in one.
func compiler(in func() *run) *policy.Compiler {
	return &policy.Compiler{Open: func() policy.Known {
		if r := in(); r != nil && r.catalog != nil {
			return rules.Known(r.catalog)
		}
		return rules.Known(catalog.Builtin())
	}}
}

// listRules prints the table of rules: the built-in ones, then those of the configuration.
func (c Command) listRules(ctx *cli.Context, format string, o report.Options) error {
	own := compiler(func() *run { return nil })
	cfg, _, err := c.config(ctx, nil, own)
	if err != nil {
		return err
	}
	policies, err := own.Compile(ctx.Context, cfg.Policies)
	if err != nil {
		return settings.Usage(err)
	}
	o.Levels = cfg.Configured(append(rules.All(), policies...))
	return report.RulesTable(c.Stdout, append(rules.All(), policies...), format, o)
}

// allRules returns the built-in rules, and those of the configuration and of others if name is not a built-in one.
func (c Command) allRules(ctx *cli.Context, name string) ([]lint.Rule, error) {
	all := rules.All()
	if config.CheckRule(name, all) == nil || !config.IsPolicyID(name) {
		return all, nil
	}
	cfg, _, err := c.config(ctx, nil, nil)
	if err != nil {
		return nil, err
	}
	return cfg.RulesFor(name, all)
}
