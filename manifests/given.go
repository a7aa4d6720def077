package manifests

import (
	"path"
	"slices"
	"sort"

	"github.com/imagelint-dev/imagelint/internal/lazy"
	"github.com/imagelint-dev/imagelint/manifests/internal/extract"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// resolveValuesFrom finds values that objects take from other parts of the input: files are read again as values, and
// texts of ConfigMaps are added. It opens only inputs. Values that are not in the input are skipped.
func resolveValuesFrom(inputs []Input, results []*fileResult, again func(i int)) {
	if !takesValues(results) {
		return
	}
	g := variableLookup{inputs: inputs, results: results, again: again, files: unclean(inputs), kept: map[configKey][]*configValue{}, found: map[configKey]bool{}, taken: map[*extract.Found]bool{}}
	for i := range results {
		g.index(i)
	}
	for i, r := range slices.Clone(results) {
		if r.context || r.source {
			continue
		}
		var last Skip
		for _, ref := range r.refs {
			if !g.find(&ref) && ref.Skip != last {
				last = ref.Skip
				own := g.own(i)
				own.Skipped = append(own.Skipped, last)
			}
		}
	}
	for _, i := range g.grown {
		sortByPlace(results[i])
	}
}

// unclean returns the inputs whose names are not clean paths, by these.
func unclean(inputs []Input) map[string]int {
	out := map[string]int{}
	for i := range inputs {
		if clean := source.CleanPath(inputs[i].Name); clean != inputs[i].Name {
			out[clean] = i
		}
	}
	return out
}

// takesValues reports whether something that is reported on takes values from other parts of the input.
func takesValues(results []*fileResult) bool {
	return slices.ContainsFunc(results, func(r *fileResult) bool { return r != nil && len(r.refs) > 0 && !r.context && !r.source })
}

// variableLookup looks values up.
type variableLookup struct {
	inputs  []Input // sorted by name
	results []*fileResult
	again   func(i int)
	files   map[string]int // see unclean
	kept    map[configKey][]*configValue
	found   map[configKey]bool // cached answers
	grown   []int              // the results that got a text
	taken   map[*extract.Found]bool
}

// configKey is a key of a ConfigMap in a namespace; "" if none is set, and anywhere for all.
type configKey struct{ namespace, name, key string }

const anywhere = "*"

// configValue is the value of a key of a ConfigMap: a text of a result, or a file.
type configValue struct {
	result *fileResult
	number int // of the result
	text   *extract.Found
	file   string
}

// own returns a result that may be modified.
func (g *variableLookup) own(i int) *fileResult {
	if g.results[i].shared {
		g.results[i] = g.results[i].clone()
	}
	return g.results[i]
}

// index indexes the ConfigMaps of result i. Those whose names get a hash from kustomize are also indexed without it.
func (g *variableLookup) index(i int) {
	r := g.results[i]
	add := func(namespace, name, key string, k *configValue) {
		for _, ns := range [...]string{namespace, anywhere} {
			g.kept[configKey{ns, name, key}] = append(g.kept[configKey{ns, name, key}], k)
		}
	}
	for _, t := range r.texts {
		k := &configValue{result: r, number: i, text: t.Found}
		add(t.Namespace, t.Name, t.Key, k)
		if base := hash().ReplaceAllString(t.Name, ""); base != t.Name {
			add(t.Namespace, base, t.Key, k)
		}
	}
	for _, made := range r.generated {
		add(made.Namespace, made.Name, made.Key, &configValue{file: made.File})
	}
}

// hash matches the hash that kustomize adds to the name of a generated ConfigMap.
var hash = lazy.Regexp(`-[a-z0-9]{10}$`)

// find reports whether the referenced values are in the input.
func (g *variableLookup) find(ref *extract.Ref) bool {
	switch {
	case ref.ConfigMap != "":
		return g.configMap(ref)
	case ref.Rooted:
		for dir := ref.Folder; ; dir = path.Dir(dir) {
			if g.file(path.Join(dir, ref.File)) {
				return true
			}
			if dir == path.Dir(dir) {
				return false
			}
		}
	case ref.File != "":
		return g.file(path.Join(ref.Folder, ref.File))
	}
	return false
}

// file reads an input as values, unless it is an object or was read already.
func (g *variableLookup) file(name string) bool {
	i := g.input(name)
	if i < 0 || g.inputs[i].Context {
		return i >= 0
	}
	if in, r := &g.inputs[i], g.results[i]; !in.ChartValues && !in.InMemory && r.err == nil && r.Stats.Objects == 0 && !r.installs {
		in.ChartValues, in.RenderedElsewhere = true, false
		g.again(i)
	}
	return true
}

// input returns the last input with a clean path, or -1.
func (g *variableLookup) input(name string) int {
	after := sort.Search(len(g.inputs), func(i int) bool { return g.inputs[i].Name > name })
	i, ok := g.files[name]
	if !ok {
		i = -1
	}
	if after > 0 && g.inputs[after-1].Name == name {
		i = max(i, after-1)
	}
	return i
}

// configMap adds the text of a ConfigMap, inline or generated from a file. Without a namespace, all matching ones are
// used.
func (g *variableLookup) configMap(ref *extract.Ref) bool {
	namespaces := []string{ref.Namespace, ""}
	if ref.Namespace == "" {
		namespaces = []string{anywhere}
	}
	found := false
	for _, ns := range namespaces {
		key := configKey{ns, ref.ConfigMap, ref.Key}
		if _, asked := g.found[key]; !asked {
			g.found[key] = g.takeAll(g.kept[key])
		}
		found = found || g.found[key]
	}
	return found
}

// takeAll adds everything under a key, and reports whether any of it is in the input.
func (g *variableLookup) takeAll(list []*configValue) bool {
	found := false
	written := slices.ContainsFunc(list, func(k *configValue) bool { return k.result != nil && k.result.source })
	for _, k := range list {
		switch {
		case k.text == nil:
			found = g.file(k.file) || found
		case k.result.source:
			if !g.taken[k.text] { // add each only once
				g.taken[k.text] = true
				own := g.own(k.number)
				if own.taken == nil {
					own.taken = &Set{}
				}
				own.taken.Add(&k.text.Set)
			}
			found = true
		case written: // the position in the file that the user edits
			found = true
		case !k.result.context:
			if !g.taken[k.text] {
				g.taken[k.text] = true
				g.own(k.number).Add(&k.text.Set)
				g.grown = append(g.grown, k.number)
			}
			fallthrough
		default:
			found = true
		}
	}
	return found
}
