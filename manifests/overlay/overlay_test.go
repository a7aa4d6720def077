package overlay_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/overlay"
)

// load reads files, each a name and its text.
func load(t *testing.T, files map[string]string) *manifests.Set {
	t.Helper()
	var inputs []manifests.Input
	for name, text := range files {
		inputs = append(inputs, manifests.Input{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }})
	}
	set, err := manifests.Load(t.Context(), inputs, manifests.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// pod is a pod of one container; an image of "-" is a key without a value.
func pod(name, image string) string {
	text := "apiVersion: v1\nkind: Pod\nmetadata: {name: " + name + "}\nspec: {containers: [{name: app"
	if image == "-" {
		return text + ", image: }]}\n"
	}
	return text + ", image: '" + image + "'}]}\n"
}

const (
	head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
	lock = "apiVersion: imgpkg.carvel.dev/v1alpha1\nkind: ImagesLock\nimages: [{annotations: {kbld.carvel.dev/id: 'web:1'}, image: 'ghcr.io/acme/web@sha256:2'}]\n"
	flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps, namespace: flux-system}\n"
)

func TestImage(t *testing.T) {
	t.Parallel()
	sure := func(by string) overlay.Change { return overlay.Change{By: by, Certain: true} }
	maybe := func(by string) overlay.Change { return overlay.Change{By: by} }
	for _, c := range []struct {
		name  string
		files map[string]string
		want  overlay.Change // of the image in app/pod.yaml
	}{
		{"nothing takes the file", map[string]string{"app/pod.yaml": pod("a", "web:1"), "other/kustomization.yaml": head + "images: [{name: web, newTag: '2'}]"}, overlay.Change{}},
		{"the kustomization beside it takes it", map[string]string{"app/pod.yaml": pod("a", "web:1"), "app/kustomization.yaml": head + "resources: [pod.yaml]\nimages: [{name: web, newTag: '2'}]"}, sure("kustomize")},
		{"it names the image with its tag", map[string]string{"app/pod.yaml": pod("a", "web:1"), "app/kustomization.yaml": head + "resources: [pod.yaml]\nimages: [{name: 'web:1', newTag: '2'}]"}, sure("kustomize")},
		{"a patch, and Flux elsewhere", map[string]string{
			"app/pod.yaml": pod("a", "web:${TAG}"), "app/kustomization.yaml": head + "resources: [pod.yaml]\nreplacements: [{path: r.yaml}]", "f/ks.yaml": flux + "spec: {path: ./apps, postBuild: {}}",
		}, maybe("a patch of kustomize")},
		{"it replaces another image", map[string]string{"app/pod.yaml": pod("a", "web:1"), "app/kustomization.yaml": head + "resources: [pod.yaml]\nimages: [{name: webb, newTag: '2'}]"}, overlay.Change{}},
		{"an overlay takes the base", map[string]string{
			"app/pod.yaml": pod("a", "web:1"), "app/kustomization.yaml": head + "resources: [./pod.yaml]",
			"prod/kustomization.yaml": head + "resources: [../app]\nimages: [{name: web, newTag: '2'}]",
		}, sure("kustomize")},
		{"a component beside the base", map[string]string{
			"app/pod.yaml": pod("a", "web:1"), "app/kustomization.yaml": head + "resources: [pod.yaml]",
			"prod/kustomization.yaml": head + "resources: [../app]\ncomponents: [../part]",
			"part/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nimages: [{name: web, newTag: '2'}]",
		}, sure("kustomize")},
		{"kustomizations that take each other", map[string]string{
			"app/pod.yaml": pod("a", "web:1"), "app/kustomization.yaml": head + "resources: [pod.yaml, ../b]", "b/kustomization.yaml": head + "resources: [../app]",
		}, overlay.Change{}},
		{"no image in a patch", map[string]string{"app/pod.yaml": pod("a", "-"), "app/kustomization.yaml": head + "patches: [{path: pod.yaml}]"}, sure("the object that kustomize merges this patch into")},
		{"an image in a patch", map[string]string{"app/pod.yaml": pod("a", "web:1"), "app/kustomization.yaml": head + "patchesStrategicMerge: [pod.yaml]"}, overlay.Change{}},
		{"no image in a resource", map[string]string{"app/pod.yaml": pod("a", "-"), "app/kustomization.yaml": head + "resources: [pod.yaml]"}, overlay.Change{}},
		{"a patch that is written out", map[string]string{
			"app/pod.yaml": pod("a", "web:1"), "app/kustomization.yaml": head + "resources: [pod.yaml]\npatches: [{patch: '[{op: replace, path: /spec/containers/0/image, value: x:1}]'}]",
		}, maybe("a patch of kustomize")},
		{"one that writes no image", map[string]string{
			"app/pod.yaml": pod("a", "web:1"), "app/kustomization.yaml": head + "resources: [pod.yaml]\npatches: [{patch: '[{op: replace, path: /spec/hostNetwork, value: true}]'}]",
		}, overlay.Change{}},
		{"a patch of the same kind with an image", map[string]string{
			"app/pod.yaml": pod("a", "web:1"), "app/p.yaml": pod("a", "web:2"), "app/kustomization.yaml": head + "resources: [pod.yaml]\npatches: [{path: p.yaml}]",
		}, maybe("a patch of kustomize")},
		{"a patch of another kind with an image", map[string]string{
			"app/pod.yaml": pod("a", "web:1"), "app/p.yaml": "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: a, image: 'b:1'}]}}}",
			"app/kustomization.yaml": head + "resources: [pod.yaml]\npatches: [{path: p.yaml}]",
		}, overlay.Change{}},
		{"a patch that is not among the inputs", map[string]string{"app/pod.yaml": pod("a", "web:1"), "app/kustomization.yaml": head + "resources: [pod.yaml]\npatchesJson6902: [{path: p.json}]"}, maybe("a patch of kustomize")},
		{"replacements", map[string]string{"app/pod.yaml": pod("a", "web:1"), "app/kustomization.yaml": head + "resources: [pod.yaml]\nreplacements: [{path: r.yaml}]"}, maybe("a patch of kustomize")},
		{"a var", map[string]string{"app/pod.yaml": pod("a", "$(WEB)"), "app/kustomization.yaml": head + "resources: [pod.yaml]\nvars: [{name: WEB}]"}, sure("kustomize")},
		{"a var of another name", map[string]string{"app/pod.yaml": pod("a", "$(WEB)"), "app/kustomization.yaml": head + "resources: [pod.yaml]\nvars: [{name: WE}]"}, overlay.Change{}},
		{"Flux applies the folder", map[string]string{"app/pod.yaml": pod("a", "web:${TAG}"), "f/ks.yaml": flux + "spec: {path: ./app, postBuild: {}}"}, sure("Flux")},
		{"Flux applies an overlay of it", map[string]string{
			"app/pod.yaml": pod("a", "web:${TAG}"), "prod/kustomization.yaml": head + "resources: [../app/pod.yaml]", "f/ks.yaml": flux + "spec: {path: prod, postBuild: {}}",
		}, sure("Flux")},
		{"Flux applies another folder", map[string]string{"app/pod.yaml": pod("a", "web:${TAG}"), "f/ks.yaml": flux + "spec: {path: ./apps, postBuild: {}}"}, maybe("Flux, which replaces variables in other files of the input,")},
		{"Flux replaces no variables", map[string]string{"app/pod.yaml": pod("a", "web:${TAG}"), "f/ks.yaml": flux + "spec: {path: ./app}"}, overlay.Change{}},
		{"Flux replaces the image", map[string]string{"app/pod.yaml": pod("a", "web:1"), "f/ks.yaml": flux + "spec: {path: ./app, images: [{name: web, newTag: '2'}]}"}, sure("Flux")},
		{"Argo CD replaces the image", map[string]string{
			"app/pod.yaml": pod("a", "web:1"), "argo.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {source: {path: app, kustomize: {images: ['web=ghcr.io/acme/web:2']}}}",
		}, sure("Argo CD")},
		{"skaffold builds the image", map[string]string{
			"app/pod.yaml": pod("a", "web"), "app/skaffold.yaml": "apiVersion: skaffold/v4beta11\nkind: Config\nbuild: {artifacts: [{image: web}]}",
		}, sure("Skaffold")},
		{"a skaffold in a folder that begins alike", map[string]string{
			"app/pod.yaml": pod("a", "web"), "ap/skaffold.yaml": "apiVersion: skaffold/v4beta11\nkind: Config\nbuild: {artifacts: [{image: web}]}\n",
		}, overlay.Change{}},
		{"another skaffold does", map[string]string{
			"app/pod.yaml": pod("a", "web"), "apple/skaffold.yaml": "apiVersion: skaffold/v4beta11\nkind: Config\nbuild: {artifacts: [{image: web}]}",
		}, overlay.Change{}},
		{"kbld resolves the image", map[string]string{
			"app/pod.yaml": pod("a", "web:1"), "kbld.yaml": "apiVersion: kbld.k14s.io/v1alpha1\nkind: Config\nsources: [{image: web, path: .}]",
		}, sure("kbld")},
		{"the lock of a bundle has another name for it", map[string]string{"app/pod.yaml": pod("a", "web:1"), "app/.imgpkg/images.yml": lock}, sure("kbld")},
		{"a lock in no bundle does", map[string]string{"app/pod.yaml": pod("a", "web:1"), "app/images.yml": lock}, overlay.Change{}},
		{"the lock of another bundle does", map[string]string{"app/pod.yaml": pod("a", "web:1"), "other/.imgpkg/images.yml": lock}, overlay.Change{}},
		{"the lock has the same name", map[string]string{"app/pod.yaml": pod("a", "web:1"), "app/.imgpkg/images.yml": strings.Replace(lock, "ghcr.io/acme/web@sha256:2", "web:1", 1)}, overlay.Change{}},
	} {
		set := load(t, c.files)
		x := overlay.New(set)
		for _, w := range set.Workloads {
			if w.Span.File().Name != "app/pod.yaml" {
				continue
			}
			img := w.Images[0]
			name, _, _ := strings.Cut(img.Raw, ":")
			if diff := cmp.Diff(c.want, x.Image(w.Object, img.Raw, name, img.State != manifests.StateString)); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", c.name, diff)
			}
		}
	}
}

// What has no file, such as standard input, lies in no folder.
func TestNoFile(t *testing.T) {
	t.Parallel()
	x := overlay.New(load(t, map[string]string{"skaffold.yaml": "apiVersion: skaffold/v4beta11\nkind: Config\nbuild: {artifacts: [{image: web}]}\n"}))
	if got := x.Image(&manifests.Object{Kind: "Pod"}, "web", "web", false); got != (overlay.Change{}) {
		t.Errorf("%+v", got)
	}
}

func TestNamespaces(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"app/pod.yaml": pod("a", "web:1"), "app/kustomization.yaml": head + "namespace: base\nresources: [pod.yaml]",
		"prod/kustomization.yaml": head + "namespace: prod\nresources: [../app]", "test/kustomization.yaml": head + "namespace: test\nresources: [../elsewhere]",
		"f/ks.yaml": flux + "spec: {path: prod, targetNamespace: live}",
	}
	check := func(want []string, wantCertain bool) {
		t.Helper()
		set := load(t, files)
		got, certain := overlay.New(set).Namespaces(set.Workloads[0].Object)
		if diff := cmp.Diff(want, got); diff != "" || certain != wantCertain {
			t.Errorf("%v, (-want +got)\n%s", certain, diff)
		}
	}
	check([]string{"live"}, true)
	files["dev/kustomization.yaml"] = head + "resources: [../app]" // also applied without Flux
	check([]string{"base", "prod", "live"}, false)
}

func TestNames(t *testing.T) {
	t.Parallel()
	secret := "apiVersion: v1\nkind: Secret\nmetadata: {name: login}\ntype: kubernetes.io/dockerconfigjson\n"
	for _, c := range []struct {
		name  string
		files map[string]string
		want  []string // of the only Secret
	}{
		{"no kustomization", map[string]string{"app/s.yaml": secret}, []string{"login"}},
		{"not its own", map[string]string{"app/s.yaml": secret, "other/kustomization.yaml": head + "namePrefix: a-"}, []string{"login"}},
		{"its own", map[string]string{"app/s.yaml": secret, "app/kustomization.yaml": head + "resources: [s.yaml]\nnamePrefix: a-\nnameSuffix: -z"}, []string{"login", "a-login-z"}},
		{"an overlay of an overlay", map[string]string{
			"app/s.yaml": secret, "app/kustomization.yaml": head + "resources: [s.yaml]",
			"b/kustomization.yaml": head + "resources: [../app]\nnamePrefix: b-", "c/kustomization.yaml": head + "resources: [../b]\nnamePrefix: c-",
		}, []string{"login", "b-login", "c-login", "c-b-login"}},
		{"generated in a base", map[string]string{
			"app/kustomization.yaml": head + "secretGenerator: [{name: login, type: kubernetes.io/dockerconfigjson}]", "b/kustomization.yaml": head + "resources: [../app]\nnamePrefix: b-",
		}, []string{"login", "b-login"}},
		{"Flux", map[string]string{"app/s.yaml": secret, "f/ks.yaml": flux + "spec: {path: ./app, namePrefix: a-}"}, []string{"login", "a-login"}},
		{"Argo CD", map[string]string{
			"app/s.yaml": secret, "f/a.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {source: {path: app, kustomize: {nameSuffix: -z}}}",
		}, []string{"login", "login-z"}},
	} {
		set := load(t, c.files)
		if len(set.Secrets) != 1 {
			t.Errorf("%s: %d Secrets", c.name, len(set.Secrets))
			continue
		}
		s := set.Secrets[0]
		if diff := cmp.Diff(c.want, overlay.New(set).Names(s.Object, s.SecretName)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, diff)
		}
	}
}

// The number of names is bounded.
func TestManyNames(t *testing.T) {
	t.Parallel()
	files := map[string]string{"app/s.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: login}\n"}
	for i := range 60 {
		name := string(rune('a'+i%26)) + strings.Repeat("x", i/26)
		files[name+"/kustomization.yaml"] = head + "resources: [../app/s.yaml]\nnamePrefix: " + name + "-"
	}
	set := load(t, files)
	if n := len(overlay.New(set).Names(set.Secrets[0].Object, "login")); n != 50 {
		t.Errorf("%d names", n)
	}
}

func TestAlsoAsWritten(t *testing.T) {
	t.Parallel()
	const (
		argo = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {source: {repoURL: x, path: app, kustomize: {images: ['%s']}}}"
		dev  = "dev/kustomization.yaml"
		prod = "prod/kustomization.yaml"
		part = "part/kustomization.yaml"
		base = head + "resources: [../app]\n"
		comp = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
	)
	tag := "images: [{name: web, newTag: '2'}]"
	for _, c := range []struct {
		name  string
		files map[string]string
		want  bool
	}{
		{"one overlay sets a tag, another does not", map[string]string{dev: base, prod: base + tag}, true},
		{"all set a tag", map[string]string{dev: base + tag, prod: base + tag}, false},
		{"a digest and a name", map[string]string{dev: base, prod: base + "images: [{name: web, newName: w, digest: 'sha256:0'}]"}, true},
		{"a name only", map[string]string{dev: base, prod: base + "images: [{name: web, newName: w}]"}, false},
		{"a name only in one of two entries", map[string]string{dev: base, prod: base + "images: [{name: web, newTag: '2'}, {name: web, newName: w}]"}, false},
		{"a suffix", map[string]string{dev: base, prod: base + "images: [{name: web, tagSuffix: -x}]"}, false},
		{"no tag", map[string]string{dev: base, prod: base + "images: [{name: web, newTag: ''}]"}, false},
		{"the name has a tag", map[string]string{dev: base, prod: base + "images: [{name: 'web:1', newTag: '2'}]"}, false},
		{"an overlay of the other one sets a tag", map[string]string{dev: base, prod: head + "resources: [../dev]\n" + tag}, false},
		{"an overlay of the one that sets a tag", map[string]string{dev: base + tag, prod: head + "resources: [../dev]"}, false},
		{"a component sets it", map[string]string{dev: base, prod: base + "components: [../part]", part: comp + tag}, true},
		{"a component sets it for all", map[string]string{prod: base + "components: [../part]", part: comp + tag}, false},
		{"Flux applies the base", map[string]string{prod: base + tag, "f/ks.yaml": flux + "spec: {path: ./app}"}, true},
		{"Flux sets a tag", map[string]string{dev: base, "f/ks.yaml": flux + "spec: {path: ./app, " + tag + "}"}, true},
		{"Argo CD sets a tag", map[string]string{dev: base, "argo.yaml": fmt.Sprintf(argo, "web:2")}, true},
		{"Argo CD sets another name and a tag", map[string]string{dev: base, "argo.yaml": fmt.Sprintf(argo, "web=localhost:5000/w:2")}, true},
		{"Argo CD sets another name", map[string]string{dev: base, "argo.yaml": fmt.Sprintf(argo, "web=localhost:5000/w")}, false},
		{"Skaffold builds the image", map[string]string{dev: base, prod: base + tag, "skaffold.yaml": "apiVersion: skaffold/v4beta11\nkind: Config\nbuild: {artifacts: [{image: web}]}"}, false},
		{"nothing replaces it", map[string]string{dev: base, prod: base}, false},
		{"they take each other", map[string]string{dev: base + "components: [../prod]", prod: base + "components: [../dev]"}, false},
	} {
		c.files["app/pod.yaml"], c.files["app/kustomization.yaml"] = pod("a", "web:1"), head+"resources: [pod.yaml]"
		set := load(t, c.files)
		if got := overlay.New(set).AlsoAsWritten(set.Workloads[0].Object, "web:1", "web"); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	many := map[string]string{"app/pod.yaml": pod("a", "web:1"), "app/kustomization.yaml": head + "resources: [pod.yaml]", prod: base + tag}
	for i := range 200 {
		many[fmt.Sprintf("dev%d/kustomization.yaml", i)] = base
	}
	if set := load(t, many); overlay.New(set).AlsoAsWritten(set.Workloads[0].Object, "web:1", "web") {
		t.Error("more overlays than are looked at")
	}
	set := load(t, map[string]string{
		"app/pod.yaml": pod("a", "web:${TAG}"), "app/kustomization.yaml": head + "resources: [pod.yaml]", dev: base, prod: base + tag, "f/ks.yaml": flux + "spec: {path: ./dev, postBuild: {}}",
	})
	if overlay.New(set).AlsoAsWritten(set.Workloads[0].Object, "web:${TAG}", "web") {
		t.Error("a variable that Flux replaces reaches nodes")
	}
}

// Each entry of each Flux Kustomization is compared with each image, so that an image with many of them is left open.
func TestReplacementBounded(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		objects, entries int
		want             string
	}{
		{1, 1, "ghcr.io/acme/new:1"}, {10, 100, "ghcr.io/acme/new:1"}, {11, 1, ""}, {1, 101, ""},
	} {
		files := map[string]string{"app/pod.yaml": pod("a", "ghcr.io/acme/web:1")}
		for i := range tt.objects {
			files[fmt.Sprintf("flux/%d.yaml", i)] = flux + "spec:\n  path: app\n  images:\n" +
				strings.Repeat("  - {name: ghcr.io/acme/other, newTag: '2'}\n", tt.entries-1) + "  - {name: ghcr.io/acme/web, newName: ghcr.io/acme/new}\n"
		}
		set := load(t, files)
		got, ok := overlay.New(set).Replacement(set.Workloads[0].Object, "ghcr.io/acme/web:1")
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("%d objects with %d entries: got %q, %t, want %q", tt.objects, tt.entries, got, ok, tt.want)
		}
	}
}
