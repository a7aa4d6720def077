package engine

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/internal/walk"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/resources"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Render sets how charts and kustomizations are rendered.
type Render struct {
	// Values, Set and SetString are the values of helm's flags of these names. Values are files, relative to the working directory or the chart's folder.
	Values, Set, SetString []string
	// Release and KubeVersion are passed to charts. APIVersions are passed in addition to the built-in ones.
	Release, KubeVersion string
	APIVersions          []string
	// KubeVersions are the Kubernetes versions to render charts for. Each is rendered separately.
	KubeVersions []string
	// Gate renders a named chart for all its users: if no values are given, also with each of its ci/*-values.yaml; and if no Kubernetes version is set and its
	// templates depend on the version, for each supported one.
	Gate bool
	// Helm and Kustomize are the programs that the user named; "" searches for them.
	Helm, Kustomize string
	// Timeout bounds the rendering of one chart; 0 means the default.
	Timeout time.Duration
	// Worker is the command that starts a worker process. If it is nil, kustomizations are built in this process.
	Worker []string
	// AnyFiles builds kustomizations even if Files is not the operating system.
	AnyFiles bool
	// Known returns the output of a target that need not be rendered again, or nil. Known itself
	// may be nil.
	Known func(render.Target) *render.Output
	// Progress reports the progress of rendering. It may be nil.
	Progress func(done, total int)
	// NeedsChart is the name of a setting that is an error if no chart is rendered, or "".
	NeedsChart string
	// NeedsRender is the name of a setting that is an error if nothing is rendered or built, or "".
	NeedsRender string
}

// renders holds the rendered charts and kustomizations.
type renders struct {
	renderer *render.Renderer // nil if there is nothing to render
	// outputs holds the rendered output by layer. The combinations of a chart are in different layers: each layer is linted on its own, so that a Secret in one
	// combination does not serve pods in another.
	outputs [][]*render.Output
	sets    []*manifests.Set // by layer; the first also has the files
	// groups maps each path to its group. Paths in the same group are linted separately.
	groups map[string]string
	// byFile holds the names of the outputs that are rendered because the user named a file of
	// theirs.
	byFile map[string]bool
	// interrupted is true if the run was cancelled while rendering. The results so far are
	// reported.
	interrupted bool
}

// All returns the set with the workloads of all layers. It omits values files of rendered charts, because their output is in it, and images of values files
// that a ConfigMap of a built kustomization has.
func (l *Loaded) All() *manifests.Set {
	set := *l.sets[0]
	set.Values = slices.DeleteFunc(slices.Clone(set.Values), func(w *manifests.Workload) bool {
		return w.ValuesFile && len(w.Images) > 0 && l.hasValues(w.Images[0].Span.File().Name)
	})
	set.Values = l.withoutGenerated(set.Values)
	if len(l.sets) == 1 {
		return &set
	}
	seen := map[string]bool{}
	set.Workloads, set.Values = slices.Clip(set.Workloads), slices.Clip(set.Values)
	for _, w := range slices.Concat(set.Workloads, set.Values) {
		seen[identity(w)] = true
	}
	unseen := func(to, more []*manifests.Workload) []*manifests.Workload {
		for _, w := range more {
			if id := identity(w); !seen[id] { // overlays of the same base are mostly equal
				seen[id] = true
				to = append(to, w)
			}
		}
		return to
	}
	for _, more := range l.sets[1:] {
		set.Workloads = unseen(set.Workloads, more.Workloads)
		set.Values = unseen(set.Values, slices.DeleteFunc(slices.Clone(more.Values), func(w *manifests.Workload) bool { return w.ValuesFile }))
	}
	return &set
}

// withoutGenerated drops the images of values files that are also in a ConfigMap, which a kustomization generates from the file. Their places are known once
// they are traced.
func (l *Loaded) withoutGenerated(values []*manifests.Workload) []*manifests.Workload {
	if l.layers() == 0 || !slices.ContainsFunc(values, func(w *manifests.Workload) bool { return w.ValuesFile }) {
		return values
	}
	type place struct {
		file string
		line int
		raw  string
	}
	placeOf := func(img *manifests.ImageRef) place {
		return place{img.Span.File().Name, img.Span.Start().Line, img.Raw}
	}
	known := map[place]bool{}
	for _, set := range l.sets {
		for _, w := range slices.Concat(set.Workloads, set.Values) {
			for _, img := range w.Images {
				if w.Kind == "ConfigMap" && !w.ValuesFile && img.Span.File() != nil {
					known[placeOf(img)] = true
				}
			}
		}
	}
	if len(known) == 0 {
		return values
	}
	var out []*manifests.Workload
	for _, w := range values {
		if w.ValuesFile {
			left := *w
			left.Images = slices.DeleteFunc(slices.Clone(w.Images), func(img *manifests.ImageRef) bool { return img.Span.File() != nil && known[placeOf(img)] })
			w = &left
		}
		out = append(out, w)
	}
	return out
}

// UnusedValues returns the values files of rendered charts that All omits and no rendering uses, so that their images are nowhere.
func (l *Loaded) UnusedValues() []*manifests.Workload {
	used := map[string]bool{} // files that a chart is rendered with, by name or as one of those inside it
	for _, o := range slices.Concat(l.outputs...) {
		for _, name := range o.Values {
			used[filepath.Clean(name)] = true
		}
		for _, name := range o.Inside {
			used[filepath.Join(o.Path, name)] = true
		}
	}
	var out []*manifests.Workload
	for _, w := range l.sets[0].Values {
		if !w.ValuesFile || len(w.Images) == 0 {
			continue
		}
		if file := w.Images[0].Span.File().Name; filepath.Base(file) != ownValues && l.hasValues(file) && !used[file] {
			out = append(out, w)
		}
	}
	return out
}

// identity returns a key of a workload's object, images and their positions.
func identity(w *manifests.Workload) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s/%s/%s", w.Kind, w.Namespace, w.Name)
	for _, img := range w.Images {
		fmt.Fprintf(&b, "\x00%s\x00%s", img.Path, img.Raw)
		if at := img.Span.File(); at != nil {
			fmt.Fprintf(&b, "\x00%s:%d", at.Name, img.Span.Start().Offset)
		}
	}
	return b.String()
}

// hasValues reports whether a file holds values of a rendered chart.
func (r *renders) hasValues(file string) bool {
	for _, outputs := range r.outputs {
		for _, o := range outputs {
			below, err := filepath.Rel(o.Path, file)
			if o.Kind == render.Chart && (slices.Contains(o.Values, file) || err == nil && filepath.IsLocal(below)) {
				return true
			}
		}
	}
	return false
}

func (r *renders) layers() int { return len(r.outputs) }

// render renders what the user named, and what was found in folders if that is enabled. It returns the context without what was built.
func (l *Loaded) render(ctx context.Context, in *expandedPaths, context []manifests.Input) ([]manifests.Input, error) {
	in.charts, in.kustomizations = uniquePaths(in.charts), uniquePaths(in.kustomizations)
	wanted := func(met bool) func(renderPath) bool {
		return func(p renderPath) bool { return met || p.named && !l.req.Config.Render.Set }
	}
	wantsChart, wantsBuild := wanted(l.req.Config.Render.Or(true)), wanted(l.req.Config.Render.Or(true))
	if l.req.Fix != nil && !l.req.Config.Render.Set { // fixes change the source files
		named := wanted(false)
		wantsChart = func(p renderPath) bool { return named(p) || render.ReprintsAppVersion(p.path) } // only the output shows whether it is a tag
		wantsBuild = func(renderPath) bool { return false }
	}
	if l.files() != files.OS {
		wantsChart = func(renderPath) bool { return false }
		if !l.req.Render.AnyFiles {
			wantsBuild = wantsChart
		}
	}
	charts := slices.DeleteFunc(slices.Clone(in.charts), func(p renderPath) bool { return !wantsChart(p) })
	in.counted(l.files(), charts)
	if setting := l.req.Render.NeedsChart; len(charts) == 0 && setting != "" {
		return nil, noChart(setting, in)
	}
	roots := in.roots(l.files(), wantsBuild)
	if setting := l.req.Render.NeedsRender; len(charts)+len(roots) == 0 && setting != "" {
		return nil, nothingRendered(setting, in)
	}
	references := l.referenceRoots(in)
	if len(charts)+len(roots)+len(references) == 0 {
		return context, nil
	}
	want := &l.req.Render
	l.renderer = render.New(render.Options{
		Worker: want.Worker, Helm: want.Helm, Kustomize: want.Kustomize, ConfiguredHelm: l.req.Config.Helm, ConfiguredKustomize: l.req.Config.Kustomize,
		Trees: l.trees(slices.Concat(charts, roots, references)), Progress: want.Progress, Timeout: want.Timeout, Files: l.files(), Known: want.Known,
	})
	l.linter.SourceSpans, l.linter.Sources = l.written, l.sourceFiles()
	targets, later, err := l.targets(charts)
	if err != nil {
		return nil, err
	}
	l.listFolders(charts, "chart")
	l.listFolders(roots, "kustomization")
	for _, p := range roots {
		targets = append(targets, render.Target{Kind: render.Kustomization, Path: p.path})
	}
	for _, t := range slices.Concat(targets, later) {
		for _, file := range t.Values { // lint them also on their own, for what is wrong whatever the chart does
			if len(want.Values) > 0 || l.lintsValues(in, file) {
				in.valuesFile(file)
			}
		}
	}
	linted := len(targets)
	for _, p := range references {
		targets = append(targets, render.Target{Kind: render.Kustomization, Path: p.path})
	}
	outputs, err := l.renderer.All(ctx, targets)
	outputs, built := outputs[:linted:linted], outputs[linted:]
	later = slices.DeleteFunc(later, func(t render.Target) bool {
		return slices.ContainsFunc(outputs, func(o *render.Output) bool { return o.IncludesChart(t.Path) })
	})
	if len(later) > 0 && err == nil {
		var more []*render.Output
		more, err = l.renderer.All(ctx, later)
		outputs = append(outputs, more...)
	}
	l.interrupted = err != nil
	outputs = joinVersions(outputs)
	l.warnVersions(outputs)
	if err := l.addOutputs(in, outputs, append(charts, roots...)); err != nil {
		return nil, err
	}
	return l.addReferences(in, context, built), nil
}

// lintsValues reports whether a values file that the configuration names is linted: not if it is excluded, nor if the user passes a list of changed
// files without it.
func (l *Loaded) lintsValues(in *expandedPaths, file string) bool {
	name := filepath.ToSlash(filepath.Clean(file))
	if l.req.ForceExclude {
		return slices.ContainsFunc(in.files, func(f manifests.Input) bool { return filepath.ToSlash(filepath.Clean(f.Name)) == name })
	}
	cfg := l.req.Config
	return !walk.Trees(cfg.ExcludeHere).Match(name) && !walk.Trees(cfg.Exclude).Match(l.fromConfig(name))
}

// fromConfig returns a clean name as the globs of the configuration match it.
func (l *Loaded) fromConfig(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return path.Join(l.req.Config.WorkingFolder(), name)
}

// listFolders lists the folders that are rendered because the user named a file in them.
func (l *Loaded) listFolders(places []renderPath, what string) {
	only := ""
	if l.req.ForceExclude {
		only = "; findings in files that are not named are left out"
	}
	for _, p := range places {
		if p.file != "" && l.req.Log != nil {
			l.req.Log(fmt.Sprintf("%s: linted as the %s in %s%s", p.file, what, p.path, only))
		}
	}
}

// dropUnchanged removes findings in kustomizations that are built because one of their files
// changed, unless a finding is in a changed file.
func (l *Loaded) dropUnchanged(result *lint.Result) {
	if !l.req.ForceExclude || len(l.byFile) == 0 {
		return
	}
	changed := map[string]bool{}
	for _, in := range l.inputs.files {
		changed[filepath.Clean(in.Name)] = changed[filepath.Clean(in.Name)] || !in.Context && !in.InMemory
	}
	in := func(s source.Span) bool { return s.File() != nil && changed[filepath.Clean(s.File().Name)] }
	result.Findings = slices.DeleteFunc(result.Findings, func(f lint.Finding) bool {
		built := f.Document != nil && f.Document.File != nil && f.Document.File.InMemory && l.byFile[f.Document.File.Name]
		return built && !in(f.Span) && !slices.ContainsFunc(f.Origins, func(o lint.Origin) bool { return in(o.Span) })
	})
}

// targets returns the charts with their sets of values. Charts that are part of others come later, if they were not rendered with them.
func (l *Loaded) targets(charts []renderPath) (targets, later []render.Target, err error) {
	folders := make([]string, 0, len(charts))
	named := false
	for _, p := range charts {
		folders = append(folders, p.path)
		named = named || p.named
	}
	part := render.LocalDependencies(folders)
	for _, p := range charts {
		all, err := l.combinations(p, p.named || !named)
		if err != nil {
			return nil, nil, err
		}
		if part[p.path] && !p.named {
			later = append(later, all...)
		} else {
			targets = append(targets, all...)
		}
	}
	return targets, later, nil
}

// trees returns the source trees of the inputs to render, and of the configuration that requests
// it.
func (l *Loaded) trees(places []renderPath) []string {
	var out []string
	add := func(dir string) {
		if real, err := filepath.EvalSymlinks(dir); err == nil && !slices.Contains(out, real) {
			out = append(out, real)
		}
	}
	if l.req.Config.Bounds != nil {
		add(l.req.Config.Bounds.Root.Dir())
	}
	for _, p := range places {
		abs := absolute(p.path)
		add(cmp.Or(files.Repository(abs), abs))
	}
	return out
}

// counted records unrendered charts without a templates folder as skipped; walk records the others.
func (f *expandedPaths) counted(system files.FS, rendered []renderPath) {
	for _, p := range f.charts {
		if _, err := system.Stat(filepath.Join(p.path, "templates")); (err != nil || p.file != "") && !slices.Contains(rendered, p) {
			f.skipped = append(f.skipped, manifests.Skip{File: p.path, Reason: manifests.SkipChart})
		}
	}
}

// nothingRendered explains why a setting for rendering has no effect.
func nothingRendered(setting string, in *expandedPaths) error {
	if len(in.charts)+len(in.kustomizations) > 0 {
		return wrong(setting, errors.New("it is for charts and kustomizations, but none is rendered: pass their folders, or remove --render=false"))
	}
	return wrong(setting, errors.New("it is for charts and kustomizations, but the input has none"))
}

// noChart explains why a setting for charts has no effect.
func noChart(setting string, in *expandedPaths) error {
	if len(in.charts) > 0 {
		return wrong(setting, fmt.Errorf("%s was not rendered: pass it as a path, or remove --render=false", in.charts[0].path))
	}
	return wrong(setting, errors.New("it is for charts, but the input has none"))
}

// uniquePaths removes duplicates from overlapping paths. A path is named if one of its duplicates is. It sorts the paths as walk does, because which of
// them are linted together, and which of several findings stands for the others, must not depend on the order of arguments.
func uniquePaths(places []renderPath) []renderPath {
	seen := make(map[string]int, len(places))
	var out []renderPath
	here, err := filepath.Abs(".") // once: each call asks the system
	for _, p := range places {
		abs := p.path
		if err == nil && filepath.IsLocal(abs) {
			abs = filepath.Join(here, abs)
		} else if other, err := filepath.Abs(abs); err == nil {
			abs = other
		}
		if at, twice := seen[abs]; twice {
			out[at].named = out[at].named || p.named
			if p.named && p.file == "" {
				out[at].file = ""
			}
			continue
		}
		seen[abs] = len(out)
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(a, b renderPath) int {
		return comparePaths(source.CleanPath(a.path), source.CleanPath(b.path))
	})
	return out
}

// comparePaths compares two clean paths part by part, so that what is in a folder comes right after it.
func comparePaths(a, b string) int {
	for i := range min(len(a), len(b)) {
		switch {
		case a[i] == b[i]:
		case a[i] == '/':
			return -1
		case b[i] == '/':
			return 1
		default:
			return cmp.Compare(a[i], b[i])
		}
	}
	return cmp.Compare(len(a), len(b))
}

// roots returns the kustomizations to build: those that the user named, and those that are not part of another one. It
// records the others as skipped. A component has no output of its own.
func (f *expandedPaths) roots(system files.FS, wanted func(renderPath) bool) []renderPath {
	var folders []string
	for _, p := range f.kustomizations {
		if wanted(p) {
			folders = append(folders, p.path)
		}
	}
	part := render.BuiltInto(system, folders)
	is := f.ofKustomize(system)
	var roots []renderPath
	for i, p := range f.kustomizations {
		switch {
		case part[p.path] && (!p.named || render.IsComponent(system, p.path)) || !is[i]:
		case wanted(p):
			roots = append(roots, p)
		default:
			f.skipped = append(f.skipped, manifests.Skip{File: p.path, Reason: manifests.SkipKustomization})
		}
	}
	return roots
}

// ofKustomize reports for each kustomization whether it is kustomize's.
func (f *expandedPaths) ofKustomize(system files.FS) []bool {
	is := make([]bool, len(f.kustomizations))
	see := func(from, to int) {
		for i := from; i < to; i++ {
			is[i] = render.IsKustomization(system, f.kustomizations[i].path)
		}
	}
	if system == files.OS { // only the local file system is known to be safe for concurrent use
		inParts(len(is), see)
	} else {
		see(0, len(is))
	}
	return is
}

// combinations returns the sets of values to render a chart with. The values of the request apply to the charts that it names, or to all charts if it names
// none.
func (l *Loaded) combinations(p renderPath, wanted bool) (targets []render.Target, err error) {
	want, chart := &l.req.Render, p.path
	t := render.Target{
		Kind: render.Chart, Path: chart, Namespace: l.req.Config.Namespace.Or(""), KubeVersion: want.KubeVersion, APIVersions: want.APIVersions,
	}
	if wanted {
		t.Release, t.Values, t.Set, t.SetString = want.Release, slices.Clone(want.Values), want.Set, want.SetString
	}
	if t.KubeVersion == "" { // the version that the rules assume
		t.KubeVersion = fmt.Sprintf("v1.%d.0", l.linter.Settings.KubernetesMinor())
	}
	for i, v := range t.Values {
		file, ok := valuesFile(chart, v)
		if !ok {
			return nil, wrong("values", fmt.Errorf("no file %q here or in %s", v, chart))
		}
		if err := files.CheckNamed(file); err != nil {
			return nil, wrong("values", fmt.Errorf("%q %w", file, err))
		}
		if err := files.CheckRegular(file, maxValues); err != nil {
			return nil, wrong("values", fmt.Errorf("read %q: %w", file, err))
		}
		t.Values[i] = file
	}
	named := len(t.Values)+len(t.Set)+len(t.SetString) > 0
	name := l.fromConfig(filepath.ToSlash(filepath.Clean(chart)))
	at := slices.IndexFunc(l.req.Config.Charts, func(e config.Chart) bool { return walk.Trees(e.Paths).Match(name) })
	if at >= 0 {
		t.Release = cmp.Or(t.Release, l.req.Config.Charts[at].Release)
	}
	t.Found = (!p.named || p.file != "") && !named && at < 0
	all := []render.Target{t}
	switch {
	case named:
	case at >= 0:
		if all, err = matrix(t, l.req.Config, at); err != nil {
			return nil, err
		}
	case p.named && want.Gate:
		all = ciValues(t)
	}
	versions := want.KubeVersions
	if p.named && want.Gate && want.KubeVersion == "" && len(versions) == 0 && !l.req.Config.Kubernetes.Set && render.UsesKubeVersion(chart) {
		return forSupported(all), nil
	}
	return forVersions(all, versions), nil
}

// maxValues is the maximum size of a values file in bytes.
const maxValues = 8 << 20

// valuesFile returns the path of a values file, as helm does: the name itself if it exists, else the file in the chart's folder.
func valuesFile(chart, name string) (string, bool) {
	for _, file := range []string{name, filepath.Join(chart, name)} {
		if info, err := os.Stat(file); err == nil && !info.IsDir() {
			return file, true
		}
	}
	return "", false
}

// matrix applies an entry of the configuration to a target.
func matrix(t render.Target, cfg *config.Config, entry int) ([]render.Target, error) {
	below := func(name string) string { return filepath.ToSlash(filepath.Join(t.Path, name)) }
	e := cfg.Charts[entry]
	for i, v := range e.Values {
		if err := cfg.InChart(fmt.Sprintf("charts[%d].values[%d]", entry, i), t.Path, below(v)); err != nil {
			return nil, &RequestError{Err: err}
		}
		switch err := files.CheckRegular(below(v), maxValues); {
		case errors.Is(err, fs.ErrNotExist):
			return nil, wrongf("charts: %s has no file %s", t.Path, v)
		case err != nil:
			return nil, wrongf("charts: read %q: %w", below(v), err)
		}
		t.Values = append(t.Values, below(v))
	}
	t.Set, t.SetString = e.Set, e.SetString
	var names []string
	for i, pattern := range e.Matrix {
		found, err := globbed(cfg, fmt.Sprintf("charts[%d].matrix[%d]", entry, i), t.Path, pattern)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			if name, err := filepath.Rel(t.Path, f); err == nil && !slices.Contains(names, filepath.ToSlash(name)) {
				names = append(names, filepath.ToSlash(name))
			}
		}
	}
	if len(names) == 0 {
		return []render.Target{t}, nil
	}
	out := make([]render.Target, 0, len(names))
	for _, name := range names {
		one := t
		one.Name = name
		one.Values = append(slices.Clone(t.Values), below(name))
		out = append(out, one)
	}
	return out, nil
}

// globbed returns the values files that a glob of the configuration matches. Neither its folder nor the matches may leave the tree. Links to folders below that
// folder are not followed.
func globbed(cfg *config.Config, label, chart, pattern string) ([]string, error) {
	pattern = strings.TrimLeft(path.Clean(filepath.ToSlash(pattern)), "/")
	if err := glob.Check(pattern); err != nil {
		return nil, wrongf("charts: %w", err)
	}
	g := glob.New(pattern)
	folder := g.Folder()
	if glob.IsPlain(pattern) {
		folder = pattern
	}
	from := filepath.ToSlash(filepath.Join(chart, folder))
	if err := cfg.InChart(label, chart, from); err != nil {
		return nil, &RequestError{Err: err}
	}
	var found []string
	if glob.IsPlain(pattern) {
		if _, err := os.Lstat(from); err == nil {
			found = append(found, from)
		}
	}
	parts := strings.Count(pattern, "/")
	// The slash follows a link to the folder itself. A missing folder matches nothing.
	_ = filepath.WalkDir(from+"/", func(name string, e fs.DirEntry, err error) error {
		rel, relErr := filepath.Rel(chart, name)
		rel = filepath.ToSlash(rel)
		switch {
		case err != nil || relErr != nil: // unreadable files do not match
		case e.IsDir() && !strings.Contains(pattern, "**") && strings.Count(rel, "/") >= parts && rel != ".":
			return fs.SkipDir // too deep
		case !e.IsDir() && g.Match(rel):
			found = append(found, filepath.ToSlash(name))
		}
		return nil
	})
	for _, name := range found {
		if err := cfg.InChart(label, chart, name); err != nil {
			return nil, &RequestError{Err: err}
		}
		if err := files.CheckRegular(name, maxValues); err != nil {
			return nil, wrongf("charts: read %q: %w", name, err)
		}
	}
	return found, nil
}

// addOutputs sorts the rendered output into layers, and records failures.
func (l *Loaded) addOutputs(in *expandedPaths, outputs []*render.Output, places []renderPath) error {
	named, file := map[string]bool{}, map[string]bool{}
	l.byFile = map[string]bool{}
	for _, p := range places {
		file[p.path] = p.file != ""
		named[p.path] = p.named && (p.file == "" || !l.req.ForceExclude) // a changed file may be part of what only others can build
		if render.KindOf(l.files(), p.path) == render.Chart {
			in.rendered(p.path)
		}
	}
	layer := map[string]int{}
	used, with, parts := map[string]bool{}, map[string]bool{}, map[string]string{}
	noted := map[string]bool{}
	apart := groupsOf(l.files(), outputs)
	l.groups = apart
	failed := map[render.Kind]*failures{render.Chart: {}, render.Kustomization: {}}
	for _, o := range outputs {
		l.byFile[o.File()] = file[o.Path]
		for _, u := range o.UsedFiles() {
			if o.Reason == "" {
				used[u.File] = true
				with[u.File] = with[u.File] || file[o.Path]
			} else if u.Role != render.AsPatch { // a patch can still be linted on its own
				parts[u.File] = u.Role
			}
		}
		if o.Reason != "" {
			isNamed := named[o.Path] && (!file[o.Path] || !errors.Is(o.Err, render.ErrNoEngine)) // users who name the files of a chart may not have helm
			if err := l.notRendered(in, o, isNamed, noted); err != nil {
				return err
			}
			failed[o.Kind].add(o, named[o.Path])
			continue
		}
		failed[o.Kind].leftOut(l.leftOut(in, o, named[o.Path]))
		i := layer[apart[o.Path]]
		if o.Kind == render.Kustomization {
			i = min(i, maxApart-1)
		}
		layer[apart[o.Path]]++
		if i == len(l.outputs) {
			l.outputs = append(l.outputs, nil)
		}
		l.outputs[i] = append(l.outputs[i], o)
		for _, name := range o.VerbatimFiles() {
			used[name] = true
		}
	}
	for _, kind := range []render.Kind{render.Chart, render.Kustomization} {
		failed[kind].warn(l.req.warn)
	}
	in.drop(l.files(), used, with, parts)
	in.replacing = replacing(l.files(), outputs)
	return nil
}

// replacing returns, as context, the kustomizations that are built on top of a base that is also built on its own. Such
// a base usually has images that only its overlays complete, so rules look at the overlays before they judge a base. An
// overlay that others build on is itself deployed, so it is not such a base.
func replacing(system files.FS, outputs []*render.Output) []manifests.Input {
	bases, overlays := map[string]bool{}, map[string]bool{}
	for _, o := range outputs {
		if abs, err := system.Abs(o.Path); err == nil && o.Kind == render.Kustomization {
			bases[abs], overlays[abs] = len(o.Bases()) == 0, len(o.Bases()) > 0
		}
	}
	var out []manifests.Input
	for _, o := range outputs {
		abs, err := system.Abs(o.Path)
		on := o.Bases()
		if err != nil || !slices.ContainsFunc(on, func(dir string) bool { return bases[dir] }) || slices.ContainsFunc(on, func(dir string) bool { return overlays[dir] }) {
			continue
		}
		for _, u := range o.UsedFiles() {
			rel, err := filepath.Rel(abs, u.File)
			in := manifests.Input{Name: filepath.ToSlash(filepath.Join(o.Path, rel)), Context: true}
			if err == nil && u.IsKustomization() && !bases[filepath.Dir(u.File)] && !slices.ContainsFunc(out, func(i manifests.Input) bool { return i.Name == in.Name }) {
				out = append(out, in)
			}
		}
	}
	return out
}

// drop removes files that are not deployed on their own: files included in rendered output, and parts of something that
// could not be built. It removes a file that the user named only if the user also named the kustomization that includes
// it.
func (f *expandedPaths) drop(system files.FS, used, with map[string]bool, parts map[string]string) {
	if len(used)+len(parts) == 0 {
		return
	}
	kept := f.files[:0]
	for _, file := range f.files {
		if abs, err := system.Abs(file.Name); err == nil && (!file.Named || with[abs] || isKustomization(file.Name)) && !file.InMemory {
			file.RenderedElsewhere = used[abs]
			if as := parts[abs]; as != "" && !file.RenderedElsewhere {
				f.skipped = append(f.skipped, manifests.Skip{File: file.Name, Reason: manifests.SkipPart, Detail: as})
				continue
			}
		}
		kept = append(kept, file)
	}
	f.files = kept
}

// maxApart is the maximum number of kustomizations with a common base that are linted separately.
const maxApart = 8

// groupsOf returns the group of each path. Outputs of the same chart, or with a common base, form a group. A
// kustomization is a base of those built on it. The members of a group are linted separately, so that a Secret in one
// does not serve pods in another.
func groupsOf(system files.FS, outputs []*render.Output) map[string]string {
	group := map[string]string{}
	find := func(name string) string {
		for group[name] != name {
			name = group[name]
		}
		return name
	}
	by := map[string]string{} // the first output with a base
	for _, o := range outputs {
		if group[o.Path] == "" {
			group[o.Path] = o.Path
		}
		bases := o.Bases()
		if abs, err := system.Abs(o.Path); err == nil {
			bases = append(slices.Clone(bases), abs)
		}
		for _, base := range bases {
			if first, ok := by[base]; ok {
				group[find(o.Path)] = find(first)
			} else {
				by[base] = o.Path
			}
		}
	}
	out := map[string]string{}
	for name := range group {
		out[name] = find(name)
	}
	return out
}

// kinds returns the kinds with image fields that kustomizations configure. The group is optional there; the built objects have it.
func (r *renders) kinds() []resources.Kind {
	var out []resources.Kind
	for _, outputs := range r.outputs {
		for _, o := range outputs {
			for _, f := range o.Fields() {
				path, err := resources.ParsePath(strings.ReplaceAll(strings.ReplaceAll(f.Path, "[]", "[*]"), "/", "."))
				if err != nil {
					continue // kustomize ignores it, too
				}
				for _, group := range o.Groups(f) {
					out = append(out, resources.Kind{Group: group, Kind: f.Kind, Images: []resources.Path{path}})
				}
			}
		}
	}
	return out
}

// entries returns the images entries of all kustomizations, without duplicates. Each has all builds that it is part of, whichever set they are in, so
// that what is reported about it does not depend on which of them are linted together.
func (r *renders) entries(sets []*manifests.Set) []manifests.KustomizeImage {
	var out []manifests.KustomizeImage
	type place struct {
		file   string
		offset int
	}
	at := map[place]int{}
	for layer, outputs := range r.outputs {
		for _, o := range outputs {
			var build *manifests.Build
			for _, e := range o.KustomizeImages() {
				if e.Span.File() == nil {
					continue
				}
				if build == nil {
					build = &manifests.Build{Workloads: workloadsIn(sets[layer], o.File())}
				}
				p := place{e.Span.File().Name, e.Span.Start().Offset}
				i, known := at[p]
				if !known {
					i = len(out)
					at[p] = i
					out = append(out, manifests.KustomizeImage{Span: e.Span, Name: e.Name})
				}
				out[i].Used = out[i].Used || e.Used
				out[i].Builds = append(out[i].Builds, build)
				if out[i].Kept == "" {
					out[i].Kept, out[i].Empty, out[i].EmptyAt = e.Kept, e.Empty, e.EmptyAt
				}
			}
		}
	}
	return out
}

// workloadsIn returns the workloads of a set in rendered output.
func workloadsIn(set *manifests.Set, output string) []*manifests.Workload {
	var out []*manifests.Workload
	for _, w := range set.Workloads {
		if f := w.Span.File(); f != nil && f.InMemory && f.Name == output {
			out = append(out, w)
		}
	}
	return out
}

// rendered removes the skipped templates of a chart that was rendered after all.
func (f *expandedPaths) rendered(chart string) {
	abs, err := filepath.Abs(chart)
	if err != nil {
		return
	}
	f.skipped = slices.DeleteFunc(f.skipped, func(s manifests.Skip) bool {
		at, err := filepath.Abs(s.File)
		return err == nil && s.Reason == manifests.SkipChart &&
			(at == filepath.Join(abs, "templates") || strings.HasPrefix(at, filepath.Join(abs, "charts")+string(filepath.Separator)))
	})
}

// notRendered records what could not be rendered. It reports targets that the user named, and anything that leads out
// of the tree. A chart without an engine is a usage error; everything else is a read error. The files of a
// kustomization are linted as written.
func (l *Loaded) notRendered(in *expandedPaths, o *render.Output, named bool, noted map[string]bool) error {
	skip := manifests.Skip{File: o.Path, Reason: o.Reason}
	if o.Err != nil {
		skip.Detail = o.Err.Error()
		if o.Name != "" {
			skip.Detail = "with " + o.Name + ": " + skip.Detail
		}
	}
	missing := errors.Is(o.Err, render.ErrNoEngine)
	if missing {
		skip.Missing = o.Kind.Engine()
	}
	in.skipped = append(in.skipped, skip)
	switch {
	case o.Optional && !missing || o.Err == nil || errors.Is(o.Err, render.ErrCancelled) || !named && !render.EscapesTree(o.Err): // leaving the tree is always reported
	case missing && o.Kind == render.Chart:
		err := wrongf("cannot render the chart in %s: %w", o.Path, o.Err)
		if !l.req.ReadsUnrendered {
			return err
		}
		l.unrendered = cmp.Or(l.unrendered, err)
	case missing:
		if text := "its files are linted as they are: " + skip.Detail; !noted[text] {
			noted[text] = true
			l.req.warn(fmt.Errorf("cannot build the kustomization %s; %s", o.Path, text))
		}
	default:
		err := fmt.Errorf("render %s: %s", o.Path, skip.Detail)
		l.failed(err, err.Error())
	}
	return nil
}

// layer returns the inputs of a layer: its rendered output, that of references and, for the first layer, the files. In the other layers, charts that have no such layer are
// context. The files are context, too; they are loaded once for all layers.
func (r *renders) layer(i int, files []manifests.Input, references []*render.Output) []manifests.Input {
	if i == 0 && len(r.outputs)+len(references) == 0 {
		return files
	}
	in := slices.Clone(files)
	if i > 0 {
		in = nil
		here := map[string]bool{}
		for _, o := range r.outputs[i] {
			here[r.groups[o.Path]] = true
		}
		for _, o := range r.outputs[0] {
			if !here[r.groups[o.Path]] {
				in = append(in, input(o, true))
			}
		}
	}
	if i < len(r.outputs) {
		for _, o := range r.outputs[i] {
			in = append(in, input(o, false))
		}
	}
	for _, o := range references {
		in = append(in, input(o, true))
	}
	return in
}

// contextOnly returns the files as context for all layers but the first.
func contextOnly(files []manifests.Input) []manifests.Input {
	in := slices.DeleteFunc(slices.Clone(files), func(f manifests.Input) bool { return f.InMemory }) // already read
	for k := range in {
		in[k].Context = true
	}
	return in
}

func input(o *render.Output, context bool) manifests.Input {
	return manifests.Input{Name: o.File(), InMemory: true, Context: context, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(o.Data)), nil }}
}

// output returns the output with a file name in a layer, or nil.
func (r *renders) output(layer int, name string) *render.Output {
	for _, o := range r.outputs[layer] {
		if o.File() == name {
			return o
		}
	}
	return nil
}

// Rendered returns the number of rendered charts and kustomizations, including references, and how often they were rendered again to trace findings.
func (l *Loaded) Rendered() (n, again int) {
	for _, o := range slices.Concat(slices.Concat(l.outputs...), l.references.built) {
		n, again = n+1, again+o.Rerenders()
	}
	return n, again
}

// HasRenders reports whether there was anything to render.
func (l *Loaded) HasRenders() bool { return l.renderer != nil }

// RenderedFolders returns the folders of all rendered charts and kustomizations.
func (l *Loaded) RenderedFolders() []string {
	var out []string
	for _, outputs := range l.outputs {
		for _, o := range outputs {
			out = append(out, o.Path)
		}
	}
	return out
}
