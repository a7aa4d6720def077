package extract

import (
	"testing"

	"github.com/imagelint-dev/imagelint/internal/facts/secretsources"
	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

func shares(file, text string) bool {
	c := stream.Doc{Text: source.Text{File: &source.File{Name: file}, Data: []byte(text)}}
	g := NewOptions(false, nil).Look(&c, false, &Kinds{})
	share, _ := MayShare(&c, &g, true)
	return IsShared(file) || share
}

// Every kind that creates Secrets is read even if only shared objects are needed.
func TestMayShareSources(t *testing.T) {
	t.Parallel()
	for _, s := range secretsources.All() {
		for _, text := range []string{
			"apiVersion: " + s.Group + "/v1\nkind: " + s.Kind + "\n",
			`{"apiVersion":"v1","kind":"List","items":[{"kind":"` + s.Kind + `","apiVersion":"` + s.Group + `/v1"}]}`,
		} {
			if !shares("a.yaml", text) {
				t.Errorf("%s of %s is left out", s.Kind, s.Group)
			}
		}
	}
}

func TestMayShare(t *testing.T) {
	t.Parallel()
	const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {imagePullSecrets: [{name: a}], volumes: [{secret: {secretName: b}}], containers: [{name: a, image: b"
	for _, c := range []struct {
		name, file, text string
		want             bool
	}{
		{"a pod", "a.yaml", pod + "}]}\n", false},
		{"a list of pods", "a.yaml", "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod, spec: {imagePullSecrets: [], serviceAccountName: a}}]\n", false},
		{"a list with a Secret", "a.yaml", "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Secret}]\n", true},
		{"a list with an account", "a.yaml", "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: ServiceAccount}]\n", true},
		{"a list of Secrets", "a.yaml", "apiVersion: v1\nkind: SecretList\nitems: [{metadata: {name: a}}]\n", true},
		{"a sentence about Secrets", "a.yaml", "apiVersion: a.example/v1\nkind: A\nspec: {image: a, text: the Secret with a password}\n", false},
		{"an escaped kind", "a.yaml", "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: \"Sec\\x72et\"}]\n", true},
		{"a kind on two lines", "a.yaml", "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: \"Sec\\\n  ret\"}]\n", true},
		{"a kind on three lines", "a.yaml", "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: \"Sec\\\n  r\\\r\n  et\"}]\n", true},
		{"a word with no letter on a line", "a.yaml", "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: \"\\\nConfigMap\\\n\"}]\n", true},
		{"a field on two lines", "a.yaml", "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod, spec: {\"imagePullSec\\\n  rets\": []}}]\n", true},
		{"a text on two lines", "a.yaml", "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod, a: \"some te\\\n  xt that goes on\\\n  \\ and on\"}]\n", false},
		{"a template on two lines", "a.yaml", "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod, a: \"{\\\n  { b }}\"}]\n", true},
		{"an escape in a text", "a.yaml", "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod, a: \"\\u003cb\\n\"}]\n", false},
		{"a custom resource with pods", "a.yaml", "apiVersion: a.example/v1\nkind: A\nspec: {image: a, imagePullSecrets: [{name: a}]}\n", false},
		{"a custom resource with a Secret", "a.yaml", "apiVersion: a.example/v1\nkind: A\nspec: {object: {apiVersion: v1, kind: Secret}}\n", true},
		{"a pod that makes a pull secret", "a.yaml", pod + ", args: [create, secret, docker-registry, a]}]}\n", true},
		{"a pod that gives pull secrets", "a.yaml", pod + "}, {image: 'titansoft/imagepullsecret-patcher:1'}]}\n", true},
		{"a Secret", "a.yaml", "apiVersion: v1\nkind: Secret\n", true},
		{"a ServiceAccount", "a.yaml", "apiVersion: v1\nkind: ServiceAccount\n", true},
		{"a ConfigMap with values", "a.yaml", "apiVersion: v1\nkind: ConfigMap\ndata: {tag: '1'}\n", true},
		{"JSON without a kind", "a.json", `{"apiVersion": {"a": "v1"}, "properties": {"kind": "Secret"}}`, false},
		{"JSON with a kind", "a.json", `{"apiVersion": "v1", "kind": "Secret"}`, true},
		{"a kustomization by its name", "kustomization.yaml", "resources: [a.yaml]\n", true},
		{"a kustomization of Flux", "a.yaml", "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n", true},
		{"images that a tool builds", "a.yaml", "apiVersion: skaffold/v4beta1\nkind: Config\n", true},
		{"the lock of a bundle", ".imgpkg/images.yml", "apiVersion: imgpkg.carvel.dev/v1alpha1\nkind: ImagesLock\n", true},
		{"a template by its name", "a.tmpl.yaml", pod + "}]}\n", true},
	} {
		if got := shares(c.file, c.text); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// Values in a ConfigMap are only shared if something may take them.
func TestMayShareValues(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]bool{
		"apiVersion: v1\nkind: ConfigMap\ndata:\n  values.yaml: |\n    image: a\n": {true, false},
		"apiVersion: v1\nkind: ConfigMap\ndata: {tag: '1'}\n":                      {true, true},
	} {
		c := stream.Doc{Text: source.Text{File: &source.File{Name: "a.yaml"}, Data: []byte(text)}}
		g := NewOptions(false, nil).Look(&c, false, &Kinds{})
		with, _ := MayShare(&c, &g, true)
		without, _ := MayShare(&c, &g, false)
		if got := [2]bool{with, without}; got != want {
			t.Errorf("%q: with and without a use %v, want %v", text, got, want)
		}
	}
}
