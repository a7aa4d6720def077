package kustomize_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/kustomize"
)

// Hostile input results in a reason or bounded output, never in a panic.
func TestHostile(t *testing.T) {
	t.Parallel()
	var bomb strings.Builder
	bomb.WriteString("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 12; i++ {
		fmt.Fprintf(&bomb, "a%d: &a%d [%s]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10))
	}
	deep := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nspec: " + strings.Repeat("{a: ", 5000) + strings.Repeat("}", 5000) + "\n"
	var chain strings.Builder
	for i := range 100 {
		fmt.Fprintf(&chain, "-- k%d/kustomization.yaml --\nresources: [../k%d]\n", i, i+1)
	}
	var fan strings.Builder // each includes the next one twice
	for i := range 30 {
		fmt.Fprintf(&fan, "-- k%d/kustomization.yaml --\nresources: [../k%d, ../l%d]\nnamePrefix: k-\n-- l%d/kustomization.yaml --\nresources: [../k%d]\nnamePrefix: l-\n", i, i+1, i, i, i+1)
	}
	for _, tt := range []struct{ name, files, want string }{
		{"aliases in a resource", "-- k0/kustomization.yaml --\nresources: [a.yaml]\n-- k0/a.yaml --\n" + bomb.String(), "expands to more than"},
		{"aliases in a kustomization", "-- k0/kustomization.yaml --\n" + bomb.String(), ""},
		{"an alias within itself", "-- k0/kustomization.yaml --\nresources: [a.yaml]\n-- k0/a.yaml --\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: &a {b: *a}\n", "expands to more than"},
		{"depth", "-- k0/kustomization.yaml --\nresources: [a.yaml]\n-- k0/a.yaml --\n" + deep, "expands to more than"},
		{"a long chain", chain.String(), "build on one another"},
		{"size", "-- k0/kustomization.yaml --\nresources: [a.yaml]\n-- k0/a.yaml --\n" + strings.Repeat("# x\n", 3<<20), "larger than 8 MiB"},
		{"no text", "-- k0/kustomization.yaml --\nresources: [a.yaml]\n-- k0/a.yaml --\n\x00\xff\xfe", "not YAML"},
		{"a pattern that is none", "-- k0/kustomization.yaml --\nimages: [{name: '[', newTag: a}]\nresources: [a.yaml]\n-- k0/a.yaml --\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{image: a}]}\n", ""},
		{"lists in place of mappings", "-- k0/kustomization.yaml --\nresources: [a.yaml]\n-- k0/a.yaml --\napiVersion: v1\nkind: Pod\nmetadata: [a]\nspec: [b]\n", ""},
		{"a patch that is a number", "-- k0/kustomization.yaml --\npatches: [{patch: '1', target: {kind: Pod}}]\n", ""},
		{"broken operations", "-- k0/kustomization.yaml --\npatches: [{patch: '[1, {op: 2}, {op: add, path: [a], value: {b: c}}]', target: {kind: Pod}}]\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := build(t, tt.files, "k0")
			if !strings.Contains(r.Reason, tt.want) || r.Reason == "" && tt.want != "" {
				t.Errorf("reason %q, want %q", r.Reason, tt.want)
			}
		})
	}
	t.Run("ways up", func(t *testing.T) {
		t.Parallel()
		fan.WriteString("-- k30/kustomization.yaml --\nresources: [a.yaml]\n-- k30/a.yaml --\n")
		r := build(t, fan.String(), "k0")
		if r.Reason == "" && len(r.Data) > 1<<20 {
			t.Errorf("%d bytes", len(r.Data))
		}
	})
}

// FuzzBuild builds arbitrary input.
func FuzzBuild(f *testing.F) {
	f.Add("resources: [a.yaml]\nimages: [{name: a, newTag: b}]\n", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a}]}\n")
	f.Add("patches: [{path: a.yaml, target: {kind: Pod}}]\n", "- {op: add, path: /spec/a, value: b}\n")
	f.Add("replacements: [{path: a.yaml}]\nnamePrefix: a\n", "[{source: {kind: Pod}, targets: [{select: {kind: Pod}, fieldPaths: [a.b]}]}]\n")
	f.Add("transformers: [a.yaml]\n", "apiVersion: builtin\nkind: ImageTagTransformer\nmetadata: {name: t}\nimageTag: {name: a, newTag: b}\n")
	f.Add("secretGenerator: [{name: a, envs: [a.yaml]}]\n", "a=b\n")
	f.Fuzz(func(t *testing.T, kustomization, other string) {
		if strings.Contains(kustomization, "\n-- ") || strings.Contains(other, "\n-- ") {
			return
		}
		r := build(t, "-- k/kustomization.yaml --\n"+kustomization+"\n-- k/a.yaml --\n"+other+"\n", "k")
		if r.Reason == "" && r.Data == nil {
			t.Error("neither a reason nor an output")
		}
		for _, v := range r.Values {
			if v.Offset < 0 || v.Offset > len(r.Data) || v.At.File >= len(r.Files) || v.At.From > v.At.To {
				t.Errorf("value %+v", v)
			}
		}
		_ = kustomize.OmittedChart
	})
}
