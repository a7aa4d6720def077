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
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// Render says how charts and kustomizations are rendered.
type Render struct {
	// Values, Set and SetString are what helm's flags of these names take; Values are files, from here or from the chart's folder.
	Values, Set, SetString []string
	// Release and KubeVersion are what charts are told, APIVersions what the cluster has beside its own.
	Release, KubeVersion string
	APIVersions          []string
	// KubeVersions are further versions that charts are rendered for, each by itself.
	KubeVersions []string
	// Gate renders a chart that was named for all who may install it: where it is given no values, with each of its own ci/*-values.yaml, too; and where
	// no version of the cluster is chosen and its templates ask for it, for each supported one.
	Gate bool
	// Helm and Kustomize are the programs that the user named; "" for those that are found.
	Helm, Kustomize string
	// Timeout bounds the rendering of one chart; 0 for the usual time.
	Timeout time.Duration
	// Worker is the command that starts a worker process; nil builds kustomizations in this one.
	Worker []string
	// BuildHere builds kustomizations that are not on the machine, too, in this process.
	BuildHere bool
	// Progress is told how far rendering is; may be nil.
	Progress func(done, total int)
	// NeedsChart is the setting that is wrong where no chart is rendered; "" where none is.
	NeedsChart string
	// NeedsRender is the setting that is wrong where nothing is rendered or built; "" where none is.
	NeedsRender string
}

// renders holds the rendered charts and kustomizations.
type renders struct {
	renderer *render.Renderer // nil where there was nothing to render
	// outputs are what was rendered. The combinations of one chart are in layers: each layer holds one of each chart and is linted by itself,
	// so that a Secret of one combination does not serve the pods of another.
	outputs [][]*render.Output
	sets    []*manifests.Set // one a layer; the first holds the other files, too
	// groups names the group of each path: of what is linted apart from one another.
	groups map[string]string
	// interrupted is true if the run was cancelled while something was rendered: what is known by then is reported.
	interrupted bool
}

// All is the set with the workloads of all layers. The values of what is rendered stand aside: their output is in it.
func (l *Loaded) All() *manifests.Set {
	set := *l.sets[0]
	set.Values = slices.DeleteFunc(slices.Clone(set.Values), func(w *manifests.Workload) bool {
		return w.ValuesFile && len(w.Images) > 0 && l.gives(w.Images[0].Span.File.Name)
	})
	if len(l.sets) == 1 {
		return &set
	}
	seen := map[string]bool{}
	set.Workloads = slices.Clip(set.Workloads)
	for _, w := range set.Workloads {
		seen[identity(w)] = true
	}
	for _, more := range l.sets[1:] {
		for _, w := range more.Workloads {
			if id := identity(w); !seen[id] { // overlays over one base have most of it in common
				seen[id] = true
				set.Workloads = append(set.Workloads, w)
			}
		}
	}
	return &set
}

// identity tells workloads apart that differ in their object, their images, or where these are written.
func identity(w *manifests.Workload) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s/%s/%s", w.Kind, w.Namespace, w.Name)
	for _, img := range w.Images {
		fmt.Fprintf(&b, "\x00%s\x00%s", img.Path, img.Raw)
		if at := img.Span.File; at != nil {
			fmt.Fprintf(&b, "\x00%s:%d", at.Name, img.Span.Start.Offset)
		}
	}
	return b.String()
}

// gives reports whether a file gives values to a chart that is rendered.
func (r *renders) gives(file string) bool {
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

// render renders what the user named, and what was met where they want that.
func (l *Loaded) render(ctx context.Context, in *expandedPaths) error {
	in.charts, in.kustomizations = uniquePaths(in.charts), uniquePaths(in.kustomizations)
	wanted := func(met bool) func(renderPath) bool {
		return func(p renderPath) bool { return met || p.named && !l.req.Config.Render.Set }
	}
	wantsChart, wantsBuild := wanted(l.req.Config.Render.Or(true)), wanted(l.req.Config.Render.Or(true))
	if l.req.Fix != nil && !l.req.Config.Render.Set { // what is changed are the files as they stand
		wantsChart, wantsBuild = wanted(false), func(renderPath) bool { return false }
	}
	if l.files() != files.OS {
		wantsChart = func(renderPath) bool { return false }
		if !l.req.Render.BuildHere {
			wantsBuild = wantsChart
		}
	}
	charts := slices.DeleteFunc(slices.Clone(in.charts), func(p renderPath) bool { return !wantsChart(p) })
	in.counted(l.files(), charts)
	if setting := l.req.Render.NeedsChart; len(charts) == 0 && setting != "" {
		return noChart(setting, in)
	}
	roots := in.roots(l.files(), wantsBuild)
	if len(charts)+len(roots) == 0 {
		if setting := l.req.Render.NeedsRender; setting != "" {
			return nothingRendered(setting, in)
		}
		return nil
	}
	want := &l.req.Render
	l.renderer = render.New(render.Options{
		Worker: want.Worker, Helm: want.Helm, Kustomize: want.Kustomize, ConfiguredHelm: l.req.Config.Helm, ConfiguredKustomize: l.req.Config.Kustomize,
		Trees: l.trees(append(slices.Clone(charts), roots...)), Progress: want.Progress, Timeout: want.Timeout, Files: l.files(),
	})
	l.linter.SourceSpans = l.written
	targets, later, err := l.targets(charts)
	if err != nil {
		return err
	}
	for _, p := range roots {
		targets = append(targets, render.Target{Kind: render.Kustomization, Path: p.path})
	}
	if len(charts) > 0 {
		for _, v := range want.Values {
			for _, p := range charts {
				if file, ok := valuesFile(p.path, v); ok { // what is wrong in it whatever the chart does
					in.files = append(in.files, manifests.Input{Name: file, Named: true, ChartValues: true})
				}
			}
		}
	}
	outputs, err := l.renderer.All(ctx, targets)
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
	l.tellVersions(outputs)
	return l.addOutputs(in, outputs, append(charts, roots...))
}

// targets are the charts with their sets of values. What charts take from beside themselves is rendered later, if it was not rendered with them.
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

// trees are where what is rendered comes from, and the configuration that asks for it.
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

// counted records charts that are not rendered and have no templates of their own, which the walk would have skipped.
func (f *expandedPaths) counted(system files.FS, rendered []renderPath) {
	for _, p := range f.charts {
		if _, err := system.Stat(filepath.Join(p.path, "templates")); err != nil && !slices.Contains(rendered, p) {
			f.skipped = append(f.skipped, manifests.Skip{File: p.path, Reason: manifests.SkipChart})
		}
	}
}

// nothingRendered says why a setting that is about rendering has no use.
func nothingRendered(setting string, in *expandedPaths) error {
	if len(in.charts)+len(in.kustomizations) > 0 {
		return wrong(setting, errors.New("it is for charts and kustomizations, but none is rendered: pass their folders, or remove --render=false"))
	}
	return wrong(setting, errors.New("it is for charts and kustomizations, but the input has none"))
}

// noChart says why a setting that is about charts has no use.
func noChart(setting string, in *expandedPaths) error {
	if len(in.charts) > 0 {
		return wrong(setting, fmt.Errorf("%s was not rendered: pass it as a path, or remove --render=false", in.charts[0].path))
	}
	return wrong(setting, errors.New("it is for charts, but the input has none"))
}

// uniquePaths leaves out what overlapping paths name again; what the user named goes before.
func uniquePaths(places []renderPath) []renderPath {
	seen := map[string]int{}
	var out []renderPath
	for _, p := range places {
		abs, err := filepath.Abs(p.path)
		if err != nil {
			abs = p.path
		}
		if at, twice := seen[abs]; twice {
			out[at].named = out[at].named || p.named
			continue
		}
		seen[abs] = len(out)
		out = append(out, p)
	}
	return out
}

// roots are the kustomizations to build: those that no other one builds on. The others are part of them; what is not built is counted.
func (f *expandedPaths) roots(system files.FS, wanted func(renderPath) bool) []renderPath {
	var folders []string
	for _, p := range f.kustomizations {
		if wanted(p) {
			folders = append(folders, p.path)
		}
	}
	part := render.BuiltInto(system, folders)
	var roots []renderPath
	for _, p := range f.kustomizations {
		switch {
		case part[p.path] || !render.IsKustomization(system, p.path):
		case wanted(p):
			roots = append(roots, p)
		default:
			f.skipped = append(f.skipped, manifests.Skip{File: p.path, Reason: manifests.SkipKustomization})
		}
	}
	return roots
}

// combinations are the sets of values that a chart is rendered with. Those of the request are for the charts that it names, and for all where it names
// none.
func (l *Loaded) combinations(p renderPath, wanted bool) (targets []render.Target, err error) {
	want, chart := &l.req.Render, p.path
	t := render.Target{
		Kind: render.Chart, Path: chart, Namespace: l.req.Config.Namespace.Or(""), KubeVersion: want.KubeVersion, APIVersions: want.APIVersions,
	}
	if wanted {
		t.Release, t.Values, t.Set, t.SetString = want.Release, slices.Clone(want.Values), want.Set, want.SetString
	}
	if t.KubeVersion == "" { // the one that the rules go by
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
		if err := files.CheckRegular(file, mostValues); err != nil {
			return nil, wrong("values", fmt.Errorf("read %q: %w", file, err))
		}
		t.Values[i] = file
	}
	named := len(t.Values)+len(t.Set)+len(t.SetString) > 0
	at := slices.IndexFunc(l.req.Config.Charts, func(e config.Chart) bool {
		return walk.Trees(e.Paths).Match(filepath.ToSlash(filepath.Clean(chart)))
	})
	if at >= 0 {
		t.Release = cmp.Or(t.Release, l.req.Config.Charts[at].Release)
	}
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

// mostValues bounds a file of values, in bytes.
const mostValues = 8 << 20

// valuesFile is a file of values as helm finds it, from where one is, or else the one of that name in the chart's folder.
func valuesFile(chart, name string) (string, bool) {
	for _, file := range []string{name, filepath.Join(chart, name)} {
		if info, err := os.Stat(file); err == nil && !info.IsDir() {
			return file, true
		}
	}
	return "", false
}

// matrix lays an entry of the configuration over a target.
func matrix(t render.Target, cfg *config.Config, entry int) ([]render.Target, error) {
	below := func(name string) string { return filepath.ToSlash(filepath.Join(t.Path, name)) }
	e := cfg.Charts[entry]
	for i, v := range e.Values {
		if err := cfg.InChart(fmt.Sprintf("charts[%d].values[%d]", entry, i), t.Path, below(v)); err != nil {
			return nil, &RequestError{Err: err}
		}
		switch err := files.CheckRegular(below(v), mostValues); {
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

// globbed are the files of values that a glob of the configuration matches. Neither the folder that it begins in nor what it matches may lead out.
// Links to folders below that one are not followed.
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
	// The slash lets the folder itself be a link. A folder that is not there holds nothing.
	_ = filepath.WalkDir(from+"/", func(name string, e fs.DirEntry, err error) error {
		rel, relErr := filepath.Rel(chart, name)
		rel = filepath.ToSlash(rel)
		switch {
		case err != nil || relErr != nil: // what cannot be read is not matched
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
		if err := files.CheckRegular(name, mostValues); err != nil {
			return nil, wrongf("charts: read %q: %w", name, err)
		}
	}
	return found, nil
}

// addOutputs sorts what was rendered into layers, and records what was not.
func (l *Loaded) addOutputs(in *expandedPaths, outputs []*render.Output, places []renderPath) error {
	named := map[string]bool{}
	for _, p := range places {
		named[p.path] = p.named
		if render.KindOf(l.files(), p.path) == render.Chart {
			in.rendered(p.path)
		}
	}
	layer := map[string]int{}
	used, parts := map[string]bool{}, map[string]string{}
	told := map[string]bool{}
	apart := groupsOf(outputs)
	l.groups = apart
	failed := map[render.Kind]*failures{render.Chart: {}, render.Kustomization: {}}
	for _, o := range outputs {
		for _, u := range o.UsedFiles() {
			if o.Reason == "" {
				used[u.File] = true
			} else if u.Role != render.AsPatch { // of a patch, what it writes itself can still be judged
				parts[u.File] = u.Role
			}
		}
		if o.Reason != "" {
			if err := l.notRendered(in, o, named[o.Path], told); err != nil {
				return err
			}
			failed[o.Kind].add(o, named[o.Path])
			continue
		}
		failed[o.Kind].leftOut(l.leftOut(in, o, named[o.Path]))
		i := layer[apart[o.Path]]
		if o.Kind == render.Kustomization {
			i = min(i, mostApart-1)
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
		failed[kind].tell(l.req.warn)
	}
	in.drop(l.files(), used, parts)
	return nil
}

// drop takes out of the files what stands for itself no more: what is in something that was built, and what is a part of something that could not
// be built.
func (f *expandedPaths) drop(system files.FS, used map[string]bool, parts map[string]string) {
	if len(used)+len(parts) == 0 {
		return
	}
	kept := f.files[:0]
	for _, file := range f.files {
		if abs, err := system.Abs(file.Name); err == nil && !file.Named && !file.InMemory {
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

// mostApart is how many sets of kustomizations are linted by themselves at most, because they are made of the same base.
const mostApart = 8

// groupsOf tells of outputs which ones are made of the same chart or the same bases: each is linted apart from the others of its group, so that a
// Secret of one does not serve the pods of another.
func groupsOf(outputs []*render.Output) map[string]string {
	group := map[string]string{}
	find := func(name string) string {
		for group[name] != name {
			name = group[name]
		}
		return name
	}
	by := map[string]string{} // the first output of a base
	for _, o := range outputs {
		if group[o.Path] == "" {
			group[o.Path] = o.Path
		}
		for _, base := range o.Bases() {
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

// kinds are the kinds whose fields kustomizations say to be images. The group of a field is optional there: the object that is built tells it.
func (r *renders) kinds() []resources.Kind {
	var out []resources.Kind
	for _, outputs := range r.outputs {
		for _, o := range outputs {
			for _, f := range o.Fields() {
				path, err := resources.ParsePath(strings.ReplaceAll(strings.ReplaceAll(f.Path, "[]", "[*]"), "/", "."))
				if err != nil {
					continue // kustomize takes what it is
				}
				for _, group := range o.Groups(f) {
					out = append(out, resources.Kind{Group: group, Kind: f.Kind, Images: []resources.Path{path}})
				}
			}
		}
	}
	return out
}

// entries are the entries of images of all that was built, each once.
func (r *renders) entries() []manifests.KustomizeImage {
	var out []manifests.KustomizeImage
	type place struct {
		file   string
		offset int
	}
	at := map[place]int{}
	for _, outputs := range r.outputs {
		for _, o := range outputs {
			for _, e := range o.KustomizeImages() {
				if e.Span.File == nil {
					continue
				}
				p := place{e.Span.File.Name, e.Span.Start.Offset}
				if i, ok := at[p]; ok {
					out[i].Used = out[i].Used || e.Used
					continue
				}
				at[p] = len(out)
				out = append(out, manifests.KustomizeImage{Span: e.Span, Name: e.Name, Used: e.Used})
			}
		}
	}
	return out
}

// rendered forgets that the templates of a chart were skipped.
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

// notRendered records what could not be rendered. What the user named, or what leads out of the tree, is complained of: a chart without an engine is wrong usage, all
// else an input that cannot be read. The files of a kustomization are linted as they stand.
func (l *Loaded) notRendered(in *expandedPaths, o *render.Output, named bool, told map[string]bool) error {
	skip := manifests.Skip{File: o.Path, Reason: o.Reason}
	if o.Err != nil {
		skip.Detail = o.Err.Error()
		if o.Name != "" {
			skip.Detail = "with " + o.Name + ": " + skip.Detail
		}
	}
	in.skipped = append(in.skipped, skip)
	missing := errors.Is(o.Err, render.ErrNoEngine)
	switch {
	case o.Optional && !missing || o.Err == nil || errors.Is(o.Err, render.ErrCancelled) || !named && !render.EscapesTree(o.Err): // what leads out is told wherever it is met
	case missing && o.Kind == render.Chart:
		return wrongf("cannot render the chart in %s: %w", o.Path, o.Err)
	case missing:
		if text := "its files are linted as they are: " + skip.Detail; !told[text] {
			told[text] = true
			l.req.warn(fmt.Errorf("cannot build the kustomization %s; %s", o.Path, text))
		}
	default:
		err := fmt.Errorf("render %s: %s", o.Path, skip.Detail)
		l.failed(err, err.Error())
	}
	return nil
}

// layer lists the inputs of a layer: what is rendered in it, and, in the first, the files. In all others, the charts that have no such layer are there for
// what they hold, and not reported on again; so are the files, which are loaded once for all of them.
func (r *renders) layer(i int, files []manifests.Input) []manifests.Input {
	if i == 0 && len(r.outputs) == 0 {
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
	for _, o := range r.outputs[i] {
		in = append(in, input(o, false))
	}
	return in
}

// contextOnly are the files as they are there for all layers but the first.
func contextOnly(files []manifests.Input) []manifests.Input {
	in := slices.DeleteFunc(slices.Clone(files), func(f manifests.Input) bool { return f.InMemory }) // it has been read
	for k := range in {
		in[k].Context = true
	}
	return in
}

func input(o *render.Output, context bool) manifests.Input {
	return manifests.Input{Name: o.File(), InMemory: true, Context: context, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(o.Data)), nil }}
}

// output is what is shown under a name in a layer; nil where it was not rendered.
func (r *renders) output(layer int, name string) *render.Output {
	for _, o := range r.outputs[layer] {
		if o.File() == name {
			return o
		}
	}
	return nil
}

// Rendered is how many charts and kustomizations were rendered, and how often they were again for the origins of findings.
func (l *Loaded) Rendered() (n, again int) {
	for _, outputs := range l.outputs {
		for _, o := range outputs {
			n, again = n+1, again+o.Rerenders()
		}
	}
	return n, again
}

// HasRenders reports whether anything was to be rendered.
func (l *Loaded) HasRenders() bool { return l.renderer != nil }

// RenderedFolders are the folders of what was rendered.
func (l *Loaded) RenderedFolders() []string {
	var out []string
	for _, outputs := range l.outputs {
		for _, o := range outputs {
			out = append(out, o.Path)
		}
	}
	return out
}
