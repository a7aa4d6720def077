package extract

import (
	"bytes"
	"path"
	"path/filepath"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
)

// folder is the folder of the file, with slashes.
func (x scope) folder() string { return path.Clean(filepath.ToSlash(filepath.Dir(x.text.File.Name))) }

// kustomizes records what a kustomization.yaml says about other files.
func (x scope) kustomizes(n *yaml.Node) {
	folder := x.folder()
	k := &model.Kustomization{Tool: "kustomize", Folder: folder, Namespace: tree.StrAt(n, "namespace"), NamePrefix: tree.StrAt(n, "namePrefix"), NameSuffix: tree.StrAt(n, "nameSuffix")}
	at := func(p string) string { return path.Join(folder, p) }
	for _, key := range []string{"resources", "bases", "components"} {
		for _, p := range stringsOf(tree.Child(n, key)) {
			k.Parts = append(k.Parts, at(p))
			if key == "components" {
				k.Components = append(k.Components, at(p))
			}
		}
	}
	patch := func(item *yaml.Node) {
		if p := tree.StrAt(item, "path"); p != "" {
			k.Patches = append(k.Patches, at(p))
		}
		text := tree.StrAt(item, "patch")
		k.Rewrites = k.Rewrites || strings.Contains(text, "image")
		x.patches(k, text)
	}
	for _, item := range sequence(tree.Child(n, "patches")) {
		patch(item)
	}
	for _, item := range sequence(tree.Child(n, "patchesJson6902")) {
		patch(item)
	}
	for _, p := range stringsOf(tree.Child(n, "patchesStrategicMerge")) {
		if strings.ContainsAny(p, "\n{") { // an inline patch
			k.Rewrites = k.Rewrites || strings.Contains(p, "image")
			x.patches(k, p)
			continue
		}
		k.Patches = append(k.Patches, at(p))
	}
	k.Rewrites = k.Rewrites || len(sequence(tree.Child(n, "replacements"))) > 0 || len(sequence(tree.Child(n, "transformers"))) > 0
	var images []replacedImage
	for _, key := range imageLists {
		images = append(images, imageEntries(tree.Child(n, key))...)
	}
	addImages(k, images)
	for _, item := range sequence(tree.Child(n, "vars")) {
		if name := tree.StrAt(item, "name"); name != "" {
			k.Variables = append(k.Variables, name)
		}
	}
	x.found.Kustomizations = append(x.found.Kustomizations, k)
}

// maxObjectName is the maximum length of an object's name.
const maxObjectName = 253

// patches records that an inline patch is about pull secrets. The names in it count as used.
func (x scope) patches(k *model.Kustomization, text string) {
	if !strings.Contains(text, "imagePullSecrets") {
		return
	}
	k.AddsPullSecrets = true
	for {
		_, after, ok := strings.Cut(text, "name")
		if !ok {
			return
		}
		text = after
		value, ok := strings.CutPrefix(strings.TrimLeft(after, "\"' "), ":") // as in name: x, or "name": "x"
		if !ok {
			continue
		}
		value = strings.TrimLeft(value, " \"'")
		if end := strings.IndexAny(value, "\"' ,}\r\n"); end >= 0 {
			value = value[:end]
		}
		if len(value) <= maxObjectName {
			x.mounts(strings.Clone(value))
		}
	}
}

// imageLists are the keys of a kustomization with entries that replace images; imageTags is the former name.
var imageLists = [...]string{"images", "imageTags"}

// replacedImage is an entry of images: the name that it replaces, and whether it sets a tag or a digest.
type replacedImage struct {
	name     string
	retagged bool
}

// addImages records the images that entries replace.
func addImages(k *model.Kustomization, entries []replacedImage) {
	keepsTag := map[string]bool{}
	for _, e := range entries {
		k.Images = append(k.Images, e.name)
		keepsTag[e.name] = keepsTag[e.name] || !e.retagged
	}
	for _, name := range k.Images {
		if !keepsTag[name] {
			k.Retagged = append(k.Retagged, name)
		}
	}
}

// imageEntries returns the entries of a list in the notation of kustomize that set something.
func imageEntries(list *yaml.Node) []replacedImage {
	var out []replacedImage
	for _, item := range sequence(list) {
		name := tree.StrAt(item, "name")
		sets := slices.ContainsFunc([]string{"newName", "newTag", "tagSuffix", "digest"}, func(key string) bool {
			v := tree.Resolve(tree.Child(item, key))
			return v != nil && v.Value != "" && !tree.IsNull(v)
		})
		if name != "" && sets {
			out = append(out, replacedImage{name, tree.StrAt(item, "newTag")+tree.StrAt(item, "digest") != ""})
		}
	}
	return out
}

// fluxApplies records what Flux's Kustomization does to the folder that it applies.
func (x scope) fluxApplies(n *yaml.Node) {
	spec := tree.Child(n, "spec")
	k := &model.Kustomization{
		Tool: "Flux", Folder: x.folder(), Path: repositoryPath(tree.StrAt(spec, "path")), Namespace: tree.StrAt(spec, "targetNamespace"), NamePrefix: tree.StrAt(spec, "namePrefix"), NameSuffix: tree.StrAt(spec, "nameSuffix"), ValuesNamespace: x.obj.Namespace,
		Rewrites: len(sequence(tree.Child(spec, "patches")))+len(sequence(tree.Child(spec, "patchesStrategicMerge")))+len(sequence(tree.Child(spec, "patchesJson6902"))) > 0,
	}
	for _, key := range []string{"patches", "patchesJson6902"} {
		for _, item := range sequence(tree.Child(spec, key)) {
			x.patches(k, tree.StrAt(item, "patch"))
		}
	}
	images := tree.Child(spec, "images")
	addImages(k, imageEntries(images))
	if k.Object = x.obj; !has(spec, "components") {
		for i, item := range sequence(images) {
			if name := tree.Resolve(tree.Child(item, "name")); tree.Str(name) != "" {
				e := model.KustomizeEntry{Name: strings.Clone(tree.Str(name)), Path: tree.Item("spec.images", i, item).Path, Span: x.span(name)}
				e.Unclear = has(item, "tagSuffix")
				for key, to := range map[string]*string{"newName": &e.NewName, "newTag": &e.NewTag, "digest": &e.Digest} {
					v := tree.Resolve(tree.Child(item, key))
					*to = strings.Clone(tree.Str(v))
					e.Unclear = e.Unclear || v != nil && !tree.IsNull(v) && tree.ScalarType(v) != "string"
				}
				k.Entries = append(k.Entries, e)
			}
		}
	}
	if build := tree.Child(spec, "postBuild"); build != nil {
		k.Substitutes = true
		k.Values = x.substitutes(tree.Child(build, "substitute"))
		for _, item := range sequence(tree.Child(build, "substituteFrom")) {
			k.ValuesFrom = append(k.ValuesFrom, tree.StrAt(item, "kind")+"/"+tree.StrAt(item, "name"))
		}
	}
	x.found.Kustomizations = append(x.found.Kustomizations, k)
}

// argoApplies records what an Application of Argo CD does to the folder of one of its sources.
func (x scope) argoApplies(source *yaml.Node) {
	kustomize := tree.Child(source, "kustomize")
	if kustomize == nil {
		return
	}
	k := &model.Kustomization{
		Tool: "Argo CD", Folder: x.folder(), Path: repositoryPath(tree.StrAt(source, "path")), Namespace: tree.StrAt(kustomize, "namespace"), NamePrefix: tree.StrAt(kustomize, "namePrefix"), NameSuffix: tree.StrAt(kustomize, "nameSuffix"), Rewrites: len(sequence(tree.Child(kustomize, "patches"))) > 0,
	}
	for _, item := range sequence(tree.Child(kustomize, "patches")) {
		x.patches(k, tree.StrAt(item, "patch"))
	}
	var images []replacedImage
	for _, text := range stringsOf(tree.Child(kustomize, "images")) {
		name, to, renamed := strings.Cut(text, "=")
		if !renamed { // NAME:TAG or NAME@DIGEST
			to = name
			name = imageref.KustomizeName(name)
		}
		images = append(images, replacedImage{name, to != imageref.KustomizeName(to)})
	}
	addImages(k, images)
	x.found.Kustomizations = append(x.found.Kustomizations, k)
}

// maxSettings is the maximum size in bytes of a ConfigMap whose values are kept for ${NAME}.
const maxSettings = 32 << 10

// maySettle reports whether a ConfigMap may hold values for ${NAME}. Such values are short and have a single line,
// unlike those of nearly all other ConfigMaps.
func maySettle(data []byte) bool {
	return len(data) <= maxSettings && !bytes.Contains(data, []byte(": |")) && !bytes.Contains(data, []byte(": >"))
}

// settings records the short values of a ConfigMap, which Flux may substitute in other files.
func (x scope) settings(n *yaml.Node) {
	if !maySettle(x.text.Data) {
		return
	}
	if data := x.substitutes(tree.Child(n, "data")); len(data) > 0 {
		x.found.ConfigMaps = append(x.found.ConfigMaps, &model.ConfigMap{Namespace: x.obj.Namespace, Name: x.obj.Name, Data: data})
	}
}

// substitutes returns the string values of a mapping.
func (x scope) substitutes(n *yaml.Node) map[string]model.Substitute {
	var out map[string]model.Substitute
	for k, v := range tree.Entries(n) {
		v = tree.Resolve(v)
		if v == nil || v.Kind != yaml.ScalarNode || strings.Contains(v.Value, "\n") || len(v.Value) > maxImageText {
			continue
		}
		if out == nil {
			out = map[string]model.Substitute{}
		}
		out[strings.Clone(k.Value)] = model.Substitute{Value: strings.Clone(v.Value), Span: x.span(v)}
	}
	return out
}

// repositoryPath returns a cleaned folder relative to the root of a repository.
func repositoryPath(p string) string {
	if p = path.Clean("/" + p); p == "/" {
		return "."
	}
	return p[1:]
}

// builds records the images that a tool's own configuration says it builds or replaces.
func (x scope) builds(n *yaml.Node) {
	by, list := "", []*yaml.Node(nil)
	switch model.Group(x.obj.APIVersion) {
	case "skaffold":
		by, list = "Skaffold", sequence(tree.Descend(n, "build", "artifacts"))
		for _, profile := range sequence(tree.Child(n, "profiles")) {
			list = append(list[:len(list):len(list)], sequence(tree.Descend(profile, "build", "artifacts"))...)
		}
	case "kbld.k14s.io":
		by, list = "kbld", sequence(tree.Child(n, "sources"))
		list = append(list[:len(list):len(list)], sequence(tree.Child(n, "overrides"))...)
	case "imgpkg.carvel.dev":
		x.locks(n)
	}
	for _, item := range list {
		if image := tree.StrAt(item, "image"); image != "" {
			x.found.BuiltImages = append(x.found.BuiltImages, model.BuiltImage{Tool: by, Folder: x.folder(), Image: image})
		}
	}
}

// locks records the images that kbld replaces with those of the lock of a bundle, which is in a folder of the bundle.
func (x scope) locks(n *yaml.Node) {
	const folder, was = ".imgpkg", "kbld.carvel.dev/id"
	if path.Base(x.folder()) != folder {
		return
	}
	for _, item := range sequence(tree.Child(n, "images")) {
		if image := tree.StrAt(tree.Child(item, "annotations"), was); image != "" && image != tree.StrAt(item, "image") {
			x.found.BuiltImages = append(x.found.BuiltImages, model.BuiltImage{Tool: "kbld", Folder: path.Dir(x.folder()), Image: image})
		}
	}
}

// sequence returns the items of a list.
func sequence(n *yaml.Node) []*yaml.Node {
	if n = tree.Resolve(n); n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// stringsOf returns the strings in a list.
func stringsOf(n *yaml.Node) []string {
	var out []string
	for _, item := range sequence(n) {
		if s := tree.Str(item); s != "" {
			out = append(out, s)
		}
	}
	return out
}
