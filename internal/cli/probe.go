package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/probe"
	"github.com/imagelint-dev/imagelint/lint"
)

// probeFlags are the flags that are about asking registries.
func probeFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "probe", Category: groupRegistry, Usage: "ask the registries, with the pods' own credentials"},
		&cli.StringFlag{Name: "probe-as", Category: groupRegistry, Usage: "with --probe: ask with the logins of `WHOM`: pod, me or anonymous (default pod)"},
		&cli.BoolFlag{Name: "probe-strict", Category: groupRegistry, Usage: "with --probe: fail if a registry could not be asked"},
		&cli.StringFlag{Name: "probe-login", Category: groupRegistry, Usage: "with --probe: use your own logins for images that the pod is denied, to check `WHAT`: none, exists or tags (default exists; none in CI)"},
		&cli.StringFlag{Name: "wait", Category: groupRegistry, Usage: "with --probe: ask again for up to `TIME`, such as 15m, for images that are not there yet"},
		noCacheFlag(),
	}
}

// prober prepares the linter to ask registries, where the user wants that.
func (c Command) prober(ctx *cli.Context, r *run) error {
	if !ctx.Bool("probe") && ctx.Command.Name != "pin" && ctx.Command.Name != "catalog" {
		return nil
	}
	if b := r.cfg.Bounds; b != nil && len(b.LeftOut) > 0 {
		c.complain(fmt.Errorf("%s: %s ignored, because this configuration was found automatically: use --trust-config to allow it", r.cfg.File.Name, config.Listed(b.LeftOut)))
	}
	for _, name := range r.cfg.CAPaths() {
		if err := files.CheckNamed(name); err != nil {
			return usagef("read certificates %q: it %w", name, err)
		}
	}
	settings := r.cfg.Probe
	as, err := asker(ctx)
	if err != nil {
		return err
	}
	login, err := c.login(ctx, as)
	if err != nil {
		return err
	}
	wait, err := waitTime(ctx)
	if err != nil {
		return err
	}
	o := probe.Options{
		Wait: wait, Now: c.Now, After: c.After,
		Insecure: settings.Insecure, CAFiles: r.cfg.CAPaths(), Timeout: settings.Timeout, Concurrency: settings.Concurrency,
		Getenv: c.Getenv, Home: c.home(), Login: login, UserAgent: "imagelint/" + version(), Progress: c.progress("asking registries"), Dial: c.Dial,
	}
	if !r.quiet {
		o.Waiting = c.notes(r).Waiting(wait)
	}
	for _, m := range settings.Mirrors {
		o.Mirrors = append(o.Mirrors, probe.Mirror{Registry: m.Registry, At: m.At})
	}
	if dir, err := os.UserCacheDir(); err == nil && !ctx.Bool("no-cache") {
		o.CacheDir = filepath.Join(dir, "imagelint")
	}
	p, err := probe.New(o)
	if err != nil {
		return usageError{err}
	}
	r.prober, r.request.Linter.Prober = p, p
	r.request.Linter.Settings.ProbeStrict, r.request.Linter.Settings.ProbeAs = ctx.Bool("probe-strict"), as
	return nil
}

// asker is whom registries are asked for.
func asker(ctx *cli.Context) (lint.Asker, error) {
	switch whom := ctx.String("probe-as"); whom {
	case "", "pod":
		return lint.AsPod, nil
	case "me":
		return lint.AsMe, nil
	case "anonymous":
		return lint.AsAnonymous, nil
	default:
		return 0, wrong(ctx, "probe-as", fmt.Errorf("%q is unknown: use pod, me or anonymous", whom))
	}
}

// login is what the user's own logins may tell. In CI, manifests come from whoever opens a pull request, who reads the log as well: there, it takes a
// word of the user. To ask as oneself is such a word.
func (c Command) login(ctx *cli.Context, as lint.Asker) (probe.Login, error) {
	switch what := ctx.String("probe-login"); {
	case as == lint.AsMe && what != "":
		return 0, usagef("--probe-login has no effect with --probe-as me: everything is asked with your own logins")
	case as == lint.AsMe:
		return probe.LoginTags, nil
	case what == "none", what == "" && c.Getenv("CI") != "" && ctx.Command.Name != "pin":
		return probe.LoginNone, nil
	case what == "exists", what == "":
		return probe.LoginExists, nil
	case what == "tags":
		return probe.LoginTags, nil
	default:
		return 0, wrong(ctx, "probe-login", fmt.Errorf("invalid value %q: use none, exists or tags", what))
	}
}

// home is the user's folder, where their credentials are kept.
func (c Command) home() string {
	for _, name := range []string{"HOME", "USERPROFILE"} {
		if dir := c.Getenv(name); dir != "" {
			return dir
		}
	}
	return ""
}

// progress shows a bar on a terminal, and is nil where nobody watches.
func (c Command) progress(what string) func(done, total int) {
	width, ok := isTerminal(c.Stderr)
	if !ok || c.Getenv("CI") != "" || c.Getenv("TERM") == "dumb" {
		return nil
	}
	var bar *progressbar.ProgressBar
	return func(done, total int) {
		if bar == nil {
			bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(c.Stderr), progressbar.OptionSetDescription(what),
				progressbar.OptionShowCount(), progressbar.OptionSetWidth(min(40, max(10, width-50))), progressbar.OptionClearOnFinish(),
				progressbar.OptionSetPredictTime(false))
		}
		_ = bar.Set(done) // a progress bar may fail silently
		if done == total {
			_ = bar.Finish()
			bar = nil // what comes next has a bar of its own
		}
	}
}

// waitTime reads the flag --wait.
func waitTime(ctx *cli.Context) (time.Duration, error) {
	v := ctx.String("wait")
	if v == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(v)
	if err != nil || d < 0 {
		return 0, wrong(ctx, "wait", fmt.Errorf("%q is no duration: write it as \"90s\" or \"15m\"", v))
	}
	return d, nil
}
