// Package overlay finds the kustomizations, Flux Kustomizations and Argo CD Applications of a set that apply a file,
// and what they do to its images before a cluster sees them. It builds nothing: changes that only a build shows are
// reported as possible.
package overlay

import (
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Index finds the kustomizations that apply a file. It is safe for concurrent use.
type Index struct {
	// users maps files and folders to the kustomizations that name them, folders to those in them, and applied to the
	// objects that apply a folder.
	users, applied map[string][]*manifests.Kustomization
	folders        map[string]*manifests.Kustomization
	listing        map[string]bool // folders with kustomizations, built or not
	appliedEnds    map[string]bool // the last segments of the paths in applied; others are not looked up
	// patches are the files that some kustomization applies as patches.
	patches map[string]bool
	// writers returns the workloads of patches with an image, by file. Like selectors and settings, they are made when first used: most indexes are only
	// asked which kustomizations apply a file.
	writers func() map[string][]*manifests.Workload
	// substitutes is true if some kustomization of the set substitutes ${NAME}, renames if one changes names, and places if a Flux Kustomization has a
	// targetNamespace.
	substitutes, renames, places bool
	patchesSecrets               bool // some inline patch is about pull secrets
	settings                     func() map[string]*manifests.ConfigMap
	built                        map[string][]manifests.BuiltImage // by image
	selectors                    func() map[*manifests.Kustomization]*imageref.KustomizeSelectors
	mu                           sync.Mutex // guards the maps below
	known                        map[*source.File]above
	appliers                     map[string][]*manifests.Kustomization // by folder
	placed                       map[string][]string                   // by folder; see targetsOf
}

// above is what is known about the objects of a file.
type above struct {
	file string // as in kustomizations
	all  []*manifests.Kustomization
	// targets are the namespaces that Flux sets for all of them, whatever they set themselves; see Index.targets.
	targets []string
}

// New indexes a set.
func New(set *manifests.Set) *Index {
	x := &Index{built: map[string][]manifests.BuiltImage{}}
	for _, b := range set.BuiltImages {
		x.built[b.Image] = append(x.built[b.Image], b)
	}
	if len(set.Kustomizations) == 0 {
		return x
	}
	x.users, x.applied = map[string][]*manifests.Kustomization{}, map[string][]*manifests.Kustomization{}
	x.appliedEnds, x.listing = map[string]bool{}, map[string]bool{}
	for _, k := range set.BuiltKustomizations {
		x.listing[k.Folder] = true
	}
	x.folders, x.patches = map[string]*manifests.Kustomization{}, map[string]bool{}
	x.known, x.appliers, x.placed = map[*source.File]above{}, map[string][]*manifests.Kustomization{}, map[string][]string{}
	for _, k := range set.Kustomizations {
		x.substitutes = x.substitutes || k.Substitutes
		x.patchesSecrets = x.patchesSecrets || k.AddsPullSecrets
		x.renames = x.renames || k.NamePrefix+k.NameSuffix != ""
		x.places = x.places || places(k)
		if k.Path != "" {
			x.applied[k.Path] = append(x.applied[k.Path], k)
			x.appliedEnds[path.Base(k.Path)] = true
			continue
		}
		x.folders[k.Folder], x.listing[k.Folder] = k, true
		for _, p := range k.Parts {
			x.users[p] = append(x.users[p], k)
		}
		for _, p := range k.Patches {
			x.users[p] = append(x.users[p], k)
			x.patches[p] = true
		}
	}
	workloads, all, configMaps := [][]*manifests.Workload{set.Workloads, set.Context}, set.Kustomizations, set.ConfigMaps
	if len(x.patches) == 0 {
		workloads = nil // do not keep them
	}
	x.writers = sync.OnceValue(func() map[string][]*manifests.Workload { return writersOf(workloads, x.patches) })
	x.selectors = sync.OnceValue(func() map[*manifests.Kustomization]*imageref.KustomizeSelectors { return selectorsOf(all) })
	x.settings = sync.OnceValue(func() map[string]*manifests.ConfigMap {
		settings := make(map[string]*manifests.ConfigMap, len(configMaps))
		for _, s := range configMaps {
			settings[s.Namespace+"/"+s.Name] = s
		}
		return settings
	})
	return x
}

// writersOf returns the workloads with an image in patches, by file.
func writersOf(workloads [][]*manifests.Workload, patches map[string]bool) map[string][]*manifests.Workload {
	writers := map[string][]*manifests.Workload{}
	var last *source.File
	file := ""
	for _, list := range workloads {
		for _, w := range list {
			if f := sourceOf(w.Object); f != last { // most files hold several workloads
				file, last = pathOf(f), f
			}
			if patches[file] && slices.ContainsFunc(w.Images, func(i *manifests.ImageRef) bool { return i.State == manifests.StateString }) {
				writers[file] = append(writers[file], w)
			}
		}
	}
	return writers
}

// selectorsOf returns what the images entries of kustomizations select.
func selectorsOf(all []*manifests.Kustomization) map[*manifests.Kustomization]*imageref.KustomizeSelectors {
	selectors := map[*manifests.Kustomization]*imageref.KustomizeSelectors{}
	patterns := 0
	for _, k := range all {
		for _, name := range k.Images {
			if imageref.IsKustomizePattern(name) {
				if patterns++; patterns > maxPatterns || len(name) > maxPattern {
					continue
				}
			}
			if selectors[k] == nil {
				selectors[k] = &imageref.KustomizeSelectors{}
			}
			selectors[k].Add(name)
		}
	}
	return selectors
}

// maxPatterns is the maximum number of entries of images whose names are regular expressions, and maxPattern their maximum length. Each of them is compared
// with each image.
const maxPatterns, maxPattern = 100, 500

// sourceOf returns the file of an object, or nil.
func sourceOf(o *manifests.Object) *source.File {
	if o == nil || o.Doc == nil {
		return nil
	}
	return o.Doc.File
}

// pathOf returns a file in the form of kustomization paths, or "". The output of a kustomization is under the name of
// its file, because later changes apply to its folder.
func pathOf(f *source.File) string {
	if f == nil {
		return ""
	}
	file := source.CleanPath(f.Name)
	if f.InMemory && !isKustomization(file) {
		return ""
	}
	return file
}

// folderOf is path.Dir, but fast: the path is clean, so what is before its last slash is, too.
func folderOf(file string) string {
	switch i := strings.LastIndexByte(file, '/'); i {
	case -1:
		return "."
	case 0:
		return "/"
	default:
		return file[:i]
	}
}

func isKustomization(file string) bool {
	name := file[strings.LastIndexByte(file, '/')+1:]
	return name == "kustomization.yaml" || name == "kustomization.yml" || name == "Kustomization"
}

// maxKustomizations is the maximum number of kustomizations above one file. It is far above real trees, and bounds the cost of
// generated ones.
const maxKustomizations = 200

// over returns the kustomizations that apply an object's file, directly or through others, the nearest first.
func (x *Index) over(o *manifests.Object) above {
	if x.known == nil {
		return above{}
	}
	file := sourceOf(o)
	x.mu.Lock()
	defer x.mu.Unlock()
	known, ok := x.known[file]
	if !ok {
		known.file = pathOf(file)
		known.all = x.find(o, known.file)
		if x.places {
			known.targets = x.targets(known.file, known.all)
		}
		x.known[file] = known
	}
	return known
}

// kustomizations is a list without duplicates.
type kustomizations []*manifests.Kustomization

func (l *kustomizations) add(more ...*manifests.Kustomization) {
	for _, k := range more {
		if len(*l) >= maxKustomizations {
			return
		}
		if !slices.Contains(*l, k) {
			*l = append(*l, k)
		}
	}
}

// find is over without a cache. What a kustomization makes, and its output, are applied by those that apply its folder.
func (x *Index) find(o *manifests.Object, file string) []*manifests.Kustomization {
	folder := ""
	if file != "" && (o.Doc.File.InMemory || isKustomization(file)) {
		folder = folderOf(file)
	}
	var all kustomizations
	all.add(x.users[file]...)
	all.add(x.users[folder]...)
	for i := 0; i < len(all); i++ {
		k := all[i]
		if k.Path != "" {
			continue
		}
		all.add(x.users[k.Folder]...)
		for _, c := range k.Components {
			if part := x.folders[c]; part != nil {
				all.add(part)
			}
		}
	}
	if len(x.applied) > 0 {
		all.add(x.applying(folderOf(file))...)
		for _, k := range slices.Clone(all) {
			if k.Path == "" {
				all.add(x.applying(k.Folder)...)
			}
		}
	}
	return all
}

// maxDepth is the maximum depth of a file for finding the objects that apply it.
const maxDepth = 40

// applying returns the objects that apply a folder or a parent of it. Their paths are relative to the root of a
// repository, which may be any parent folder: the input does not show which.
func (x *Index) applying(folder string) []*manifests.Kustomization {
	if known, ok := x.appliers[folder]; ok {
		return known
	}
	var all kustomizations
	for _, k := range x.applied["."] { // the whole repository, whose root is unknown: it contains at least the files next to the object
		if isBelow(folder, k.Folder) {
			all.add(k)
		}
	}
	starts, ends := make([]int, 0, maxDepth), []int(nil) // of its parts; ends only of those with which a path ends
	for at := 0; at <= len(folder); {
		part, _, _ := strings.Cut(folder[at:], "/")
		starts = append(starts, at)
		at += len(part)
		if x.appliedEnds[part] {
			ends = append(ends, at)
		}
		at++
	}
	for _, from := range starts[max(0, len(starts)-maxDepth):] {
		for _, to := range ends {
			if from < to {
				all.add(x.applied[folder[from:to]]...)
			}
		}
	}
	x.appliers[folder] = all
	return all
}

// isBelow reports whether a path is a folder, or below it.
func isBelow(p, folder string) bool {
	if rest, ok := strings.CutPrefix(p, folder); ok && (rest == "" || rest[0] == '/') {
		return true
	}
	return folder == "." && !path.IsAbs(p) && p != ".." && !strings.HasPrefix(p, "../")
}

// Change is a possible change of an image.
type Change struct {
	// By is what changes it, or "" if unknown.
	By string
	// Certain is true if the text as written never reaches a node.
	Certain bool
}

// Image returns the change of an image of an object. empty tells that the image field is empty. An entry for an image counts for all fields: which of them
// kustomize replaces depends on its configurations.
func (x *Index) Image(o *manifests.Object, raw, name string, empty bool) Change {
	if len(x.folders)+len(x.applied)+len(x.built) == 0 {
		return Change{}
	}
	over := x.over(o)
	if tool := x.builder(o, raw, name); tool != "" {
		return Change{tool, true}
	}
	if empty && x.patches[over.file] {
		return Change{"the object that kustomize merges this patch into", true}
	}
	may := Change{}
	variable := x.substitutes && !keepsVariables(o) && strings.Contains(raw, "${")
	for _, k := range over.all {
		switch {
		case expands(k, o, raw), x.replaces(k, raw):
			return Change{k.Tool, true}
		case may.By == "" && (k.Rewrites || x.patchWrites(k, o, over.file)):
			may = Change{"a patch of " + k.Tool, false}
		}
	}
	if variable && may.By == "" {
		may = Change{"Flux, which replaces variables in other files of the input,", false}
	}
	return may
}

// maxAgreeing is the maximum number of Flux Kustomizations whose entries are applied to an image, and maxEntries that of the entries of each. Each is
// compared with each image.
const maxAgreeing, maxEntries = 10, 100

// Replacement returns what an image of a container becomes, if it is known: all that applies the object and changes images are entries of Flux
// Kustomizations, which agree. It ignores what Image calls possible changes.
func (x *Index) Replacement(o *manifests.Object, raw string) (text string, ok bool) {
	if len(x.applied) == 0 {
		return "", false
	}
	over := x.over(o)
	if len(over.all) >= maxKustomizations || x.builder(o, raw, imageref.KustomizeName(raw)) != "" {
		return "", false
	}
	applied := 0
	for _, k := range over.all {
		replaces := x.replaces(k, raw)
		switch {
		case k.Rewrites, expands(k, o, raw), x.patchWrites(k, o, over.file), replaces != (k.Path != ""):
			return "", false
		case k.Path == "":
			continue
		}
		if applied++; applied > maxAgreeing {
			return "", false
		}
		to, known := x.apply(k, raw)
		if !known || text != "" && text != to {
			return "", false
		}
		text = to
	}
	return text, text != "" && text != raw
}

// apply returns what the entries of a Flux Kustomization make of an image, if they are known as the cluster has them.
func (x *Index) apply(k *manifests.Kustomization, raw string) (text string, known bool) {
	if len(k.Entries) == 0 || len(k.Entries) > maxEntries {
		return "", false
	}
	for _, above := range x.over(k.Object).all {
		if above.Rewrites || len(above.Patches) > 0 {
			return "", false // other entries
		}
	}
	text = raw
	for i := range k.Entries {
		e := &k.Entries[i]
		if imageref.IsKustomizePattern(e.Name) {
			return "", false
		}
		if !imageref.SelectorOf(e.Name).Selects(text) {
			continue
		}
		if e.Unclear {
			return "", false
		}
		name := imageref.KustomizeName(text)
		rest := text[len(name):]
		if e.NewName != "" {
			name = e.NewName
		}
		if e.NewTag+e.Digest != "" { // either replaces both
			rest = ""
		}
		if e.NewTag != "" {
			rest = ":" + e.NewTag
		}
		if e.Digest != "" {
			rest += "@" + e.Digest
		}
		if text = name + rest; len(text) > maxReplaced {
			return "", false
		}
	}
	return text, !strings.Contains(text, "$") // a variable
}

// maxReplaced bounds the length of an image that entries make.
const maxReplaced = 1000

// builder returns the tool that builds an image and replaces the name of it in an object, or "".
func (x *Index) builder(o *manifests.Object, raw, name string) string {
	if len(x.built) == 0 {
		return ""
	}
	file := pathOf(sourceOf(o))
	for _, text := range []string{raw, name} {
		for _, b := range x.built[text] {
			if file != "" && isBelow(file, b.Folder) {
				return b.Tool
			}
		}
	}
	return ""
}

// replaces reports whether an entry of a kustomization selects an image.
func (x *Index) replaces(k *manifests.Kustomization, raw string) bool {
	s := x.selectors()[k]
	return s != nil && s.Select(raw)
}

// expands reports whether a kustomization replaces a variable in an image of an object.
func expands(k *manifests.Kustomization, o *manifests.Object, raw string) bool {
	return k.Substitutes && !keepsVariables(o) && strings.Contains(raw, "${") || slices.ContainsFunc(k.Variables, func(v string) bool { return strings.Contains(raw, "$("+v+")") })
}

// AlsoAsWritten reports whether some kustomization applies an object without replacing an image that others replace, and these set a tag of their own, so that
// the text with another tag is right for all of them.
func (x *Index) AlsoAsWritten(o *manifests.Object, raw, name string) bool {
	over := x.over(o)
	replaces := func(k *manifests.Kustomization) bool { return x.replaces(k, raw) }
	if len(over.all) >= maxKustomizations { // there may be others
		return false
	}
	if x.builder(o, raw, name) != "" || !slices.ContainsFunc(over.all, replaces) {
		return false
	}
	for _, k := range over.all {
		if replaces(k) && !slices.Contains(k.Retagged, name) || name != raw && slices.Contains(k.Images, raw) || expands(k, o, raw) {
			return false
		}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	var all kustomizations
	all.add(x.users[over.file]...)
	for i := 0; i < len(all); i++ {
		k := all[i]
		if replaces(k) || slices.ContainsFunc(k.Components, func(c string) bool { return x.folders[c] != nil && replaces(x.folders[c]) }) {
			continue
		}
		if k.Path != "" {
			return true
		}
		users, appliers := x.users[k.Folder], x.applying(k.Folder)
		if len(users)+len(appliers) == 0 {
			return true // it is applied itself
		}
		all.add(users...)
		all.add(appliers...)
	}
	return false
}

// patchWrites reports whether a patch of a kustomization may change an image of an object. A patch that is not an
// object may change anything.
func (x *Index) patchWrites(k *manifests.Kustomization, o *manifests.Object, file string) bool {
	return slices.ContainsFunc(k.Patches, func(p string) bool {
		if p == file {
			return false
		}
		writers, read := x.writers()[p]
		return !read || slices.ContainsFunc(writers, func(w *manifests.Workload) bool { return w.Kind == o.Kind })
	})
}

// Applies reports whether a kustomization applies an object's file, as a resource or as a patch.
func (x *Index) Applies(o *manifests.Object) bool { return len(x.over(o).all) > 0 }

// AddsPullSecrets reports whether an inline patch of a kustomization may add pull secrets to an object. Names in it are in Set.MountedSecrets.
func (x *Index) AddsPullSecrets(o *manifests.Object) bool {
	return x.patchesSecrets && slices.ContainsFunc(x.over(o).all, func(k *manifests.Kustomization) bool { return k.AddsPullSecrets })
}

// Patches adds the patch files that kustomizations apply to the objects of a file, directly or through others, to a
// set of clean slash-separated paths.
func (x *Index) Patches(o *manifests.Object, to map[string]bool) {
	for _, k := range x.over(o).all {
		for _, p := range k.Patches {
			to[p] = true
		}
	}
}

// Namespaces returns the namespaces that kustomizations set for an object, whatever it sets itself. certain is true if it is in one of them.
func (x *Index) Namespaces(o *manifests.Object) (all []string, certain bool) {
	if len(x.folders)+len(x.applied) == 0 {
		return nil, false
	}
	if to := x.placedIn(o); to != nil {
		return to, true
	}
	var out []string
	for _, k := range x.over(o).all {
		if k.Namespace != "" && !slices.Contains(out, k.Namespace) {
			out = append(out, k.Namespace)
		}
	}
	return out, false
}

// maxNames is the maximum number of names of one object.
const maxNames = 50

// Names returns the names that an object may have: the given one, and those with the prefixes and suffixes of the kustomizations that apply it.
// Which of several kustomizations apply one another's output is left open.
func (x *Index) Names(o *manifests.Object, name string) []string {
	names := []string{name}
	if !x.renames || o == nil {
		return names
	}
	for _, k := range x.over(o).all {
		if k.NamePrefix+k.NameSuffix == "" {
			continue
		}
		for _, n := range names[:len(names):len(names)] {
			if n = k.NamePrefix + n + k.NameSuffix; len(names) < maxNames && !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	return names
}
