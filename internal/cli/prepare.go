package cli

import (
	"fmt"
	"os"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/flags"
	"github.com/imagelint-dev/imagelint/internal/git"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/rules"
)

// defaultMaxFindings is how many findings of a rule are kept unless something else is said. Nobody reads as many, and a small input can ask for
// millions.
const defaultMaxFindings = 10_000

// paths are the arguments; without any, standard input where something is piped into it.
func (c Command) paths(ctx *cli.Context) ([]string, error) {
	paths := ctx.Args().Slice()
	for _, p := range paths {
		if p == "" {
			return nil, usagef(`an empty path names nothing; "." is the folder you are in`)
		}
	}
	if len(paths) > 0 {
		return paths, nil
	}
	if f, ok := c.Stdin.(*os.File); ok {
		if info, err := f.Stat(); err == nil && (info.Mode()&os.ModeNamedPipe != 0 || info.Mode().IsRegular() && info.Size() > 0) {
			return []string{"-"}, nil
		}
	}
	if err := c.say(flags.Help(ctx.App, "")); err != nil {
		return nil, err
	}
	return nil, exitCode(ExitUsage)
}

// prepare reads the configuration, lays the flags over it, and makes a request of it.
func (c Command) prepare(ctx *cli.Context, paths []string) (*run, error) {
	cfg, err := c.config(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.overlay(ctx, cfg); err != nil {
		return nil, err
	}
	now, err := c.now(ctx)
	if err != nil {
		return nil, err
	}
	all, err := rulesFor(ctx)
	if err != nil {
		return nil, err
	}
	linter := lint.Linter{
		Rules: all, Levels: cfg.Expand(all), Ignores: cfg.Ignores, Today: now.Format(time.DateOnly),
		MaxFindings: cfg.MaxFindings.Or(defaultMaxFindings),
		Settings:    cfg.Apply(lint.Settings{Kubernetes: lint.NewestKubernetes, Now: now}),
	}
	linter.Settings.KnownSecrets = cfg.KnownSecrets
	r := &run{
		cfg: cfg, failOn: cfg.FailOn.Or(lint.Error), variables: map[string]bool{},
		diff: ctx.Bool("diff"), quiet: ctx.Bool("quiet"), verbose: ctx.Bool("verbose"), stats: ctx.Bool("stats"),
		loginChosen: ctx.String("probe-login") != "",
		request: engine.Request{
			Paths: paths, Config: cfg, Linter: linter, ForceExclude: ctx.Bool("force-exclude"), NoIgnore: ctx.Bool("no-gitignore"),
			NoLookAhead: c.Getenv("IMAGELINT_NO_LOOK_AHEAD") != "", Fix: fixOf(ctx), Warn: c.complain,
		},
	}
	for _, cmd := range ctx.App.Commands {
		r.commands = append(r.commands, cmd.Name)
	}
	for flag := range ctx.App.Metadata {
		r.variables[flag] = true
	}
	if ctx.IsSet("context") {
		r.request.Context = append([]string{}, ctx.StringSlice("context")...)
	}
	if ctx.Command.Name == "pulls" {
		r.request.Said = engine.SaidKnown
	}
	r.request.Stdin = files.Stream(ctx.Context, c.Stdin, r.request.Fix != nil)
	r.named = append(ctx.StringSlice("values"), ctx.String("catalog"))
	return r, c.rendering(ctx, &r.request.Render)
}

// rendering reads the flags that are about charts and kustomizations.
func (c Command) rendering(ctx *cli.Context, to *engine.Render) error {
	*to = engine.Render{
		Values: ctx.StringSlice("values"), Set: ctx.StringSlice("set"), SetString: ctx.StringSlice("set-string"), Release: ctx.String("release-name"),
		KubeVersion: ctx.String("kube-version"), APIVersions: ctx.StringSlice("api-versions"), Helm: ctx.String("helm"), Kustomize: ctx.String("kustomize"),
		Worker: c.worker(), Progress: c.progress("rendering"),
	}
	for _, flag := range []string{"values", "set", "set-string", "release-name"} {
		if to.NeedsChart == "" && ctx.IsSet(flag) && ctx.App.Metadata[flag] == nil {
			to.NeedsChart = flag
		}
	}
	v := ctx.String("render-timeout")
	if v == "" {
		return nil
	}
	d, err := time.ParseDuration(v)
	if err != nil || d <= 0 {
		return wrong(ctx, "render-timeout", fmt.Errorf("%q is no duration: write it as \"90s\" or \"2m\"", v))
	}
	to.Timeout = d
	return nil
}

// workWord is what the program is started with to be a worker.
const workWord = "__work"

// worker is the command that starts a worker process, nil where that cannot be known.
func (c Command) worker() []string {
	if c.Executable == nil {
		return nil
	}
	program, err := c.Executable()
	if err != nil {
		return nil
	}
	return []string{program, workWord}
}

// config loads the configuration file that the flag names, or the one that is found; --config "" reads none.
func (c Command) config(ctx *cli.Context) (*config.Config, error) {
	name := ctx.String("config")
	var cfg *config.Config
	var err error
	switch {
	case !ctx.IsSet("config"):
		var found config.Found
		if found, err = config.Find(".", c.Getenv("SUDO_UID")); err == nil && found.Path != "" {
			cfg, err = config.LoadFound(found, rules.All(), ctx.Bool("trust-config"))
		}
	case name != "":
		if err := files.Named(name); err != nil {
			return nil, usagef("read config %q: it %w", name, err)
		}
		cfg, err = config.Load(name, rules.All())
	}
	if err != nil {
		return nil, usageError{err}
	}
	if cfg == nil {
		cfg = &config.Config{}
	}
	return cfg, nil
}

// sinceRevision reads the flag --new-from.
func (r *run) sinceRevision(ctx *cli.Context) error {
	const flag = "new-from"
	switch r.request.Since = ctx.String(flag); {
	case !ctx.IsSet(flag):
	case ctx.Bool("write-baseline"):
		return wrong(ctx, flag, fmt.Errorf("a baseline lists all findings, and not the new ones alone: leave one of the two flags out"))
	case r.request.Since == "":
		return wrong(ctx, flag, fmt.Errorf("%q: %w", "", git.ErrNoRevision))
	}
	return nil
}

// read prepares and loads what a command lists in one of the formats that it knows.
func (c Command) read(ctx *cli.Context, formats []string) (r *run, loaded *engine.Loaded, format string, err error) {
	paths, err := c.paths(ctx)
	if err != nil {
		return nil, nil, "", err
	}
	if format, err = formatOf(ctx, formats); err != nil {
		return nil, nil, "", err
	}
	if r, err = c.prepare(ctx, paths); err != nil {
		return nil, nil, "", err
	}
	if loaded, err = engine.Load(ctx.Context, r.request); err != nil {
		return nil, nil, "", r.usage(err)
	}
	loaded.Place(ctx.Context)
	return r, loaded, format, nil
}
