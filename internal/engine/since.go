package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/imagelint-dev/imagelint/internal/baseline"
	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/git"
	"github.com/imagelint-dev/imagelint/internal/history"
	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// since holds the revision that --new-from compares with.
type since struct {
	repository *git.Repository // nil if there is no comparison
	tree       string
	memory     *lint.ProbeCache // registries' answers; nil without a prober
	past       *past            // nil until it is read
}

// past holds the inputs at the revision.
type past struct {
	*history.Diff
	then    *Loaded // nil if nothing changed
	renamed map[string]string
	tree    *git.Tree
	blobs   *git.Blobs // open while findings may be traced to old files; nil if nothing changed
	// unbuilt holds the kustomizations that could not be built at the revision. builds is false if
	// no build was tried.
	unbuilt map[string]bool
	builds  bool
}

// openHistory resolves the revision before anything is read, so that errors are reported at once.
func (l *Loaded) openHistory(ctx context.Context) error {
	rev, paths := l.req.Since, l.req.Paths
	if rev == "" {
		return nil
	}
	if slices.Contains(paths, "-") {
		return wrong(sinceSetting, errors.New("standard input has no history: pass files instead"))
	}
	var err error
	if l.since.repository, err = git.Open(ctx, files.Folder(paths[0])); err != nil {
		return wrongHistory(ctx, fmt.Errorf("%q: %w", paths[0], err))
	}
	if l.since.tree, err = l.since.repository.Tree(ctx, rev); err != nil {
		return wrongHistory(ctx, fmt.Errorf("%q: %w", rev, err))
	}
	if l.linter.Prober != nil {
		l.since.memory = &lint.ProbeCache{Prober: l.linter.Prober}
		l.linter.Prober = l.since.memory
	}
	return nil
}

const sinceSetting = "new-from"

// wrongHistory returns a usage error, unless the run was cancelled.
func wrongHistory(ctx context.Context, err error) error {
	if cancelled := ctx.Err(); cancelled != nil {
		return cancelled
	}
	return wrong(sinceSetting, err)
}

// removeOlder removes findings that are not new: they are on unchanged lines, and linting the old files reports them, too. The second condition keeps
// findings caused by a change elsewhere, such as a Secret removed from another file.
func (l *Loaded) removeOlder(ctx context.Context, set *manifests.Set, result *lint.Result) (older []lint.Finding, err error) {
	if l.since.repository == nil || len(result.Findings) == 0 {
		return nil, nil
	}
	here := absolute(".")
	past, err := l.readPast(ctx)
	if err != nil {
		return nil, err
	}
	var fresh, untouched []lint.Finding
	for i := range result.Findings {
		f := &result.Findings[i]
		switch {
		case past.Touches(f), l.combined(f) > 0 && !l.builtThen(past, f) && slices.ContainsFunc(f.Related, func(rel lint.Related) bool { return past.Touches(&lint.Finding{Span: rel.Span}) }):
			fresh = append(fresh, *f)
		case l.combined(f) > 0 && !l.builtThen(past, f): // only changed source lines count
			older = append(older, *f)
		default:
			untouched = append(untouched, *f)
		}
	}
	if len(untouched) > 0 && past.then != nil {
		then, err := l.lintBase(ctx, past)
		if err != nil {
			return nil, err
		}
		renamed := past.renamed
		before := baseline.Run{Rel: func(name string) string {
			if now, ok := renamed[name]; ok {
				name = now
			}
			return relative(here, pathIn(here, name))
		}}
		run := l.comparison(set, here)
		worsened, rest := baseline.SplitWorsened(untouched, then, run, &before)
		compared := baseline.Compare(before.Entries(then), rest, run)
		fresh = slices.Concat(fresh, worsened, compared.New)
		untouched = compared.Known
	}
	l.explainDeleted(past, fresh)
	slices.SortStableFunc(fresh, lint.Compare)
	older = append(older, untouched...)
	slices.SortStableFunc(older, lint.Compare)
	result.Findings = fresh
	return older, nil
}

// readPast loads the inputs at the revision, once.
func (l *Loaded) readPast(ctx context.Context) (*past, error) {
	if l.since.past != nil {
		return l.since.past, nil
	}
	compared, err := history.Compare(ctx, l.since.repository, l.since.tree, l.inputs.files, l.used(), absolute("."))
	if outside := (*history.OutsideError)(nil); errors.As(err, &outside) {
		return nil, wrong(sinceSetting, err)
	} else if err != nil {
		return nil, err
	}
	p := &past{Diff: compared}
	l.since.past = p // also after an error, so that it is closed
	if compared.HasChanges() {
		return p, l.loadBase(ctx, p)
	}
	return p, nil
}

// closePast closes the old files.
func (l *Loaded) closePast() error {
	p := l.since.past
	l.since.past = nil
	if p == nil || p.blobs == nil {
		return nil
	}
	return p.blobs.Close()
}

// builtThen reports whether a finding is in the output of a kustomization, and kustomizations were
// also built at the revision.
func (l *Loaded) builtThen(p *past, f *lint.Finding) bool {
	if !p.builds || f.Document == nil || f.Document.File == nil {
		return false
	}
	for i := range l.outputs {
		if o := l.output(i, f.Document.File.Name); o != nil {
			return o.Kind == render.Kustomization && !p.unbuilt[o.Path]
		}
	}
	return false
}

// builds reports whether the run built kustomizations with the built-in library. What an external
// program builds cannot be built at the revision.
func (l *Loaded) builds() bool {
	if l.req.Render.Kustomize+l.req.Config.Kustomize != "" {
		return false
	}
	return len(l.references.built) > 0 || slices.ContainsFunc(slices.Concat(l.outputs...), func(o *render.Output) bool { return o.Kind == render.Kustomization })
}

// used returns the files that the kustomizations of the run are built from.
func (l *Loaded) used() []string {
	var out []string
	for _, o := range slices.Concat(slices.Concat(l.outputs...), l.references.built) {
		names, _ := o.Inputs()
		out = append(out, names...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// builtAlike returns a function that finds the current output of a kustomization whose files are the same in another file system, such as that of the
// revision. same reports that for an absolute path without links.
func (l *Loaded) builtAlike(system files.FS, same func(abs string) bool) func(render.Target) *render.Output {
	now := map[string]*render.Output{}
	for _, o := range slices.Concat(slices.Concat(l.outputs...), l.references.built) {
		if o.Kind == render.Kustomization {
			now[o.Path] = o
		}
	}
	return func(t render.Target) *render.Output {
		if o := now[t.Path]; o != nil && t.Kind == o.Kind {
			return o.SameIn(system, same)
		}
		return nil
	}
}

// loadBase loads the inputs at the revision. Charts are not rendered: their files would have to be on disk for helm.
func (l *Loaded) loadBase(ctx context.Context, past *past) (err error) {
	if past.blobs, err = l.since.repository.Blobs(ctx); err != nil {
		return err
	}
	if past.tree, err = l.since.repository.Files(ctx, l.since.tree, past.blobs, past.Unchanged); err != nil {
		return err
	}
	came, renamed := past.Renames(l.req.Paths, l.req.walkOptions(), past.blobs)
	past.renamed = renamed
	settings := *l.req.Config
	rendering := Render{AnyFiles: true, Worker: l.req.Render.Worker, Timeout: l.req.Render.Timeout, Known: l.builtAlike(past.tree, past.SameFile)}
	if past.builds = l.builds(); !past.builds {
		settings.Render = config.Value[bool]{Set: true}
	}
	asNow := map[string]string{}
	for _, in := range l.inputs.files {
		if in.Version != "" && past.Same(in.Name) {
			asNow[in.Name] = in.Version
		}
	}
	then := &Loaded{linter: l.linter, engine: l.engine, asNow: asNow, req: &Request{
		Paths: l.req.Paths, Context: l.req.Context, Config: &settings, Files: past.tree, ForceExclude: l.req.ForceExclude, NoIgnore: l.req.NoIgnore,
		NoLookAhead: l.req.NoLookAhead, Render: rendering,
	}}
	if err = then.load(ctx, came...); err == nil {
		err = past.tree.Err()
	}
	if err != nil {
		return fmt.Errorf("read the files as they were: %w", err)
	}
	past.then, past.unbuilt = then, map[string]bool{}
	for _, s := range then.Set().Skipped {
		past.unbuilt[s.File] = past.unbuilt[s.File] || s.Reason == manifests.SkipNotRendered || s.Reason == manifests.SkipPartial
	}
	return nil
}

// lintBase lints the inputs at the revision with the current rules and configuration. It does not ask registries again.
func (l *Loaded) lintBase(ctx context.Context, past *past) ([]lint.Finding, error) {
	then := past.then
	then.engine = &Engine{planner: l.engine.planner} // most pods are the same; the plan of the current files is kept
	then.linter.MaxFindings = 0                      // any old finding may match a current one
	then.linter.Settings.BaseRegistries = nil        // no finding was new
	then.linter.Settings.ForComparison = true
	if l.since.memory != nil {
		then.linter.Prober = l.since.memory.CachedOnly()
	}
	result, err := then.examine(ctx)
	return result.Findings, errors.Join(err, past.tree.Err())
}

// recordRegistries records the registries that images used at the revision.
func (l *Loaded) recordRegistries(ctx context.Context) error {
	if l.since.repository == nil {
		return nil
	}
	past, err := l.readPast(ctx)
	if err != nil || past.then == nil {
		return err
	}
	before := map[string]bool{}
	for _, set := range past.then.Sets() {
		for _, w := range slices.Concat(set.Workloads, set.Context, set.Values) {
			for _, img := range w.Images {
				before[img.Ref.Registry] = true
			}
		}
	}
	if err := l.recordRenderedRegistries(ctx, before); err != nil {
		return wrongHistory(ctx, err)
	}
	l.linter.Settings.BaseRegistries = slices.Sorted(maps.Keys(before))
	return nil
}

// dockerHub is the registry of references without a registry.
const dockerHub = "docker.io"

// maxRegistries limits how many registries are searched for in old files. Others are not reported
// as new.
const maxRegistries = 20

// recordRenderedRegistries adds the registries that rendered output may have used at the revision. The old charts are not rendered,
// so a registry counts as used if a file in the repository contained its name. Docker Hub, which references need not
// name, counts as used if there was anything to render.
func (l *Loaded) recordRenderedRegistries(ctx context.Context, before map[string]bool) error {
	asked := 0
	for _, set := range l.sets {
		for _, w := range set.Workloads {
			if w.Span.File() == nil || !w.Span.File().InMemory {
				continue
			}
			for _, img := range w.Images {
				registry := img.Ref.Registry
				if _, known := before[registry]; known || registry == "" {
					continue
				}
				named, err := true, error(nil)
				if asked++; asked <= maxRegistries {
					named, err = l.named(ctx, registry)
				}
				if err != nil {
					return err
				}
				before[registry] = named
			}
		}
	}
	maps.DeleteFunc(before, func(_ string, named bool) bool { return !named })
	return nil
}

// named reports whether the files of the revision contain the name of a registry.
func (l *Loaded) named(ctx context.Context, registry string) (bool, error) {
	repository, tree := l.since.repository, l.since.tree
	if registry != dockerHub {
		return repository.Mentions(ctx, tree, registry, "*.yaml", "*.yml", "*.json", "*.tpl")
	}
	return repository.Mentions(ctx, tree, "", "Chart.yaml", "kustomization.yaml", "kustomization.yml", "Kustomization")
}
