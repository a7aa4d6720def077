package manifests

import (
	"bytes"
	"path"
	"path/filepath"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Kustomization is what a kustomization, or an object that applies a folder as one, says of the files that it takes: a kustomization.yaml, Flux's
// Kustomization, and Argo CD's Application.
type Kustomization struct {
	// By names it in messages: "kustomize", "Flux", "Argo CD".
	By string
	// Folder is the folder of the file that holds it, in the form of Parts.
	Folder string
	// Path is the folder that an object applies, from the root of its repository: "apps/web", or "." for all of it; "" for a kustomization.yaml.
	Path string
	// Parts are the files and folders that it builds on, its components among them, with slashes and as seen from where the names of inputs are.
	// Patches are files that it applies to others.
	Parts, Components, Patches []string
	// Images are the names of images that it replaces, Variables the names of its vars.
	Images, Variables []string
	// Namespace is the one into which it puts all objects; "" for none.
	Namespace string
	// Rewrites says that it may write images in a way that only building it shows: by a patch that is written out, a replacement, a transformer.
	Rewrites bool
	// Substitutes says that it puts values in place of ${NAME} in all files; Values are those that it writes out, and From are ConfigMaps and
	// Secrets that hold more, in the namespace In.
	Substitutes bool
	Values      map[string]Substitute
	From        []string
	In          string
}

// Substitute is a value that is put in place of ${NAME}.
type Substitute struct {
	Value string
	Span  source.Span
}

// Built is an image that a tool builds, and puts under its full name into the manifests of its folder.
type Built struct {
	By     string // the tool
	Folder string // of the file that says so, in the form of Kustomization.Parts
	Image  string
}

// Settings is a ConfigMap that values for ${NAME} may be taken from.
type Settings struct {
	Namespace, Name string
	Data            map[string]Substitute
}

// folder is the folder of the file, with slashes.
func (x *extractor) folder() string { return path.Clean(filepath.ToSlash(filepath.Dir(x.c.File.Name))) }

// kustomizes records what a kustomization.yaml says of other files.
func (x *extractor) kustomizes(n *yaml.Node) {
	folder := x.folder()
	k := &Kustomization{By: "kustomize", Folder: folder, Namespace: strAt(n, "namespace")}
	at := func(p string) string { return path.Join(folder, p) }
	for _, key := range []string{"resources", "bases", "components"} {
		for _, p := range stringsOf(child(n, key)) {
			k.Parts = append(k.Parts, at(p))
			if key == "components" {
				k.Components = append(k.Components, at(p))
			}
		}
	}
	patch := func(item *yaml.Node) {
		if p := strAt(item, "path"); p != "" {
			k.Patches = append(k.Patches, at(p))
		}
		k.Rewrites = k.Rewrites || strings.Contains(strAt(item, "patch"), "image")
	}
	for _, item := range sequence(child(n, "patches")) {
		patch(item)
	}
	for _, item := range sequence(child(n, "patchesJson6902")) {
		patch(item)
	}
	for _, p := range stringsOf(child(n, "patchesStrategicMerge")) {
		if strings.ContainsAny(p, "\n{") { // the patch itself
			k.Rewrites = k.Rewrites || strings.Contains(p, "image")
			continue
		}
		k.Patches = append(k.Patches, at(p))
	}
	k.Rewrites = k.Rewrites || len(sequence(child(n, "replacements"))) > 0 || len(sequence(child(n, "transformers"))) > 0
	for _, item := range sequence(child(n, "images")) {
		if name := strAt(item, "name"); name != "" {
			k.Images = append(k.Images, name)
		}
	}
	for _, item := range sequence(child(n, "vars")) {
		if name := strAt(item, "name"); name != "" {
			k.Variables = append(k.Variables, name)
		}
	}
	x.out.Kustomizations = append(x.out.Kustomizations, k)
}

// fluxApplies records what Flux's Kustomization does to the folder that it applies.
func (x *extractor) fluxApplies(n *yaml.Node) {
	spec := child(n, "spec")
	k := &Kustomization{
		By: "Flux", Folder: x.folder(), Path: repositoryPath(strAt(spec, "path")), Namespace: strAt(spec, "targetNamespace"), In: x.obj.Namespace,
		Rewrites: len(sequence(child(spec, "patches")))+len(sequence(child(spec, "patchesStrategicMerge")))+len(sequence(child(spec, "patchesJson6902"))) > 0,
	}
	for _, item := range sequence(child(spec, "images")) {
		if name := strAt(item, "name"); name != "" {
			k.Images = append(k.Images, name)
		}
	}
	if build := child(spec, "postBuild"); build != nil {
		k.Substitutes = true
		k.Values = x.substitutes(child(build, "substitute"))
		for _, item := range sequence(child(build, "substituteFrom")) {
			k.From = append(k.From, strAt(item, "kind")+"/"+strAt(item, "name"))
		}
	}
	x.out.Kustomizations = append(x.out.Kustomizations, k)
}

// argoApplies records what an Application of Argo CD does to the folder of one of its sources.
func (x *extractor) argoApplies(source *yaml.Node) {
	kustomize := child(source, "kustomize")
	if kustomize == nil {
		return
	}
	k := &Kustomization{
		By: "Argo CD", Folder: x.folder(), Path: repositoryPath(strAt(source, "path")), Namespace: strAt(kustomize, "namespace"), Rewrites: len(sequence(child(kustomize, "patches"))) > 0,
	}
	for _, text := range stringsOf(child(kustomize, "images")) {
		name, _, renamed := strings.Cut(text, "=")
		if !renamed { // NAME:TAG or NAME@DIGEST
			name, _, _ = strings.Cut(name, "@")
			if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, '/') {
				name = name[:i]
			}
		}
		k.Images = append(k.Images, name)
	}
	x.out.Kustomizations = append(x.out.Kustomizations, k)
}

// mostSettings is how many bytes a ConfigMap may have whose values are kept for ${NAME}.
const mostSettings = 32 << 10

// maySettle reports whether a ConfigMap may be one of values for ${NAME}: those are short, and none is a text of several lines, as nearly all other
// ConfigMaps have.
func maySettle(data []byte) bool {
	return len(data) <= mostSettings && !bytes.Contains(data, []byte(": |")) && !bytes.Contains(data, []byte(": >"))
}

// settings records the short values of a ConfigMap: Flux may put them into other files.
func (x *extractor) settings(n *yaml.Node) {
	if !maySettle(x.c.Data) {
		return
	}
	if data := x.substitutes(child(n, "data")); len(data) > 0 {
		x.out.Settings = append(x.out.Settings, &Settings{Namespace: x.obj.Namespace, Name: x.obj.Name, Data: data})
	}
}

// substitutes are the values of a mapping of texts.
func (x *extractor) substitutes(n *yaml.Node) map[string]Substitute {
	var out map[string]Substitute
	for k, v := range entries(n) {
		v = resolve(v)
		if v == nil || v.Kind != yaml.ScalarNode || strings.Contains(v.Value, "\n") || len(v.Value) > maxImageText {
			continue
		}
		if out == nil {
			out = map[string]Substitute{}
		}
		out[strings.Clone(k.Value)] = Substitute{Value: strings.Clone(v.Value), Span: x.span(v)}
	}
	return out
}

// repositoryPath is a folder from the root of a repository, cleaned.
func repositoryPath(p string) string {
	if p = path.Clean("/" + p); p == "/" {
		return "."
	}
	return p[1:]
}

// builds records the images that a tool's own configuration says it builds or replaces.
func (x *extractor) builds(n *yaml.Node) {
	by, list := "", []*yaml.Node(nil)
	switch group(x.obj.APIVersion) {
	case "skaffold":
		by, list = "Skaffold", sequence(descend(n, "build", "artifacts"))
		for _, profile := range sequence(child(n, "profiles")) {
			list = append(list[:len(list):len(list)], sequence(descend(profile, "build", "artifacts"))...)
		}
	case "kbld.k14s.io":
		by, list = "kbld", sequence(child(n, "sources"))
		list = append(list[:len(list):len(list)], sequence(child(n, "overrides"))...)
	}
	for _, item := range list {
		if image := strAt(item, "image"); image != "" {
			x.out.Built = append(x.out.Built, Built{by, x.folder(), image})
		}
	}
}

// sequence are the items of a list.
func sequence(n *yaml.Node) []*yaml.Node {
	if n = resolve(n); n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// stringsOf are the strings of a list.
func stringsOf(n *yaml.Node) []string {
	var out []string
	for _, item := range sequence(n) {
		if s := str(item); s != "" {
			out = append(out, s)
		}
	}
	return out
}
