package extract

import (
	"fmt"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/resources"
)

// shapes maps the table's names for shapes to the model's.
var secretShapes = [...]model.PullSecretShape{
	resources.ListOfNames: model.ShapeNames, resources.ListOfStrings: model.ShapeStrings, resources.String: model.ShapeString,
	resources.Name: model.ShapeName, resources.NameNamespace: model.ShapeNameNamespace,
}

// resourceSecrets reads the pull secrets of a custom resource in the shapes that the table lists. If a field may have
// several shapes, none of them is required.
func (x scope) resourceSecrets(n *yaml.Node, k *resources.Kind) {
	read := map[*yaml.Node]*model.PullSecretList{}
	for _, p := range k.PullSecrets {
		for _, f := range tree.Follow(n, p.Path, "") {
			l := x.shaped(f, secretShapes[p.Shape])
			if l == nil || !l.Unknown && len(l.Names)+len(l.Defects) == 0 {
				continue
			}
			if l.Confidence = model.Certain; k.Unverified {
				l.Confidence = model.Likely
			}
			switch first := read[f.Val]; {
			case first == nil:
				read[f.Val] = l
				x.w.PullSecrets = append(x.w.PullSecrets, l)
			case len(first.Defects) > 0 && len(l.Defects) == 0:
				*first = *l
			}
		}
	}
}

// shaped reads a field of pull secrets. It returns nil if there are none.
func (x scope) shaped(f tree.Field, shape model.PullSecretShape) *model.PullSecretList {
	n := tree.Resolve(f.Val)
	if n == nil || tree.IsNull(n) || f.Key == nil {
		return nil
	}
	l := &model.PullSecretList{Path: f.Path, Span: x.span(f.Key), Entries: 1, Shape: shape}
	if x.isOpen(n) {
		l.Unknown = true
		return l
	}
	switch shape {
	case model.ShapeNames, model.ShapeStrings:
		if n.Kind != yaml.SequenceNode {
			x.wrongShape(l, model.DefectNotList, n, l.Path)
			break
		}
		for i, item := range n.Content {
			path := fmt.Sprintf("%s[%d]", l.Path, i)
			if item = tree.Resolve(item); shape == model.ShapeNames {
				x.nameOf(l, item, path, model.DefectString)
			} else {
				x.nameIs(l, item, "", path)
			}
		}
	case model.ShapeString:
		x.nameIs(l, n, "", l.Path)
		l.Names = divided(l.Names)
	case model.ShapeName, model.ShapeNameNamespace:
		x.nameOf(l, n, l.Path, model.DefectNotMapping)
	}
	return l
}

// isOpen reports whether a value is template text, which may become anything.
func (x scope) isOpen(n *yaml.Node) bool {
	return tree.IsTemplateFlow(n) || n.Kind == yaml.ScalarNode && isTemplateText(n.Value)
}

// nameOf reads a mapping with the key name. Anything but a mapping is a defect.
func (x scope) nameOf(l *model.PullSecretList, n *yaml.Node, path string, otherwise model.PullSecretDefectKind) {
	switch {
	case tree.IsNull(n):
	case x.isOpen(n):
		l.Unknown = true
	case n.Kind == yaml.MappingNode:
		namespace := ""
		if l.Shape == model.ShapeNameNamespace {
			namespace = tree.StrAt(n, "namespace")
		}
		x.nameIs(l, tree.Child(n, "name"), namespace, tree.Join(path, "name"))
	default:
		x.wrongShape(l, otherwise, n, path)
	}
}

// nameIs reads a name.
func (x scope) nameIs(l *model.PullSecretList, n *yaml.Node, namespace, path string) {
	switch {
	case tree.IsNull(n), n.Kind == yaml.ScalarNode && n.Value == "":
	case x.isOpen(n), isTemplateText(namespace):
		l.Unknown = true
	case n.Kind != yaml.ScalarNode:
		x.wrongShape(l, model.DefectNotString, n, path)
	case tree.ScalarType(n) != "string":
		x.wrongShape(l, model.DefectNotName, n, path)
	default:
		l.Names = append(l.Names, model.PullSecretName{Name: strings.Clone(n.Value), Namespace: namespace, Span: x.span(n).AsName(), Path: path})
	}
}

// divided splits names in a comma-separated string, as in Spark's settings.
func divided(names []model.PullSecretName) []model.PullSecretName {
	if len(names) != 1 || !strings.Contains(names[0].Name, ",") {
		return names
	}
	var out []model.PullSecretName
	for _, name := range listOf(names[0].Name) {
		n := names[0]
		n.Name = name
		out = append(out, n)
	}
	return out
}

// wrongShape records a value whose type differs from the field's. Its text is the single name that
// it contains anyway.
func (x scope) wrongShape(l *model.PullSecretList, kind model.PullSecretDefectKind, n *yaml.Node, path string) {
	d := model.PullSecretDefect{Kind: kind, Span: x.span(n), Path: path, ValueType: tree.KindName(n), Text: strings.Clone(n.Value)}
	switch n.Kind {
	case yaml.ScalarNode:
		d.Value = x.replaceable(n)
	case yaml.MappingNode:
		d.Text, d.Value = tree.StrAt(n, "name"), x.replaceable(n)
	case yaml.SequenceNode:
		if len(n.Content) == 1 {
			if item := tree.Resolve(n.Content[0]); item != nil && item.Kind == yaml.MappingNode {
				d.Text = tree.StrAt(item, "name")
			} else {
				d.Text = tree.Str(item)
			}
		}
	}
	l.Defects = append(l.Defects, d)
}
