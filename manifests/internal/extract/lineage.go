package extract

import (
	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
)

// maxSelector limits the values in a label selector, which is compared with every Pod whose name suggests that it belongs to it. One with more selects nothing.
const maxSelector = 64

// lineage records what tells which Pods belong to a controller that creates them through another object, such as a ReplicaSet, which the input may not have.
func (x scope) lineage(n *yaml.Node) {
	switch x.obj.Kind {
	case "Pod":
		if x.obj.Controller != "" {
			x.w.Labels = texts(tree.Descend(n, "metadata", "labels"))
		}
	case "Deployment", "Rollout":
		x.w.Selector = x.selectorOf(tree.Descend(n, "spec", "selector"))
	}
}

// selectorOf returns the requirements of a label selector; nil if it has none or too many.
func (x scope) selectorOf(n *yaml.Node) []model.LabelRequirement {
	var out []model.LabelRequirement
	values := 0
	for k, v := range tree.Entries(tree.Child(n, "matchLabels")) {
		if values++; values > maxSelector {
			return nil
		}
		out = append(out, model.LabelRequirement{Key: x.intern(cut(k.Value)), Operator: "In", Values: []string{x.intern(cut(tree.TextAt(v)))}})
	}
	for _, item := range sequence(tree.Child(n, "matchExpressions")) {
		item = tree.Resolve(item)
		list := sequence(tree.Child(item, "values"))
		if values += 1 + len(list); values > maxSelector {
			return nil
		}
		r := model.LabelRequirement{Key: x.intern(cut(tree.LookAt(item, "key"))), Operator: x.intern(cut(tree.LookAt(item, "operator")))}
		for _, v := range list {
			r.Values = append(r.Values, x.intern(cut(tree.Look(v))))
		}
		out = append(out, r)
	}
	return out
}
