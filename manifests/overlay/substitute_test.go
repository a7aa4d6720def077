package overlay_test

import (
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/overlay"
)

func TestSubstitute(t *testing.T) {
	t.Parallel()
	const settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: flux-system}\ndata: {TAG: '2', REGISTRY: 'https://r.example.com'}\n"
	const more = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more, namespace: flux-system}\ndata: {TAG: '3'}\n"
	ks := func(build string) string { return flux + "spec: {path: ./app, postBuild: " + build + "}\n" }
	from := func(names ...string) string {
		return ks("{substituteFrom: [{kind: ConfigMap, name: " + strings.Join(names, "}, {kind: ConfigMap, name: ") + "}]}")
	}
	for _, c := range []struct{ name, image, ks, maps, want string }{
		{"a value that is written out", "web:${TAG}", ks("{substitute: {TAG: '1'}}"), "", "web:1"},
		{"two of them", "${R}/web:${TAG}-x", ks("{substitute: {TAG: '1', R: r.example.com}}"), "", "r.example.com/web:1-x"},
		{"a ConfigMap of the set", "web:${TAG}", from("settings"), settings, "web:2"},
		{"the value goes before the ConfigMap", "web:${TAG}", ks("{substitute: {TAG: '1'}, substituteFrom: [{kind: ConfigMap, name: settings}]}"), settings, "web:1"},
		{"the last ConfigMap counts", "web:${TAG}", from("settings", "more"), settings + "---\n" + more, "web:3"},
		{"a ConfigMap behind it that nobody knows", "web:${TAG}", from("settings", "absent"), settings, "web:${TAG}"},
		{"one before it", "web:${TAG}", from("absent", "settings"), settings, "web:2"},
		{"a Secret may hold it", "web:${TAG}", ks("{substituteFrom: [{kind: Secret, name: settings}]}"), settings, "web:${TAG}"},
		{"a ConfigMap of another namespace", "web:${TAG}", from("settings"), strings.Replace(settings, "flux-system", "other", 1), "web:${TAG}"},
		{"a default", "web:${X:=9}", ks("{}"), "", "web:9"},
		{"a default with the other operator", "web:${X:-9}", ks("{}"), "", "web:9"},
		{"an empty value", "web${X}:1", ks("{substitute: {X: ''}}"), "", "web:1"},
		{"a default in place of an empty value", "web:${X:=9}", ks("{substitute: {X: ''}}"), "", "web:9"},
		{"no default in place of an empty value", "web${X=9}:1", ks("{substitute: {X: ''}}"), "", "web:1"},
		{"a value beats the default", "web:${TAG:=9}", from("settings"), settings, "web:2"},
		{"a default that a ConfigMap may override", "web:${X:=9}", from("absent"), "", "web:${X:=9}"},
		{"no default", "web:${X}", ks("{}"), "", "web:${X}"},
		{"another function", "web:${TAG^^}", from("settings"), settings, "web:${TAG^^}"},
		{"no end", "web:${TAG", from("settings"), settings, "web:${TAG"},
		{"an escaped variable", "web:$${TAG}", from("settings"), settings, "web:$${TAG}"},
		{"an encrypted value", "web:${TAG}", ks("{substitute: {TAG: 'ENC[AES256_GCM,data:x]'}}"), "", "web:${TAG}"},
		{"a value that another tool fills in", "web:${TAG}", ks("{substitute: {TAG: '${OTHER}'}}"), "", "web:${TAG}"},
		{"a password", "${R}/web:1", ks("{substitute: {R: 'https://bob:hunter2@r.example.com'}}"), "", "${R}/web:1"},
		{"a value that grows without end", strings.Repeat("${L}", 9), ks("{substitute: {L: " + strings.Repeat("a", 900) + "}}"), "", strings.Repeat("${L}", 9)},
		{"two Kustomizations that agree", "web:${TAG}", ks("{substitute: {TAG: '1'}}") + "---\n" + ks("{substitute: {TAG: '1'}}"), "", "web:1"},
		{"two that do not", "web:${TAG}", ks("{substitute: {TAG: '1'}}") + "---\n" + ks("{substitute: {TAG: '2'}}"), "", "web:${TAG}"},
		{"one for another folder", "web:${TAG}", strings.Replace(ks("{substitute: {TAG: '1'}}"), "./app", "./apps", 1), "", "web:${TAG}"},
	} {
		set := load(t, map[string]string{"app/pod.yaml": pod("a", c.image), "f/ks.yaml": c.ks, "f/maps.yaml": c.maps})
		overlay.Substitute(set)
		img := set.Workloads[len(set.Workloads)-1].Images[0]
		if set.Workloads[0].Span.File().Name == "app/pod.yaml" {
			img = set.Workloads[0].Images[0]
		}
		if img.Raw != c.want {
			t.Errorf("%s: %q becomes %q, want %q", c.name, c.image, img.Raw, c.want)
		}
		written := ""
		if img.Assembly != nil {
			written = img.Assembly.Unsubstituted
		}
		if changed := img.Raw != c.image; changed != (written == c.image) || changed && (img.Err == nil) != (img.Ref.Repository != "") {
			t.Errorf("%s: written %q, parsed as %+v, %v", c.name, written, img.Ref, img.Err)
		}
	}
}

// What is wrong in a value is wrong where the value stands, and what is wrong in the image where that does.
func TestSubstitutePlaces(t *testing.T) {
	t.Parallel()
	set := load(t, map[string]string{
		"app/pod.yaml": pod("a", "${R}/we b:${TAG:=1}"), "f/ks.yaml": flux + "spec:\n  path: app\n  postBuild: {substitute: {R: 'http://r'}}\n",
	})
	overlay.Substitute(set)
	var img *manifests.ImageRef
	for _, w := range set.Workloads {
		img = w.Images[0]
	}
	if want := "http://r/we b:1"; img.Raw != want {
		t.Fatalf("%q, want %q", img.Raw, want)
	}
	for _, c := range []struct {
		from, to     int
		file         string
		line, column int
	}{
		{0, 7, "f/ks.yaml", 6, 32}, {8, 13, "app/pod.yaml", 4, 45}, {14, 15, "app/pod.yaml", 4, 58}, {0, 15, "app/pod.yaml", 4, 41},
	} {
		at := img.At(c.from, c.to)
		if at.File().Name != c.file || at.Start().Line != c.line || at.Start().Col != c.column {
			t.Errorf("%q is at %s:%d:%d, want %s:%d:%d", img.Raw[c.from:c.to], at.File().Name, at.Start().Line, at.Start().Col, c.file, c.line, c.column)
		}
	}
}
