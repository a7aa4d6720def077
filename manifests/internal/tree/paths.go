package tree

import (
	"slices"
	"strconv"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// Field is a node that a path leads to.
type Field struct {
	Key, Val *yaml.Node // Key is nil for the item of a list
	Path     string
}

// Entry returns the field for a key and a value of the mapping at a path.
func Entry(path string, key, val *yaml.Node) Field {
	return Field{Key: key, Val: val, Path: Join(path, key.Value)}
}

// Item returns the field for an item of the list at a path.
func Item(path string, i int, item *yaml.Node) Field {
	return Field{Val: item, Path: path + "[" + strconv.Itoa(i) + "]"}
}

const (
	// maxFound limits how many matches one path may have in one object.
	maxFound = 100_000
	// MaxPath limits the length of a concrete path, in bytes. Paths in Kubernetes objects have at most a tenth of it.
	// Without a limit, long keys on thousands of levels would result in paths of gigabytes.
	MaxPath = 2048
)

// Follow returns the fields below n that a path leads to, with the concrete path of each. Values
// are not resolved: an alias stays an alias.
func Follow(n *yaml.Node, p resources.Path, at string) []Field {
	f := Field{Val: n, Path: at}
	keys := 0
	for keys < len(p) && p[keys].Kind == resources.Key { // most paths have only keys, which lead to at most one field
		if f.Key, f.Val = Get(Resolve(f.Val), p[keys].Name); f.Val == nil {
			return nil
		}
		keys++
	}
	if keys > 0 { // most paths lead nowhere, so their text is not built before
		var buf [128]byte
		text := append(Trail(buf[:0]), at...)
		for _, step := range p[:keys] {
			if len(text) > MaxPath {
				return nil
			}
			text = text.Key(step.Name)
		}
		f.Path = string(text)
	}
	p = p[keys:]
	out := []Field{f}
	for _, step := range p {
		var next []Field
		for _, f := range out {
			if next = apply(next, f, step); len(next) > maxFound {
				next = next[:maxFound]
				break
			}
		}
		if out = next; len(out) == 0 {
			return nil
		}
	}
	return out
}

func apply(out []Field, f Field, step resources.Step) []Field {
	n := Resolve(f.Val)
	if n == nil || len(f.Path) > MaxPath {
		return out
	}
	switch step.Kind {
	case resources.Key:
		if k, v := Get(n, step.Name); v != nil {
			out = append(out, Field{k, v, Join(f.Path, step.Name)})
		}
	case resources.Glob:
		for k, v := range Entries(n) {
			if step.Matches(k.Value) && len(k.Value) <= MaxPath {
				out = append(out, Entry(f.Path, k, v))
			}
		}
	case resources.Items:
		if n.Kind == yaml.SequenceNode {
			out = slices.Grow(out, len(n.Content))
			for i, item := range n.Content {
				out = append(out, Item(f.Path, i, item))
			}
		}
	case resources.Index:
		if n.Kind == yaml.SequenceNode && step.Index < len(n.Content) {
			out = append(out, Item(f.Path, step.Index, n.Content[step.Index]))
		}
	case resources.Where:
		if v := Child(n, step.Name); v != nil && v.Kind == yaml.ScalarNode && v.Value == step.Value {
			out = append(out, f)
		}
	case resources.Descend:
		seen := map[*yaml.Node]bool{}
		out = below(out, f, seen)
	}
	return out
}

// below appends f and every mapping and list under it, each once.
func below(out []Field, f Field, seen map[*yaml.Node]bool) []Field {
	n := Resolve(f.Val)
	if n == nil || n.Kind == yaml.ScalarNode || seen[n] || len(f.Path) > MaxPath || len(out) > maxFound {
		return out
	}
	seen[n] = true
	out = append(out, f)
	switch n.Kind {
	case yaml.MappingNode:
		for k, v := range Entries(n) {
			if len(k.Value) <= MaxPath {
				out = below(out, Entry(f.Path, k, v), seen)
			}
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			out = below(out, Item(f.Path, i, item), seen)
		}
	}
	return out
}

// Entries yields the scalar keys of a mapping with their values, including merged ones: each key
// once, with its effective value.
func Entries(n *yaml.Node) func(yield func(k, v *yaml.Node) bool) {
	return func(yield func(k, v *yaml.Node) bool) {
		if n = Resolve(n); n == nil || n.Kind != yaml.MappingNode {
			return
		}
		if !isPlainMapping(n) {
			for _, f := range effectiveKeys(nil, n, map[string]bool{}, 0) {
				if !yield(f.Key, f.Val) {
					return
				}
			}
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if k := Resolve(n.Content[i]); k != nil && k.Kind == yaml.ScalarNode && !yield(k, n.Content[i+1]) {
				return
			}
		}
	}
}

// isPlainMapping reports whether a mapping has neither merge keys nor duplicate keys.
func isPlainMapping(n *yaml.Node) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if k := Resolve(n.Content[i]); k != nil && IsMerge(k) {
			return false
		}
	}
	return !HasDuplicates(n)
}

// fewKeys is the number of keys up to which a key that may be a duplicate is compared with all keys before it.
const fewKeys = 64

// HasDuplicates reports whether a mapping has equal keys.
func HasDuplicates(n *yaml.Node) bool {
	var seen keySet
	var all map[string]bool
	if len(n.Content) > 2*fewKeys {
		all = make(map[string]bool, len(n.Content)/2)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := Resolve(n.Content[i])
		if k == nil || k.Kind != yaml.ScalarNode {
			continue
		}
		if all != nil {
			if all[k.Value] {
				return true
			}
			all[k.Value] = true
			continue
		}
		if !seen.add(k.Value) {
			continue
		}
		for j := 0; j < i; j += 2 {
			if l := Resolve(n.Content[j]); l != nil && l.Kind == yaml.ScalarNode && l.Value == k.Value {
				return true
			}
		}
	}
	return false
}

// keySet tells apart most of a few keys.
type keySet [4]uint64

// add adds a key, and reports whether the set may have had it before.
func (s *keySet) add(key string) bool {
	h := uint(len(key))
	if h > 0 {
		h = ((h*31+uint(key[0]))*31+uint(key[h/2]))*31 + uint(key[h-1])
	}
	word, bit := &s[h>>6%4], uint64(1)<<(h%64)
	had := *word&bit != 0
	*word |= bit
	return had
}

// effectiveKeys appends the effective keys of a mapping, including merged ones, in the order in
// which they are written.
func effectiveKeys(out []Field, n *yaml.Node, done map[string]bool, depth int) []Field {
	if n = Resolve(n); n == nil || n.Kind != yaml.MappingNode || depth > maxAliasDepth {
		return out
	}
	from := len(out)
	for i := len(n.Content) - 2; i >= 0; i -= 2 {
		k := Resolve(n.Content[i])
		switch {
		case k == nil || k.Kind != yaml.ScalarNode:
		case IsMerge(k):
			for _, m := range mergeSources(n.Content[i+1]) {
				out = effectiveKeys(out, m, done, depth+1)
			}
		case !done[k.Value]:
			done[k.Value] = true
			out = append(out, Field{Key: k, Val: n.Content[i+1]})
		}
	}
	if depth == 0 {
		slices.Reverse(out[from:])
	}
	return out
}
