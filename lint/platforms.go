package lint

import (
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests"
)

// mostPlatforms bounds the platforms that one pod asks for.
const mostPlatforms = 32

// platformsOf narrows the platforms of the nodes to those that a pod may run on. Where the nodes are not known, or none of them will do, they
// are those that the pod itself names.
func platformsOf(nodes []string, pod *manifests.Pod) []string {
	if pod == nil || pod.Nodes.IsZero() {
		return nodes
	}
	branches := branchesOf(&pod.Nodes)
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

// branchesOf are the ways in which a node may meet a selection: it meets all that one of them requires.
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

// meets reports whether nodes with a value of a label meet all that is required of it; "*" stands for a value that is not known. As in
// k8s.io/component-helpers/scheduling/corev1/nodeaffinity, where the kubelet has set the label on each node.
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
		case "DoesNotExist", "Gt", "Lt": // the label is there, and no number
			return false
		}
	}
	return true
}

// namedPlatforms are the platforms that a pod names: "*" for a processor that it leaves open, Linux where it leaves the system open. Where one of the
// branches names neither, the pod may run on nodes of any kind, and there is nothing to name.
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
				if text := s + "/" + p; !slices.Contains(out, text) && len(out) < mostPlatforms {
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
