package kustomize

import (
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v3"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/imagelint-dev/imagelint/internal/yamlnode"
)

// source returns the position of the value that a replacement of a kustomization copies, or that of the kustomization.
func (b *builder) source(r *types.Replacement, k *kustomizationFile) Span {
	at, ok := b.sources[r]
	if !ok {
		if at, ok = b.findSource(r); !ok {
			at = Span{File: k.text.index}
		}
		b.sources[r] = at
	}
	return at
}

func (b *builder) findSource(r *types.Replacement) (Span, bool) {
	if r.Source == nil {
		return Span{}, false
	}
	path := r.Source.FieldPath
	if path == "" {
		path = types.DefaultReplacementFieldPath
	}
	for _, t := range b.resources {
		for _, d := range t.documents() {
			if r.Source.Kind != "" && yamlnode.Text(d, "kind") != r.Source.Kind || r.Source.Name != "" && yamlnode.Text(yamlnode.Field(d, "metadata"), "name") != r.Source.Name {
				continue
			}
			if n := follow(d, fieldPath(path)); n != nil {
				return t.span(n), true
			}
		}
	}
	return b.generated(r)
}

// generated returns the position of the generator that makes the value that a replacement copies.
func (b *builder) generated(r *types.Replacement) (Span, bool) {
	key := map[string]string{"ConfigMap": "configMapGenerator", "Secret": "secretGenerator"}[r.Source.Kind]
	segments := fieldPath(r.Source.FieldPath)
	for _, k := range b.order {
		for _, n := range yamlnode.Items(yamlnode.Field(k.root, key)) {
			if name := yamlnode.Field(n, "name"); name == nil || name.Value != r.Source.Name {
				continue
			}
			for _, l := range yamlnode.Items(yamlnode.Field(n, "literals")) {
				if literal, _, _ := strings.Cut(l.Value, "="); len(segments) > 0 && literal == segments[len(segments)-1] {
					return k.text.span(l), true
				}
			}
			return k.text.span(yamlnode.Field(n, "name")), true
		}
	}
	return Span{}, false
}

// fieldPath splits a path at dots, except escaped ones and those in brackets.
func fieldPath(s string) []string {
	var out []string
	var now strings.Builder
	depth := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s):
			i++
			now.WriteByte(s[i])
		case c == '[':
			depth++
			now.WriteByte(c)
		case c == ']':
			depth--
			now.WriteByte(c)
		case c == '.' && depth <= 0:
			out = append(out, now.String())
			now.Reset()
		default:
			now.WriteByte(c)
		}
	}
	return append(out, now.String())
}

// follow returns the scalar at a path, or nil.
func follow(n *yaml.Node, path []string) *yaml.Node {
	for _, p := range path {
		n = yamlnode.Resolve(n)
		if n == nil {
			return nil
		}
		if n.Kind == yaml.SequenceNode {
			n = element(n, p)
			continue
		}
		n = yamlnode.Field(n, p)
	}
	if n = yamlnode.Resolve(n); n != nil && n.Kind == yaml.ScalarNode {
		return n
	}
	return nil
}

// element returns the list item that a path element selects: a number, or [key=value].
func element(list *yaml.Node, p string) *yaml.Node {
	if i, err := strconv.Atoi(p); err == nil {
		if i < 0 {
			return nil
		}
		return yamlnode.Item(list, i)
	}
	key, want, ok := strings.Cut(strings.Trim(p, "[]"), "=")
	for _, one := range yamlnode.Items(list) {
		if ok && yamlnode.Text(one, key) == want {
			return yamlnode.Resolve(one)
		}
	}
	return nil
}
