package manifests

import (
	"fmt"
	"slices"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// found is a node that a path leads to.
type found struct {
	key, val *yaml.Node // key is nil for the item of a list
	path     string
}

const (
	// maxFound bounds what one path may match in one object.
	maxFound = 100_000
	// maxPath bounds the length of a concrete path, in bytes. That of a Kubernetes object has a tenth of it at most; without a bound,
	// long keys at each of thousands of levels come to paths of gigabytes.
	maxPath = 2048
)

// follow returns what a path leads to below n, with the concrete path of each. Values are not resolved: an alias stays one.
func follow(n *yaml.Node, p resources.Path, at string) []found {
	out := []found{{val: n, path: at}}
	for _, step := range p {
		var next []found
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

func apply(out []found, f found, step resources.Step) []found {
	n := resolve(f.val)
	if n == nil || len(f.path) > maxPath {
		return out
	}
	switch step.Kind {
	case resources.Key:
		if k, v := get(n, step.Name); v != nil {
			out = append(out, found{k, v, join(f.path, step.Name)})
		}
	case resources.Glob:
		for k, v := range entries(n) {
			if step.Matches(k.Value) && len(k.Value) <= maxPath {
				out = append(out, found{k, v, join(f.path, k.Value)})
			}
		}
	case resources.Items:
		if n.Kind == yaml.SequenceNode {
			for i, item := range n.Content {
				out = append(out, found{nil, item, fmt.Sprintf("%s[%d]", f.path, i)})
			}
		}
	case resources.Index:
		if n.Kind == yaml.SequenceNode && step.Index < len(n.Content) {
			out = append(out, found{nil, n.Content[step.Index], fmt.Sprintf("%s[%d]", f.path, step.Index)})
		}
	case resources.Where:
		if v := child(n, step.Name); v != nil && v.Kind == yaml.ScalarNode && v.Value == step.Value {
			out = append(out, f)
		}
	case resources.Descend:
		seen := map[*yaml.Node]bool{}
		out = below(out, f, seen)
	}
	return out
}

// below appends f and every mapping and list under it, each once.
func below(out []found, f found, seen map[*yaml.Node]bool) []found {
	n := resolve(f.val)
	if n == nil || n.Kind == yaml.ScalarNode || seen[n] || len(f.path) > maxPath || len(out) > maxFound {
		return out
	}
	seen[n] = true
	out = append(out, f)
	switch n.Kind {
	case yaml.MappingNode:
		for k, v := range entries(n) {
			if len(k.Value) <= maxPath {
				out = below(out, found{k, v, join(f.path, k.Value)}, seen)
			}
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			out = below(out, found{nil, item, fmt.Sprintf("%s[%d]", f.path, i)}, seen)
		}
	}
	return out
}

// entries yields the scalar keys of a mapping with their values, merged ones included: each key once, with the value that counts.
func entries(n *yaml.Node) func(yield func(k, v *yaml.Node) bool) {
	return func(yield func(k, v *yaml.Node) bool) {
		if n = resolve(n); n == nil || n.Kind != yaml.MappingNode {
			return
		}
		if !isPlainMapping(n) {
			for _, f := range winners(nil, n, map[string]bool{}, 0) {
				if !yield(f.key, f.val) {
					return
				}
			}
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if k := resolve(n.Content[i]); k != nil && k.Kind == yaml.ScalarNode && !yield(k, n.Content[i+1]) {
				return
			}
		}
	}
}

// fewKeys is up to how many keys a mapping is searched for doubles without help.
const fewKeys = 12

// isPlainMapping reports whether a mapping has neither merge keys nor keys that it writes twice.
func isPlainMapping(n *yaml.Node) bool {
	var seen map[string]bool
	if len(n.Content) > 2*fewKeys {
		seen = make(map[string]bool, len(n.Content)/2)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := resolve(n.Content[i])
		if k == nil || k.Kind != yaml.ScalarNode {
			continue
		}
		if isMerge(k) || seen[k.Value] {
			return false
		}
		if seen != nil {
			seen[k.Value] = true
			continue
		}
		for j := 0; j < i; j += 2 {
			if l := resolve(n.Content[j]); l != nil && l.Kind == yaml.ScalarNode && l.Value == k.Value {
				return false
			}
		}
	}
	return true
}

// winners appends the keys of a mapping that count, and those that it merges, in the order in which they are written.
func winners(out []found, n *yaml.Node, done map[string]bool, depth int) []found {
	if n = resolve(n); n == nil || n.Kind != yaml.MappingNode || depth > maxAliasDepth {
		return out
	}
	from := len(out)
	for i := len(n.Content) - 2; i >= 0; i -= 2 {
		k := resolve(n.Content[i])
		switch {
		case k == nil || k.Kind != yaml.ScalarNode:
		case isMerge(k):
			for _, m := range mergeSources(n.Content[i+1]) {
				out = winners(out, m, done, depth+1)
			}
		case !done[k.Value]:
			done[k.Value] = true
			out = append(out, found{key: k, val: n.Content[i+1]})
		}
	}
	if depth == 0 {
		slices.Reverse(out[from:])
	}
	return out
}
