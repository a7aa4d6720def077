package extract

import (
	"bytes"
	"path"
	"path/filepath"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// Ref is a source of chart values: a file, or a key of a ConfigMap.
type Ref struct {
	// File is a path with slashes relative to Folder, the folder of the file that names it. If Rooted is true, File is
	// relative to the root of the repository, which is Folder or one of its parents.
	File, Folder string
	Rooted       bool
	// ConfigMap is a name, Namespace its namespace, and Key the key that holds the values.
	Namespace, ConfigMap, Key string
	// Skip is reported if the values are not in the input. The zero value reports nothing.
	Skip model.Skip
}

// Text is the content of a ConfigMap key that may be passed to charts as values.
type Text struct {
	Namespace, Name, Key string
	Found                *Found
}

// Generated is a ConfigMap key that a kustomization generates from a file.
type Generated struct{ Namespace, Name, Key, File string }

// valuesEnds are suffixes of ConfigMap keys that contain values. Flux reads values.yaml by default.
var valuesEnds = []string{"values.yaml", "values.yml", "values"}

// mayGiveValues reports whether a ConfigMap may contain chart values as a block scalar.
func mayGiveValues(data []byte) bool {
	for rest := data; ; {
		i := bytes.Index(rest, []byte("values"))
		if i < 0 {
			return false
		}
		rest = rest[i+len("values"):]
		key, isYAML := bytes.CutPrefix(rest, []byte(".yaml"))
		if !isYAML {
			key = bytes.TrimPrefix(rest, []byte(".yml"))
		}
		if bytes.HasPrefix(key, []byte(": |")) || bytes.HasPrefix(key, []byte(": >")) {
			return mayHoldValues(data)
		}
	}
}

// valuesTexts reads the texts of a ConfigMap that may be passed to charts. They are only used if
// something names them.
func (x scope) valuesTexts(n *yaml.Node) {
	looked := false
	for k, v := range tree.Entries(tree.Child(n, "data")) {
		if !hasEnd(k.Value, valuesEnds) {
			continue
		}
		if looked = looked || mayGiveValues(x.text.Data); !looked {
			return
		}
		t := &Found{}
		inner := x.within(x.obj)
		own := *x.reader
		own.found = t
		inner.reader = &own
		inner.valuesText(k, v, tree.Join("data", k.Value), &resources.Kind{}, nil)
		if len(inner.w.Images) > 0 {
			t.Workloads = append(t.Workloads, inner.w)
		}
		x.found.Texts = append(x.found.Texts, Text{Namespace: x.obj.Namespace, Name: x.obj.Name, Key: x.intern(k.Value), Found: t})
	}
}

func hasEnd(s string, ends []string) bool {
	for _, end := range ends {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return false
}

// file records a values file relative to the folder.
func (x scope) file(name string) {
	if isFileName(name) {
		x.found.Refs = append(x.found.Refs, Ref{File: name, Folder: x.folder()})
	}
}

// rooted records a values file relative to the root of the repository.
func (x scope) rooted(name string) {
	if isFileName(name) {
		x.found.Refs = append(x.found.Refs, Ref{File: repositoryPath(name), Folder: x.folder(), Rooted: true})
	}
}

// isFileName reports whether a text names a file. It returns false for addresses and for text with
// placeholders.
func isFileName(s string) bool {
	return s != "" && !strings.Contains(s, "://") && !isTemplateText(s) && !strings.ContainsAny(s, "*?[")
}

// fluxValues records where a HelmRelease takes values from.
func (x scope) fluxValues(spec *yaml.Node) {
	if chart := tree.Descend(spec, "chart", "spec"); tree.StrAt(chart, "sourceRef", "kind") == "GitRepository" {
		for _, name := range stringsOf(tree.Child(chart, "valuesFiles")) {
			x.rooted(name)
		}
	}
	if source := tree.Descend(spec, "chart", "spec"); tree.StrAt(source, "sourceRef", "kind") != "HelmRepository" {
		chart := tree.Child(source, "chart")
		x.installs(source, chart, "", spec, "values", "valuesFrom")
		x.installs(source, chart, "", source, "valuesFiles")
	}
	key, list := tree.Get(spec, "valuesFrom")
	for _, item := range sequence(list) {
		r := Ref{Skip: model.Skip{File: x.text.File.Name, Line: x.span(key).Start().Line, Reason: model.SkipValuesFrom}}
		if tree.StrAt(item, "kind") == "ConfigMap" && tree.StrAt(item, "targetPath") == "" {
			r.Namespace, r.ConfigMap, r.Key = x.obj.Namespace, tree.StrAt(item, "name"), tree.StrAt(item, "valuesKey")
			if r.Key == "" {
				r.Key = "values.yaml"
			}
		}
		x.found.Refs = append(x.found.Refs, r)
	}
}

// installs records a chart in a repository that a release installs, if it passes any of the values under keys to it.
func (x scope) installs(from, chart *yaml.Node, folder string, values *yaml.Node, keys ...string) {
	name := tree.Str(chart)
	if from == nil || name == "" || !isFileName(name) || !slices.ContainsFunc(keys, func(key string) bool { return has(values, key) }) {
		return
	}
	if name = repositoryPath(path.Join(folder, name)); name != "." {
		x.found.Set.Installs = append(x.found.Set.Installs, model.Install{Chart: strings.Clone(name), Span: x.span(chart)})
	}
}

// argoValues records the values files of an Argo CD source: "$NAME/PATH" in another source, or a
// path in its own folder.
func (x scope) argoValues(source *yaml.Node) {
	x.installs(source, tree.Child(source, "path"), "", tree.Child(source, "helm"), "values", "valuesObject", "valueFiles", "parameters", "fileParameters")
	for _, name := range stringsOf(tree.Descend(source, "helm", "valueFiles")) {
		if rest, ok := strings.CutPrefix(name, "$"); ok {
			if _, below, ok := strings.Cut(rest, "/"); ok {
				x.rooted(below)
			}
			continue
		}
		if dir := tree.StrAt(source, "path"); dir != "" && isFileName(name) {
			x.rooted(path.Join(dir, name))
		}
	}
}

// kustomizeCharts reads the values that a kustomization passes to charts.
func (x scope) kustomizeCharts(n *yaml.Node) {
	for i, item := range sequence(tree.Child(n, "helmCharts")) {
		at := tree.Item("helmCharts", i, item)
		x.file(tree.StrAt(item, "valuesFile"))
		for _, name := range stringsOf(tree.Child(item, "additionalValuesFiles")) {
			x.file(name)
		}
		x.release = nil
		for _, namespace := range []string{tree.StrAt(item, "namespace"), tree.StrAt(n, "namespace")} {
			if namespace != "" && x.release == nil {
				x.release = &release{x.intern(namespace)}
			}
		}
		if v := tree.Child(item, "valuesInline"); v != nil {
			x.readValues(v, tree.Join(at.Path, "valuesInline"))
		}
	}
}

// configMapGenerators records the ConfigMaps that a kustomization generates from files.
func (x scope) configMapGenerators(n *yaml.Node) {
	for _, item := range sequence(tree.Child(n, "configMapGenerator")) {
		namespace := tree.StrAt(item, "namespace")
		if namespace == "" {
			namespace = tree.StrAt(n, "namespace")
		}
		for _, text := range stringsOf(tree.Child(item, "files")) {
			key, name, ok := strings.Cut(text, "=")
			if !ok {
				key, name = path.Base(text), text
			}
			if isFileName(name) {
				x.found.Generated = append(x.found.Generated, Generated{Namespace: namespace, Name: tree.StrAt(item, "name"), Key: key, File: path.Join(x.folder(), name)})
			}
		}
	}
}

// isInstaller reports whether a tool that installs charts, Fleet or helmfile, reads files of this
// name.
func isInstaller(name string) bool {
	base := baseName(name)
	switch base {
	case "fleet.yaml", "fleet.yml", "helmfile.yaml", "helmfile.yml":
		return true
	}
	if strings.IndexByte(name[:len(name)-len(base)], '.') < 0 { // the paths of most files, which are searched faster for a character than for a word
		return false
	}
	return strings.Contains(name, "helmfile.d") && path.Base(path.Dir(filepath.ToSlash(name))) == "helmfile.d" && (strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml"))
}

// installer reads a document of Fleet or helmfile, which is not an object. It returns false for
// other documents.
func (x scope) installer(root *yaml.Node) bool {
	root = tree.Resolve(root)
	if root == nil || root.Kind != yaml.MappingNode || !isInstaller(x.text.File.Name) {
		return false
	}
	x = x.within(&model.Object{Doc: x.doc, ValuesFile: true})
	if strings.HasPrefix(path.Base(filepath.ToSlash(x.text.File.Name)), "fleet.") {
		x.fleetHelm(tree.Child(root, "helm"), "helm")
		for i, item := range sequence(tree.Child(root, "targetCustomizations")) {
			at := tree.Item("targetCustomizations", i, item)
			x.fleetHelm(tree.Child(item, "helm"), tree.Join(at.Path, "helm"))
		}
		return true
	}
	for i, item := range sequence(tree.Child(root, "releases")) {
		x.helmfileRelease(item, tree.Item("releases", i, item).Path)
	}
	return true
}

// fleetHelm reads what Fleet passes to a chart.
func (x scope) fleetHelm(helm *yaml.Node, path string) {
	if !has(helm, "repo") {
		x.installs(helm, tree.Child(helm, "chart"), x.folder(), helm, "values", "valuesFiles", "valuesFrom")
	}
	for _, name := range stringsOf(tree.Child(helm, "valuesFiles")) {
		x.file(name)
	}
	if v := tree.Child(helm, "values"); v != nil {
		x.readValues(v, tree.Join(path, "values"))
	}
}

// helmfileRelease reads what helmfile passes to a chart: values are files and mappings.
func (x scope) helmfileRelease(item *yaml.Node, path string) {
	if chart := tree.Child(item, "chart"); strings.HasPrefix(tree.Str(chart), ".") {
		x.installs(item, chart, x.folder(), item, "values", "set", "secrets")
	}
	set := overridesOf(tree.Child(item, "set"))
	for i, v := range sequence(tree.Child(item, "values")) {
		if name := tree.Str(v); name != "" {
			x.file(name)
			continue
		}
		if v = tree.Resolve(v); v != nil && v.Kind == yaml.MappingNode {
			if v.Anchor == "" {
				apply(v, set, false)
			}
			x.readValues(v, tree.Item(tree.Join(path, "values"), i, v).Path)
		}
	}
	x.parameters(tree.Child(item, "set"), tree.Join(path, "set"), nil)
}
