package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/probe"
	"github.com/imagelint-dev/imagelint/internal/settings"
	"github.com/imagelint-dev/imagelint/internal/version"
)

// prober sets up asking registries, if the user wants that.
func (c Command) prober(ctx *cli.Context, r *run) error {
	if !ctx.Bool("probe") && ctx.Command.Name != "pin" && ctx.Command.Name != "catalog" {
		return nil
	}
	if b := r.cfg.Bounds; b != nil && len(b.LeftOut) > 0 {
		c.complain(fmt.Errorf("%s: %s ignored, because this configuration was found automatically: use --trust-config to allow it", r.cfg.File.Name, config.Listed(b.LeftOut)))
	}
	for _, name := range r.cfg.CAPaths() {
		if err := files.CheckNamed(name); err != nil {
			return settings.Usagef("read certificates %q: it %w", name, err)
		}
	}
	from := r.cfg.Probe
	as, err := settings.Asker(ctx)
	if err != nil {
		return err
	}
	login, err := settings.Login(ctx, as, c.Getenv)
	if err != nil {
		return err
	}
	wait, err := settings.Wait(ctx)
	if err != nil {
		return err
	}
	o := probe.Options{
		Wait: wait, Now: c.Now, After: c.After,
		Insecure: from.Insecure, CAFiles: r.cfg.CAPaths(), Timeout: from.Timeout, Concurrency: from.Concurrency,
		Getenv: c.Getenv, Home: c.home(), Login: login, UserAgent: "imagelint/" + version.String(), Progress: c.progress(ctx, "asking registries"), Dial: c.Dial,
	}
	if !r.quiet {
		o.Waiting = c.notes(r).Waiting(wait)
	}
	for _, m := range from.Mirrors {
		o.Mirrors = append(o.Mirrors, probe.Mirror{Registry: m.Registry, At: m.At})
	}
	if dir, err := os.UserCacheDir(); err == nil && !ctx.Bool("no-cache") {
		o.CacheDir = filepath.Join(dir, "imagelint")
	}
	p, err := probe.New(o)
	if err != nil {
		return settings.Usage(err)
	}
	r.prober, r.request.Linter.Prober = p, p
	r.request.Linter.Settings.ProbeStrict, r.request.Linter.Settings.ProbeAs = ctx.Bool("probe-strict"), as
	return nil
}

// home returns the user's folder, which holds their credentials.
func (c Command) home() string {
	for _, name := range []string{"HOME", "USERPROFILE"} {
		if dir := c.Getenv(name); dir != "" {
			return dir
		}
	}
	return ""
}
