package settings

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/probe"
	"github.com/imagelint-dev/imagelint/lint"
)

// Asker returns as whom registries are asked.
func Asker(ctx *cli.Context) (lint.Asker, error) {
	switch name := ctx.String("probe-as"); name {
	case "", "pod":
		return lint.AsPod, nil
	case "me":
		return lint.AsMe, nil
	case "anonymous":
		return lint.AsAnonymous, nil
	default:
		return 0, Wrong(ctx, "probe-as", fmt.Errorf("%q is unknown: use pod, me or anonymous", name))
	}
}

// Login returns what the user's own logins may reveal. In CI, manifests come from whoever opens a pull
// request, who can read the log, too; logins are used there only if the user says so. Asking as oneself says
// so.
func Login(ctx *cli.Context, as lint.Asker, getenv func(string) string) (probe.Login, error) {
	switch what := ctx.String("probe-login"); {
	case as == lint.AsMe && what != "":
		return 0, Usagef("--probe-login has no effect with --probe-as me: everything is asked with your own logins")
	case as == lint.AsMe:
		return probe.LoginTags, nil
	case what == "none", what == "" && getenv("CI") != "" && ctx.Command.Name != "pin":
		return probe.LoginNone, nil
	case what == "exists", what == "":
		return probe.LoginExists, nil
	case what == "tags":
		return probe.LoginTags, nil
	default:
		return 0, Wrong(ctx, "probe-login", fmt.Errorf("invalid value %q: use none, exists or tags", what))
	}
}

// ProbeOptions returns how a configuration says that registries are asked. If cached is true, answers are kept between runs.
func ProbeOptions(cfg *config.Config, cached bool) (probe.Options, error) {
	from := cfg.Probe
	o := probe.Options{Insecure: from.Insecure, CAFiles: cfg.CAPaths(), Timeout: from.Timeout, Concurrency: from.Concurrency}
	for _, name := range o.CAFiles {
		if err := files.CheckNamed(name); err != nil {
			return o, Usagef("read certificates %q: it %w", name, err)
		}
	}
	for _, m := range from.Mirrors {
		o.Mirrors = append(o.Mirrors, probe.Mirror{Registry: m.Registry, At: m.At})
	}
	if dir, err := os.UserCacheDir(); err == nil && cached {
		o.CacheDir = filepath.Join(dir, "imagelint")
	}
	return o, nil
}

// Wait reads the flag --wait.
func Wait(ctx *cli.Context) (time.Duration, error) {
	v := ctx.String("wait")
	if v == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(v)
	if err != nil || d < 0 {
		return 0, Wrong(ctx, "wait", fmt.Errorf("%q is not a valid duration: write it as \"90s\" or \"15m\"", v))
	}
	return d, nil
}
