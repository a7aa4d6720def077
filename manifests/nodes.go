package manifests

import "go.yaml.in/yaml/v4"

// NodeSelection is what a pod requires of the system and the processor of its nodes, as far as the scheduler goes by it. What it requires of
// other labels, and what it only prefers, is not recorded. The zero value requires nothing.
type NodeSelection struct {
	// All is the node selector: every node meets all of it.
	All []NodeRequirement
	// Any are the terms of the required node affinity: every node meets one of them, with all that it requires. A term may require nothing
	// that is recorded; without any term, no node will do. It is nil where there is no required affinity.
	Any [][]NodeRequirement
}

// NodeRequirement is a requirement on kubernetes.io/os or kubernetes.io/arch.
type NodeRequirement struct {
	Label    NodeLabel
	Operator string // In, NotIn, Exists, DoesNotExist, Gt or Lt
	Values   []string
}

// NodeLabel is one of the two labels that are recorded.
type NodeLabel uint8

// The labels.
const (
	NodeOS   NodeLabel = iota + 1 // the system: "linux"
	NodeArch                      // the processor: "amd64"
)

// IsZero reports whether a pod requires nothing.
func (s *NodeSelection) IsZero() bool { return len(s.All) == 0 && s.Any == nil }

// nodeLabels are the keys of the labels. The kubelet sets those of both spellings
// (https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-arch).
var nodeLabels = []struct {
	key   string
	label NodeLabel
}{
	{"kubernetes.io/os", NodeOS},
	{"kubernetes.io/arch", NodeArch},
	{"beta.kubernetes.io/os", NodeOS},
	{"beta.kubernetes.io/arch", NodeArch},
}

// nodesOf reads the node selector and the required node affinity of a pod spec.
func nodesOf(spec *yaml.Node) NodeSelection {
	var s NodeSelection
	if selector := child(spec, "nodeSelector"); selector != nil {
		for _, l := range nodeLabels {
			if v := strAt(selector, l.key); v != "" {
				s.All = append(s.All, NodeRequirement{l.label, "In", []string{v}})
			}
		}
	}
	terms := descend(spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
	if terms == nil || terms.Kind != yaml.SequenceNode {
		return s
	}
	s.Any = [][]NodeRequirement{}
	for _, t := range terms.Content {
		expressions := child(t, "matchExpressions")
		if !hasItems(expressions) && !hasItems(child(t, "matchFields")) {
			continue // an empty term is met by no node
		}
		s.Any = append(s.Any, requirements(expressions))
	}
	return s
}

func hasItems(n *yaml.Node) bool {
	return n != nil && n.Kind == yaml.SequenceNode && len(n.Content) > 0
}

// requirements reads the expressions of a term that are about the system or the processor.
func requirements(expressions *yaml.Node) []NodeRequirement {
	if !hasItems(expressions) {
		return nil
	}
	var out []NodeRequirement
	for _, e := range expressions.Content {
		key := strAt(e, "key")
		for _, l := range nodeLabels {
			if l.key != key {
				continue
			}
			r := NodeRequirement{Label: l.label, Operator: strAt(e, "operator")}
			if values := child(e, "values"); hasItems(values) {
				for _, v := range values.Content {
					r.Values = append(r.Values, str(v))
				}
			}
			out = append(out, r)
		}
	}
	return out
}
