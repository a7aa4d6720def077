package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/slow"
)

// lintFully lints a request twice, once normally and once with its whole context parsed. The
// findings must be equal.
func lintFully(t *testing.T, req Request) []string {
	t.Helper()
	sets := [2][]string{}
	for i := range sets {
		req.NoLookAhead = i == 1
		loaded, err := Load(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		response, err := loaded.Lint(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		sets[i] = summarize(response)
	}
	if diff := cmp.Diff(sets[1], sets[0]); diff != "" {
		t.Errorf("%q: without look-ahead (-), with it (+):\n%s", req.Paths, diff)
	}
	return sets[0]
}

// Each example of a rule about pull secrets gets the same findings with all other examples as
// context, whether or not their workloads are parsed.
func TestSparseContextOfFixtures(t *testing.T) {
	t.Parallel()
	slow.Skip(t)
	examples, err := filepath.Glob("../../fixtures/pull-secret*/*.yaml")
	if err != nil || len(examples) < 30 {
		t.Fatalf("%d examples, %v", len(examples), err)
	}
	texts := map[string][]byte{}
	for _, name := range examples {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts["repo/"+filepath.ToSlash(strings.TrimPrefix(name, "../../fixtures/"))] = data
	}
	system := files.InMemory(texts)
	for name := range texts {
		req := request(system, name)
		req.Context = []string{"repo"}
		lintFully(t, req)
	}
}

// A workload of the context affects a finding if it shares a Secret or is a patch.
func TestSparseContext(t *testing.T) {
	t.Parallel()
	const plain = "apiVersion: v1\nkind: Pod\nmetadata: {name: other, namespace: shop}\nspec: {%scontainers: [{name: a, image: %q}]}\n"
	user := fmt.Sprintf(plain, "imagePullSecrets: [{name: regcred}], ", "ghcr.io/acme/a:1")
	pod := fmt.Sprintf(plain, "", "ghcr.io/acme/a:1")
	const robot = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: robot, namespace: shop}\n"
	const zone = "apiVersion: k6.io/v1alpha1\nkind: PrivateLoadZone\nmetadata: {name: a, namespace: shop}\nspec: {imagePullSecrets: [{name: regcred}], podTemplate: {spec: {serviceAccountName: robot, containers: [{name: docker-registry, image: 'ghcr.io/acme/b:1'}]}}}\n"
	const base = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: a, image: 'ghcr.io/acme/Web:1'}]}}}\n"
	const kustomization = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [web.yaml]\npatches: [{path: patch.yaml}]\n"
	for _, c := range []struct {
		name string
		in   map[string]string // the linted file is "x.yaml"
		want int
	}{
		{"a Secret that nothing uses", map[string]string{"x.yaml": secret + "---\n" + pod, "other.yaml": pod}, 1},
		{"a Secret that the context uses", map[string]string{"x.yaml": secret + "---\n" + pod, "other.yaml": user}, 0},
		{"a Secret that the context misspells", map[string]string{"x.yaml": secret + "---\n" + pod, "other.yaml": strings.Replace(user, "regcred", "regcrd", 1)}, 0},
		{"a Secret that the context mounts", map[string]string{"x.yaml": secret + "---\n" + pod, "other.yaml": fmt.Sprintf(plain, "volumes: [{secret: {secretName: regcred}}], ", "a:1")}, 0},
		{"a Secret that an account gives to the context", map[string]string{"x.yaml": secret + "---\n" + pod, "account.yaml": fmt.Sprintf(account, "shop", "regcred"), "other.yaml": pod}, 0},
		{"a pod without a Secret that the context has", map[string]string{"x.yaml": fmt.Sprintf(deployment, "web", "ghcr.io/acme/web:1"), "secret.yaml": secret}, 0},
		{"a pod without a Secret", map[string]string{"x.yaml": fmt.Sprintf(deployment, "web", "ghcr.io/acme/web:1"), "other.yaml": pod}, 1},
		{"an image that a patch leaves alone", map[string]string{"x.yaml": base, "patch.yaml": pod, "kustomization.yaml": strings.Replace(kustomization, "web.yaml", "x.yaml", 1)}, 1},
		{"an image that a patch may write", map[string]string{"x.yaml": base, "patch.yaml": strings.Replace(base, "Web", "web", 1), "kustomization.yaml": strings.Replace(kustomization, "web.yaml", "x.yaml", 1)}, 1},
		{"what gives pull secrets to pods", map[string]string{"x.yaml": fmt.Sprintf(deployment, "web", "ghcr.io/acme/web:1"), "other.yaml": fmt.Sprintf(plain, "", "titansoft/imagepullsecret-patcher:v1")}, 1},
		{"a pod of an account that is not defined", map[string]string{"x.yaml": fmt.Sprintf(plain, "serviceAccountName: robto, ", "ghcr.io/acme/a:1"), "account.yaml": robot}, 1},
		{"a pod of an account that is defined", map[string]string{"x.yaml": fmt.Sprintf(plain, "serviceAccountName: robot, ", "ghcr.io/acme/a:1"), "account.yaml": robot}, 0},
		{"a pod that names no account", map[string]string{"x.yaml": pod, "account.yaml": robot}, 0},
		{"a Secret that all pods of the context have", map[string]string{"x.yaml": pod, "account.yaml": robot, "secret.yaml": secret, "zone.yaml": zone}, 0},
		{"a pod with a Secret in a List", map[string]string{"x.yaml": fmt.Sprintf(deployment, "web", "ghcr.io/acme/web:1"), "list.yaml": "apiVersion: v1\nitems:\n- " + strings.ReplaceAll(strings.TrimSpace(secret), "\n", "\n  ") + "\nkind: List\n"}, 0},
		{"a Secret in a template", map[string]string{"x.yaml": fmt.Sprintf(deployment, "web", "ghcr.io/acme/web:1"), "other.yaml": strings.Replace(secret, "eyJ", "x", 1) + "---\n" + strings.ReplaceAll(pod, `"ghcr.io/acme/a:1"`, "{{ .Values.image }}")}, 0},
	} {
		texts := map[string][]byte{}
		for name, text := range c.in {
			texts["repo/"+name] = []byte(text)
		}
		req := request(files.InMemory(texts), "repo/x.yaml")
		req.Context = []string{"repo"}
		if got := lintFully(t, req); len(got) != c.want {
			t.Errorf("%s: %d findings %q", c.name, len(got), got)
		}
	}
}

// Which images the other users of a Secret pull decides what is said about a pod whose image the Secret does not match.
func TestSparseContextSharedSecret(t *testing.T) {
	t.Parallel()
	web := fmt.Sprintf(deployment, "web", "acme/web:1")
	user := func(image, fields string) string {
		return fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: other, namespace: shop}\nspec: {%s, containers: [{name: a, image: %q}]}\n", fields, image)
	}
	const names, matched = "imagePullSecrets: [{name: regcred}]", "ghcr.io/acme/a:1"
	given := func(name, secret string) string {
		return strings.Replace(fmt.Sprintf(account, "shop", secret), "name: default", "name: "+name, 1)
	}
	for _, c := range []struct {
		name string
		in   map[string]string // the linted file is "x.yaml"
		want bool              // a finding about the Secret
	}{
		{"no other user", map[string]string{"x.yaml": web, "secret.yaml": secret}, true},
		{"a user of another Secret", map[string]string{"x.yaml": web, "secret.yaml": secret, "other.yaml": user(matched, "imagePullSecrets: [{name: other}]")}, true},
		{"a user with a matched image", map[string]string{"x.yaml": web, "secret.yaml": secret, "other.yaml": user(matched, names)}, false},
		{"a user with the name in two lines", map[string]string{"x.yaml": web, "secret.yaml": secret, "other.yaml": user(matched, "imagePullSecrets: [{name: \"reg\\\n  cred\"}]")}, false},
		{"a user with an escaped name", map[string]string{"x.yaml": web, "secret.yaml": secret, "other.yaml": user(matched, `imagePullSecrets: [{name: "reg\x63red"}]`)}, false},
		{"a user by an account", map[string]string{"x.yaml": web, "secret.yaml": secret, "account.yaml": given("robot", "regcred"), "other.yaml": user(matched, "serviceAccountName: robot")}, false},
		{"a user by the default account", map[string]string{"x.yaml": web, "secret.yaml": secret, "account.yaml": given("default", "regcred"), "other.yaml": user(matched, "restartPolicy: Never")}, false},
		{"an account that gives another Secret", map[string]string{"x.yaml": web, "secret.yaml": secret, "account.yaml": given("robot", "other"), "other.yaml": user(matched, "serviceAccountName: robot")}, true},
		{"the account of both", map[string]string{"x.yaml": strings.Replace(web, names, "serviceAccountName: robot", 1), "secret.yaml": secret, "account.yaml": given("robot", "regcred"), "other.yaml": user(matched, "serviceAccountName: robot")}, false},
		{"a linted account that gives it", map[string]string{"x.yaml": web + "---\n" + given("robot", "regcred"), "secret.yaml": secret, "other.yaml": user(matched, "serviceAccountName: robot")}, false},
		{"a user that mounts it", map[string]string{"x.yaml": web, "secret.yaml": secret, "other.yaml": user("a:1", "volumes: [{secret: {secretName: regcred}}]")}, false},
	} {
		texts := map[string][]byte{}
		for name, text := range c.in {
			texts["repo/"+name] = []byte(text)
		}
		req := request(files.InMemory(texts), "repo/x.yaml")
		req.Context = []string{"repo"}
		got := lintFully(t, req)
		if said := strings.Contains(strings.Join(got, "\n"), "matches none of the images"); said != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

// BenchmarkReference lints two files of a tree of a thousand, with the tree as context.
func BenchmarkReference(b *testing.B) {
	texts := map[string][]byte{}
	for i := range 1000 {
		texts[fmt.Sprintf("repo/team-%02d/web-%d.yaml", i%40, i)] = fmt.Appendf(nil, strings.ReplaceAll(deployment, "regcred", "absent"), fmt.Sprintf("web-%d", i), fmt.Sprintf("ghcr.io/acme/web-%d:1.%d", i, i))
	}
	pod := fmt.Appendf(nil, bare, "")
	texts["repo/team-01/a.yaml"], texts["repo/team-01/b.yaml"] = pod, pod
	system := files.InMemory(texts)
	for _, c := range []struct {
		name string
		req  Request
	}{{"the tree", request(system, "repo")}, {"two files", request(system, "repo/team-01/a.yaml", "repo/team-01/b.yaml")}} {
		c.req.Context = []string{"repo"}
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				loaded, err := Load(b.Context(), c.req)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := loaded.Lint(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
