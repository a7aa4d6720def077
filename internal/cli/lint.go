package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/catalogs"
	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/inventory"
	"github.com/imagelint-dev/imagelint/internal/notes"
	"github.com/imagelint-dev/imagelint/internal/probe"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/internal/settings"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

func (c Command) lintCommand() *cli.Command {
	return &cli.Command{
		Name: "lint", Usage: "lint files, folders or stdin (the default command)", UsageText: "imagelint [lint] PATH... [flags]",
		Description: `Examples:
   imagelint ./k8s/
   imagelint deploy.yaml --disable tag --severity image-moved=error
   imagelint ./charts/web -f values-prod.yaml --namespace web
   imagelint ./k8s/ --format json --output findings.json --format text`,
		Flags: settings.Lint(), Action: c.lint,
	}
}

// run is one run of a command: the result of flags, variables and configuration. No flag is read after it is
// created.
type run struct {
	request  engine.Request
	cfg      *config.Config
	own      []lint.Rule      // defined by the configuration
	catalog  *catalog.Catalog // nil for the built-in one
	failOn   lint.Severity
	started  time.Time
	prober   *probe.Prober // nil if no registry is asked
	baseline knownFile
	outputs  []settings.Output
	options  report.Options
	named    []string // input files named by flags
	commands []string // names of all commands
	unasked  []string // lines about what no registry was asked about
	// variables holds the flags that were set by environment variables, so that errors name those.
	variables map[string]bool

	diff, quiet, verbose, stats bool
	loginChosen                 bool // the user said what logins may reveal
}

func (c Command) lint(ctx *cli.Context) error {
	r, err := c.lintRun(ctx)
	if err != nil {
		return err
	}
	return r.usage(c.lintWith(ctx.Context, r))
}

// lintRun reads all flags of lint.
func (c Command) lintRun(ctx *cli.Context) (*run, error) {
	started := c.Now()
	paths, err := c.paths(ctx)
	if err != nil {
		return nil, err
	}
	outputs, err := settings.Outputs(ctx)
	if err != nil {
		return nil, err
	}
	if ctx.Bool("diff") {
		if outputs, err = settings.WithoutStdout(ctx, outputs); err != nil {
			return nil, err
		}
	}
	r, err := c.prepare(ctx, paths)
	if err != nil {
		return nil, err
	}
	r.started, r.outputs = started, outputs
	r.request.ReadsUnrendered = !ctx.Bool("write-baseline") // a baseline must not depend on what is installed
	if slices.ContainsFunc(outputs, func(o settings.Output) bool { return o.Status }) {
		r.request.Status = engine.StatusManifests
	}
	if err := c.useCatalogs(ctx, r); err != nil {
		return nil, err
	}
	if r.options, err = c.options(ctx); err != nil {
		return nil, err
	}
	if err := settings.Filters(ctx, &r.request, r.failOn); err != nil {
		return nil, err
	}
	if err := r.readBaseline(ctx); err != nil {
		return nil, err
	}
	if err := c.prober(ctx, r); err != nil {
		return nil, err
	}
	r.request.Since, err = settings.Since(ctx)
	return r, err
}

// lintWith lints and reports the result.
func (c Command) lintWith(ctx context.Context, r *run) error {
	if err := r.apart(r.given); err != nil {
		return err
	}
	loaded, err := engine.Load(ctx, r.request)
	if err != nil {
		return err
	}
	if err := r.apartFrom(loaded); err != nil {
		return err
	}
	if loaded.HasReadErrors() {
		c.notes(r).SuggestCommand(r.request.Paths[0], r.commands)
	}
	loaded, response, err := loaded.LintAll(ctx)
	if err != nil {
		return err
	}
	if !r.options.Quiet {
		c.notes(r).Elsewhere(response.Set, r.request.Paths)
	}
	r.unasked = notes.Unasked(&r.request.Linter.Settings, response.Set)
	if err := c.reportFixes(r, response); err != nil {
		return err
	}
	if !response.Interrupted { // otherwise the result is incomplete
		if err := c.reportBaseline(r, loaded, response); err != nil {
			return err
		}
	}
	if err := c.print(ctx, r, loaded, response); err != nil {
		return err
	}
	if r.stats {
		c.notes(r).Cost(loaded, catalogs.Share(loaded.Set(), r.catalog), c.Now().Sub(r.started))
		if r.prober != nil {
			c.notes(r).Asked(r.prober.Stats())
		}
		c.notes(r).Rendered(loaded)
	}
	if r.prober != nil && !r.quiet && !r.loginChosen {
		c.notes(r).Untried(r.prober.Stats().Untried, r.request.Linter.Settings.ProbeAs)
	}
	if !r.quiet && slices.ContainsFunc(r.request.Paths, settings.IsFolder) { // single files cannot show what is unused
		for _, text := range inventory.Unused(loaded, r.cfg, r.request.Paths) {
			c.PrintError(errors.New(text))
		}
	}
	if response.Result.Unprobed > 0 {
		c.PrintError(unasked(response.Result.Unprobed))
	} else {
		c.notes(r).Dropped(response.Result, r.request.Linter.MaxFindings)
	}
	for _, text := range r.unasked {
		c.PrintError(errors.New(text))
	}
	return r.outcome(loaded, response)
}

// outcome returns the run's result after everything is reported.
func (r *run) outcome(loaded *engine.Loaded, response *engine.Response) error {
	switch {
	case loaded.Unrendered() != nil:
		return r.usage(loaded.Unrendered())
	case response.Result.Unprobed > 0, len(r.unasked) > 0, r.request.Fix != nil && response.Result.OmittedFindings() > 0:
		return exitCode(ExitFailed)
	case response.Interrupted:
		return context.Canceled
	}
	return r.verdict(loaded, response)
}

// verdict turns a response into the exit code.
func (r *run) verdict(loaded *engine.Loaded, response *engine.Response) error {
	err := r.examined(loaded, response.Set, response.Errors)
	if err != nil && (len(response.Errors) > 0 || len(response.Result.Findings) == 0) {
		return err
	}
	if r.failOn != lint.Off && response.Result.Worst() >= r.failOn {
		return exitCode(ExitFindings)
	}
	if response.Set.Stats.Values > 0 || response.Set.Stats.Objects > 0 { // findings in values do not count as checking the chart
		return err
	}
	return nil
}

// examined returns an error if a run could not read its input or found nothing to check in it.
func (r *run) examined(loaded *engine.Loaded, set *manifests.Set, errs []string) error {
	paths := r.request.Paths
	switch {
	case loaded.HasReadErrors() || len(errs) > 0:
		return exitCode(ExitFailed)
	case r.cfg.AllowEmpty.Or(false), len(set.Broken) > 0: // a broken document is reported as such
	case set.Stats.Objects > 0 && emptyInput(set):
		return settings.Usagef("standard input is empty, so nothing of it was checked (--allow-empty to accept that)")
	case set.Stats.Objects > 0:
	case set.Stats.Values > 0 && notes.Hint(loaded, set) != "":
		return settings.Usagef("no Kubernetes objects found in %s, so only values were checked (--allow-empty to accept that)%s", notes.Paths(paths), notes.Hint(loaded, set))
	case set.Stats.Values == 0:
		return settings.Usagef("no Kubernetes objects found in %s, so nothing was checked (--allow-empty to accept that)%s", notes.Paths(paths), notes.Hint(loaded, set))
	}
	return nil
}

// emptyInput reports whether standard input was named but empty, as when the command before the pipe failed.
func emptyInput(set *manifests.Set) bool {
	return slices.ContainsFunc(set.Skipped, func(s manifests.Skip) bool { return s.File == "<stdin>" && s.Reason == manifests.SkipEmpty })
}

func (c Command) print(ctx context.Context, r *run, loaded *engine.Loaded, response *engine.Response) error {
	lint.LinkNotes(response.Result.Findings)
	rep := r.reported(ctx, loaded, response)
	for _, out := range r.outputs {
		if out.File == nil {
			if err := out.Format(c.Stdout, rep, r.options); err != nil {
				return fmt.Errorf("write the report: %w", err)
			}
			continue
		}
		if err := c.writeFile(out.File, reportFile, func(w io.Writer) error { return out.Format(w, rep, r.options.Plain()) }); err != nil {
			return err
		}
	}
	return nil
}

// notes returns a writer for the messages besides the report.
func (c Command) notes(r *run) notes.Notes {
	return notes.Notes{W: c.Stderr, Print: c.PrintError, Verbose: r.verbose}
}

// unasked returns the error of a run that was canceled while asking registries. Results known by then were
// shown.
func unasked(n int) error {
	return fmt.Errorf("%w: no registry was asked about %s", context.Canceled, report.Count(n, "image", "images"))
}

// usage names the flag or variable that made a request wrong.
func (r *run) usage(err error) error {
	var wrong *engine.RequestError
	switch {
	case !errors.As(err, &wrong):
		return err
	case wrong.Setting == "":
		return settings.Usage(err)
	}
	return settings.Usage(settings.WrongValue(wrong.Setting, r.variables[wrong.Setting], err))
}
