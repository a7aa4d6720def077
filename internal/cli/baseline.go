package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/baseline"
	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// known is what a run knows of findings that were there before it.
type known struct {
	file             string        // the baseline; "" for none
	at               *files.Target // where it is written; nil where it is not
	entries          []baseline.Entry
	baselined, older []lint.Finding
}

// readBaseline reads the baseline before anything else is read: what is wrong with it is said at once.
func (c Command) readBaseline(ctx *cli.Context, r *run) error {
	file, writes := r.cfg.BaselinePath(), ctx.Bool("write-baseline")
	if ctx.IsSet("baseline") {
		file = ctx.String("baseline")
	}
	if file == "" && writes {
		file = baseline.Name
	}
	if file == "" {
		return nil
	}
	r.known.file = file
	err := files.Named(file)
	if err != nil {
		return usagef("read baseline %q: it %w", file, err)
	}
	r.known.entries, err = baseline.Read(file)
	for i := range r.known.entries {
		r.linter.Expect(r.known.entries[i].Rule) // what is hidden takes no place from what is shown
	}
	switch {
	case writes && (err == nil || errors.Is(err, fs.ErrNotExist)):
		r.known.at, err = locateBaseline(ctx, file)
		return err
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return usagef("read baseline %q: there is no such file; --write-baseline makes it", file)
	}
	return usageError{err}
}

// locateBaseline finds the place of a baseline that is to be written. One that only a configuration names which was found stays in its repository.
func locateBaseline(ctx *cli.Context, file string) (*files.Target, error) {
	if ctx.IsSet("baseline") || ctx.IsSet("config") {
		return locate(ctx, "baseline", file, files.Tree(file))
	}
	return locate(ctx, "write-baseline", file, files.Tree(config.Name))
}

// hide takes the findings that were there before out of a result, and writes the baseline where that is asked for.
func (c Command) hide(ctx *cli.Context, r *run, paths []string, result *lint.Result) error {
	if r.known.file == "" {
		return nil
	}
	comparison, compared := c.compare(r, paths, result.Findings)
	all := result.Findings
	result.Findings, r.known.baselined = compared.New, compared.Known
	switch {
	case !ctx.Bool("write-baseline"):
		c.tellStale(ctx, r.known.file, withoutLeft(compared.Stale, result.Left))
		return nil
	case result.LeftOut() > 0:
		c.tellLeft(r, *result)
		return fmt.Errorf("%s is not written, since not all findings are kept: --max-findings 0 keeps them", r.known.file)
	case r.bad || result.Unasked > 0 || len(all) == 0 && r.examined(paths) != nil:
		c.complain(fmt.Errorf("%s is not written, since not everything could be examined", r.known.file))
		return nil
	}
	entries := append(comparison.Entries(all), compared.Elsewhere...)
	if err := c.writeFile(r.known.at, reportFile, func(w io.Writer) error { return baseline.Write(w, entries) }); err != nil {
		return err
	}
	result.Findings, r.known.baselined = nil, all
	if !ctx.Bool("quiet") {
		c.tellWritten(ctx, r, len(entries), &compared)
	}
	return nil
}

// compare compares findings with the baseline.
func (c Command) compare(r *run, paths []string, findings []lint.Finding) (*baseline.Run, baseline.Compared) {
	run := c.comparison(r, paths, in(absolute("."), filepath.Dir(r.known.file)))
	return run, baseline.Compare(r.known.entries, findings, run)
}

func (c Command) tellWritten(ctx *cli.Context, r *run, n int, compared *baseline.Compared) {
	hint := ""
	if r.cfg.BaselinePath() == "" && !ctx.IsSet("baseline") {
		hint = fmt.Sprintf("; --baseline %s hides them, or baseline: %[1]s in %s", r.known.file, config.Name)
	}
	c.complain(fmt.Errorf("wrote %s to %s, %d of them new; dropped %d%s", countOf(n, "finding", "findings"), r.known.file, len(compared.New), len(compared.Stale), hint))
}

// tellStale says which findings of the baseline are there no more. That is good news, and no finding.
func (c Command) tellStale(ctx *cli.Context, file string, stale []baseline.Entry) {
	if len(stale) == 0 || ctx.Bool("quiet") {
		return
	}
	them := "it"
	if len(stale) > 1 {
		them = "them"
	}
	hint := "; --verbose names " + them
	if ctx.Bool("verbose") {
		hint = ""
		for _, e := range baseline.Sorted(stale) {
			c.complain(fmt.Errorf("stale: %s", e))
		}
	}
	c.complain(fmt.Errorf("%s stale in %s: no longer found; --write-baseline drops %s%s", countOf(len(stale), "finding is", "findings are"), file, them, hint))
}

func countOf(n int, one, few string) string {
	if n == 1 {
		few = one
	}
	return fmt.Sprintf("%d %s", n, few)
}

// comparison is what a baseline has to know of a run, whose files it sees from a folder.
func (c Command) comparison(r *run, paths []string, dir string) *baseline.Run {
	here := absolute(".")
	exists := func(file string) bool {
		_, err := os.Lstat(in(dir, file))
		return err == nil
	}
	examined := r.lookedAt(here)
	return &baseline.Run{
		Set: r.set, Exists: exists, Ran: r.ran,
		Rel: func(name string) string {
			if name == baseline.Stdin {
				return name
			}
			return relative(dir, in(here, name))
		},
		Examined: func(file string) bool {
			if file == baseline.Stdin {
				return slices.Contains(paths, "-")
			}
			at := in(dir, file)
			return examined[at] || !exists(file) && slices.ContainsFunc(paths, func(p string) bool { return isUnder(at, in(here, p)) })
		},
	}
}

// lookedAt are the files that the run has looked at whole, by their absolute paths.
func (r *run) lookedAt(here string) map[string]bool {
	out := map[string]bool{}
	for _, input := range r.inputs.files {
		if !input.Context {
			out[in(here, input.Name)] = true
		}
	}
	if f := r.cfg.File; f != nil {
		out[in(here, f.Name)] = true
	}
	for _, d := range r.set.Broken {
		delete(out, in(here, d.Span.File.Name))
	}
	for _, s := range r.set.Skipped {
		if s.Reason != manifests.SkipNotKubernetes && s.Reason != manifests.SkipEmpty {
			delete(out, in(here, s.File))
		}
	}
	return out
}

// ran reports whether a rule was asked; one that there is no longer has no findings.
func (r *run) ran(id string) bool {
	for i := range r.linter.Rules {
		rule := &r.linter.Rules[i]
		if rule.ID != id {
			continue
		}
		level, ok := r.linter.Levels[id]
		if !ok {
			level = rule.Severity
		}
		return level != lint.Off && (rule.Group != groupProbe || r.prober != nil)
	}
	return true
}

// groupProbe is the group of the rules that need a registry's word.
const groupProbe = "registry-probe"

func absolute(name string) string {
	if abs, err := filepath.Abs(name); err == nil {
		return abs
	}
	return name
}

// in is a path as seen from a folder, which is absolute.
func in(dir, name string) string {
	name = filepath.FromSlash(name)
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(dir, name)
}

// relative is a path as seen from a folder, with slashes; both are absolute.
func relative(dir, path string) string {
	if rel, err := filepath.Rel(dir, path); err == nil {
		path = rel
	}
	return filepath.ToSlash(path)
}

// isUnder reports whether a cleaned path is another one, or below it.
func isUnder(path, above string) bool {
	rest, ok := strings.CutPrefix(path, above)
	return ok && (rest == "" || os.IsPathSeparator(rest[0]) || os.IsPathSeparator(above[len(above)-1]))
}
