// Package overlay knows which kustomizations, Flux Kustomizations and Argo CD Applications of a set take which of its files, and what they do to the
// images in them before a cluster sees them. It builds nothing: what only a build shows is said to be possible.
package overlay

import (
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/manifests"
)

// Index answers which kustomizations take a file. It is safe for concurrent use.
type Index struct {
	// takers are the kustomizations that name a file or folder, folders those that lie in one, applied the objects that apply one.
	takers, applied map[string][]*manifests.Kustomization
	folders         map[string]*manifests.Kustomization
	appliedEnds     map[string]bool // the last parts of the paths in applied: no others are looked up
	// patches are the files that some kustomization applies to others.
	patches map[string]bool
	// writers are the workloads of patches that have an image, by file.
	writers map[string][]*manifests.Workload
	// substitutes is true if some kustomization of the set puts values in place of ${NAME}.
	substitutes bool
	settings    map[string]*manifests.ConfigMap
	built       map[string][]manifests.BuiltImage // by image
	mu          sync.Mutex                        // guards known
	known       map[string][]*manifests.Kustomization
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
	x.takers, x.applied = map[string][]*manifests.Kustomization{}, map[string][]*manifests.Kustomization{}
	x.appliedEnds = map[string]bool{}
	x.folders, x.patches, x.known = map[string]*manifests.Kustomization{}, map[string]bool{}, map[string][]*manifests.Kustomization{}
	for _, k := range set.Kustomizations {
		x.substitutes = x.substitutes || k.Substitutes
		if k.Path != "" {
			x.applied[k.Path] = append(x.applied[k.Path], k)
			x.appliedEnds[path.Base(k.Path)] = true
			continue
		}
		x.folders[k.Folder] = k
		for _, p := range slices.Concat(k.Parts, k.Patches) {
			x.takers[p] = append(x.takers[p], k)
		}
		for _, p := range k.Patches {
			x.patches[p] = true
		}
	}
	x.writers = map[string][]*manifests.Workload{}
	for _, w := range slices.Concat(set.Workloads, set.Context) {
		if file := fileOf(w.Object); x.patches[file] && slices.ContainsFunc(w.Images, func(i *manifests.ImageRef) bool { return i.State == manifests.StateString }) {
			x.writers[file] = append(x.writers[file], w)
		}
	}
	x.settings = map[string]*manifests.ConfigMap{}
	for _, s := range set.ConfigMaps {
		x.settings[s.Namespace+"/"+s.Name] = s
	}
	return x
}

// fileOf is the file of an object in the form of the paths of kustomizations; "" for none. What a kustomization was built to is under the name of
// its file: what is done to its folder is still to come.
func fileOf(o *manifests.Object) string {
	if o == nil || o.Doc == nil || o.Doc.Span.File == nil {
		return ""
	}
	file := path.Clean(filepath.ToSlash(o.Doc.Span.File.Name))
	if name := path.Base(file); o.Doc.Span.File.InMemory && name != "kustomization.yaml" && name != "kustomization.yml" && name != "Kustomization" {
		return ""
	}
	return file
}

// mostOver is how many kustomizations are looked for above one file: enough for any tree that people wrote, and a bound on those that nobody did.
const mostOver = 200

// over are the kustomizations that take an object's file, directly or through others, the nearest ones first. What a kustomization was built to is taken
// by those that take its folder.
func (x *Index) over(o *manifests.Object) []*manifests.Kustomization {
	if x.known == nil {
		return nil
	}
	file, folder := fileOf(o), ""
	key := file
	if file != "" && o.Doc.Span.File.InMemory {
		folder = path.Dir(file)
		key = folder + "/"
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if all, ok := x.known[key]; ok {
		return all
	}
	var all []*manifests.Kustomization
	seen := map[*manifests.Kustomization]bool{}
	add := func(ks []*manifests.Kustomization) {
		for _, k := range ks {
			if !seen[k] && len(all) < mostOver {
				seen[k] = true
				all = append(all, k)
			}
		}
	}
	add(x.takers[file])
	add(x.takers[folder])
	for i := 0; i < len(all); i++ {
		k := all[i]
		if k.Path != "" {
			continue
		}
		add(x.takers[k.Folder])
		for _, c := range k.Components {
			if part := x.folders[c]; part != nil {
				add([]*manifests.Kustomization{part})
			}
		}
	}
	if len(x.applied) > 0 {
		x.addApplied(path.Dir(file), add)
		for _, k := range slices.Clone(all) {
			if k.Path == "" {
				x.addApplied(k.Folder, add)
			}
		}
	}
	x.known[key] = all
	return all
}

// mostDepth is how many folders deep a file may lie for those that an object applies to be looked for.
const mostDepth = 40

// addApplied adds the objects that apply a folder, or one above it. Their paths begin at the root of a repository, which may be any folder above: the
// inputs do not tell which.
func (x *Index) addApplied(folder string, add func([]*manifests.Kustomization)) {
	for _, k := range x.applied["."] { // all of a repository, whose root is not known: it holds at least what lies beside
		if isBelow(folder, k.Folder) {
			add([]*manifests.Kustomization{k})
		}
	}
	parts := strings.Split(folder, "/")
	parts = parts[max(0, len(parts)-mostDepth):]
	for from := range parts {
		for to := from + 1; to <= len(parts); to++ {
			if x.appliedEnds[parts[to-1]] {
				add(x.applied[strings.Join(parts[from:to], "/")])
			}
		}
	}
}

// isBelow reports whether a path is a folder, or below it.
func isBelow(p, folder string) bool {
	return p == folder || strings.HasPrefix(p, folder+"/") || folder == "." && !path.IsAbs(p) && p != ".." && !strings.HasPrefix(p, "../")
}

// Change is what may become of an image.
type Change struct {
	// By names who changes it; "" if unknown.
	By string
	// Certain is true if the text as written never reaches a node.
	Certain bool
}

// Image says what becomes of an image of an object. empty says that the object has none in the field.
func (x *Index) Image(o *manifests.Object, raw, name string, empty bool) Change {
	if len(x.folders)+len(x.applied)+len(x.built) == 0 {
		return Change{}
	}
	file := fileOf(o)
	for _, text := range []string{raw, name} {
		for _, b := range x.built[text] {
			if file != "" && isBelow(file, b.Folder) {
				return Change{b.Tool, true}
			}
		}
	}
	over := x.over(o)
	if empty && x.patches[file] {
		return Change{"the object that kustomize merges this patch into", true}
	}
	may := Change{}
	variable := x.substitutes && strings.Contains(raw, "${")
	for _, k := range over {
		switch {
		case variable && k.Substitutes:
			return Change{k.Tool, true}
		case slices.Contains(k.Images, name), slices.Contains(k.Images, raw):
			return Change{k.Tool, true}
		case len(k.Variables) > 0 && slices.ContainsFunc(k.Variables, func(v string) bool { return strings.Contains(raw, "$("+v+")") }):
			return Change{k.Tool, true}
		case may.By == "" && (k.Rewrites || x.patchWrites(k, o, file)):
			may = Change{"a patch of " + k.Tool, false}
		}
	}
	if variable && may.By == "" {
		may = Change{"Flux, which replaces variables in other files of the input,", false}
	}
	return may
}

// patchWrites reports whether a patch of a kustomization may write an image of an object: one that is not an object may write anything.
func (x *Index) patchWrites(k *manifests.Kustomization, o *manifests.Object, file string) bool {
	return slices.ContainsFunc(k.Patches, func(p string) bool {
		if p == file {
			return false
		}
		writers, read := x.writers[p]
		return !read || slices.ContainsFunc(writers, func(w *manifests.Workload) bool { return w.Kind == o.Kind })
	})
}

// Patches adds the files that kustomizations apply to the objects of a file, directly or through others, to a set of clean paths with slashes.
func (x *Index) Patches(o *manifests.Object, to map[string]bool) {
	for _, k := range x.over(o) {
		for _, p := range k.Patches {
			to[p] = true
		}
	}
}

// Namespaces are those into which kustomizations put an object, whatever it writes.
func (x *Index) Namespaces(o *manifests.Object) []string {
	if len(x.folders)+len(x.applied) == 0 {
		return nil
	}
	var out []string
	for _, k := range x.over(o) {
		if k.Namespace != "" && !slices.Contains(out, k.Namespace) {
			out = append(out, k.Namespace)
		}
	}
	return out
}
