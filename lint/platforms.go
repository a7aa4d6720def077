package lint

import (
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
)

// maxPlatforms limits the platforms requested for one pod.
const maxPlatforms = 32

// platformsOf narrows the platforms of the nodes to those that a pod may run on. If they are unknown, or none fits, it
// returns those that the pod itself names.
func platformsOf(nodes []string, pod *manifests.Pod) []string {
	if pod == nil || pod.Nodes.IsZero() {
		return nodes
	}
	branches := branchesOf(pod.Nodes)
	var out []string
	for _, n := range nodes {
		os, rest, _ := strings.Cut(n, "/")
		arch, _, _ := strings.Cut(rest, "/")
		if slices.ContainsFunc(branches, func(all []manifests.NodeRequirement) bool {
			return meets(all, manifests.NodeOS, os) && meets(all, manifests.NodeArch, arch)
		}) {
			out = append(out, n)
		}
	}
	if out != nil {
		return out
	}
	return namedPlatforms(branches)
}

// branchesOf returns the alternatives of a selection. A node must meet all requirements of one of them.
func branchesOf(s *manifests.NodeSelection) [][]manifests.NodeRequirement {
	if s.Any == nil {
		return [][]manifests.NodeRequirement{s.All}
	}
	out := make([][]manifests.NodeRequirement, 0, len(s.Any))
	for _, term := range s.Any {
		out = append(out, slices.Concat(s.All, term))
	}
	return out
}

// meets reports whether nodes with a label value meet all requirements; "*" is an unknown value. It follows
// k8s.io/component-helpers/scheduling/corev1/nodeaffinity, given that the kubelet sets the label on every node.
func meets(all []manifests.NodeRequirement, label manifests.NodeLabel, value string) bool {
	for _, r := range all {
		if r.Label != label {
			continue
		}
		switch in := slices.Contains(r.Values, value); r.Operator {
		case "In":
			if !in && value != "*" {
				return false
			}
		case "NotIn":
			if in {
				return false
			}
		case "DoesNotExist", "Gt", "Lt": // the label exists and is not a number
			return false
		}
	}
	return true
}

// namedPlatforms returns the platforms that a pod names: "*" for an open architecture, Linux for an open system. It
// returns none if some alternative names neither, because the pod may then run anywhere.
func namedPlatforms(branches [][]manifests.NodeRequirement) []string {
	var out []string
	for _, all := range branches {
		systems, bySystem := values(all, manifests.NodeOS, "linux")
		processors, byProcessor := values(all, manifests.NodeArch, "*")
		if !bySystem && !byProcessor {
			return nil
		}
		for _, s := range systems {
			for _, p := range processors {
				if text := s + "/" + p; !slices.Contains(out, text) && len(out) < maxPlatforms {
					out = append(out, text)
				}
			}
		}
	}
	return out
}

// values are those of a label that a branch names and allows, or else what it has if it names none. It reports whether it names any.
func values(all []manifests.NodeRequirement, label manifests.NodeLabel, otherwise string) (out []string, names bool) {
	candidates := []string{otherwise}
	for _, r := range all {
		if r.Label == label && r.Operator == "In" {
			candidates, names = r.Values, true
			break
		}
	}
	for _, v := range candidates {
		if meets(all, label, v) {
			out = append(out, v)
		}
	}
	return out, names
}
