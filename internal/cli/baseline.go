package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/baseline"
	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/settings"
)

// knownFile is the baseline file of a run.
type knownFile struct {
	name   string        // "" for none
	at     *files.Target // where to write it; nil if it is not written
	chosen bool          // named by a flag or the configuration
}

// readBaseline reads the baseline before any input, so that errors in it are reported at once.
func (r *run) readBaseline(ctx *cli.Context) error {
	file, writes := r.cfg.BaselinePath(), ctx.Bool("write-baseline")
	r.baseline.chosen = file != "" || ctx.IsSet("baseline")
	if ctx.IsSet("baseline") {
		file = ctx.String("baseline")
	}
	if file == "" && writes {
		file = baseline.Name
	}
	if file == "" {
		return nil
	}
	r.baseline.name = file
	err := files.CheckNamed(file)
	if err != nil {
		return settings.Usagef("read baseline %q: it %w", file, err)
	}
	entries, err := baseline.Read(file)
	r.request.Baseline = &engine.Baseline{Folder: filepath.Dir(file), Entries: entries, Replaced: writes}
	switch {
	case writes && (err == nil || errors.Is(err, fs.ErrNotExist)):
		r.baseline.at, err = locateBaseline(ctx, file)
		return err
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return settings.Usagef("read baseline %q: file not found: create it with --write-baseline, or drop the flag or key that names it", file)
	}
	return settings.Usage(err)
}

// locateBaseline returns where to write a baseline. If only a discovered configuration names it, it must be
// inside that repository.
func locateBaseline(ctx *cli.Context, file string) (*files.Target, error) {
	if ctx.IsSet("baseline") || ctx.IsSet("config") {
		return settings.Locate(ctx, "baseline", file, files.Tree(file))
	}
	return settings.Locate(ctx, "write-baseline", file, files.Tree(config.Name))
}

// reportBaseline reports stale baseline entries, or rewrites the baseline if requested; the findings written
// then count as known.
func (c Command) reportBaseline(r *run, loaded *engine.Loaded, response *engine.Response) error {
	known := r.baseline
	switch {
	case known.name == "":
		return nil
	case known.at == nil:
		if !r.quiet {
			c.notes(r).Stale(known.name, response.Compared)
		}
		return nil
	}
	found := len(response.Result.Findings) + len(response.Baselined)
	switch {
	case response.Result.OmittedFindings() > 0:
		c.notes(r).Dropped(response.Result, r.request.Linter.MaxFindings)
		return fmt.Errorf("%s was not written, because --max-findings dropped some findings: use --max-findings 0", known.name)
	case len(response.Errors) > 0 || response.Result.Unprobed > 0 || found == 0 && r.examined(loaded, response.Set, response.Errors) != nil:
		c.PrintError(fmt.Errorf("%s was not written, because some input could not be checked", known.name))
		return nil
	}
	if err := c.writeFile(known.at, reportFile, func(w io.Writer) error { return baseline.Write(w, response.All) }); err != nil {
		return err
	}
	if !r.quiet {
		c.notes(r).Written(known.name, len(response.All), response.Compared, known.chosen, response.Set.Skipped)
	}
	response.BaselineAll()
	return nil
}
