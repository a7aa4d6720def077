package imageref

import (
	"testing"

	"sigs.k8s.io/kustomize/api/filters/imagetag"
	"sigs.k8s.io/kustomize/api/types"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
)

func TestKustomizeName(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"nginx": "nginx", "nginx:1.27": "nginx", "nginx@sha256:abc": "nginx", "ghcr.io/Acme/app:1.0": "ghcr.io/Acme/app", "localhost:5000/app:1@sha256:abc": "localhost:5000/app",
		"localhost:5000/app": "localhost:5000/app", "REPLACE_IMAGE:v0": "REPLACE_IMAGE", "": "", ":1": "", "/a:1": "/a", "a/b:1/c:2": "a/b",
	} {
		if got := KustomizeName(raw); got != want {
			t.Errorf("KustomizeName(%q) = %q, want %q", raw, got, want)
		}
	}
}

// kustomized returns what kustomize makes of an image.
func kustomized(t *testing.T, entry types.Image, image string) string {
	t.Helper()
	pod := kyaml.NewMapRNode(nil)
	if err := pod.PipeE(kyaml.LookupCreate(kyaml.ScalarNode, "spec", "image"), kyaml.FieldSetter{StringValue: image}); err != nil {
		t.Fatal(err)
	}
	if _, err := (imagetag.Filter{ImageTag: entry, FsSlice: types.FsSlice{{Path: "spec/image"}}}).Filter([]*kyaml.RNode{pod}); err != nil {
		t.Fatal(err)
	}
	made, err := pod.Pipe(kyaml.Get("spec"), kyaml.Get("image"))
	if err != nil {
		t.Fatal(err)
	}
	return made.YNode().Value
}

func TestKustomizeSelector(t *testing.T) {
	t.Parallel()
	selected := 0
	for _, name := range []string{
		"web", "acme/web", "ghcr.io/acme/web", "localhost:5000/web", "acme/web:1", "acme/web@sha256:abc", "acme/web:1@sha256:abc", "acme/w.b", `acme/w\.b`, "acme/we+b", "acme/(web|api)", "^acme/web$",
		"acme/[", "a|b", "acme/web:", "acme/.*", ".", "acme/web@", "web{2}", "acme/w*",
	} {
		s := SelectorOf(name)
		for _, image := range []string{
			"", "web", "webb", "we", "web:1", "web@sha256:abc", "acme/web", "acme/web:", "acme/web:1", "acme/web:1.0", "acme/web:${TAG}", "acme/web:{TAG}", "acme/web:<tag>", "acme/web:1:2", "acme/web:1 ", "acme/web@",
			"acme/web@sha256", "acme/web@sha256:", "acme/web@sha256:abc", "acme/web@a+b.c_d-e:f", "acme/web@a++b:f", "acme/web@+a:f", "acme/web@a+:f", "acme/web:1@sha256:abc", "acme/web:1@sha256:abc!", "acme/web:1@sha256:a:b", "acme/web@sha256:a@b",
			"acme/api:1", "acme/wxb:1", "acme/w\nb:1", "acme/w.b", "acme/weeb:1", "acme/we+b", "ghcr.io/acme/web:1", "ghcrxio/acme/web:1", "localhost:5000/web:1", "localhost:5000/web", "a", "b", "ab:1", "acme/webweb", "acme/é:1", "é", "acme/[:1",
		} {
			want := kustomized(t, types.Image{Name: name, NewName: "changed"}, image) != image
			if got := s.Selects(image); got != want {
				t.Errorf("an entry for %q selects %q: %v, want %v", name, image, got, want)
			}
			var all KustomizeSelectors
			all.Add("other")
			if all.Add(name); all.Select(image) != want {
				t.Errorf("entries with one for %q select %q: %v, want %v", name, image, !want, want)
			}
			if want {
				selected++
			}
		}
	}
	if selected < 40 {
		t.Errorf("%d images are selected", selected)
	}
	if SelectorOf("").Selects("") || (KustomizeSelector{}).Selects("web") {
		t.Error("no name selects an image")
	}
}
