package extract

import (
	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
)

// nodeLabels are the keys of the labels. The kubelet sets those of both spellings
// (https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-arch).
var nodeLabels = []struct {
	key   string
	label model.NodeLabel
}{
	{"kubernetes.io/os", model.NodeOS},
	{"kubernetes.io/arch", model.NodeArch},
	{"beta.kubernetes.io/os", model.NodeOS},
	{"beta.kubernetes.io/arch", model.NodeArch},
}

// nodesOf reads the node selector and the required node affinity of a pod spec. It returns nil if they require nothing that is recorded.
func nodesOf(spec *yaml.Node) *model.NodeSelection {
	var s model.NodeSelection
	if selector := tree.Child(spec, "nodeSelector"); selector != nil {
		for _, l := range nodeLabels {
			if v := tree.StrAt(selector, l.key); v != "" {
				s.All = append(s.All, model.NodeRequirement{Label: l.label, Operator: "In", Values: []string{v}})
			}
		}
	}
	terms := tree.Descend(spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
	if terms != nil && terms.Kind == yaml.SequenceNode {
		s.Any = termsOf(terms.Content)
	}
	if s.IsZero() {
		return nil
	}
	return &model.NodeSelection{All: s.All, Any: s.Any}
}

// termsOf reads the terms of a required node affinity.
func termsOf(terms []*yaml.Node) [][]model.NodeRequirement {
	out := [][]model.NodeRequirement{}
	for _, t := range terms {
		expressions := tree.Child(t, "matchExpressions")
		if !hasItems(expressions) && !hasItems(tree.Child(t, "matchFields")) {
			continue // an empty term matches no node
		}
		out = append(out, requirements(expressions))
	}
	return out
}

func hasItems(n *yaml.Node) bool {
	return n != nil && n.Kind == yaml.SequenceNode && len(n.Content) > 0
}

// requirements reads the expressions of a term about operating system or architecture.
func requirements(expressions *yaml.Node) []model.NodeRequirement {
	if !hasItems(expressions) {
		return nil
	}
	var out []model.NodeRequirement
	for _, e := range expressions.Content {
		key := tree.StrAt(e, "key")
		for _, l := range nodeLabels {
			if l.key != key {
				continue
			}
			r := model.NodeRequirement{Label: l.label, Operator: tree.StrAt(e, "operator")}
			if values := tree.Child(e, "values"); hasItems(values) {
				for _, v := range values.Content {
					r.Values = append(r.Values, tree.Str(v))
				}
			}
			out = append(out, r)
		}
	}
	return out
}
