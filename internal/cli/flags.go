package cli

import (
	"errors"
	"os"
	"strings"
	"time"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/internal/walk"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/rules"
)

func colorFlag() cli.Flag {
	return &cli.StringFlag{Name: "color", Value: "auto", Usage: "`WHEN` to color: auto, always, never (NO_COLOR is obeyed)"}
}

func inputFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "config", Aliases: []string{"c"}, Usage: "read `FILE` instead of the .imagelint.yaml found upwards from here; \"\" for none"},
		&cli.StringSliceFlag{Name: "context", Usage: "read `PATH` for Secrets, service accounts and siblings, without reporting on it (repeatable)"},
		&cli.StringSliceFlag{Name: "exclude", Usage: "pass over files and folders that match `GLOB` (repeatable)"},
		&cli.BoolFlag{Name: "no-gitignore", Usage: "read what .gitignore files leave out, too"},
		&cli.BoolFlag{Name: "guess", Usage: "look for images in arguments, environment and annotations, too; such findings are info"},
	}
}

func lintFlags() []cli.Flag {
	return append(inputFlags(),
		&cli.StringSliceFlag{Name: "format", Aliases: []string{"f"}, Usage: "print as `FORMAT`: " + strings.Join(report.Names(), ", ") + " (repeatable; default text)"},
		&cli.StringSliceFlag{Name: "output", Aliases: []string{"o"}, Usage: "write the format of the same rank to `FILE` (repeatable; - is standard output)"},
		&cli.StringFlag{Name: "fail-on", Usage: "exit 1 from this `SEVERITY` on: error, warning, info, never (default error)"},
		&cli.StringSliceFlag{Name: "enable", Usage: "run `RULE` although it is off by default, or turn a group on again (repeatable)"},
		&cli.StringSliceFlag{Name: "disable", Usage: "do not run `RULE`, or the rules of a group (repeatable)"},
		&cli.StringSliceFlag{Name: "severity", Usage: "report `RULE=LEVEL` as error, warning or info (repeatable)"},
		&cli.StringFlag{Name: "kubernetes-version", Usage: "`VERSION` of the cluster, as 1.33"},
		&cli.StringFlag{Name: "namespace", Aliases: []string{"n"}, Usage: "`NAMESPACE` of objects that write none"},
		&cli.StringSliceFlag{Name: "known-secret", Usage: "the Secret `[NAMESPACE/]NAME` exists although the manifests do not hold it; globs, or @FILE with one a line (repeatable)"},
		&cli.StringFlag{Name: "now", Usage: "`TIME` by which credentials expire, as 2027-01-31 or 2027-01-31T15:00:00Z (default: the clock)"},
		&cli.StringSliceFlag{Name: "allow-registry", Usage: "report images from elsewhere than `HOST[/PATH]` (repeatable)"},
		&cli.StringSliceFlag{Name: "platform", Usage: "`OS/ARCH` of the cluster's nodes, as linux/arm64 (repeatable)"},
		&cli.BoolFlag{Name: "allow-empty", Usage: "it is no error that there is no Kubernetes object in the input"},
		colorFlag(),
		&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "print findings only, no summary"},
		&cli.BoolFlag{Name: "verbose", Aliases: []string{"V"}, Usage: "name what was not looked into, and what was suppressed"},
		&cli.BoolFlag{Name: "stats", Usage: "print to standard error what the run cost"},
	)
}

// variable is the environment variable of a flag.
func variable(flag string) string {
	return "IMAGELINT_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// str is a flag's value, else its variable's; ok is false where neither is set.
func (c Command) str(ctx *cli.Context, name string) (value string, ok bool) {
	if ctx.IsSet(name) {
		return ctx.String(name), true
	}
	if v := c.Getenv(variable(name)); v != "" {
		return v, true
	}
	return ctx.String(name), false
}

// list is a repeatable flag's values, else the lines of its variable.
func (c Command) list(ctx *cli.Context, name string) []string {
	if ctx.IsSet(name) {
		return ctx.StringSlice(name)
	}
	return strings.FieldsFunc(c.Getenv(variable(name)), func(r rune) bool { return r == '\n' })
}

// boolean is a flag's value, else its variable's.
func (c Command) boolean(ctx *cli.Context, name string) (value, ok bool, err error) {
	if ctx.IsSet(name) {
		return ctx.Bool(name), true, nil
	}
	switch v := c.Getenv(variable(name)); strings.ToLower(v) {
	case "":
		return ctx.Bool(name), false, nil
	case "1", "true", "yes", "on":
		return true, true, nil
	case "0", "false", "no", "off":
		return false, true, nil
	default:
		return false, false, usagef("%s is %q: write true or false", variable(name), v)
	}
}

// overlay lays variables and flags over the configuration, and checks them in the same words.
func (c Command) overlay(ctx *cli.Context, cfg *config.Config) error {
	if v, ok := c.str(ctx, "fail-on"); ok {
		s, err := config.ParseFailOn(v)
		if err != nil {
			return usagef("--fail-on: %w", err)
		}
		cfg.FailOn = config.Value[lint.Severity]{V: s, Set: true}
	}
	if v, ok := c.str(ctx, "kubernetes-version"); ok {
		minor, err := config.ParseKubernetesVersion(v)
		if err != nil {
			return usagef("--kubernetes-version: %w", err)
		}
		cfg.Kubernetes = config.Value[int]{V: minor, Set: true}
	}
	if v, ok := c.str(ctx, "namespace"); ok {
		cfg.Namespace = config.Value[string]{V: v, Set: true}
	}
	for _, b := range []struct {
		name string
		to   *config.Value[bool]
	}{{"allow-empty", &cfg.AllowEmpty}, {"guess", &cfg.Guess}} {
		v, ok, err := c.boolean(ctx, b.name)
		if err != nil {
			return err
		}
		if ok {
			*b.to = config.Value[bool]{V: v, Set: true}
		}
	}
	for _, l := range []struct {
		name, key string
		to        *[]string
	}{{"allow-registry", "allow-registries", &cfg.AllowedRegistries}, {"platform", "platforms", &cfg.Platforms}} {
		values := c.list(ctx, l.name)
		for i, v := range values {
			checked, err := config.Check(l.key, v, rules.All())
			if err != nil {
				return usagef("--%s: %w", l.name, err)
			}
			values[i] = checked
		}
		if len(values) > 0 {
			*l.to = values
		}
	}
	known, err := c.knownSecrets(ctx)
	if err != nil {
		return err
	}
	if known != nil {
		cfg.KnownSecrets = append(cfg.KnownSecrets, known...)
	}
	for _, glob := range c.list(ctx, "exclude") {
		if err := walk.CheckGlob(glob); err != nil {
			return usagef("--exclude: %w", err)
		}
		cfg.Exclude = append(cfg.Exclude, glob)
	}
	return c.levels(ctx, cfg)
}

// levels lays --enable, --disable and --severity over the levels of the configuration, in that order.
func (c Command) levels(ctx *cli.Context, cfg *config.Config) error {
	all := rules.All()
	levels := cfg.Expand(all)
	set := func(flag, name string, level func(*lint.Rule) lint.Severity) error {
		if err := config.CheckRule(name, all); err != nil {
			return usagef("--%s: %w", flag, err)
		}
		for i := range all {
			if r := &all[i]; r.ID == name || r.Group == name {
				levels[r.ID] = level(r)
			}
		}
		return nil
	}
	for _, name := range c.list(ctx, "enable") {
		if err := config.CheckRule(name, all); err != nil {
			return usagef("--enable: %w", err)
		}
		for i := range all {
			switch r := &all[i]; {
			case r.Severity == lint.Off && r.ID == name: // a group does not turn on what must be asked for by name
				levels[r.ID] = lint.Warning
			case r.Severity != lint.Off && (r.ID == name || r.Group == name) && levels[r.ID] == lint.Off:
				delete(levels, r.ID)
			}
		}
	}
	for _, name := range c.list(ctx, "disable") {
		if err := set("disable", name, func(*lint.Rule) lint.Severity { return lint.Off }); err != nil {
			return err
		}
	}
	for _, pair := range c.list(ctx, "severity") {
		name, level, ok := strings.Cut(pair, "=")
		if !ok {
			return usagef("--severity: %q is no RULE=LEVEL", pair)
		}
		s, err := lint.ParseSeverity(level)
		if err != nil {
			return usagef("--severity: %w", err)
		}
		if err := set("severity", name, func(*lint.Rule) lint.Severity { return s }); err != nil {
			return err
		}
	}
	cfg.Levels = levels
	return nil
}

// knownSecrets are the Secrets that the user vouches for: names, or files of names.
func (c Command) knownSecrets(ctx *cli.Context) ([]string, error) {
	var out []string
	for _, v := range c.list(ctx, "known-secret") {
		names := []string{v}
		if file, ok := strings.CutPrefix(v, "@"); ok {
			data, err := os.ReadFile(file)
			if err != nil {
				return nil, usagef("--known-secret: read %s: %w", file, errors.Unwrap(err))
			}
			names = secretNames(string(data))
		}
		for _, name := range names {
			checked, err := config.Check("pull-secrets.known", name, rules.All())
			if err != nil {
				return nil, usagef("--known-secret: %w", err)
			}
			out = append(out, checked)
		}
	}
	return out, nil
}

// secretNames reads a list of Secrets: one NAME or NAMESPACE/NAME a line, what kubectl get secrets -o name prints (secret/NAME), or its
// table with -A (NAMESPACE NAME TYPE DATA AGE).
func secretNames(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") || fields[0] == "NAMESPACE" || fields[0] == "NAME" {
			continue
		}
		name := strings.TrimPrefix(fields[0], "secret/")
		if len(fields) >= 5 {
			name = fields[0] + "/" + fields[1]
		}
		out = append(out, name)
	}
	return out
}

// now is the time by which credentials expire.
func (c Command) now(ctx *cli.Context) (time.Time, error) {
	v, ok := c.str(ctx, "now")
	if !ok {
		return c.Now().UTC(), nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, v); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, usagef("--now: %q is no time: write 2027-01-31 or 2027-01-31T15:00:00Z", v)
}

func checkRule(name string) error { return config.CheckRule(name, rules.All()) }

// options are how to print for this terminal.
func (c Command) options(ctx *cli.Context) (report.Options, error) {
	o := report.Options{Quiet: ctx.Bool("quiet"), Verbose: ctx.Bool("verbose"), Version: version()}
	width, terminal := isTerminal(c.Stdout)
	o.Width = width
	when, _ := c.str(ctx, "color")
	switch when {
	case "auto":
		o.Color = terminal && c.Getenv("NO_COLOR") == "" && c.Getenv("TERM") != "dumb"
	case "always":
		o.Color = true
	case "never":
	default:
		return o, usagef("--color: %q is none of auto, always, never", when)
	}
	return o, nil
}

func terminalWidth(f *os.File) (int, bool) {
	fd := int(f.Fd()) //nolint:gosec // a descriptor fits an int
	if !term.IsTerminal(fd) {
		return 0, false
	}
	width, _, err := term.GetSize(fd)
	if err != nil {
		return 0, true
	}
	return width, true
}
