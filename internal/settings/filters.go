package settings

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/lint"
)

// Filters reads which findings to report. It returns an error for flags that have no effect in combination
// with others.
func Filters(ctx *cli.Context, to *engine.Request, failOn lint.Severity) error {
	to.OnlyFixable = ctx.Bool("only-fixable")
	if ctx.IsSet("min-severity") {
		s, err := lint.ParseSeverity(ctx.String("min-severity"))
		if err != nil || s == lint.Off {
			err = fmt.Errorf("invalid value %q: use error, warning or info", ctx.String("min-severity"))
		}
		if err != nil {
			return Wrong(ctx, "min-severity", err)
		}
		if to.MinSeverity = s; ctx.IsSet("fail-on") && failOn != lint.Off && failOn < s {
			return Usagef("--fail-on %s has no effect, because --min-severity hides findings below %s", failOn, s)
		}
	}
	switch set := func(flag string) bool { return ctx.IsSet(flag) && ctx.App.Metadata[flag] == nil }; {
	case ctx.Bool("quiet") && ctx.Bool("verbose"):
		return Usagef("--quiet and --verbose contradict each other")
	case ctx.Bool("probe"):
	default:
		for _, flag := range []string{"probe-strict", "probe-login", "probe-as", "wait", "no-cache"} {
			if off := (flag == "probe-strict" || flag == "no-cache") && !ctx.Bool(flag); set(flag) && !off {
				return Usagef("--%s has no effect without --probe", flag)
			}
		}
	}
	return nil
}
