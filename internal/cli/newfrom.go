package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/baseline"
	"github.com/imagelint-dev/imagelint/internal/git"
	"github.com/imagelint-dev/imagelint/internal/history"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// since is the state of the files with which --new-from compares.
type since struct {
	repository *git.Repository // nil where nothing is compared
	tree       string
	memory     *lint.Memory // what registries said; nil where none is asked
}

// openHistory finds the revision of --new-from before anything else is read: what is wrong with it is said at once.
func (c Command) openHistory(ctx *cli.Context, r *run, paths []string) error {
	const flag = "new-from"
	if !ctx.IsSet(flag) {
		return nil
	}
	switch {
	case slices.Contains(paths, "-"):
		return wrong(ctx, flag, errors.New("standard input has no history: name the files"))
	case ctx.Bool("write-baseline"):
		return wrong(ctx, flag, errors.New("a baseline lists all findings, and not the new ones alone: leave one of the two flags out"))
	}
	var err error
	if r.since.repository, err = git.Open(ctx.Context, folderOf(paths[0])); err != nil {
		return c.wrongHistory(ctx, fmt.Errorf("%q: %w", paths[0], err))
	}
	rev := ctx.String(flag)
	if r.since.tree, err = r.since.repository.Tree(ctx.Context, rev); err != nil {
		return c.wrongHistory(ctx, fmt.Errorf("%q: %w", rev, err))
	}
	if r.linter.Prober != nil {
		r.since.memory = &lint.Memory{Prober: r.linter.Prober}
		r.linter.Prober = r.since.memory
	}
	return nil
}

// wrongHistory is a usage error, unless the run was cancelled.
func (c Command) wrongHistory(ctx *cli.Context, err error) error {
	if cancelled := ctx.Err(); cancelled != nil {
		return cancelled
	}
	return wrong(ctx, "new-from", err)
}

// folderOf is a path that is a folder, or the folder that holds it; the working directory for one that cannot be read, as is said where it is read.
func folderOf(path string) string {
	for _, dir := range []string{path, filepath.Dir(path)} {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return dir
		}
	}
	return "."
}

// hideOlder takes the findings out of a result that are not new: those on lines that have not changed, if linting the files as they were finds
// them, too. The second half keeps what a change elsewhere has caused, such as a Secret that another file has lost.
func (c Command) hideOlder(ctx *cli.Context, r *run, paths []string, result *lint.Result) error {
	if r.since.repository == nil || len(result.Findings) == 0 {
		return nil
	}
	here := absolute(".")
	past, err := history.Compare(ctx.Context, r.since.repository, r.since.tree, r.inputs.files, here)
	if outside := (*history.LeadsOutError)(nil); errors.As(err, &outside) {
		return wrong(ctx, "new-from", err)
	} else if err != nil {
		return err
	}
	var fresh, untouched, older []lint.Finding
	for i := range result.Findings {
		f := &result.Findings[i]
		switch {
		case past.Touches(f), r.combined(f) > 0 && slices.ContainsFunc(f.Related, func(l lint.Related) bool { return past.Touches(&lint.Finding{Span: l.Span}) }):
			fresh = append(fresh, *f)
		case r.combined(f) > 0: // nothing was rendered as it was: the lines that made the text decide alone
			older = append(older, *f)
		default:
			untouched = append(untouched, *f)
		}
	}
	if len(untouched) > 0 && past.Differs() {
		then, renamed, err := c.lintThen(ctx, r, past, paths)
		if err != nil {
			return err
		}
		before := baseline.Run{Rel: func(name string) string {
			if now, ok := renamed[name]; ok {
				name = now
			}
			return relative(here, in(here, name))
		}}
		risen, rest := baseline.Louder(untouched, then)
		compared := baseline.Compare(before.Entries(then), rest, c.comparison(r, paths, here))
		fresh = slices.Concat(fresh, risen, compared.New)
		untouched = compared.Known
	}
	slices.SortStableFunc(fresh, lint.Compare)
	older = append(older, untouched...)
	slices.SortStableFunc(older, lint.Compare)
	result.Findings, r.known.older = fresh, older
	return nil
}

// lintThen lints the inputs as they were, with the rules and the configuration of today. No registry is asked again.
func (c Command) lintThen(ctx *cli.Context, r *run, past *history.Past, paths []string) (findings []lint.Finding, renamed map[string]string, err error) {
	blobs, err := r.since.repository.Blobs(ctx.Context)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, blobs.Close()) }()
	inputs, renamed := past.Then(history.Run{Paths: paths, Context: c.contextPaths(ctx, r), Walk: c.walkOptions(ctx, r)}, blobs)
	linter := r.linter
	linter.MaxFindings = 0 // any of them may be the one that a finding of today is compared with
	if r.since.memory != nil {
		linter.Prober = r.since.memory.Recall()
	}
	set, err := manifests.Load(ctx.Context, dedupe(inputs), c.loadOptions(r))
	if err != nil && (set == nil || !r.bad) { // else it has been said what cannot be read
		return nil, nil, fmt.Errorf("read the files as they were: %w", err)
	}
	result, err := linter.Run(ctx.Context, set)
	return result.Findings, renamed, err
}
