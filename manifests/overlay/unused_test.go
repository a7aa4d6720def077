package overlay_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/overlay"
)

func TestUnused(t *testing.T) {
	t.Parallel()
	entry := func(name string) string {
		return flux + "spec: {path: ./app, images: [{name: '" + name + "', newTag: '2'}]}\n"
	}
	plain := entry("api")
	skip := func(file, reason string) func(*manifests.Set) {
		return func(s *manifests.Set) { s.Skipped = append(s.Skipped, manifests.Skip{File: file, Reason: reason}) }
	}
	for _, c := range []struct {
		name   string
		ks     string
		files  map[string]string // besides a pod with the image web:1
		change func(*manifests.Set)
		want   bool
	}{
		{"no such image", plain, nil, nil, true},
		{"such an image", entry("web"), nil, nil, false},
		{"only in another folder", plain, map[string]string{"other/pod.yaml": pod("b", "api:1")}, nil, true},
		{"in a base elsewhere", plain, map[string]string{"other/pod.yaml": pod("b", "api:1"), "app/kustomization.yaml": head + "resources: [../other/pod.yaml, pod.yaml]"}, nil, false},
		{"a pattern", entry("ap.*"), nil, nil, false},
		{"a variable", entry("${NAME}"), nil, nil, false},
		{"a variable in an image", plain, map[string]string{"app/b.yaml": pod("b", "${NAME}:1")}, nil, false},
		{"an image without a value", plain, map[string]string{"app/b.yaml": pod("b", "-")}, nil, false},
		{"a kustomization renames it", plain, map[string]string{"app/kustomization.yaml": head + "resources: [pod.yaml]\nimages: [{name: api, newName: web}]"}, nil, false},
		{"components", flux + "spec: {path: ./app, components: [../c], images: [{name: api, newTag: '2'}]}\n", nil, nil, false},
		{"patches", flux + "spec: {path: ./app, patches: [{patch: x}], images: [{name: api, newTag: '2'}]}\n", nil, nil, false},
		{"the path is not read", flux + "spec: {path: ./elsewhere, images: [{name: api, newTag: '2'}]}\n", nil, nil, false},
		{"a file that is not Kubernetes", plain, nil, skip("app/README.yaml", manifests.SkipNotKubernetes), true},
		{"a chart that is not rendered", plain, nil, skip("app/chart", manifests.SkipNotRendered), false},
		{"one elsewhere", plain, nil, skip("other/chart", manifests.SkipNotRendered), true},
		{"a broken file", plain, map[string]string{"app/b.yaml": "apiVersion: v1\nkind: Pod\nspec: {"}, nil, false},
		{"context", plain, nil, func(s *manifests.Set) { s.Kustomizations[0].Object.Context = true }, false},
	} {
		files := map[string]string{"app/pod.yaml": pod("a", "web:1"), "f/ks.yaml": c.ks}
		maps.Copy(files, c.files)
		set := load(t, files)
		slices.SortFunc(set.Kustomizations, func(a, b *manifests.Kustomization) int { return len(b.Path) - len(a.Path) })
		if c.change != nil {
			c.change(set)
		}
		got := overlay.Unused(set, func(folder string) bool { return folder == "app" })
		if (len(got) == 1) != c.want || len(got) == 1 && (got[0].Name != "api" || got[0].Path != "spec.images[0]" || got[0].Span.File().Name != "f/ks.yaml") {
			t.Errorf("%s: %+v, want one: %v", c.name, got, c.want)
		}
		if got := overlay.Unused(set, func(string) bool { return false }); got != nil {
			t.Errorf("%s: %+v, although a part of the folder is missing", c.name, got)
		}
	}
}

// A hostile number of entries and workloads is not compared.
func TestManyUnused(t *testing.T) {
	t.Parallel()
	var entries strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&entries, "{name: a%d, newTag: '1'}, ", i)
	}
	set := load(t, map[string]string{"app/pod.yaml": pod("a", "web:1"), "f/ks.yaml": flux + "spec: {path: app, images: [" + entries.String() + "]}"})
	set.Workloads = slices.Repeat(set.Workloads, 1000)
	if n := len(overlay.Unused(set, func(string) bool { return true })); n == 0 || n > 1_000 {
		t.Errorf("%d entries", n)
	}
}
