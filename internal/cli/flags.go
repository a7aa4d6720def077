package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"github.com/imagelint-dev/imagelint/internal/baseline"
	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/rules"
)

func colorFlag() cli.Flag {
	return &cli.StringFlag{Name: "color", Value: "auto", Usage: "`WHEN` to color: auto (on a terminal, unless NO_COLOR is set), always, never"}
}

// formatFlag is the flag of a command that prints one format of a few, the first of them by default.
func formatFlag(known []string) cli.Flag {
	return &cli.StringFlag{Name: "format", Value: known[0], Usage: "print as `FORMAT`: " + strings.Join(known, ", ")}
}

func kubernetesVersionFlag() cli.Flag {
	return &cli.StringFlag{Name: "kubernetes-version", Usage: "`VERSION` of the cluster, as 1.33"}
}

func namespaceFlag() cli.Flag {
	return &cli.StringFlag{Name: "namespace", Aliases: []string{"n"}, Usage: "`NAMESPACE` of objects that write none"}
}

func allowEmptyFlag() cli.Flag {
	return &cli.BoolFlag{Name: "allow-empty", Usage: "it is no error that there is no Kubernetes object in the input"}
}

// renderFlags are the flags that are about charts and kustomizations.
func renderFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "render", Usage: "render charts met in folders, too, as kustomizations are built; with =false, render and build nothing"},
		&cli.StringSliceFlag{Name: "values", Aliases: []string{"f"}, Usage: "values `FILE` for the charts, as helm's (repeatable; the last one counts)"},
		&cli.StringSliceFlag{Name: "set", Usage: "set `KEY=VALUE` for the charts, as helm's (repeatable)"},
		&cli.StringSliceFlag{Name: "set-string", Usage: "set `KEY=VALUE` as a string, as helm's (repeatable)"},
		&cli.StringFlag{Name: "release-name", Usage: "`NAME` of the charts' release (default release-name, as helm's)"},
		&cli.StringFlag{Name: "kube-version", Usage: "`VERSION` of Kubernetes that charts are told (default that of --kubernetes-version)"},
		&cli.StringSliceFlag{Name: "api-versions", Usage: "`API` that charts are told the cluster has (repeatable)"},
		&cli.StringFlag{Name: "helm", Usage: "render charts with the program `PATH` (default helm on PATH)"},
		&cli.StringFlag{Name: "kustomize", Usage: "build kustomizations with the program `PATH`, kustomize or kubectl (default: without a program)"},
		&cli.StringFlag{Name: "render-timeout", Usage: "`TIME` that rendering one chart may take (default 60s)"},
	}
}

func inputFlags() []cli.Flag {
	return append([]cli.Flag{
		&cli.StringFlag{Name: "config", Aliases: []string{"c"}, Usage: "read `FILE` instead of the .imagelint.yaml found upwards from here; \"\" for none"},
		&cli.BoolFlag{Name: "trust-config", Usage: "obey what the .imagelint.yaml that is found says of registries to ask elsewhere, insecurely or with other certificates"},
		&cli.StringSliceFlag{Name: "context", Usage: "read `PATH` for Secrets, service accounts and siblings, without reporting on it (repeatable)"},
		&cli.StringSliceFlag{Name: "exclude", Usage: "pass over files and folders that match `GLOB` (repeatable)"},
		&cli.BoolFlag{Name: "force-exclude", Usage: "pass over files that are excluded, even where they are named, as a pre-commit hook names them"},
		&cli.BoolFlag{Name: "no-gitignore", Usage: "read what git ignores, too"},
		&cli.BoolFlag{Name: "guess", Usage: "look for images in arguments, environment and annotations, too; such findings are info"},
	}, renderFlags()...)
}

func lintFlags() []cli.Flag {
	return append(append(inputFlags(), append(fixFlags(), probeFlags()...)...),
		&cli.StringSliceFlag{Name: "format", Usage: "print as `FORMAT`: " + strings.Join(report.Names(), ", ") + " (repeatable; default text)"},
		&cli.StringSliceFlag{Name: "output", Aliases: []string{"o"}, Usage: "write the format of the same rank to `FILE` (repeatable; - is standard output)"},
		&cli.StringFlag{Name: "fail-on", Usage: "exit 1 from this `SEVERITY` on: error, warning, info, never (default error)"},
		&cli.StringFlag{Name: "baseline", Usage: "hide the findings that `FILE` lists, as --write-baseline writes it; \"\" for none"},
		&cli.BoolFlag{Name: "write-baseline", Usage: "write what is found to the file of --baseline (default " + baseline.Name + "), and hide it"},
		&cli.StringFlag{Name: "new-from", Usage: "report only what is new since the git revision `REV`: on changed lines, or caused by a change; REV... begins where the branch left REV"},
		&cli.StringSliceFlag{Name: "enable", Usage: "run `RULE` although it is off by default, or turn a group on again (repeatable)"},
		&cli.StringSliceFlag{Name: "disable", Usage: "do not run `RULE`, or the rules of a group (repeatable)"},
		&cli.StringSliceFlag{Name: "severity", Usage: "report `RULE=LEVEL` as error, warning or info (repeatable)"},
		kubernetesVersionFlag(),
		namespaceFlag(),
		&cli.StringSliceFlag{Name: "known-secret", Usage: "the Secret `[NAMESPACE/]NAME` exists although the manifests do not hold it; globs, or @FILE with one a line (repeatable)"},
		&cli.StringFlag{Name: "now", Usage: "`TIME` by which credentials expire, as 2027-01-31 or 2027-01-31T15:00:00Z (default: the clock)"},
		&cli.StringSliceFlag{Name: "allow-registry", Usage: "report images from elsewhere than `HOST[/PATH]` (repeatable)"},
		&cli.StringSliceFlag{Name: "platform", Usage: "`OS/ARCH` of the cluster's nodes, as linux/arm64 (repeatable)"},
		&cli.StringFlag{Name: "max-findings", Usage: "keep the first `N` findings of each rule and count the others; 0 keeps all (default 10000)"},
		allowEmptyFlag(),
		catalogFlag(),
		colorFlag(),
		&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "print findings only: no summary, and in sarif nothing that is suppressed"},
		&cli.BoolFlag{Name: "verbose", Aliases: []string{"V"}, Usage: "name what was not looked into, and what was suppressed"},
		&cli.BoolFlag{Name: "stats", Usage: "print to standard error what the run cost"},
	)
}

// variable is the environment variable of a flag.
func variable(flag string) string {
	return "IMAGELINT_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// fromVariables sets the flags that the command line leaves out from the environment. Behind it, there are flags alone.
func (c Command) fromVariables(ctx *cli.Context) error {
	for _, f := range ctx.Command.Flags {
		name := f.Names()[0]
		value := c.Getenv(variable(name))
		if value == "" || ctx.IsSet(name) {
			continue
		}
		values := []string{value}
		switch f.(type) {
		case *cli.GenericFlag:
			values[0] = strings.ToLower(value)
		case *cli.BoolFlag:
			b, err := parseBool(value)
			if err != nil {
				return usagef("%s: %w", variable(name), err)
			}
			values[0] = b
		case *cli.StringSliceFlag:
			values = strings.FieldsFunc(value, func(r rune) bool { return r == '\n' || r == '\r' })
		}
		for _, v := range values {
			if err := ctx.Set(name, v); err != nil {
				return usagef("%s: %w", variable(name), err)
			}
		}
		ctx.App.Metadata[name] = true
	}
	return nil
}

// parseBool reads a yes or no in the words that people write into variables.
func parseBool(value string) (string, error) {
	switch strings.ToLower(value) {
	case "1", "true", "yes", "on":
		return "true", nil
	case "0", "false", "no", "off":
		return "false", nil
	}
	return "", fmt.Errorf("%q is neither true nor false", value)
}

// wrong is a usage error about a flag's value, under the name by which the user set it.
func wrong(ctx *cli.Context, flag string, err error) error {
	return usageError{wrongValue(flag, ctx.App.Metadata[flag] == true, err)}
}

func wrongValue(flag string, byVariable bool, err error) error {
	if byVariable {
		return fmt.Errorf("%s: %w", variable(flag), err)
	}
	return fmt.Errorf("--%s: %w", flag, err)
}

// overlay lays the flags over the configuration, and checks them in the same words.
func (c Command) overlay(ctx *cli.Context, cfg *config.Config) error {
	for _, flag := range []string{"fail-on", "kubernetes-version", "namespace", "max-findings"} {
		if ctx.IsSet(flag) {
			if err := cfg.Override(flag, ctx.String(flag)); err != nil {
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
		values, err := ctx.StringSlice(flag), error(nil)
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
	changes := config.Changes{Enable: ctx.StringSlice("enable"), Disable: ctx.StringSlice("disable"), Severity: ctx.StringSlice("severity")}
	err := cfg.OverrideLevels(changes, rules.All())
	if setting := (*config.SettingError)(nil); errors.As(err, &setting) {
		return wrong(ctx, setting.Setting, err)
	}
	return err
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
	return time.Time{}, wrong(ctx, "now", fmt.Errorf("%q is no time: write 2027-01-31 or 2027-01-31T15:00:00Z", v))
}

func checkRule(name string) error { return config.CheckRule(name, rules.All()) }

// options are how to print for this terminal.
func (c Command) options(ctx *cli.Context) (report.Options, error) {
	o := report.Options{Quiet: ctx.Bool("quiet"), Verbose: ctx.Bool("verbose"), Version: version()}
	if dir, err := os.Getwd(); err == nil {
		o.Root = dir
	}
	width, terminal := isTerminal(c.Stdout)
	o.Width = width
	switch when := ctx.String("color"); when {
	case "auto":
		o.Color = terminal && c.Getenv("NO_COLOR") == "" && c.Getenv("TERM") != "dumb"
	case "always":
		o.Color = true
	case "never":
	default:
		return o, wrong(ctx, "color", fmt.Errorf("%q is none of auto, always, never", when))
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
