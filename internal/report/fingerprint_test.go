package report

import (
	"testing"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

func TestFingerprints(t *testing.T) {
	t.Parallel()
	base := func() *lint.Finding {
		return &lint.Finding{
			Rule: "image-latest", Severity: lint.Warning, Span: at(t, "a/web.yaml", web, "nginxy"), Container: "nginx", Image: "nginxy:latest",
			Path: "spec.containers[0].image", Message: "m", Help: "h",
			Object: &manifests.Object{APIVersion: "apps/v1", Kind: "Deployment", Namespace: "web", Name: "x"},
		}
	}
	of := func(f *lint.Finding) string { return Fingerprints([]lint.Finding{*f})[0] }
	want := of(base())
	for name, change := range map[string]func(*lint.Finding){
		"moved":       func(f *lint.Finding) { f.Span = line(f.Span, 40) },
		"renamed":     func(f *lint.Finding) { f.Span = at(t, "b/other.yaml", web, "nginxy") },
		"reworded":    func(f *lint.Finding) { f.Message, f.Help, f.Cluster.Message = "n", "i", "j" },
		"leveled":     func(f *lint.Finding) { f.Severity = lint.Error },
		"API version": func(f *lint.Finding) { f.Object.APIVersion = "apps/v1beta2" },
		"sidecar":     func(f *lint.Finding) { f.Path = "spec.containers[12].image" },
	} {
		f := base()
		if change(f); of(f) != want {
			t.Errorf("%s: the fingerprint changes", name)
		}
	}
	for name, change := range map[string]func(*lint.Finding){
		"rule":         func(f *lint.Finding) { f.Rule = "image-tag-missing" },
		"API group":    func(f *lint.Finding) { f.Object.APIVersion = "example.com/v1" },
		"kind":         func(f *lint.Finding) { f.Object.Kind = "DaemonSet" },
		"namespace":    func(f *lint.Finding) { f.Object.Namespace = "prod" },
		"name":         func(f *lint.Finding) { f.Object.Name = "y" },
		"container":    func(f *lint.Finding) { f.Container = "other" },
		"image":        func(f *lint.Finding) { f.Image = "nginx:latest" },
		"path":         func(f *lint.Finding) { f.Path = "spec.initContainers[0].image" },
		"border":       func(f *lint.Finding) { f.Object.Namespace, f.Object.Name = "webx", "" },
		"no object":    func(f *lint.Finding) { f.Object = nil },
		"no container": func(f *lint.Finding) { f.Container = "" },
		"subject":      func(f *lint.Finding) { f.FingerprintKey = "docker.io" },
	} {
		f := base()
		if change(f); of(f) == want {
			t.Errorf("%s: the fingerprint does not change", name)
		}
	}
}

// If a finding is about a value other than the image, that value counts, and neither the image nor the list
// index does.
func TestFingerprintValue(t *testing.T) {
	t.Parallel()
	of := func(path, image, text string) string {
		span := at(t, "x.yaml", "- name: "+text, text).WithExact(true)
		return Fingerprint(&lint.Finding{Rule: "r", Path: path, Image: image, Span: span})
	}
	name := of("spec.imagePullSecrets[0].name", "", "one")
	if of("spec.imagePullSecrets[1].name", "", "one") != name || of("spec.imagePullSecrets[0].name", "", "two") == name {
		t.Error("the fingerprint does not depend on the name of a Secret, or depends on its rank")
	}
	policy := of("spec.containers[0].imagePullPolicy", "app:1", "Never")
	if of("spec.containers[0].imagePullPolicy", "app:2", "Never") != policy || of("spec.containers[0].imagePullPolicy", "app:1", "never") == policy {
		t.Error("the fingerprint does not depend on the pull policy, or depends on the image")
	}
	if of("image", "app:1", "app") != of("image", "app:1", ":1") {
		t.Error("the fingerprint depends on the part of the image that a rule points at")
	}
}

// A Subject replaces the container, field and image.
func TestFingerprintSubject(t *testing.T) {
	t.Parallel()
	one := lint.Finding{Rule: "r", FingerprintKey: "ghcr.io", Container: "a", Path: "spec.containers[0].image", Image: "ghcr.io/a:1"}
	other := lint.Finding{Rule: "r", FingerprintKey: "ghcr.io", Container: "b", Path: "spec.initContainers[0].image", Image: "ghcr.io/b:1"}
	if Fingerprint(&one) != Fingerprint(&other) {
		t.Error("the same subject has two fingerprints")
	}
}

func TestFingerprintsWithoutObject(t *testing.T) {
	t.Parallel()
	of := func(file string) string {
		return Fingerprints([]lint.Finding{{Rule: "yaml-syntax", Span: at(t, file, "a: [", "[")}})[0]
	}
	if of("a/x.yaml") != of(`b\x.yaml`) || of("a/x.yaml") == of("a/y.yaml") {
		t.Error("the fingerprint does not use the base name of the file in place of the object")
	}
}

func TestFingerprintsCount(t *testing.T) {
	t.Parallel()
	one := lint.Finding{Rule: "image-latest"}
	got := Fingerprints([]lint.Finding{one, {Rule: "image-empty"}, one, one})
	if got[2] != got[0]+"-2" || got[3] != got[0]+"-3" || got[1] == got[0] || len(got[0]) != 32 {
		t.Errorf("Fingerprints = %q", got)
	}
}

// Changing fingerprints invalidates all baselines; this one is from the first release.
func TestFingerprintStays(t *testing.T) {
	t.Parallel()
	got := Fingerprints(sample(t).Result.Findings)[0]
	if want := "8bcd98fd52148d06a959449b6d995d70"; got != want {
		t.Errorf("fingerprint %s, want %s", got, want)
	}
}

func TestWithoutIndices(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                     "",
		"spec.containers[0].x": "spec.containers[].x",
		"a[12].b[3]":           "a[].b[]",
		`a["k[1]"].b[`:         `a["k[]"].b[`,
		"a[1x]":                "a[1x]",
		"a[":                   "a[",
	} {
		if got := withoutIndices(in); got != want {
			t.Errorf("withoutIndices(%q) = %q, want %q", in, got, want)
		}
	}
}
