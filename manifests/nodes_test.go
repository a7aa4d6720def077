package manifests

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNodeSelection(t *testing.T) {
	t.Parallel()
	const required = "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
	in := func(l NodeLabel, values ...string) NodeRequirement {
		return NodeRequirement{Label: l, Operator: "In", Values: values}
	}
	tests := []struct {
		name, spec string
		want       NodeSelection
	}{
		{name: "nothing", spec: "hostNetwork: true"},
		{name: "selector", spec: "nodeSelector: {kubernetes.io/arch: arm64, disk: ssd}", want: NodeSelection{All: []NodeRequirement{in(NodeArch, "arm64")}}},
		{name: "selector, old names", spec: "nodeSelector: {beta.kubernetes.io/arch: arm64, beta.kubernetes.io/os: linux}", want: NodeSelection{All: []NodeRequirement{in(NodeOS, "linux"), in(NodeArch, "arm64")}}},
		{
			name: "terms", spec: required + "[{matchExpressions: [{key: kubernetes.io/arch, operator: In, values: [amd64, arm64]}, {key: disk, operator: Exists}]}, {matchExpressions: [{key: beta.kubernetes.io/os, operator: NotIn, values: [windows]}]}]}}}",
			want: NodeSelection{Any: [][]NodeRequirement{{in(NodeArch, "amd64", "arm64")}, {{Label: NodeOS, Operator: "NotIn", Values: []string{"windows"}}}}},
		},
		{name: "a term about other labels", spec: required + "[{matchExpressions: [{key: disk, operator: Exists}]}]}}}", want: NodeSelection{Any: [][]NodeRequirement{nil}}},
		{name: "a term about the node's name", spec: required + "[{matchFields: [{key: metadata.name, operator: In, values: [a]}]}]}}}", want: NodeSelection{Any: [][]NodeRequirement{nil}}},
		{name: "an empty term", spec: required + "[{}]}}}", want: NodeSelection{Any: [][]NodeRequirement{}}},
		{name: "no list", spec: required + "x}}}"},
		{name: "preferred", spec: "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {matchExpressions: [{key: kubernetes.io/arch, operator: In, values: [arm64]}]}}]}}"},
	}
	for _, test := range tests {
		text := "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: nginx}]\n  " + test.spec + "\n"
		set := loadText(t, "a.yaml", text)
		if len(set.Workloads) != 1 || len(set.Workloads[0].Pods) != 1 {
			t.Fatalf("%s: %+v", test.name, set)
		}
		if diff := cmp.Diff(test.want, set.Workloads[0].Pods[0].Nodes); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}
