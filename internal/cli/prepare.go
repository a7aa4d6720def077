package cli

import (
	"context"
	"os"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/flags"
	"github.com/imagelint-dev/imagelint/internal/notes"
	"github.com/imagelint-dev/imagelint/internal/settings"
	"github.com/imagelint-dev/imagelint/internal/walk"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/rules"
)

// defaultMaxFindings limits the findings of a rule unless the user sets another limit. Nobody reads as many,
// and a small input can produce millions.
const defaultMaxFindings = 10_000

// paths returns the arguments, or standard input if there are none and something is piped in.
func (c Command) paths(ctx *cli.Context) ([]string, error) {
	paths := ctx.Args().Slice()
	for _, p := range paths {
		if p == "" {
			return nil, settings.Usagef(`the path is empty; "." is the folder you are in`)
		}
	}
	if len(paths) > 0 {
		paths, err := walk.Expand(paths)
		if err != nil {
			return nil, settings.Usage(err)
		}
		return paths, nil
	}
	if f, ok := c.Stdin.(*os.File); ok {
		if info, err := f.Stat(); err == nil && (info.Mode()&os.ModeNamedPipe != 0 || info.Mode().IsRegular() && info.Size() > 0) {
			return []string{"-"}, nil
		}
	}
	if ctx.NumFlags() > 0 || ctx.Command.Name != "lint" {
		return nil, settings.NoPath(ctx)
	}
	if err := c.Print(c.help().Help(c.App(), "", false)); err != nil {
		return nil, err
	}
	return nil, exitCode(ExitUsage)
}

// prepare reads the configuration, applies the flags, and makes a request.
func (c Command) prepare(ctx *cli.Context, paths []string) (*run, error) {
	var r *run
	own := compiler(func() *run { return r })
	cfg, folders, err := c.config(ctx, paths, own)
	if err != nil {
		return nil, err
	}
	if err := settings.Overlay(ctx, cfg); err != nil {
		return nil, err
	}
	now, err := settings.Now(ctx, c.Now)
	if err != nil {
		return nil, err
	}
	policies, err := own.Compile(ctx.Context, cfg.Policies)
	if err != nil {
		return nil, settings.Usage(err)
	}
	all := append(rules.All(), policies...)
	linter := lint.Linter{
		Rules: all, Levels: cfg.Expand(all), Ignores: cfg.Ignores, Today: now.Format(time.DateOnly), Elsewhere: cfg.Elsewhere,
		MaxFindings: cfg.MaxFindings.Or(defaultMaxFindings),
		Settings:    cfg.Apply(lint.Settings{Kubernetes: lint.NewestKubernetes, Now: now}),
	}
	if c.Unreadable != nil {
		cfg.KnownSecrets = append(append([]string{}, cfg.KnownSecrets...), c.Unreadable...)
	}
	linter.Settings.KnownSecrets, linter.Settings.Overrides = cfg.KnownSecrets, cfg.ForFiles(all)
	r = &run{
		cfg: cfg, own: policies, failOn: cfg.FailOn.Or(lint.Error), variables: map[string]bool{},
		diff: ctx.Bool("diff"), quiet: ctx.Bool("quiet"), verbose: ctx.Bool("verbose"), stats: ctx.Bool("stats"),
		loginChosen: ctx.String("probe-login") != "",
		request: engine.Request{
			Paths: paths, Config: cfg, Linter: linter, ForceExclude: ctx.Bool("force-exclude"), NoIgnore: ctx.Bool("no-gitignore"),
			KeepOwned: ctx.Command.Name == "pulls", NoLookAhead: c.Getenv("IMAGELINT_NO_LOOK_AHEAD") != "", Fix: settings.Fix(ctx), Warn: c.PrintError, Folders: folders, Expect: c.Expect, Log: notes.Details(c.PrintError, ctx.Bool("verbose")),
		},
	}
	for _, cmd := range ctx.App.Commands {
		r.commands = append(r.commands, cmd.Name)
	}
	for flag := range ctx.App.Metadata {
		r.variables[flag] = true
	}
	if ctx.IsSet("reference") {
		r.request.Context = append([]string{}, flags.List(ctx, "reference")...)
	}
	if ctx.Command.Name == "pulls" {
		r.request.Status = engine.StatusRecognized
	}
	r.request.StdinName = c.StdinName
	r.request.Stdin = files.Stream(ctx.Context, c.Stdin, r.request.Fix != nil)
	r.named = append(flags.List(ctx, "values"), settings.CatalogFiles(ctx, cfg)...)
	if r.request.Render, err = settings.Render(ctx); err != nil {
		return nil, err
	}
	r.request.Render.Worker, r.request.Render.Progress = c.worker(), c.progress(ctx, "rendering")
	return r, nil
}

// workerCommand is the argument that starts the program as a worker.
const workerCommand = "__work"

// worker returns the command that starts a worker process, or nil if it is unknown.
func (c Command) worker() []string {
	if c.Executable == nil {
		return nil
	}
	program, err := c.Executable()
	if err != nil {
		return nil
	}
	return []string{program, workerCommand}
}

// read prepares a run and loads its input, for a command that lists something in one of the formats.
func (c Command) read(ctx *cli.Context, formats []string) (r *run, loaded *engine.Loaded, format string, err error) {
	paths, err := c.paths(ctx)
	if err != nil {
		return nil, nil, "", err
	}
	if format, err = settings.Format(ctx, formats); err != nil {
		return nil, nil, "", err
	}
	if r, err = c.prepare(ctx, paths); err != nil {
		return nil, nil, "", err
	}
	if err := c.useCatalogs(ctx, r); err != nil {
		return nil, nil, "", err
	}
	if loaded, err = engine.Load(ctx.Context, r.request); err != nil {
		return nil, nil, "", r.usage(err)
	}
	if loaded.Interrupted() {
		return nil, nil, "", context.Canceled
	}
	for _, p := range paths {
		if pod := settings.PodOf(p); pod != "" && loaded.HasReadErrors() {
			c.notes(r).SuggestPod(p, pod)
		}
	}
	loaded.TraceOrigins(ctx.Context)
	return r, loaded, format, nil
}
