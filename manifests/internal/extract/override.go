package extract

import (
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
)

// override is a value that a tool passes to a chart after other values, such as a parameter of Argo CD. value is nil if it is unknown.
type override struct {
	path  []string
	value *yaml.Node
}

// argoOverrides returns what replaces other values of a chart in Argo CD: its parameters, and files whose content is unknown.
func argoOverrides(helm *yaml.Node) []override {
	return append(overridesOf(tree.Child(helm, "parameters")), overridesOf(tree.Child(helm, "fileParameters"))...)
}

// overridesOf returns the entries of a list with a name and a value each.
func overridesOf(list *yaml.Node) []override {
	if list == nil || list.Kind != yaml.SequenceNode || len(list.Content) > maxParameters {
		return nil
	}
	var out []override
	for _, item := range list.Content {
		if name := tree.StrAt(item, "name"); isPlainPath(name) {
			out = append(out, override{strings.Split(name, "."), tree.Child(item, "value")})
		}
	}
	return out
}

// entriesOf returns the entries of a mapping from paths to values.
func entriesOf(m *yaml.Node) []override {
	if m = tree.Resolve(m); m == nil || m.Kind != yaml.MappingNode || len(m.Content) > 2*maxParameters {
		return nil
	}
	var out []override
	for k, v := range tree.Entries(m) {
		if value := tree.Resolve(v); isPlainPath(k.Value) && value != nil {
			out = append(out, override{strings.Split(k.Value, "."), value})
		}
	}
	return out
}

// isPlainPath reports whether the name of a parameter is a path of keys, without indexes and escapes.
func isPlainPath(name string) bool {
	return name != "" && strings.Count(name, ".") <= maxDots && !strings.ContainsAny(name, `[]\,`)
}

// maxApplied limits how many keys are compared for the overrides of one chart.
const maxApplied = 2_000_000

// apply replaces values in a mapping by those that replace them in the cluster, and removes those that are unknown. A key that the values do not have is added
// if their mapping is there. In text, which has its own positions, a value gets the position of the one that it replaces. Nothing is changed in mappings that
// aliases may share. It returns the overrides that it applied.
func apply(values *yaml.Node, overrides []override, text bool) map[*yaml.Node]bool {
	applied := map[*yaml.Node]bool{}
	steps := 0
	for _, o := range overrides {
		m := values
		for _, key := range o.path[:len(o.path)-1] {
			if m = ownChild(m, key); m == nil {
				break
			}
		}
		if m == nil || m.Kind != yaml.MappingNode || m.Anchor != "" || len(m.Content) == 0 {
			continue
		}
		if steps += len(m.Content) + len(values.Content); steps > maxApplied {
			break
		}
		last := o.path[len(o.path)-1]
		at := -1
		for i := 0; i+1 < len(m.Content); i += 2 {
			if m.Content[i].Value == last {
				at = i
			}
		}
		if o.value == nil || text && isWholeImage(o, overrides) { // which is read where it is written
			if at >= 0 {
				m.Content = append(m.Content[:at:at], m.Content[at+2:]...)
			}
			continue
		}
		if o.value.Kind != yaml.ScalarNode {
			continue
		}
		if at < 0 {
			at = len(m.Content)
			m.Content = append(m.Content[:at:at], &yaml.Node{Kind: yaml.ScalarNode, Value: last, Line: o.value.Line, Column: o.value.Column}, nil)
		}
		value := o.value
		if text {
			place := m.Content[0]
			if old := m.Content[at+1]; old != nil {
				place = old
			}
			value = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: value.Style, Value: value.Value, Line: place.Line, Column: place.Column}
			m.Content[at].Line, m.Content[at].Column = place.Line, place.Column
		}
		m.Content[at+1] = value
		applied[o.value] = true
	}
	return applied
}

// isWholeImage reports whether an override is a whole image, or a part of one that overrides set completely.
func isWholeImage(o override, all []override) bool {
	if isWhole(tree.Str(o.value)) {
		return true
	}
	named, tagged := false, false
	for _, other := range all[:min(len(all), maxSiblings)] {
		end := len(other.path) - 1
		if other.value == nil || end != len(o.path)-1 || !slices.Equal(other.path[:end], o.path[:end]) {
			continue
		}
		switch other.path[end] {
		case "repository", "image", "imageRepository", "imageName", "repo", "name":
			named = true
		case "tag", "imageTag", "digest", "version":
			tagged = true
		}
	}
	return named && tagged
}

// maxSiblings limits how many overrides are searched for parts of the same image.
const maxSiblings = 200

// ownChild returns the value of a key that is written there, and not an alias.
func ownChild(m *yaml.Node, key string) *yaml.Node {
	if m.Kind != yaml.MappingNode || m.Anchor != "" {
		return nil
	}
	var out *yaml.Node
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			out = m.Content[i+1]
		}
	}
	return out
}

// argoApplied applies the parameters of Argo CD's charts to their values in the object. They are read as values then.
func (x *scope) argoApplied(n *yaml.Node) {
	if x.obj.Kind != "Application" && x.obj.Kind != "ApplicationSet" || x.obj.Group() != "argoproj.io" {
		return
	}
	for _, f := range tree.Follow(n, pathOf("spec.**.helm"), "") {
		helm := tree.Resolve(f.Val)
		if helm == nil || helm.Kind != yaml.MappingNode || helm.Anchor != "" || f.Val != helm {
			continue
		}
		values := ownChild(helm, "valuesObject")
		if values == nil {
			continue
		}
		for value := range apply(values, argoOverrides(helm), false) {
			mark(&x.applied, value)
		}
	}
}
