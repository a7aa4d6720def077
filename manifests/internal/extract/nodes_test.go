package extract

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/manifests/model"
)

func TestNodeSelection(t *testing.T) {
	t.Parallel()
	const required = "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
	in := func(l model.NodeLabel, values ...string) model.NodeRequirement {
		return model.NodeRequirement{Label: l, Operator: "In", Values: values}
	}
	tests := []struct {
		name, spec string
		want       model.NodeSelection
	}{
		{name: "nothing", spec: "hostNetwork: true"},
		{name: "selector", spec: "nodeSelector: {kubernetes.io/arch: arm64, disk: ssd}", want: model.NodeSelection{All: []model.NodeRequirement{in(model.NodeArch, "arm64")}}},
		{name: "selector, old names", spec: "nodeSelector: {beta.kubernetes.io/arch: arm64, beta.kubernetes.io/os: linux}", want: model.NodeSelection{All: []model.NodeRequirement{in(model.NodeOS, "linux"), in(model.NodeArch, "arm64")}}},
		{
			name: "terms", spec: required + "[{matchExpressions: [{key: kubernetes.io/arch, operator: In, values: [amd64, arm64]}, {key: disk, operator: Exists}]}, {matchExpressions: [{key: beta.kubernetes.io/os, operator: NotIn, values: [windows]}]}]}}}",
			want: model.NodeSelection{Any: [][]model.NodeRequirement{{in(model.NodeArch, "amd64", "arm64")}, {{Label: model.NodeOS, Operator: "NotIn", Values: []string{"windows"}}}}},
		},
		{name: "a term about other labels", spec: required + "[{matchExpressions: [{key: disk, operator: Exists}]}]}}}", want: model.NodeSelection{Any: [][]model.NodeRequirement{nil}}},
		{name: "a term about the node's name", spec: required + "[{matchFields: [{key: metadata.name, operator: In, values: [a]}]}]}}}", want: model.NodeSelection{Any: [][]model.NodeRequirement{nil}}},
		{name: "an empty term", spec: required + "[{}]}}}", want: model.NodeSelection{Any: [][]model.NodeRequirement{}}},
		{name: "no list", spec: required + "x}}}"},
		{name: "preferred", spec: "affinity: {nodeAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {matchExpressions: [{key: kubernetes.io/arch, operator: In, values: [arm64]}]}}]}}"},
	}
	for _, test := range tests {
		text := "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: nginx}]\n  " + test.spec + "\n"
		set := loadText(t, "a.yaml", text)
		if len(set.Workloads) != 1 || len(set.Workloads[0].Pods) != 1 {
			t.Fatalf("%s: %+v", test.name, set)
		}
		var got model.NodeSelection
		if nodes := set.Workloads[0].Pods[0].Nodes; nodes != nil {
			got = *nodes
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}
