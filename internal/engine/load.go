package engine

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/internal/walk"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/overlay"
	"github.com/imagelint-dev/imagelint/manifests/resources"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Loaded holds the loaded inputs of a Request.
type Loaded struct {
	req    *Request
	engine *Engine // nil caches nothing
	linter lint.Linter
	inputs inputs
	since  since
	asNow  map[string]string // versions of old files that are identical to the current ones
	errs   []string          // inputs that could not be read, files that could not be written
	unread bool
	// unrendered is about the first named chart without a program that renders it.
	unrendered error
	texts      *texts // nil if not requested
	references references
	renders
}

// inputs holds what a set is loaded from, so that it can be loaded again.
type inputs struct {
	files   []manifests.Input
	skipped []manifests.Skip
	options manifests.Options
	tilt    []string          // Tiltfiles
	roots   map[string]string // the path argument for each file that may be changed
}

// expandedPaths is the result of expanding the path arguments.
type expandedPaths struct {
	files                  []manifests.Input
	skipped                []manifests.Skip
	charts, kustomizations []renderPath
	replacing              []manifests.Input // kustomizations that are also context
}

// renderPath is a chart or kustomization.
type renderPath struct {
	path  string
	named bool   // by the user
	file  string // the file that the user named instead of the folder, or ""
}

// Load reads the inputs of a request. Inputs that cannot be read are reported to Warn and in the Response; the others are loaded.
func Load(ctx context.Context, req Request) (*Loaded, error) { return load(ctx, req, nil) }

func load(ctx context.Context, req Request, e *Engine) (*Loaded, error) {
	if req.Config == nil {
		req.Config = &config.Config{}
	}
	if e == nil && req.Since != "" {
		e = &Engine{once: req.Fix == nil} // most files have not changed, so reuse them
	}
	l := &Loaded{req: &req, engine: e, linter: req.Linter}
	l.linter.Folder = req.Config.WorkingFolder()
	l.linter.Settings.ForFixes = req.Fix != nil && !req.Config.Render.Set
	l.judgeUnused()
	if req.Baseline != nil {
		for i := range req.Baseline.Entries {
			l.linter.Reserve(req.Baseline.Entries[i].Rule) // hidden findings must not count against the limit for the others
		}
	}
	if err := l.openHistory(ctx); err != nil {
		return nil, err
	}
	if err := l.load(ctx); err != nil {
		return nil, err
	}
	return l, nil
}

// Ask makes later calls of Lint probe registries, so that one load serves both a quick run and one
// that waits for answers.
func (l *Loaded) Ask(p lint.Prober) { l.linter.Prober = p }

// Set returns the first layer: everything except further combinations of values and further overlays over the same bases.
func (l *Loaded) Set() *manifests.Set { return l.sets[0] }

// Sets returns all layers. Objects in a layer are applied together: a Secret in one layer does not serve pods in another.
func (l *Loaded) Sets() []*manifests.Set { return l.sets }

// manyImages is the number of images from which their memory matters.
const manyImages = 10_000

// Release drops everything of a large input except findings, skips and statistics, for a caller that needs nothing else
// from now on. It calls last before that.
func (l *Loaded) Release(last func()) {
	if l.engine != nil || l.sets[0].Stats.Images < manyImages {
		return
	}
	last()
	for _, set := range l.sets {
		*set = manifests.Set{Skipped: set.Skipped, UnknownKinds: set.UnknownKinds, Stats: set.Stats}
	}
}

// HasReadErrors reports whether an input could not be read.
func (l *Loaded) HasReadErrors() bool { return l.unread }

// Unrendered returns an error if a named chart could not be rendered because there is no program for it, so that only its values were linted.
func (l *Loaded) Unrendered() error { return l.unrendered }

// FileNames returns the files that were read, except those that are not manifests, such as the
// report of the last run.
func (l *Loaded) FileNames() []string {
	other := map[string]bool{}
	for _, s := range l.sets[0].Skipped {
		other[s.File] = s.Reason == manifests.SkipNotKubernetes || s.Reason == manifests.SkipEmpty
	}
	var names []string
	for _, in := range l.inputs.files {
		if !in.InMemory && !other[in.Name] {
			names = append(names, in.Name)
		}
	}
	for _, outputs := range l.outputs {
		for _, o := range outputs {
			names = append(names, o.Values...)
		}
	}
	return names
}

// load reads the inputs of the request, and more.
func (l *Loaded) load(ctx context.Context, more ...manifests.Input) error {
	in := expandedPaths{files: more}
	stdin := false
	var configs []string
	for _, p := range l.req.Paths {
		if p == "-" {
			if !stdin {
				in.files = append(in.files, manifests.Input{Name: l.req.stdinName(), InMemory: true, Named: true, Open: l.req.Stdin})
			}
			stdin = true
			continue
		}
		if in.packed(l.files(), p) {
			continue
		}
		walked, err := walk.Walk(ctx, []string{p}, l.req.walkOptions())
		if err := l.note(ctx, err); err != nil {
			return err
		}
		in.add(p, &walked)
		in.file(l.files(), p, l.req.ForceExclude)
		configs = append(configs, walked.Configs...)
		l.inputs.tilt = append(l.inputs.tilt, walked.Tiltfiles...)
		if l.req.Fix != nil {
			l.inputs.root(l.files(), walked.Files, p)
		}
	}
	in.skipped = slices.DeleteFunc(in.skipped, func(s manifests.Skip) bool { // below one path argument, but named by another
		named := func(p string) bool { return filepath.Clean(p) == filepath.Clean(s.File) }
		return s.Reason == manifests.SkipExcluded && !l.req.ForceExclude && slices.ContainsFunc(l.req.Paths, named)
	})
	if err := l.folders(configs); err != nil {
		return err
	}
	context, err := l.context(ctx, &in)
	if err != nil {
		return err
	}
	if context, err = l.render(ctx, &in, context); err != nil {
		return err
	}
	l.logReferences()
	if l.interrupted {
		ctx = withoutCancel(ctx)
	}
	l.sniff(in.files)
	if len(l.req.Paths)+len(more) > 1 || len(context) > 0 { // the walk of one path finds no file twice
		in.files = dedupe(in.files, context)
	}
	in.files = append(in.files, in.replacing...)
	l.inputs.files, l.inputs.skipped = in.files, in.skipped
	if l.req.Expect != nil {
		l.req.Expect(len(l.inputs.files))
	}
	l.inputs.options = l.req.loadOptions(l.kinds()...)
	l.inputs.options.Metadata = l.linter.NeedsMetadata()
	l.openers(l.inputs.files)
	l.readOutside(ctx)
	if err := l.loadAll(ctx); err != nil {
		return err
	}
	l.sets[0].Skipped = slices.DeleteFunc(l.sets[0].Skipped, func(s manifests.Skip) bool {
		if s.Reason != manifests.SkipUnreadable || s.Detail == "" {
			return false
		}
		err := &manifests.ReadError{Name: s.File, Err: errors.New(s.Detail)} // its findings are unknown
		l.failed(err, err.Error())
		return true
	})
	return nil
}

// loadAll loads the sets, with what their references name.
func (l *Loaded) loadAll(ctx context.Context) error {
	sets, err := l.loadSets(ctx, l.inputs.files, nil)
	if err := l.note(ctx, err); err != nil {
		return err
	}
	l.sets = sets
	more, err := l.namedOutside(ctx, sets[0].Kustomizations)
	if err != nil || len(more) == 0 {
		return err
	}
	l.inputs.files = append(l.inputs.files, more...)
	if sets, err = l.loadSets(ctx, l.inputs.files, nil); sets != nil {
		l.sets, err = sets, nil // what cannot be read was noted
	}
	return err
}

// folders adds the overrides of nested configurations to the settings.
func (l *Loaded) folders(configs []string) error {
	if l.req.Folders == nil {
		return nil
	}
	more, err := l.req.Folders(configs)
	l.linter.Settings.Overrides = append(slices.Clip(l.req.Linter.Settings.Overrides), more...)
	return err
}

// Settings returns the settings of the run, including the overrides of nested configurations.
func (l *Loaded) Settings() lint.Settings { return l.linter.Settings }

// openers sets how the inputs are opened if they are not on the operating system, and their versions if they are cached.
func (l *Loaded) openers(inputs []manifests.Input) {
	system := l.files()
	inParts(len(inputs), func(from, to int) {
		for i := from; i < to; i++ {
			l.opener(system, &inputs[i])
		}
	})
}

// filesAtOnce is the minimum number of files that one goroutine looks at: starting a goroutine costs more than looking
// at a few.
const filesAtOnce = 64

// inParts calls do for parts of the numbers up to n, concurrently if there are many.
func inParts(n int, do func(from, to int)) {
	if n <= filesAtOnce {
		do(0, n)
		return
	}
	size := max(filesAtOnce, n/runtime.GOMAXPROCS(0)+1)
	var running errgroup.Group
	for from := 0; from < n; from += size {
		running.Go(func() error {
			do(from, min(from+size, n))
			return nil
		})
	}
	_ = running.Wait() // cannot fail
}

func (l *Loaded) opener(system files.FS, in *manifests.Input) {
	if in.Open != nil {
		return
	}
	if l.engine != nil {
		switch in.Version = l.asNow[in.Name]; {
		case in.Version != "":
		case l.engine.once && system == files.OS:
			in.Version = "now"
		default:
			in.Version = versionOf(system, in.Name)
		}
	}
	if system != files.OS {
		in.Open = func() (io.ReadCloser, error) { return system.Open(in.Name) }
	}
}

// versionOf returns a version from the size and modification time of a file, or "" if it has no time.
func versionOf(system files.FS, name string) string {
	info, err := system.Stat(name)
	if err != nil || !info.Mode().IsRegular() || info.ModTime().IsZero() {
		return ""
	}
	return strconv.FormatInt(info.ModTime().UnixNano(), 36) + "." + strconv.FormatInt(info.Size(), 36)
}

// loadSets loads the files and the rendered output of each layer. An error about unreadable input is a *manifests.ReadError and concerns the
// first layer. changed holds files with new content since the charts were rendered.
func (l *Loaded) loadSets(ctx context.Context, inputs []manifests.Input, changed map[string][]byte) ([]*manifests.Set, error) {
	var sets []*manifests.Set
	var unread error
	built := l.builtByTilt()
	var context *manifests.Set // the files as seen by all layers but the first
	if n := l.layers(); n > 1 {
		set, err := l.engine.cache(n, l.inputs.options).Load(ctx, contextOnly(inputs), l.inputs.options)
		if read := (*manifests.ReadError)(nil); err != nil && !errors.As(err, &read) {
			return nil, err // read errors are reported for the first layer
		}
		if context = set; set != nil {
			overlay.Substitute(set)
		}
	}
	for i := range max(1, l.layers()) {
		options := l.inputs.options
		if l.engine == nil && l.layers() <= 1 { // a long-lived engine indexes all names, because editors complete them
			options.Needs = contextNeeds
		}
		set, err := l.engine.cache(i, l.inputs.options).Load(ctx, l.layer(i, inputs, l.references.built), options)
		if read := (*manifests.ReadError)(nil); err != nil && !errors.As(err, &read) {
			return nil, err
		}
		if i == 0 {
			unread = err
		}
		if set == nil {
			set = &manifests.Set{}
		}
		if i > 0 && context != nil {
			set.Add(context)
		}
		if i > 0 { // what all layers are rendered from
			for _, d := range sets[0].Directives {
				if !d.Span.File().InMemory {
					set.Directives = append(set.Directives, d)
				}
			}
		}
		overlay.Substitute(set)
		l.findFronts(set)
		if !l.req.KeepOwned {
			dropOwned(set)
		}
		set.BuiltImages = append(slices.Clip(set.BuiltImages), built...)
		if l.layers() > 0 {
			withoutHelmNamespace(set, slices.Concat(l.outputs...))
			l.nameSecrets(i, set)
			set.NumberTags = append(set.NumberTags, versions(set, l.outputs[i], changed)...)
			known := set.NumberTags
			if i > 0 {
				known = sets[0].NumberTags
			}
			set.NumberTags = append(set.NumberTags, l.tagNumbers(ctx, set, l.outputs[i], known, changed)...)
		}
		sets = append(sets, set)
	}
	place(sets)
	l.shareLayers(sets)
	sets[0].KustomizeImages = l.entries(sets)
	l.inputs.skip(sets[0])
	for _, more := range sets[1:] {
		sets[0].Stats.Add(more.Stats)
		sets[0].AddUnknownKinds(more)
		sets[0].Skipped = append(sets[0].Skipped, more.Skipped...)
	}
	l.dropUnused(sets)
	if l.layers() > 0 {
		sets[0].Stats.Files = l.filesRead(sets[0].Stats.Files)
	}
	return sets, unread
}

// place puts the objects of all layers into the namespaces that Flux sets. A Kustomization may apply a folder of another layer.
func place(sets []*manifests.Set) {
	for i, set := range sets {
		var others []*manifests.Kustomization
		for j, s := range sets {
			if i == j {
				continue
			}
			for _, k := range s.Kustomizations {
				if k.Path != "" {
					others = append(others, k)
				}
			}
		}
		overlay.Place(set, others...)
	}
}

// dropUnused removes the images that entries of Flux Kustomizations set, but that nothing pulls because the entries match no image, and records these entries.
func (l *Loaded) dropUnused(sets []*manifests.Set) {
	all := manifests.Set{Skipped: sets[0].Skipped}
	for _, s := range sets {
		all.Kustomizations = append(all.Kustomizations, s.Kustomizations...)
		all.BuiltKustomizations = append(all.BuiltKustomizations, s.BuiltKustomizations...)
		all.Workloads = append(all.Workloads, s.Workloads...)
		all.Context = append(all.Context, s.Context...)
		all.Broken = append(all.Broken, s.Broken...)
	}
	whole := func(folder string) bool {
		return slices.ContainsFunc(l.req.Paths, func(p string) bool { return files.In(filepath.FromSlash(folder), p) })
	}
	unused := overlay.Unused(&all, whole)
	if len(unused) == 0 {
		return
	}
	type place struct {
		object *manifests.Object
		path   string
	}
	type spot struct {
		at   source.Pos
		file string
	}
	dropped, known := map[place]bool{}, map[spot]bool{}
	for _, e := range unused {
		dropped[place{e.Object, e.Path}] = true
		file := e.Span.File()
		if file == nil || known[spot{e.Span.Start(), file.Name}] {
			continue // several builds may have one Kustomization
		}
		known[spot{e.Span.Start(), file.Name}] = true
		sets[0].KustomizeImages = append(sets[0].KustomizeImages, e.KustomizeImage)
	}
	for _, set := range sets {
		set.Values = slices.Clone(set.Values)
		for i, w := range set.Values {
			unpulled := func(img *manifests.ImageRef) bool { return dropped[place{w.Object, img.Path}] }
			if slices.ContainsFunc(w.Images, unpulled) {
				own := *w
				own.Images = slices.DeleteFunc(slices.Clone(w.Images), unpulled)
				set.Values[i] = &own
				sets[0].Stats.Images -= len(w.Images) - len(own.Images)
			}
		}
	}
}

// maxTiltfile is the maximum size of a Tiltfile in bytes.
const maxTiltfile = 1 << 20

// builtByTilt returns the images that Tiltfiles in the input build. Unreadable ones are ignored.
func (l *Loaded) builtByTilt() []manifests.BuiltImage {
	var out []manifests.BuiltImage
	for _, name := range l.inputs.tilt {
		f, err := l.files().Open(name)
		if err != nil {
			continue
		}
		data, err := io.ReadAll(io.LimitReader(f, maxTiltfile))
		_ = f.Close() // read only
		if err == nil {
			out = append(out, manifests.TiltImages(name, data)...)
		}
	}
	return out
}

func (l *Loaded) files() files.FS { return files.OrOS(l.req.Files) }

func (r *Request) loadOptions(more ...resources.Kind) manifests.Options {
	return manifests.Options{Guess: r.Config.Guess.Or(false), Kinds: append(slices.Clip(r.Config.Kinds), more...), NoLookAhead: r.NoLookAhead, ClusterStatus: r.Status != StatusNone}
}

// context lists the files that are read but not reported on. It treats skipped links that lead out of the tree as part
// of the input, because their targets may matter.
func (l *Loaded) context(ctx context.Context, in *expandedPaths) ([]manifests.Input, error) {
	paths := l.req.contextPaths()
	if len(paths) == 0 {
		return nil, nil
	}
	found, err := walk.Walk(ctx, paths, l.req.walkOptions())
	if err := l.note(ctx, err); err != nil {
		return nil, err
	}
	l.references.find(l.files(), paths, &found)
	l.inputs.tilt = append(l.inputs.tilt, found.Tiltfiles...)
	for _, s := range found.Skipped {
		if s.Reason == manifests.SkipOutside && !slices.Contains(in.skipped, s) {
			in.skipped = append(in.skipped, s)
		}
	}
	out := make([]manifests.Input, 0, len(found.Files))
	for _, f := range found.Files {
		out = append(out, manifests.Input{Name: f.Name, Named: f.Named, Context: true, Local: f.Local})
	}
	return out, nil
}

// dedupe returns the files and the context, which has no file twice, without inputs with the same name, so that
// overlapping paths read no file twice.
func dedupe(files, context []manifests.Input) []manifests.Input {
	seen := make(map[string]bool, len(files))
	out := slices.Grow(files[:0], len(files)+len(context))
	for i := range files {
		if name := source.CleanPath(files[i].Name); !seen[name] {
			seen[name] = true
			out = append(out, files[i])
		}
	}
	for i := range context {
		if !seen[source.CleanPath(context[i].Name)] {
			out = append(out, context[i])
		}
	}
	return out
}

// valuesFile adds a file with chart values, which may be among the files already.
func (f *expandedPaths) valuesFile(name string) {
	for i := range f.files {
		if filepath.Clean(f.files[i].Name) == filepath.Clean(name) {
			f.files[i].ChartValues = true
			return
		}
	}
	f.files = append(f.files, manifests.Input{Name: name, Named: true, ChartValues: true})
}

// note records read errors. It returns all other errors.
func (l *Loaded) note(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var read *manifests.ReadError
	if !errors.As(err, &read) {
		return err
	}
	l.failed(err, strings.Split(err.Error(), "\n")...)
	return nil
}

// failed records an error that does not end the run, and warns about it. The response lists it as texts.
func (l *Loaded) failed(err error, texts ...string) {
	l.req.warn(err)
	l.unread = true
	l.errs = append(l.errs, texts...)
}

// packed adds a path if it is a packaged chart.
func (f *expandedPaths) packed(system files.FS, path string) bool {
	if info, err := system.Stat(path); err != nil || !info.Mode().IsRegular() || render.KindOf(system, path) != render.Chart {
		return false
	}
	f.charts = append(f.charts, renderPath{path: path, named: true})
	return true
}

// add adds the result of a walk.
func (f *expandedPaths) add(path string, w *walk.Result) {
	f.files = slices.Grow(f.files, len(w.Files))
	for _, file := range w.Files {
		f.files = append(f.files, manifests.Input{Name: file.Name, Named: file.Named, ChartValues: file.Values, Local: file.Local})
	}
	f.skipped = append(f.skipped, w.Skipped...)
	for _, dir := range w.Charts {
		f.charts = append(f.charts, renderPath{path: dir, named: dir == path})
	}
	for _, dir := range w.Kustomizations {
		f.kustomizations = append(f.kustomizations, renderPath{path: dir, named: dir == path})
	}
}

// file adds the folder of a named file that describes a chart or a kustomization. A chart is not rendered for its
// Chart.yaml, since changing that file does not change images.
func (f *expandedPaths) file(system files.FS, path string, changed bool) {
	if info, err := system.Stat(path); err != nil || !info.Mode().IsRegular() {
		return
	}
	p := renderPath{path: filepath.ToSlash(filepath.Dir(path)), named: true, file: path}
	switch kind := render.DescribedBy(path); {
	case kind == render.Chart && !changed:
		f.charts = append(f.charts, p)
	case kind == render.Kustomization:
		f.kustomizations = append(f.kustomizations, p)
	}
}

// root records the path argument under which files were found.
func (in *inputs) root(system files.FS, walked []walk.File, path string) {
	if in.roots == nil {
		in.roots = map[string]string{}
	}
	if info, err := system.Stat(path); err != nil || !info.IsDir() {
		path = filepath.Dir(path)
	}
	for _, f := range walked {
		if _, ok := in.roots[f.Name]; !ok {
			in.roots[f.Name] = path
		}
	}
}

// skip adds the files that the walk skipped to a set.
func (in *inputs) skip(set *manifests.Set) {
	set.Skipped = append(set.Skipped, in.skipped...)
	slices.SortStableFunc(set.Skipped, func(a, b manifests.Skip) int { return strings.Compare(a.File, b.File) })
}
