package render

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/kustomize"
	"github.com/imagelint-dev/imagelint/internal/yamlnode"
)

// kustomizationNames are the names of a kustomization file, the preferred one first.
var kustomizationNames = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

// kustomizationFile returns the kustomization file of a folder, or "".
func kustomizationFile(system files.FS, folder string) string {
	for _, name := range kustomizationNames {
		if isFile(system, filepath.Join(folder, name)) {
			return name
		}
	}
	return ""
}

// KustomizationOf returns the path of the kustomization file of a folder, or "".
func KustomizationOf(system files.FS, folder string) string {
	if name := kustomizationFile(system, folder); name != "" {
		return join(folder, name)
	}
	return ""
}

// IsKustomization reports whether the kustomization file of a folder is kustomize's and not Flux's. kustomize
// adds a missing apiVersion or kind.
func IsKustomization(system files.FS, folder string) bool {
	name := join(folder, kustomizationNames[0]) // of nearly all
	data, err := readFrom(system, name)
	if err != nil {
		name = join(folder, kustomizationFile(system, folder))
		data, err = readFrom(system, name)
	}
	if err != nil || hasKustomizeVersion(data) || !mayHaveVersion(data) {
		return true
	}
	root := rootOf(name, data)
	if root == nil {
		return true // building it reports why it cannot be read
	}
	group, _, _ := strings.Cut(yamlnode.Text(root, "apiVersion"), "/")
	return group == "" || group == "kustomize.config.k8s.io"
}

// IsComponent reports whether the kustomization is a component, which is meant to be built as part of others.
func (o *Output) IsComponent() bool {
	return o.Kind == Kustomization && IsComponent(o.files, o.Path)
}

// IsComponent reports whether the kustomization of a folder is a component.
func IsComponent(system files.FS, folder string) bool {
	root := kustomizationRoot(system, folder)
	return root != nil && yamlnode.Text(root, "kind") == "Component"
}

// kustomizationRoot returns the content of a folder's kustomization file, or nil if it cannot be read.
func kustomizationRoot(system files.FS, folder string) *yaml.Node {
	name := join(folder, kustomizationFile(system, folder))
	data, err := readFrom(system, name)
	if err != nil {
		return nil
	}
	return rootOf(name, data)
}

// hasKustomizeVersion reports whether a single line shows that the apiVersion is kustomize's. This avoids the
// parser, which costs as much as linting several files.
func hasKustomizeVersion(data []byte) bool {
	said := false
	for line := range bytes.Lines(data) {
		switch line[0] {
		case '"', '\'', '?', '{', '&', '!', '<', '\t': // a key may be written in another style
			return false
		}
		value, is := bytes.CutPrefix(line, []byte("apiVersion:"))
		if !is {
			continue
		}
		if said || !bytes.HasPrefix(value, []byte(" kustomize.config.k8s.io/v")) {
			return false
		}
		said = true
	}
	return said
}

// mayHaveVersion reports whether a file may set an apiVersion: it contains that word, escapes, or UTF-16. This avoids the parser, too.
func mayHaveVersion(data []byte) bool {
	return bytes.Contains(data, []byte("apiVersion")) || bytes.IndexByte(data, '\\') >= 0 || bytes.IndexByte(data, 0) >= 0
}

// rootOf returns the content of a file's first document, or nil if it cannot be read.
func rootOf(name string, data []byte) *yaml.Node {
	d, err := parse(name, data)
	if err != nil {
		return nil
	}
	return d.root
}

// build builds a kustomization.
func (r *Renderer) build(ctx context.Context, o *Output) {
	t, err := readTree(o.Path)
	if err != nil {
		o.failed(err)
		return
	}
	o.built = t
	folder, err := absolute(o.Path)
	if err != nil {
		o.failed(err)
		return
	}
	if err := r.known(ctx, &r.kustomize); err != nil {
		o.failed(err)
		return
	}
	args := []string{"build", folder}
	if isKubectl(r.kustomize.path) {
		args[0] = "kustomize"
	}
	res, err := r.run(ctx, &r.kustomize, r.opts.Timeout, args...)
	if err != nil {
		o.failed(absent(err, o.Path, folder))
		return
	}
	o.Data = t.withNumbers(res.out)
}

// withNumbers returns the output of a build with numbers as they are written in the files and in patches.
func (t *tree) withNumbers(built []byte) []byte {
	var texts [][]byte
	for _, f := range t.texts() {
		texts = append(texts, f.Data)
	}
	for _, d := range t.kustomizations {
		for _, key := range []string{"patches", "patchesJson6902"} {
			for _, n := range yamlnode.Items(yamlnode.Field(d.root, key)) {
				texts = append(texts, []byte(yamlnode.Text(n, "patch")))
			}
		}
		for _, n := range yamlnode.Items(yamlnode.Field(d.root, "patchesStrategicMerge")) {
			if n = yamlnode.Resolve(n); n != nil {
				texts = append(texts, []byte(n.Value))
			}
		}
	}
	return kustomize.WithNumbers(built, texts)
}

// missingFile matches the end of kustomize's message about a missing file.
var missingFile = lazy(`evalsymlink failure on '([^']+)' ?: lstat`)

// absent returns the missing file if kustomize failed because of one.
func absent(err error, shown, folder string) error {
	all := missingFile().FindAllStringSubmatch(err.Error(), -1)
	if len(all) == 0 {
		return err
	}
	name := all[len(all)-1][1]
	if rel, err := filepath.Rel(folder, name); err == nil {
		name = join(shown, rel)
	}
	return fmt.Errorf("%s, which it names, is missing", name)
}

// tree is a kustomization with everything that it builds on.
type tree struct {
	root *files.Root
	// kustomizations are the kustomization files, the outermost first.
	kustomizations []*document
	// files are the other files that they name, as displayed.
	files []string
	// folders are the folders of the inner kustomizations, by absolute path.
	folders map[string]bool
}

// pathKeys are the keys of a kustomization whose items are paths, folders or URLs.
var pathKeys = []string{"resources", "bases", "components", "crds", "configurations", "generators", "transformers", "validators", "patchesStrategicMerge"}

// readTree reads a kustomization and those that it builds on. It refuses entries that would be fetched or
// would start other programs.
func readTree(folder string) (*tree, error) {
	limit, err := treeOf(files.OS, folder)
	if err != nil {
		return nil, err
	}
	t := &tree{folders: map[string]bool{}}
	if t.root, err = files.NewRoot(limit); err != nil {
		return nil, fmt.Errorf("read %s: %w", folder, err)
	}
	t.root.Repository = files.Repository(limit) == limit
	return t, t.read(folder, 0)
}

func (t *tree) read(folder string, depth int) error {
	if depth > maxDepth || len(t.kustomizations) > maxFiles {
		return fmt.Errorf("%s: kustomizations build on each other in a loop", folder)
	}
	abs, err := absolute(folder)
	if err != nil {
		return err
	}
	if depth > 0 {
		if t.folders[abs] {
			return nil
		}
		t.folders[abs] = true
	}
	name := kustomizationFile(files.OS, folder)
	file := join(folder, name)
	if err := t.linked(folder, name); err != nil {
		return err
	}
	data, err := readFile(file)
	if err != nil {
		return err
	}
	d, err := parse(file, data)
	if err != nil {
		return err
	}
	t.kustomizations = append(t.kustomizations, d)
	if n := yamlnode.Field(d.root, "helmCharts"); len(yamlnode.Items(n)) > 0 || yamlnode.Field(d.root, "helmChartInflationGenerator") != nil {
		return fmt.Errorf("%s names charts (helmCharts), which kustomize fetches: render them separately", file)
	}
	for _, n := range paths(d.root) {
		if err := t.entry(folder, d, n, depth); err != nil {
			return err
		}
	}
	return nil
}

// entry follows one path of a kustomization.
func (t *tree) entry(folder string, d *document, n *yaml.Node, depth int) error {
	p, file := n.Value, d.file.Name
	if strings.ContainsAny(p, "\n{") { // an inline patch
		return nil
	}
	at := join(folder, p)
	if filepath.IsAbs(p) {
		at = p
	}
	if err := t.inside(at, d, n); err != nil && !isAddress(p) {
		return err
	}
	info, err := os.Stat(at)
	if err == nil && !filepath.IsAbs(p) {
		if err := t.linked(folder, p); err != nil {
			return err
		}
	}
	switch {
	case isAddress(p), err != nil && isRepository(p):
		return fmt.Errorf("%s names %q, which is not in this tree: remote bases are not fetched; vendor it, or lint the output of kustomize build", file, p)
	case err != nil || filepath.IsAbs(p): // kustomize reports missing files
		return nil
	case info.IsDir() && kustomizationFile(files.OS, at) != "":
		return t.read(at, depth+1)
	case info.Mode().IsRegular():
		if !slices.Contains(t.files, at) {
			t.files = append(t.files, at)
		}
	}
	return nil
}

// inside returns an error, with position, for an entry that leads out of the repository. Outside of a
// repository the extent of the tree is unknown; kustomize's own rule applies then, by which files must be
// below their kustomization.
func (t *tree) inside(at string, d *document, n *yaml.Node) error {
	if !t.root.Repository {
		return nil
	}
	if _, err := t.root.Resolve(at); err != nil {
		from := d.span(n).Start()
		return fmt.Errorf("%s:%d:%d: %q %w", d.file.Name, from.Line, from.Col, n.Value, err)
	}
	return nil
}

// linked refuses a path that leads out of the tree through a link. For paths that lead out by themselves,
// kustomize's own rules apply: folders are allowed, files are not.
func (t *tree) linked(folder, p string) error {
	from, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return fmt.Errorf("read %s: %w", folder, files.Cause(err))
	}
	plain := filepath.Join(from, filepath.FromSlash(p))
	if to, err := filepath.EvalSymlinks(plain); err == nil && to == plain {
		return nil
	}
	return inTree(t.root.Dir(), plain)
}

// paths returns all paths that a kustomization names.
func paths(root *yaml.Node) []*yaml.Node {
	var out []*yaml.Node
	add := func(n *yaml.Node) {
		if n = yamlnode.Resolve(n); n != nil && n.Kind == yaml.ScalarNode && n.Value != "" {
			out = append(out, n)
		}
	}
	for _, key := range pathKeys {
		for _, n := range yamlnode.Items(yamlnode.Field(root, key)) {
			add(n)
		}
	}
	for _, key := range []string{"patches", "patchesJson6902", "replacements"} {
		for _, n := range yamlnode.Items(yamlnode.Field(root, key)) {
			add(yamlnode.Field(n, "path"))
		}
	}
	add(yamlnode.Field(yamlnode.Field(root, "openapi"), "path"))
	for _, key := range []string{"configMapGenerator", "secretGenerator"} {
		for _, n := range yamlnode.Items(yamlnode.Field(root, key)) {
			add(yamlnode.Field(n, "env"))
			for _, f := range yamlnode.Items(yamlnode.Field(n, "envs")) {
				add(f)
			}
			for _, f := range yamlnode.Items(yamlnode.Field(n, "files")) { // KEY=PATH, or only a path
				if f = yamlnode.Resolve(f); f != nil {
					p := f.Value
					if _, behind, ok := strings.Cut(p, "="); ok {
						p = behind
					}
					add(&yaml.Node{Kind: yaml.ScalarNode, Value: p, Line: f.Line, Column: f.Column})
				}
			}
		}
	}
	return out
}

// address matches what kustomize always fetches: anything with a scheme, and git's own forms.
var address = lazy(`(?i)^([a-z][a-z0-9+.-]*://|git::|gh:|[a-z0-9_.-]+@[a-z0-9_.-]+[:/])`)

func isAddress(p string) bool { return address().MatchString(p) }

// repository matches what kustomize takes for a repository if no file has that name.
var repository = lazy(`(?i)^(github\.com[/:]|gitlab\.com/|bitbucket\.org/|dev\.azure\.com/|[a-z0-9-]+(\.[a-z0-9-]+)+/)|\.git(/|\?|$)|_git/|\?ref=`)

func isRepository(p string) bool { return repository().MatchString(p) }

// join joins paths for display, with slashes.
func join(folder, name string) string {
	return filepath.ToSlash(filepath.Clean(filepath.FromSlash(folder + "/" + name)))
}

// BuiltInto returns those of the kustomization folders that others build on. In a cycle, one of them is not
// included.
func BuiltInto(system files.FS, folders []string) map[string]bool {
	w := &baseGraph{files: system, below: map[string][]string{}}
	part, shown := map[string]bool{}, map[string]string{}
	var all []string
	for _, folder := range folders {
		abs, err := system.Abs(folder)
		if err == nil {
			abs, err = system.EvalSymlinks(abs)
		}
		if err != nil {
			continue
		}
		all = append(all, abs)
		shown[abs] = folder
		w.follow(abs, 0)
	}
	for _, below := range w.below {
		for _, abs := range below {
			part[abs] = true
		}
	}
	reached := map[string]bool{}
	for _, abs := range all {
		if !part[abs] {
			w.markReachable(abs, reached)
		}
	}
	for _, abs := range all {
		if !reached[abs] {
			part[abs] = false
			w.markReachable(abs, reached)
		}
	}
	out := map[string]bool{}
	for abs, folder := range shown {
		if part[abs] {
			out[folder] = true
		}
	}
	return out
}

// baseGraph maps each kustomization folder to the folders that it builds on.
type baseGraph struct {
	files files.FS
	below map[string][]string
}

// follow reads a kustomization and those that it builds on. Errors are reported when they are built.
func (w *baseGraph) follow(folder string, depth int) {
	if _, known := w.below[folder]; known || depth > maxDepth || len(w.below) > maxFiles {
		return
	}
	w.below[folder] = nil
	name := join(folder, kustomizationFile(w.files, folder))
	data, err := readFrom(w.files, name)
	if err != nil {
		return
	}
	d, err := parse(name, data)
	if err != nil {
		return
	}
	for _, key := range []string{"resources", "bases", "components"} {
		for _, n := range yamlnode.Items(yamlnode.Field(d.root, key)) {
			if n = yamlnode.Resolve(n); n == nil || n.Kind != yaml.ScalarNode || n.Value == "" || isAddress(n.Value) || filepath.IsAbs(n.Value) {
				continue
			}
			if abs, err := w.files.EvalSymlinks(filepath.Join(folder, filepath.FromSlash(n.Value))); err == nil && kustomizationFile(w.files, abs) != "" {
				w.below[folder] = append(w.below[folder], abs)
				w.follow(abs, depth+1)
			}
		}
	}
}

// markReachable marks a folder and everything it builds on.
func (w *baseGraph) markReachable(folder string, reached map[string]bool) {
	if reached[folder] {
		return
	}
	reached[folder] = true
	for _, abs := range w.below[folder] {
		w.markReachable(abs, reached)
	}
}

// VerbatimFiles returns the files, by absolute path, whose content is in the output unchanged.
func (o *Output) VerbatimFiles() []string {
	var out []string
	if o.chart != nil {
		for _, name := range o.chart.names("crds/") {
			if abs, err := absolute(o.chart.files[name].disk); err == nil && o.chart.files[name].disk != "" {
				out = append(out, abs)
			}
		}
	}
	if o.built == nil {
		return out
	}
	for _, d := range o.built.kustomizations {
		if abs, err := absolute(d.file.Name); err == nil {
			out = append(out, abs)
		}
	}
	for _, f := range o.built.files {
		if abs, err := absolute(f); err == nil {
			out = append(out, abs)
		}
	}
	return out
}
