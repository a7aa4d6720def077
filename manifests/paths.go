package manifests

import (
	"fmt"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// found is a node that a path leads to.
type found struct {
	key, val *yaml.Node // key is nil for the item of a list
	path     string
}

// maxFound bounds what one path may match in one object, so that globs over aliases cannot multiply.
const maxFound = 100_000

// follow returns what a path leads to below n, with the concrete path of each. Values are not resolved: an alias stays one.
func follow(n *yaml.Node, p resources.Path, at string) []found {
	out := []found{{val: n, path: at}}
	for _, step := range p {
		var next []found
		for _, f := range out {
			if next = apply(next, f, step); len(next) > maxFound {
				return next[:maxFound]
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
	if n == nil {
		return out
	}
	switch step.Kind {
	case resources.Key:
		if k, v := get(n, step.Name); v != nil {
			out = append(out, found{k, v, join(f.path, step.Name)})
		}
	case resources.Glob:
		for k, v := range entries(n) {
			if step.Matches(k.Value) {
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
		out = below(out, f, seen, 0)
	}
	return out
}

// below appends f and everything under it, each node once.
func below(out []found, f found, seen map[*yaml.Node]bool, depth int) []found {
	n := resolve(f.val)
	if n == nil || seen[n] || depth > maxDepth || len(out) > maxFound {
		return out
	}
	seen[n] = true
	out = append(out, f)
	switch n.Kind {
	case yaml.MappingNode:
		for k, v := range entries(n) {
			out = below(out, found{k, v, join(f.path, k.Value)}, seen, depth+1)
		}
	case yaml.SequenceNode:
		for i, item := range n.Content {
			out = below(out, found{nil, item, fmt.Sprintf("%s[%d]", f.path, i)}, seen, depth+1)
		}
	}
	return out
}

// entries yields the scalar keys of a mapping with their values, merged mappings included, each key once.
func entries(n *yaml.Node) func(yield func(k, v *yaml.Node) bool) {
	return func(yield func(k, v *yaml.Node) bool) {
		if n = resolve(n); n == nil || n.Kind != yaml.MappingNode {
			return
		}
		merged := false
		for i := 0; i+1 < len(n.Content); i += 2 {
			k := resolve(n.Content[i])
			if k == nil || k.Kind != yaml.ScalarNode {
				continue
			}
			if isMerge(k) {
				merged = true
				continue
			}
			if !yield(k, n.Content[i+1]) {
				return
			}
		}
		if merged {
			mergedEntries(n, yield)
		}
	}
}

// mergedEntries yields what merge keys add to a mapping.
func mergedEntries(n *yaml.Node, yield func(k, v *yaml.Node) bool) {
	done := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if !isMerge(n.Content[i]) {
			done[n.Content[i].Value] = true
		}
	}
	stack := []*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if isMerge(n.Content[i]) {
			stack = append(stack, n.Content[i+1])
		}
	}
	seen := map[*yaml.Node]bool{n: true}
	for len(stack) > 0 {
		m := resolve(stack[0])
		stack = stack[1:]
		if m == nil || seen[m] {
			continue
		}
		seen[m] = true
		if m.Kind == yaml.SequenceNode {
			stack = append(append([]*yaml.Node{}, m.Content...), stack...)
			continue
		}
		for i := 0; i+1 < len(m.Content) && m.Kind == yaml.MappingNode; i += 2 {
			k := resolve(m.Content[i])
			switch {
			case k == nil || k.Kind != yaml.ScalarNode:
			case isMerge(k):
				stack = append(stack, m.Content[i+1])
			case !done[k.Value]:
				done[k.Value] = true
				if !yield(k, m.Content[i+1]) {
					return
				}
			}
		}
	}
}
