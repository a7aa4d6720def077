package cli

import (
	"context"
	"errors"

	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/inventory"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/internal/settings"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// reported returns everything that report formats may use of a run.
func (r *run) reported(ctx context.Context, loaded *engine.Loaded, response *engine.Response) report.Report {
	rep := report.Report{
		Result: response.Result, Baselined: response.Baselined, Older: response.Preexisting, Set: response.Set,
		Rules: response.Rules, RunErrors: response.Errors, Unexplained: response.Unexplained, FailOn: r.failOn, Exit: codeOf(r.outcome(loaded, response)), Known: r.known(),
		Pulls: func(each func(*report.Pull)) (report.PullReport, error) {
			return inventory.EachPull(ctx, loaded, r.request.Linter.Settings.Now, each)
		},
	}
	if r.prober != nil {
		s := r.prober.Stats()
		rep.Probed = &report.Probed{Heads: s.Heads, Gets: s.Gets, Tokens: s.Tokens, Lists: s.Lists, Cached: s.Hits, As: r.request.Linter.Settings.ProbeAs}
	}
	if !r.stats && len(r.cfg.Kinds) == 0 && r.request.Status != engine.StatusManifests {
		loaded.Release(rep.CountKnown) // nothing else reads it
	}
	return rep
}

// known returns a function that tells what the catalog knows about an image.
func (r *run) known() func(*manifests.ImageRef) string {
	if r.catalog == nil {
		return rules.Known(catalog.Builtin())
	}
	return rules.Known(r.catalog)
}

// codeOf returns the exit code of an error.
func codeOf(err error) int {
	var code exitCode
	switch {
	case err == nil:
		return ExitOK
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &settings.UsageError{}):
		return ExitUsage
	}
	return ExitFailed
}
