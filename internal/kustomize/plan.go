package kustomize

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

	yaml "go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/types"
	kyaml "sigs.k8s.io/yaml"

	"github.com/imagelint-dev/imagelint/internal/yamlnode"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// kustomizationFile is a kustomization in a build.
type kustomizationFile struct {
	dir    string
	text   *text
	root   *yaml.Node
	k      types.Kustomization
	plain  []byte // input for kustomize, without marks
	marked []byte
	// parents include it; components are those that it names.
	parents, components []*kustomizationFile
	isComponent         bool
	entries             []*entry
	// weight is the number of kustomizations that kustomize processes to build this one. One that
	// two others name counts twice.
	weight int
	ways   [2][][]*entry // cached results of chains
}

func (k *kustomizationFile) content(marked bool) []byte {
	if marked {
		return k.marked
	}
	return k.plain
}

// builder is the state of a build.
type builder struct {
	req   Request
	fs    *tree
	res   *Result
	kusts map[string]*kustomizationFile
	order []*kustomizationFile // included ones first
	stack []string
	texts map[string]*text
	roles map[string]Role

	shared    *sharedTexts
	uses      map[int]textUse             // texts with marks, by number
	marks     []mark                      // those that are not in texts
	nMarks    int                         // all of them
	originals []original                  // scalars that are not in texts
	resources []*text                     // texts from which replacements may take values
	sources   map[*types.Replacement]Span // cached results of source
	imageKeys map[string]bool             // the last keys of image fields that kustomize configurations define
	replaced  []field                     // the fields that replacements set
	firstErr  error                       // the first error; named files are still visited after it
}

// show returns the name of a file for messages.
func (b *builder) show(abs string) string {
	rel, err := filepath.Rel(b.req.Folder, abs)
	if err != nil {
		return filepath.ToSlash(abs)
	}
	return filepath.ToSlash(filepath.Join(b.req.Shown, rel))
}

func (b *builder) failAt(at Span, format string, args ...any) {
	if b.firstErr == nil {
		b.firstErr = &fault{fmt.Errorf(format, args...), at}
	}
}

// load reads and caches a file.
func (b *builder) load(abs string) (*text, error) {
	if t, ok := b.texts[abs]; ok {
		return t, nil
	}
	_, rel, err := b.fs.resolve(abs)
	if err != nil {
		return nil, err
	}
	data, err := b.fs.read(abs, abs, rel)
	if err != nil {
		return nil, cause(err)
	}
	t := &text{name: abs, index: len(b.res.Files), src: &source.Text{Data: data, Base: source.Pos{Line: 1, Col: 1}}}
	b.res.Files = append(b.res.Files, abs)
	b.texts[abs] = t
	return t, nil
}

// plan reads a kustomization and all that it includes, rejects what would be fetched or run, and prepares the input for kustomize, with and
// without marks. It returns the first error, but records all named files.
func (b *builder) plan(dir string) error {
	if top := b.visit(dir, nil, Span{}); b.firstErr == nil && top == nil {
		b.firstErr = fmt.Errorf("%s has no kustomization", b.show(dir))
	}
	for _, k := range b.order {
		if b.firstErr == nil { // most work is in vain if something is missing
			b.prepare(k)
		}
	}
	return b.firstErr
}

func (b *builder) visit(dir string, parent *kustomizationFile, at Span) *kustomizationFile {
	if slices.Contains(b.stack, dir) {
		b.failAt(at, "%s builds on itself", b.show(dir))
		return nil
	}
	if k := b.kusts[dir]; k != nil {
		k.parents = append(k.parents, parent)
		return k
	}
	if len(b.stack) >= maxDepth {
		b.failAt(at, "%s: more than %d kustomizations build on one another", b.show(dir), maxDepth)
		return nil
	}
	k := b.open(dir, at)
	if k == nil {
		return nil
	}
	k.weight = 1
	if parent != nil {
		k.parents = append(k.parents, parent)
		b.res.Folders = append(b.res.Folders, dir)
	}
	b.kusts[dir] = k
	b.stack = append(b.stack, dir)
	was := isEmpty(&k.k)
	b.follow(k)
	if !was && isEmpty(&k.k) { // kustomize rejects an empty one
		k.k.MetaData = &types.ObjectMeta{Name: "rest"}
	}
	b.stack = b.stack[:len(b.stack)-1]
	b.order = append(b.order, k)
	return k
}

// descend visits an included kustomization.
func (b *builder) descend(dir string, k *kustomizationFile, at Span) *kustomizationFile {
	below := b.visit(dir, k, at)
	if below != nil {
		if k.weight += below.weight; k.weight > maxBuilds {
			b.failAt(at, "%s builds on more than %d kustomizations", b.show(k.dir), maxBuilds)
			k.weight = maxBuilds
		}
	}
	return below
}

// open reads a kustomization file.
func (b *builder) open(dir string, at Span) *kustomizationFile {
	var files []string
	for _, name := range konfig.RecognizedKustomizationFileNames() {
		if abs, info, err := b.fs.stat(filepath.Join(dir, name)); err == nil && info.Mode().IsRegular() {
			files = append(files, abs)
		}
	}
	switch {
	case len(files) == 0:
		b.failAt(at, "%s has no kustomization", b.show(dir))
		return nil
	case len(files) > 1 && files[0] != files[1]:
		b.failAt(at, "%s has more than one kustomization file", b.show(dir))
		return nil
	}
	b.role(files[0], AsKustomization)
	t, err := b.load(files[0])
	if err != nil {
		b.failAt(at, "read %s: %w", b.show(files[0]), err)
		return nil
	}
	k := &kustomizationFile{dir: dir, text: t}
	docs, err := documents(t.src.Data)
	if err != nil {
		b.firstErr = cmp.Or(b.firstErr, b.notYAML(t, err))
		return nil
	}
	if len(docs) > 0 {
		k.root = docs[0]
	}
	if err := k.k.Unmarshal(t.src.Data); err != nil {
		b.guess(k)
		b.failAt(Span{File: t.index}, "%s %s", b.show(t.name), readError(err))
		return nil
	}
	k.k.FixKustomization()
	k.isComponent = k.k.Kind == types.ComponentKind
	return k
}

// guess records the files that an invalid kustomization names, because they are still parts of it.
func (b *builder) guess(k *kustomizationFile) {
	for key, r := range map[string]Role{
		"resources": AsResource, "patches": AsPatch, "patchesStrategicMerge": AsPatch, "patchesJson6902": AsPatch, "replacements": AsReplacement,
		"generators": AsPlugin, "transformers": AsPlugin, "configurations": AsConfig,
	} {
		for _, n := range yamlnode.Items(yamlnode.Field(k.root, key)) {
			if n = yamlnode.Resolve(n); n == nil {
				continue
			}
			p := n.Value
			if n.Kind == yaml.MappingNode {
				p = yamlnode.Text(n, "path")
			}
			if abs, ok := b.fileOf(k, p); ok && p != "" {
				b.role(abs, r)
			}
		}
	}
}

var (
	unknownField = lazy(`unknown field "([^"]*)"`)
	wrongType    = lazy(`cannot unmarshal (\w+) into Go (?:struct field \w+\.([\w.]+)|value) of type (\S+)`)
)

// readError explains in plain words why a kustomization cannot be parsed.
func readError(err error) string {
	s := err.Error()
	if m := unknownField().FindStringSubmatch(s); m != nil {
		return fmt.Sprintf("has the unknown field %q", m[1])
	}
	if m := wrongType().FindStringSubmatch(s); m != nil {
		want := "a " + m[3]
		switch {
		case m[3] == "string":
			want = "text"
		case strings.HasPrefix(m[3], "[]"):
			want = "a list"
		case strings.HasPrefix(m[3], "map["), strings.Contains(m[3], "."):
			want = "a mapping"
		}
		name := m[2]
		if name == "" {
			name = "it"
		}
		return fmt.Sprintf("has the wrong type: %s is a %s, not %s", name, m[1], want)
	}
	return "is not a kustomization that can be read: " + last(s)
}

// lazy returns a pattern that is compiled on first use.
func lazy(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// address matches what kustomize fetches even if a file has that name: anything with a scheme, and git's own formats.
var address = lazy(`(?i)^\s*([a-z][a-z0-9+.-]*://|https?:|git::|gh:|[a-z0-9_.-]+@[a-z0-9_.-]+[:/])`)

// repository matches what kustomize treats as a repository unless a file has that name.
var repository = lazy(`(?i)^(github\.com[/:]|gitlab\.com/|bitbucket\.org/|dev\.azure\.com/|[a-z0-9-]+(\.[a-z0-9-]+)+/)|\.git(/|\?|$)|_git/|\?ref=`)

// target is what a path in a kustomization leads to.
type target struct {
	abs    string
	isDir  bool
	inline bool // not a path, but the inline text itself
	remote bool
}

// find resolves a path in a kustomization. ok is false if nothing is there; find has then reported
// it.
func (b *builder) find(k *kustomizationFile, p string, at Span) (target, bool) {
	switch {
	case address().MatchString(p):
		return target{remote: true}, true
	case strings.Contains(p, "\n") || strings.HasPrefix(strings.TrimSpace(p), "{"):
		return target{inline: true}, true
	case filepath.IsAbs(p):
		if _, _, err := b.fs.resolve(p); errors.Is(err, errOutside) {
			b.outside(p, at)
		}
		b.failAt(at, "%s names the absolute path %q", b.show(k.text.name), p)
		return target{}, false
	}
	abs, info, err := b.fs.stat(filepath.Join(k.dir, filepath.FromSlash(p)))
	switch {
	case errors.Is(err, fs.ErrNotExist) && repository().MatchString(p):
		return target{remote: true}, true
	case errors.Is(err, fs.ErrNotExist):
		b.failAt(at, "%s, which %s names, is missing", b.show(filepath.Join(k.dir, filepath.FromSlash(p))), b.show(k.text.name))
		return target{}, false
	case err != nil:
		if errors.Is(err, errOutside) {
			b.outside(p, at)
		}
		b.failAt(at, "%s, which %s names, cannot be read: %w", b.show(filepath.Join(k.dir, filepath.FromSlash(p))), b.show(k.text.name), err)
		return target{}, false
	case !info.IsDir() && !info.Mode().IsRegular():
		b.failAt(at, "%s, which %s names, is neither a file nor a folder", b.show(abs), b.show(k.text.name))
		return target{}, false
	}
	return target{abs: abs, isDir: info.IsDir()}, true
}

// outside records a path that leads out of the tree if it is the first error.
func (b *builder) outside(p string, at Span) {
	if b.firstErr == nil {
		b.res.Outside = p
		b.failAt(at, "%s names %q, which leads out of the tree", b.show(b.res.Files[at.File]), p)
	}
}

// plainPath returns a path that kustomize cannot mistake for an address.
func plainPath(p string) string {
	p = filepath.ToSlash(filepath.Clean(filepath.FromSlash(p)))
	if !strings.HasPrefix(p, "../") && p != ".." {
		p = "./" + p
	}
	return p
}

// node returns a list item of the kustomization and its position, or that of the file.
func (k *kustomizationFile) node(key string, i int) (*yaml.Node, Span) {
	if n := yamlnode.Item(yamlnode.Field(k.root, key), i); n != nil {
		return n, k.text.span(n)
	}
	return nil, Span{File: k.text.index}
}

func (b *builder) leaveOut(what, text string, at Span) {
	b.res.Omitted = append(b.res.Omitted, Omitted{At: at, What: what, Text: text})
}

// follow visits everything that a kustomization names. It omits what is remote or would run
// programs.
func (b *builder) follow(k *kustomizationFile) {
	y := &k.k
	nResources := len(yamlnode.Items(yamlnode.Field(k.root, "resources")))
	y.Resources = b.paths(k, y.Resources, func(i int) Span {
		if i < nResources {
			_, at := k.node("resources", i)
			return at
		}
		_, at := k.node("bases", i-nResources)
		return at
	}, func(_ string, t target, at Span) bool {
		if t.isDir {
			b.descend(t.abs, k, at)
		} else if !t.inline {
			b.role(t.abs, AsResource)
		}
		return true
	})
	y.Components = b.paths(k, y.Components, k.spanAt("components"), func(_ string, t target, at Span) bool {
		if !t.isDir {
			b.failAt(at, "%s, which %s names as a component, is not a folder", b.show(t.abs), b.show(k.text.name))
			return false
		}
		if c := b.descend(t.abs, k, at); c != nil {
			k.components = append(k.components, c)
		}
		return true
	})
	for _, c := range []*[]string{&y.Crds, &y.Configurations} {
		*c = b.paths(k, *c, k.spanAt("configurations"), func(_ string, t target, _ Span) bool { b.role(t.abs, AsConfig); return true })
	}
	for _, p := range y.Configurations {
		b.imageFields(k, p)
	}
	if p, ok := y.OpenAPI["path"]; ok {
		if t, ok := b.find(k, p, Span{File: k.text.index}); ok && t.abs != "" {
			b.role(t.abs, AsConfig)
		} else if ok {
			delete(y.OpenAPI, "path")
			b.leaveOut(OmittedRemote, p, Span{File: k.text.index})
		}
	}
	y.Generators = b.plugins(k, "generators", y.Generators)
	y.Transformers = b.plugins(k, "transformers", y.Transformers)
	for i, v := range y.Validators { // validators change nothing
		_, at := k.node("validators", i)
		b.leaveOut(OmittedValidator, v, at)
	}
	y.Validators = nil
	b.patchPaths(k)
	b.inputs(k)
	b.charts(k)
}

func (k *kustomizationFile) spanAt(key string) func(int) Span {
	return func(i int) Span { _, at := k.node(key, i); return at }
}

// paths visits a list of paths and returns those that exist.
func (b *builder) paths(k *kustomizationFile, list []string, at func(int) Span, take func(string, target, Span) bool) []string {
	var out []string
	for i, p := range list {
		t, ok := b.find(k, p, at(i))
		switch {
		case !ok:
		case t.remote:
			b.leaveOut(OmittedRemote, p, at(i))
		case take(p, t, at(i)):
			if !t.inline {
				p = plainPath(p)
			}
			out = append(out, p)
		}
	}
	return out
}

// role records what a file is used for. A file with two roles is not marked.
func (b *builder) role(abs string, r Role) {
	if was, ok := b.roles[abs]; !ok || was == AsConfig || was == AsInput {
		b.roles[abs] = r
	}
	n := FileUse{File: abs, Role: r}
	if !slices.Contains(b.res.FileUses, n) {
		b.res.FileUses = append(b.res.FileUses, n)
	}
}

// hasSeveralRoles reports whether a file has more than one role.
func (b *builder) hasSeveralRoles(abs string) bool {
	n := 0
	for _, f := range b.res.FileUses {
		if f.File == abs {
			n++
		}
	}
	return n > 1
}

// patchPaths visits the files of patches and replacements.
func (b *builder) patchPaths(k *kustomizationFile) {
	y := &k.k
	file := func(key string, i int, p *string, r Role) bool {
		if *p == "" {
			return true
		}
		_, at := k.node(key, i)
		t, ok := b.find(k, *p, at)
		switch {
		case !ok:
			return false
		case t.remote:
			b.leaveOut(OmittedRemote, *p, at)
			return false
		case !t.inline:
			b.role(t.abs, r)
			*p = plainPath(*p)
		}
		return true
	}
	keep := func(key string, list []types.Patch) (out []types.Patch) {
		for i := range list {
			if file(key, i, &list[i].Path, AsPatch) {
				out = append(out, list[i])
			}
		}
		return out
	}
	y.Patches = keep("patches", y.Patches)
	y.PatchesJson6902 = keep("patchesJson6902", y.PatchesJson6902)
	var merge []types.PatchStrategicMerge
	for i, p := range y.PatchesStrategicMerge {
		s := string(p)
		if file("patchesStrategicMerge", i, &s, AsPatch) {
			merge = append(merge, types.PatchStrategicMerge(s))
		}
	}
	y.PatchesStrategicMerge = merge
	var replace []types.ReplacementField
	for i := range y.Replacements {
		if file("replacements", i, &y.Replacements[i].Path, AsReplacement) {
			replace = append(replace, y.Replacements[i])
		}
	}
	y.Replacements = replace
}

// inputs visits the input files of generators.
func (b *builder) inputs(k *kustomizationFile) {
	one := func(key string, i int, sources *types.KvPairSources) {
		_, at := k.node(key, i)
		for n, p := range sources.EnvSources {
			if t, ok := b.find(k, p, at); ok && t.abs != "" {
				b.role(t.abs, AsInput)
			} else if ok {
				b.failAt(at, "%s takes %q from the network, which imagelint does not use", b.show(k.text.name), p)
			}
			sources.EnvSources[n] = p
		}
		for _, f := range sources.FileSources {
			p := f
			if _, behind, ok := strings.Cut(f, "="); ok {
				p = behind
			}
			if t, ok := b.find(k, p, at); ok && t.abs != "" {
				b.role(t.abs, AsInput)
			} else if ok {
				b.failAt(at, "%s takes %q from the network, which imagelint does not use", b.show(k.text.name), p)
			}
		}
	}
	for i := range k.k.ConfigMapGenerator {
		one("configMapGenerator", i, &k.k.ConfigMapGenerator[i].KvPairSources)
	}
	for i := range k.k.SecretGenerator {
		one("secretGenerator", i, &k.k.SecretGenerator[i].KvPairSources)
	}
}

// charts omits charts, which need helm.
func (b *builder) charts(k *kustomizationFile) {
	for i, c := range k.k.HelmCharts {
		n, at := k.node("helmCharts", i)
		if n == nil {
			n, at = k.node("helmChartInflationGenerator", i)
		}
		if name := yamlnode.Field(n, "name"); name != nil {
			at = k.text.span(name)
		}
		b.leaveOut(OmittedChart, c.Name, at)
		chart := Chart{At: at, Name: c.Name}
		for _, p := range append([]string{c.ValuesFile}, c.AdditionalValuesFiles...) {
			if p == "" || address().MatchString(p) {
				continue
			}
			if abs, info, err := b.fs.stat(filepath.Join(k.dir, filepath.FromSlash(p))); err == nil && info.Mode().IsRegular() {
				chart.Values = append(chart.Values, abs)
			}
		}
		if inline := yamlnode.Field(n, "valuesInline"); inline != nil {
			chart.Inline, chart.HasInline = k.text.span(inline), true
		}
		b.res.Charts = append(b.res.Charts, chart)
	}
	k.k.HelmCharts, k.k.HelmGlobals = nil, nil
}

// isEmpty reports whether a kustomization is empty.
func isEmpty(k *types.Kustomization) bool {
	return reflect.DeepEqual(k, &types.Kustomization{TypeMeta: k.TypeMeta})
}

// prepare writes the input for kustomize in place of a kustomization and its files.
func (b *builder) prepare(k *kustomizationFile) {
	labels(&k.k)
	var err error
	if k.plain, err = encode(&k.k); err != nil {
		b.failAt(Span{File: k.text.index}, "%s cannot be rewritten", b.show(k.text.name))
		return
	}
	k.entries = b.entries(k)
	b.markAll(k)
	if k.marked, err = encode(&k.k); err != nil {
		k.marked = k.plain
	}
}

// encode returns the text of a kustomization. JSON is YAML, except for some characters.
func encode(k *types.Kustomization) ([]byte, error) {
	data, err := json.Marshal(k)
	for _, c := range data {
		if c > '~' {
			return kyaml.JSONToYAML(data)
		}
	}
	return data, err
}

// labels converts the old form of labels to the new one, for which kustomize prints no warning.
func labels(k *types.Kustomization) {
	if len(k.CommonLabels) == 0 {
		return
	}
	for _, l := range k.Labels {
		for name := range l.Pairs {
			if _, both := k.CommonLabels[name]; both {
				return
			}
		}
	}
	k.Labels = append(k.Labels, types.Label{Pairs: k.CommonLabels, IncludeSelectors: true})
	k.CommonLabels = nil
}

// list sorts the recorded names, so that they do not depend on the order of visits.
func (b *builder) list() {
	slices.SortFunc(b.res.FileUses, func(x, y FileUse) int {
		return strings.Compare(x.File+"\x00"+string(x.Role), y.File+"\x00"+string(y.Role))
	})
}
