package cli

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/config"
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
		c.PrintError(fmt.Errorf("%s: %s ignored when registries are asked, because this configuration was found automatically: use --trust-config to allow it", r.cfg.File.Name, config.Listed(b.LeftOut)))
	}
	o, err := c.probeOptions(r.cfg, !ctx.Bool("no-cache"))
	if err != nil {
		return err
	}
	as, err := settings.Asker(ctx)
	if err != nil {
		return err
	}
	if o.Login, err = settings.Login(ctx, as, c.Getenv); err != nil {
		return err
	}
	if o.Wait, err = settings.Wait(ctx); err != nil {
		return err
	}
	if o.Progress = c.progress(ctx, "asking registries"); !r.quiet {
		o.Waiting = c.notes(r).Waiting(o.Wait)
	}
	p, err := probe.New(o)
	if err != nil {
		return settings.Usage(err)
	}
	r.prober, r.request.Linter.Prober = p, p
	r.request.Linter.Settings.ProbeStrict, r.request.Linter.Settings.ProbeAs = ctx.Bool("probe-strict"), as
	return nil
}

// probeOptions returns how registries are asked on this machine.
func (c Command) probeOptions(cfg *config.Config, cached bool) (probe.Options, error) {
	o, err := settings.ProbeOptions(cfg, cached)
	o.Getenv, o.Home, o.Now, o.After, o.Dial, o.UserAgent = c.Getenv, c.home(), c.Now, c.After, c.Dial, "imagelint/"+version.String()
	return o, err
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
