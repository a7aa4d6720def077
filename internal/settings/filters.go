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
	case ctx.IsSet("disable") && !ctx.IsSet("enable") && !ctx.IsSet("select") && allOff(&to.Linter): // those may name rules of nested configurations
		return Usagef("--disable leaves no rule, so nothing would be checked: add --enable RULE, or use --select RULE")
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

// allOff reports whether no rule is on. Flags override what nested configurations say of rules, so those change nothing.
func allOff(l *lint.Linter) bool {
	for i := range l.Rules {
		level, ok := l.Levels[l.Rules[i].ID]
		if !ok {
			level = l.Rules[i].Severity
		}
		if level != lint.Off {
			return false
		}
	}
	return true
}
