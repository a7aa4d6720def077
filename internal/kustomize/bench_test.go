package kustomize

import (
	"fmt"
	"strings"
	"testing"
)

// overlaid generates a base with many objects, among them a large definition of a kind, and overlays that change its images and patch it.
func overlaid(overlays int) string {
	var b strings.Builder
	b.WriteString("-- base/kustomization.yaml --\nnamePrefix: base-\nresources:\n- crd.yaml\n")
	for i := range 20 {
		fmt.Fprintf(&b, "- app%d.yaml\n", i)
	}
	b.WriteString("-- base/crd.yaml --\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: things.example.com\nspec:\n  group: example.com\n  names: {kind: Thing, plural: things}\n" +
		"  scope: Namespaced\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n")
	for i := range 2000 {
		fmt.Fprintf(&b, "          field%d:\n            description: What the field is for.\n            type: string\n", i)
	}
	for i := range 20 {
		fmt.Fprintf(&b, "-- base/app%d.yaml --\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app%d\n  labels: {app: app%d}\nspec:\n  replicas: 2\n  selector:\n    matchLabels: {app: app%d}\n  template:\n    metadata:\n      labels: {app: app%d}\n"+
			"    spec:\n      imagePullSecrets:\n      - name: regcred\n      containers:\n      - name: app\n        image: ghcr.io/acme/app%d:1.0.0\n        args: [--verbose, \"--port=8080\"]\n        ports:\n        - containerPort: 8080\n        env:\n        - name: LOG_LEVEL\n          value: info\n"+
			"---\napiVersion: v1\nkind: Service\nmetadata:\n  name: app%d\nspec:\n  selector: {app: app%d}\n  ports:\n  - port: 80\n    targetPort: 8080\n", i, i, i, i, i, i, i, i)
	}
	for i := range overlays {
		fmt.Fprintf(&b, "-- overlay%d/kustomization.yaml --\nresources: [../base]\nnamespace: ns%d\nimages:\n- name: ghcr.io/acme/app1\n  newTag: 2.0.%d\npatches:\n- path: patch.yaml\n"+
			"-- overlay%d/patch.yaml --\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: base-app2\nspec:\n  replicas: %d\n", i, i, i, i, i)
	}
	return b.String()
}

// BenchmarkOverlays builds overlays of one base, as a worker does, and one of them alone.
func BenchmarkOverlays(b *testing.B) {
	const overlays = 10
	system := inMemory(overlaid(overlays))
	for name, n := range map[string]int{"10": overlays, "1": 1} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var shared sharedTexts
				for i := range n {
					r := build(system, Request{Root: "/r", Folder: fmt.Sprintf("/r/overlay%d", i), Shown: "overlay"}, &shared)
					if r.Reason != "" || r.WithoutOrigins || !strings.Contains(string(r.Data), fmt.Sprintf("image: ghcr.io/acme/app1:2.0.%d\n", i)) {
						b.Fatalf("%s\n%s", r.Reason, r.Data)
					}
				}
			}
		})
	}
}
