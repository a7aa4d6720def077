package cli

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/schollz/progressbar/v3"
	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/probe"
	"github.com/imagelint-dev/imagelint/internal/report"
)

// probeFlags are the flags that are about asking registries.
func probeFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "probe", Category: groupRegistry, Usage: "ask the registries, with the pods' own credentials"},
		&cli.BoolFlag{Name: "probe-strict", Category: groupRegistry, Usage: "with --probe: fail if a registry could not be asked"},
		&cli.StringFlag{Name: "probe-login", Category: groupRegistry, Usage: "with --probe: use your own logins for images that the pod is denied, to find out `WHAT`: none, exists or tags (default exists; none in CI)"},
		noCacheFlag(),
	}
}

// prober prepares the linter to ask registries, where the user wants that.
func (c Command) prober(ctx *cli.Context, r *run) error {
	if !ctx.Bool("probe") && ctx.Command.Name != "pin" && ctx.Command.Name != "catalog" {
		return nil
	}
	if b := r.cfg.Bounds; b != nil && len(b.LeftOut) > 0 {
		c.complain(fmt.Errorf("%s: %s left out, since nobody named this configuration: --trust-config obeys it", r.cfg.File.Name, listed(b.LeftOut)))
	}
	for _, name := range r.cfg.CAPaths() {
		if err := files.CheckNamed(name); err != nil {
			return usagef("read certificates %q: it %w", name, err)
		}
	}
	settings := r.cfg.Probe
	login, err := c.login(ctx)
	if err != nil {
		return err
	}
	o := probe.Options{
		Insecure: settings.Insecure, CAFiles: r.cfg.CAPaths(), Timeout: settings.Timeout, Concurrency: settings.Concurrency,
		Getenv: c.Getenv, Home: c.home(), Login: login, UserAgent: "imagelint/" + version(), Progress: c.progress("asking registries"), Dial: c.Dial,
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
	r.request.Linter.Settings.ProbeStrict = ctx.Bool("probe-strict")
	return nil
}

// login is what the user's own logins may tell. In CI, manifests come from whoever opens a pull request, who reads the log as well: there, it takes a
// word of the user.
func (c Command) login(ctx *cli.Context) (probe.Login, error) {
	switch what := ctx.String("probe-login"); {
	case what == "none", what == "" && c.Getenv("CI") != "" && ctx.Command.Name != "pin":
		return probe.LoginNone, nil
	case what == "exists", what == "":
		return probe.LoginExists, nil
	case what == "tags":
		return probe.LoginTags, nil
	default:
		return 0, wrong(ctx, "probe-login", fmt.Errorf("%q is unknown: use none, exists or tags", what))
	}
}

// tellUntried says that logins were left out for the sake of caution, where nobody had asked for that.
func (c Command) tellUntried(r *run) {
	if r.prober == nil || r.quiet || r.loginChosen {
		return
	}
	n, images := r.prober.Stats().Untried, "images"
	switch n {
	case 0:
		return
	case 1:
		images = "image"
	}
	c.complain(fmt.Errorf("your own logins were not tried for %d %s that pods are refused, since CI is set (--probe-login)", n, images))
}

// listed is a list of keys with the verb that follows: "a is", "a and b are".
func listed(keys []string) string {
	if len(keys) == 1 {
		return keys[0] + " is"
	}
	return strings.Join(keys[:len(keys)-1], ", ") + " and " + keys[len(keys)-1] + " are"
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

// probeStats prints what asking cost.
func (c Command) probeStats(r *run) {
	if r.prober == nil {
		return
	}
	s := r.prober.Stats()
	fmt.Fprintf(c.Stderr, "asked registries: %s\n", s)
	for _, host := range slices.Sorted(maps.Keys(s.Left)) {
		fmt.Fprintf(c.Stderr, "left of the limit at %s: %s\n", report.Escape(host), s.Left[host])
	}
}

// unasked is the error of a run that was cancelled while registries were asked. What was known by then has been shown.
func unasked(n int) error {
	images := "images"
	if n == 1 {
		images = "image"
	}
	return fmt.Errorf("%w: no registry was asked about %d %s", context.Canceled, n, images)
}
