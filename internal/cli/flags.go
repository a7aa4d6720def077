package cli

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"time"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"github.com/imagelint-dev/imagelint/internal/baseline"
	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/flags"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/rules"
)

// Groups of flags, in the order in which the help lists them.
const (
	groupInput    = "Input"
	groupRender   = "Charts and kustomizations"
	groupRules    = "Rules"
	groupCluster  = "Cluster"
	groupBefore   = "Known findings"
	groupFix      = "Fixes"
	groupRegistry = "Registries"
	groupOutput   = "Output"
)

// coreFlags are the flags that the short help lists, in its order.
func coreFlags() []string {
	return []string{"config", "values", "namespace", "disable", "min-severity", "fix", "probe", "format", "output", "verbose"}
}

func colorFlag() cli.Flag {
	return &cli.StringFlag{Name: "color", Category: groupOutput, Value: "auto", Usage: "`WHEN` to use color: auto, always or never"}
}

// formatFlag is the flag of a command that prints one format of a few, the first of them by default.
func formatFlag(known []string) cli.Flag {
	return &cli.StringFlag{Name: "format", Category: groupOutput, Value: known[0], Usage: "print as `FORMAT`: " + strings.Join(known, ", ")}
}

func kubernetesVersionFlag() cli.Flag {
	return &cli.StringFlag{Name: "kubernetes-version", Category: groupCluster, Usage: "`VERSION` of the cluster, such as 1.33; charts are rendered for it, or for each of a list"}
}

func namespaceFlag() cli.Flag {
	return &cli.StringFlag{Name: "namespace", Category: groupCluster, Aliases: []string{"n"}, Usage: "namespace `NS` for objects that set none"}
}

func allowEmptyFlag() cli.Flag {
	return &cli.BoolFlag{Name: "allow-empty", Category: groupInput, Usage: "accept input without any Kubernetes objects"}
}

func knownSecretFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "known-secret", Category: groupCluster, Usage: "assume that the Secret `[NAMESPACE/]NAME` exists; globs, or @FILE with one per line (repeatable)"}
}

func nowFlag() cli.Flag {
	return &cli.StringFlag{Name: "now", Category: groupCluster, Usage: "current `TIME`, such as 2027-01-31 or 2027-01-31T15:00:00Z, for expiry dates and the next retry"}
}

func noCacheFlag() cli.Flag {
	return &cli.BoolFlag{Name: "no-cache", Category: groupRegistry, Usage: "ignore cached registry answers"}
}

func quietFlag(usage string) cli.Flag {
	return &cli.BoolFlag{Name: "quiet", Category: groupOutput, Aliases: []string{"q"}, Usage: usage}
}

func verboseFlag(usage string) cli.Flag {
	return &cli.BoolFlag{Name: "verbose", Category: groupOutput, Aliases: []string{"v"}, Usage: usage}
}

// renderFlags are the flags that are about charts and kustomizations.
func renderFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "render", Category: groupRender, Usage: "render charts and build kustomizations (default true; with --fix, only those named)"},
		&cli.StringSliceFlag{Name: "values", Category: groupRender, Aliases: []string{"f"}, Usage: "values `FILE` for charts (repeatable)"},
		&cli.StringSliceFlag{Name: "set", Category: groupRender, Usage: "set `KEY=VALUE` for charts, like helm --set (repeatable)"},
		&cli.StringSliceFlag{Name: "set-string", Category: groupRender, Usage: "set `KEY=VALUE` as a string, like helm --set-string (repeatable)"},
		&cli.StringFlag{Name: "release-name", Category: groupRender, Usage: "release `NAME` for charts (default release-name)"},
		&cli.StringSliceFlag{Name: "api-versions", Category: groupRender, Usage: "render charts as if the cluster had `API` (repeatable)"},
		&cli.StringFlag{Name: "helm", Category: groupRender, Usage: "render charts with the program `PATH` (default: helm from PATH)"},
		&cli.StringFlag{Name: "kustomize", Category: groupRender, Usage: "build kustomizations with the program `PATH`, kustomize or kubectl (default: built in)"},
		&cli.StringFlag{Name: "render-timeout", Category: groupRender, Usage: "`TIME` limit for rendering one chart (default 60s)"},
	}
}

func inputFlags() []cli.Flag {
	return append([]cli.Flag{
		&cli.StringFlag{Name: "config", Category: groupInput, Aliases: []string{"c"}, Usage: "configuration `FILE` (default: .imagelint.yaml, here or above)"},
		&cli.BoolFlag{Name: "trust-config", Category: groupInput, Usage: "let an .imagelint.yaml that was found set programs, mirrors, plain HTTP and certificates"},
		&cli.StringSliceFlag{Name: "reference", Category: groupInput, Usage: "also read `PATH` for Secrets and service accounts, but do not report on it (repeatable)"},
		&cli.StringSliceFlag{Name: "exclude", Category: groupInput, Usage: "skip files and folders that match `GLOB` (repeatable)"},
		&cli.BoolFlag{Name: "force-exclude", Category: groupInput, Usage: "apply --exclude to files named on the command line, too (for pre-commit)"},
		&cli.BoolFlag{Name: "no-gitignore", Category: groupInput, Usage: "read files that .gitignore excludes"},
		&cli.BoolFlag{Name: "guess", Category: groupInput, Usage: "also look for images in arguments, environment variables and annotations"},
	}, renderFlags()...)
}

func lintFlags() []cli.Flag {
	return append(append(inputFlags(), append(fixFlags(), probeFlags()...)...),
		&cli.StringSliceFlag{Name: "format", Category: groupOutput, Usage: "print as `FORMAT`: " + strings.Join(report.Names(), ", ")},
		&cli.StringSliceFlag{Name: "output", Category: groupOutput, Aliases: []string{"o"}, Usage: "write to `FILE`; once per --format, or by its extension"},
		&cli.StringFlag{Name: "fail-on", Category: groupOutput, Usage: "exit 1 if any finding is at or above `SEVERITY`: error, warning, info or never (default error)"},
		&cli.StringFlag{Name: "baseline", Category: groupBefore, Usage: "hide the findings listed in `FILE`; \"\" for none"},
		&cli.BoolFlag{Name: "write-baseline", Category: groupBefore, Usage: "write the findings to the --baseline file (default " + baseline.Name + ")"},
		&cli.StringFlag{Name: "new-from", Category: groupBefore, Usage: "report only findings that are new since the git revision `REV`; REV... compares with the merge base"},
		&cli.StringSliceFlag{Name: "select", Category: groupRules, Usage: "run only `RULE` or the rules of a group (repeatable)"},
		&cli.StringSliceFlag{Name: "enable", Category: groupRules, Usage: "turn on a `RULE` or a group (repeatable)"},
		&cli.StringSliceFlag{Name: "disable", Category: groupRules, Usage: "turn off a `RULE`, a group or all (repeatable)"},
		&cli.StringSliceFlag{Name: "severity", Category: groupRules, Usage: "set the severity of a rule or group: `RULE=LEVEL`, with error, warning, info or off (repeatable)"},
		&cli.StringFlag{Name: "min-severity", Category: groupOutput, Usage: "hide findings below `LEVEL`: error, warning or info"},
		&cli.BoolFlag{Name: "only-fixable", Category: groupOutput, Usage: "report only findings that --fix=all can fix"},
		&cli.BoolFlag{Name: "no-fold", Category: groupOutput, Usage: "print every place of a finding that occurs in several"},
		kubernetesVersionFlag(),
		namespaceFlag(),
		knownSecretFlag(),
		nowFlag(),
		&cli.StringSliceFlag{Name: "allow-registry", Category: groupRules, Usage: "report images from registries other than `HOST[/PATH]` (repeatable)"},
		&cli.StringSliceFlag{Name: "platform", Category: groupCluster, Usage: "`OS/ARCH` of the cluster's nodes, such as linux/arm64 (repeatable)"},
		&cli.StringFlag{Name: "max-findings", Category: groupOutput, Usage: "keep the first `N` findings of each rule; 0 keeps all (default 10000)"},
		allowEmptyFlag(),
		catalogFlag(),
		colorFlag(),
		quietFlag("print findings only, without the summary"),
		verboseFlag("also list what was skipped and suppressed"),
		&cli.BoolFlag{Name: "stats", Category: groupOutput, Usage: "print timing and counts to stderr"},
	)
}

// wrong is a usage error about a flag's value, under the name by which the user set it.
func wrong(ctx *cli.Context, flag string, err error) error {
	return usageError{wrongValue(flag, ctx.App.Metadata[flag] == true, err)}
}

func wrongValue(flag string, byVariable bool, err error) error {
	if byVariable {
		return fmt.Errorf("%s: %w", flags.Variable(flag), err)
	}
	return fmt.Errorf("--%s: %w", flag, err)
}

// overlay lays the flags over the configuration, and checks them in the same words.
func (c Command) overlay(ctx *cli.Context, cfg *config.Config) error {
	for _, flag := range []string{"fail-on", "kubernetes-version", "namespace", "max-findings"} {
		if ctx.IsSet(flag) {
			text, err := ctx.String(flag), error(nil)
			if flag == "kubernetes-version" {
				text, err = oldest(text)
			}
			if err == nil {
				err = cfg.Override(flag, text)
			}
			if err != nil {
				return wrong(ctx, flag, err)
			}
		}
	}
	for name, to := range map[string]*config.Value[bool]{"allow-empty": &cfg.AllowEmpty, "guess": &cfg.Guess, "render": &cfg.Render} {
		if ctx.IsSet(name) {
			*to = config.Value[bool]{V: ctx.Bool(name), Set: true}
		}
	}
	for _, flag := range []string{"allow-registry", "platform", "known-secret", "exclude"} {
		if !ctx.IsSet(flag) {
			continue
		}
		values, err := flags.List(ctx, flag), error(nil)
		if flag == "known-secret" {
			values, err = knownSecrets(values)
		}
		if err == nil {
			err = cfg.OverrideList(flag, values)
		}
		if err != nil {
			return wrong(ctx, flag, err)
		}
	}
	changes := config.Changes{Select: flags.List(ctx, "select"), Enable: flags.List(ctx, "enable"), Disable: flags.List(ctx, "disable"), Severity: flags.List(ctx, "severity")}
	err := cfg.OverrideLevels(changes, cfg.Rules(rules.All()))
	if setting := (*config.SettingError)(nil); errors.As(err, &setting) {
		return wrong(ctx, setting.Setting, err)
	}
	return err
}

// oldest is the oldest of a list of versions of Kubernetes, by which rules go: what fails there fails for somebody.
func oldest(list string) (string, error) {
	var out string
	least := math.MaxInt
	for v := range strings.SplitSeq(list, ",") {
		minor, err := config.ParseKubernetesVersion(strings.TrimSpace(v))
		if err != nil {
			return "", err
		}
		if minor < least {
			least, out = minor, strings.TrimSpace(v)
		}
	}
	return out, nil
}

// mostSecrets bounds a file of names of Secrets, in bytes.
const mostSecrets = 16 << 20

// knownSecrets are names of Secrets; a value that begins with "@" names a file of them.
func knownSecrets(values []string) ([]string, error) {
	var out []string
	for _, v := range values {
		file, ok := strings.CutPrefix(v, "@")
		if !ok {
			out = append(out, v)
			continue
		}
		data, err := files.ReadStream(file, mostSecrets)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		out = append(out, config.SecretNames(string(data))...)
	}
	return out, nil
}

// now is the time by which credentials expire.
func (c Command) now(ctx *cli.Context) (time.Time, error) {
	if !ctx.IsSet("now") {
		return c.Now().UTC(), nil
	}
	v := ctx.String("now")
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, v); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, wrong(ctx, "now", fmt.Errorf("invalid time %q: use 2027-01-31 or 2027-01-31T15:00:00Z", v))
}

func checkRule(name string) error { return config.CheckRule(name, rules.All()) }

// options are how to print for this terminal.
func (c Command) options(ctx *cli.Context) (report.Options, error) {
	o := report.Options{Quiet: ctx.Bool("quiet"), Verbose: ctx.Bool("verbose"), NoFold: ctx.Bool("no-fold"), Version: version()}
	if dir, err := os.Getwd(); err == nil {
		o.Root = dir
	}
	width, terminal := isTerminal(c.Stdout)
	o.Width = width
	switch when := ctx.String("color"); when {
	case "auto":
		forced := c.Getenv("FORCE_COLOR") + c.Getenv("CLICOLOR_FORCE")
		o.Color = c.Getenv("NO_COLOR") == "" && (forced != "" && forced != "0" || terminal && c.Getenv("TERM") != "dumb")
	case "always":
		o.Color = true
	case "never":
	default:
		return o, wrong(ctx, "color", fmt.Errorf("invalid value %q: use auto, always or never", when))
	}
	return o, nil
}

func terminalWidth(f *os.File) (int, bool) {
	fd := int(f.Fd())
	if !term.IsTerminal(fd) {
		return 0, false
	}
	width, _, err := term.GetSize(fd)
	if err != nil {
		return 0, true
	}
	return width, true
}
