package lint

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/manifests"
)

// Expected values follow k8s.io/component-helpers/scheduling/corev1/nodeaffinity: terms are ORed, expressions ANDed with each other and with the
// node selector.
func TestPlatformsOf(t *testing.T) {
	t.Parallel()
	type requirement = manifests.NodeRequirement
	in := func(l manifests.NodeLabel, values ...string) requirement {
		return requirement{Label: l, Operator: "In", Values: values}
	}
	not := func(l manifests.NodeLabel, values ...string) requirement {
		return requirement{Label: l, Operator: "NotIn", Values: values}
	}
	const os, arch = manifests.NodeOS, manifests.NodeArch
	linux := []string{"linux/amd64", "linux/arm64", "linux/arm/v7"}
	mixed := []string{"linux/amd64", "linux/arm64", "windows/amd64"}
	tests := []struct {
		name  string
		nodes []string
		all   []requirement
		any   [][]requirement // nil: no affinity
		want  []string
	}{
		{name: "nothing is required", nodes: mixed, want: mixed},
		{name: "nothing is required or known"},
		{name: "selector", nodes: mixed, all: []requirement{in(arch, "arm64")}, want: []string{"linux/arm64"}},
		{name: "selector, system", nodes: mixed, all: []requirement{in(os, "windows")}, want: []string{"windows/amd64"}},
		{name: "selector, and no nodes known", all: []requirement{in(arch, "arm64")}, want: []string{"linux/arm64"}},
		{name: "selector, system alone, and no nodes known", all: []requirement{in(os, "windows")}, want: []string{"windows/*"}},
		{name: "selector that no known node meets", nodes: linux, all: []requirement{in(arch, "s390x")}, want: []string{"linux/s390x"}},
		{name: "a variant is no part of the label", nodes: linux, all: []requirement{in(arch, "arm")}, want: []string{"linux/arm/v7"}},
		{name: "In", nodes: linux, any: [][]requirement{{in(arch, "amd64", "arm64")}}, want: []string{"linux/amd64", "linux/arm64"}},
		{name: "In, and no nodes known", any: [][]requirement{{in(arch, "amd64", "arm64")}}, want: []string{"linux/amd64", "linux/arm64"}},
		{name: "NotIn", nodes: linux, any: [][]requirement{{not(arch, "amd64")}}, want: []string{"linux/arm64", "linux/arm/v7"}},
		{name: "NotIn, and no nodes known", any: [][]requirement{{not(arch, "amd64")}}},
		{name: "NotIn that no known node meets", nodes: linux, any: [][]requirement{{not(os, "linux")}}},
		{name: "Exists", nodes: linux, any: [][]requirement{{{Label: arch, Operator: "Exists"}}}, want: linux},
		{name: "DoesNotExist", nodes: linux, any: [][]requirement{{{Label: arch, Operator: "DoesNotExist"}}}},
		{name: "Gt is for numbers", nodes: linux, any: [][]requirement{{{Label: arch, Operator: "Gt", Values: []string{"1"}}}}},
		{name: "expressions of a term are ANDed", nodes: mixed, any: [][]requirement{{in(os, "linux"), in(arch, "amd64")}}, want: []string{"linux/amd64"}},
		{name: "In and NotIn", any: [][]requirement{{in(arch, "amd64", "arm64"), not(arch, "arm64")}}, want: []string{"linux/amd64"}},
		{name: "In and In", any: [][]requirement{{in(arch, "amd64", "arm64"), in(arch, "arm64", "s390x")}}, want: []string{"linux/arm64"}},
		{name: "terms are ORed", nodes: mixed, any: [][]requirement{{in(os, "windows")}, {in(arch, "arm64")}}, want: []string{"linux/arm64", "windows/amd64"}},
		{name: "terms are ORed, and no nodes known", any: [][]requirement{{in(os, "windows")}, {in(arch, "arm64")}}, want: []string{"windows/*", "linux/arm64"}},
		{name: "a term about other labels", nodes: mixed, any: [][]requirement{{in(arch, "arm64")}, nil}, want: mixed},
		{name: "a term about other labels, and no nodes known", any: [][]requirement{{in(arch, "arm64")}, nil}},
		{name: "no term", nodes: mixed, any: [][]requirement{}},
		{name: "selector and affinity", nodes: mixed, all: []requirement{in(os, "linux")}, any: [][]requirement{{in(arch, "amd64")}}, want: []string{"linux/amd64"}},
		{name: "selector and affinity that exclude each other", nodes: mixed, all: []requirement{in(arch, "arm64")}, any: [][]requirement{{in(arch, "amd64")}}},
		{name: "nodes of any processor", nodes: []string{"linux/*"}, any: [][]requirement{{in(arch, "amd64")}}, want: []string{"linux/*"}},
	}
	for _, test := range tests {
		pod := &manifests.Pod{Nodes: &manifests.NodeSelection{All: test.all, Any: test.any}}
		if diff := cmp.Diff(test.want, platformsOf(test.nodes, pod)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
	if diff := cmp.Diff(mixed, platformsOf(mixed, nil)); diff != "" {
		t.Errorf("no pod (-want +got):\n%s", diff)
	}
}
