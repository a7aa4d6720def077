package cli

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"github.com/imagelint-dev/imagelint/internal/baseline"
	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/lint"
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
		nowFlag(),
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
	if ctx.App.Metadata[flag] == true {
		return usagef("%s: %w", variable(flag), err)
	}
	return usagef("--%s: %w", flag, err)
}

// overlay lays the flags over the configuration, and checks them in the same words.
func (c Command) overlay(ctx *cli.Context, cfg *config.Config) error {
	if name := "fail-on"; ctx.IsSet(name) {
		s, err := config.ParseFailOn(ctx.String(name))
		if err != nil {
			return wrong(ctx, name, err)
		}
		cfg.FailOn = config.Value[lint.Severity]{V: s, Set: true}
	}
	if name := "kubernetes-version"; ctx.IsSet(name) {
		minor, err := config.ParseKubernetesVersion(ctx.String(name))
		if err != nil {
			return wrong(ctx, name, err)
		}
		cfg.Kubernetes = config.Value[int]{V: minor, Set: true}
	}
	if name := "namespace"; ctx.IsSet(name) {
		v, err := config.Check(name, ctx.String(name), nil)
		if err != nil {
			return wrong(ctx, name, err)
		}
		cfg.Namespace = config.Value[string]{V: v, Set: true}
	}
	if name := "max-findings"; ctx.IsSet(name) {
		n, err := strconv.Atoi(ctx.String(name))
		if err != nil || n < 0 {
			return wrong(ctx, name, fmt.Errorf("%q is no number of findings: write one, or 0 for all", ctx.String(name)))
		}
		cfg.MaxFindings = config.Value[int]{V: n, Set: true}
	}
	for name, to := range map[string]*config.Value[bool]{"allow-empty": &cfg.AllowEmpty, "guess": &cfg.Guess, "render": &cfg.Render} {
		if ctx.IsSet(name) {
			*to = config.Value[bool]{V: ctx.Bool(name), Set: true}
		}
	}
	for _, l := range []struct {
		flag, key string
		to        *[]string
	}{{"allow-registry", "allow-registries", &cfg.AllowedRegistries}, {"platform", "platforms", &cfg.Platforms}} {
		if !ctx.IsSet(l.flag) {
			continue
		}
		values := ctx.StringSlice(l.flag)
		for i, v := range values {
			checked, err := config.Check(l.key, v, nil)
			if err != nil {
				return wrong(ctx, l.flag, err)
			}
			values[i] = checked
		}
		*l.to = values
	}
	known, err := knownSecrets(ctx)
	if err != nil {
		return wrong(ctx, "known-secret", err)
	}
	if known != nil {
		cfg.KnownSecrets = append(append([]string{}, cfg.KnownSecrets...), known...)
	}
	for _, pattern := range ctx.StringSlice("exclude") {
		if err := glob.Check(filepath.ToSlash(pattern)); err != nil {
			return wrong(ctx, "exclude", err)
		}
		cfg.Exclude = append(cfg.Exclude, pattern)
	}
	return levels(ctx, cfg)
}

// levels lays --enable, --disable and --severity over the levels of the configuration, in that order; as in the configuration, what names
// a rule beats what names its group.
func levels(ctx *cli.Context, cfg *config.Config) error {
	all := rules.All()
	out := cfg.Expand(all)
	type change struct {
		name  string
		level func(r *lint.Rule, byGroup bool)
	}
	enable, disable, severity := ctx.StringSlice("enable"), ctx.StringSlice("disable"), ctx.StringSlice("severity")
	changes := make([]change, 0, len(enable)+len(disable)+len(severity))
	for _, name := range enable {
		if err := checkRule(name); err != nil {
			return wrong(ctx, "enable", err)
		}
		changes = append(changes, change{name, func(r *lint.Rule, byGroup bool) {
			switch {
			case r.Severity == lint.Off && !byGroup: // what is off by default is asked for by its own name
				out[r.ID] = lint.Warning
			case r.Severity != lint.Off && out[r.ID] == lint.Off:
				delete(out, r.ID)
			}
		}})
	}
	for _, name := range disable {
		if err := checkRule(name); err != nil {
			return wrong(ctx, "disable", err)
		}
		changes = append(changes, change{name, func(r *lint.Rule, _ bool) { out[r.ID] = lint.Off }})
	}
	for _, pair := range severity {
		name, level, ok := strings.Cut(pair, "=")
		if !ok {
			return wrong(ctx, "severity", fmt.Errorf("%q is not of the form RULE=LEVEL", pair))
		}
		s, err := lint.ParseSeverity(level)
		if err == nil {
			err = checkRule(name)
		}
		if err != nil {
			return wrong(ctx, "severity", err)
		}
		changes = append(changes, change{name, func(r *lint.Rule, byGroup bool) {
			if r.Severity != lint.Off || !byGroup {
				out[r.ID] = s
			}
		}})
	}
	for _, byGroup := range []bool{true, false} {
		for _, ch := range changes {
			for i := range all {
				if r := &all[i]; byGroup && r.Group == ch.name || !byGroup && (r.ID == ch.name || slices.Contains(r.Aliases, ch.name)) {
					ch.level(r, byGroup)
				}
			}
		}
	}
	cfg.Levels = out
	return nil
}

// mostSecrets bounds a file of names of Secrets, in bytes.
const mostSecrets = 16 << 20

// knownSecrets are the Secrets that the user vouches for: names, or files of names. Nil says that the flag is not given.
func knownSecrets(ctx *cli.Context) ([]string, error) {
	if !ctx.IsSet("known-secret") {
		return nil, nil
	}
	out := []string{}
	for _, v := range ctx.StringSlice("known-secret") {
		names := []string{v}
		if file, ok := strings.CutPrefix(v, "@"); ok {
			data, err := files.ReadStream(file, mostSecrets)
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", file, err)
			}
			names = secretNames(string(data))
		}
		for _, name := range names {
			checked, err := config.Check("pull-secrets.known", name, nil)
			if err != nil {
				return nil, err
			}
			out = append(out, checked)
		}
	}
	return out, nil
}

// secretNames reads a list of Secrets: one NAME or NAMESPACE/NAME a line, what kubectl get secrets -o name prints (secret/NAME), or its
// table (NAME TYPE DATA AGE, with -A behind a NAMESPACE).
func secretNames(text string) []string {
	out := []string{}
	columns := 5 // from which on the first one is the namespace, where no header says so
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0 || strings.HasPrefix(fields[0], "#"):
		case fields[0] == "NAMESPACE":
			columns = 2
		case fields[0] == "NAME":
			columns = math.MaxInt
		case len(fields) >= columns:
			out = append(out, fields[0]+"/"+fields[1])
		default:
			out = append(out, strings.TrimPrefix(fields[0], "secret/"))
		}
	}
	return out
}

func nowFlag() cli.Flag {
	return &cli.StringFlag{Name: "now", Usage: "`TIME` by which credentials expire, as 2027-01-31 or 2027-01-31T15:00:00Z (default: the clock)"}
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
