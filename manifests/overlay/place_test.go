package overlay_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/overlay"
)

// placed returns the namespaces of a set's objects after Place.
func placed(set *manifests.Set) map[string]string {
	overlay.Place(set)
	out := map[string]string{}
	for _, w := range append(set.Workloads, set.Context...) {
		out[w.Name] = w.Namespace
	}
	for _, s := range set.Secrets {
		out[s.SecretName] = s.SecretNamespace
	}
	for _, a := range set.ServiceAccounts {
		out[a.Name] = a.Namespace
	}
	return out
}

func TestPlace(t *testing.T) {
	t.Parallel()
	const (
		own     = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: own}\nspec: {containers: [{name: app, image: 'web:1'}]}\n"
		without = "---\n" + "apiVersion: v1\nkind: Pod\nmetadata: {name: b}\nspec: {containers: [{name: app, image: 'web:1'}]}\n"
		list    = head + "resources: [pod.yaml]\n"
		argo    = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {source: {path: app, kustomize: {namespace: live}}}"
	)
	ks := func(path, namespace string) string {
		return fmt.Sprintf(flux+"spec: {path: %s, targetNamespace: %s}\n---\n", path, namespace)
	}
	for _, c := range []struct {
		name  string
		files map[string]string
		a, b  string // the namespaces of both pods in app/web/pod.yaml
	}{
		{"no Kustomization", nil, "own", ""},
		{"none with a targetNamespace", map[string]string{"f/ks.yaml": flux + "spec: {path: app}"}, "own", ""},
		{"the folder", map[string]string{"f/ks.yaml": ks("app/web", "live")}, "live", "live"},
		{"with a dot", map[string]string{"f/ks.yaml": ks("./app/web/", "live")}, "live", "live"},
		{"a folder above", map[string]string{"f/ks.yaml": ks("./app", "live")}, "live", "live"},
		{"another folder", map[string]string{"f/ks.yaml": ks("./app/we", "live")}, "own", ""},
		{"the end of a name", map[string]string{"f/ks.yaml": ks("./pp/web", "live")}, "own", ""},
		{"another repository", map[string]string{"f/ks.yaml": ks("./web", "live")}, "own", ""},
		{"a repository in a folder", map[string]string{"app/clusters/ks.yaml": ks("./web", "live")}, "live", "live"},
		{"no path", map[string]string{"app/ks.yaml": flux + "spec: {targetNamespace: live}"}, "own", ""},
		{"two that agree", map[string]string{"f/ks.yaml": ks("./app/web", "live") + ks("./app", "live")}, "live", "live"},
		{"two clusters", map[string]string{"f/ks.yaml": ks("./app/web", "live"), "g/ks.yaml": ks("./app/web", "test")}, "", ""},
		{"one without a namespace", map[string]string{"f/ks.yaml": ks("./app/web", "live"), "g/ks.yaml": flux + "spec: {path: app}"}, "own", ""},
		{"a variable", map[string]string{"f/ks.yaml": ks("./app/web", "'${NS}'")}, "", ""},
		{"a kustomization", map[string]string{"f/ks.yaml": ks("./app/web", "live"), "app/web/kustomization.yaml": list + "namespace: base"}, "live", "live"},
		{"a kustomization without the file", map[string]string{"f/ks.yaml": ks("./app/web", "live"), "app/web/kustomization.yaml": head}, "own", ""},
		{"a kustomization below", map[string]string{"f/ks.yaml": ks("./app", "live"), "app/web/kustomization.yaml": list}, "live", "live"},
		{"a kustomization above that does not use it", map[string]string{"f/ks.yaml": ks("./app", "live"), "app/kustomization.yaml": head, "app/web/kustomization.yaml": list}, "own", ""},
		{"one above that uses it", map[string]string{"f/ks.yaml": ks("./app", "live"), "app/kustomization.yaml": head + "resources: [web]", "app/web/kustomization.yaml": list}, "live", "live"},
		{"an overlay", map[string]string{"f/ks.yaml": ks("./prod", "live"), "prod/kustomization.yaml": head + "resources: [../app/web]", "app/web/kustomization.yaml": list}, "live", "live"},
		{"an overlay that is applied otherwise", map[string]string{
			"f/ks.yaml": ks("./prod", "live"), "prod/kustomization.yaml": head + "resources: [../app/web]", "test/kustomization.yaml": head + "resources: [../app/web]", "app/web/kustomization.yaml": list,
		}, "own", ""},
		{"two overlays", map[string]string{
			"f/ks.yaml": ks("./prod", "live") + ks("./test", "test"), "prod/kustomization.yaml": head + "resources: [../app/web]", "test/kustomization.yaml": head + "resources: [../app/web]", "app/web/kustomization.yaml": list,
		}, "", ""},
		{"kustomizations that use each other", map[string]string{"f/ks.yaml": ks("./app/web", "live"), "x/kustomization.yaml": head + "resources: [../app/web]", "app/web/kustomization.yaml": list + "components: [../../x]"}, "own", ""},
		{"Argo CD", map[string]string{"f/a.yaml": argo}, "own", ""},
	} {
		files := map[string]string{"app/web/pod.yaml": own + without}
		maps.Copy(files, c.files)
		set := load(t, files)
		for range 2 { // a second call changes nothing
			got := placed(set)
			if diff := cmp.Diff(map[string]string{"a": c.a, "b": c.b}, got); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", c.name, diff)
			}
		}
		for _, w := range set.Workloads {
			if want := map[string]string{"a": "own", "b": ""}[w.Name]; w.AsWritten().Namespace != want {
				t.Errorf("%s: written in %q, want %q", c.name, w.AsWritten().Namespace, want)
			}
		}
	}
}

// An object that a call placed goes where the Kustomizations of the next call say.
func TestPlaceAgain(t *testing.T) {
	t.Parallel()
	set := load(t, map[string]string{"app/pod.yaml": pod("a", "web:1"), "f/ks.yaml": flux + "spec: {path: app, targetNamespace: live}"})
	if got := placed(set)["a"]; got != "live" {
		t.Fatalf("in %q", got)
	}
	more := *set.Kustomizations[0]
	more.Namespace = "test"
	set.Kustomizations = append(set.Kustomizations, &more)
	if got := placed(set)["a"]; got != "" {
		t.Errorf("in %q, although there are two", got)
	}
	more.Namespace = ""
	if got := placed(set)["a"]; got != "" || set.Workloads[0].Written != nil {
		t.Errorf("in %q, although one keeps the namespace", got)
	}
}

// What has a namespace moves; what has none, or belongs to an object that moves with it, does not.
func TestPlaceKinds(t *testing.T) {
	t.Parallel()
	const spec = "spec: {containers: [{name: app, image: 'web:1'}]}\n"
	set := load(t, map[string]string{
		"f/ks.yaml": flux + "spec: {path: app, targetNamespace: live}",
		"app/a.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: plain, namespace: own}\ntype: kubernetes.io/dockerconfigjson\n---\n" +
			"apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: sealed, namespace: own}\nspec: {template: {type: kubernetes.io/dockerconfigjson}}\n---\n" +
			"apiVersion: external-secrets.io/v1\nkind: ClusterExternalSecret\nmetadata: {name: cluster}\nspec: {externalSecretName: everywhere}\n---\n" +
			"apiVersion: secrets.infisical.com/v1alpha1\nkind: InfisicalSecret\nmetadata: {name: i, namespace: own}\nspec: {managedSecretReference: {secretName: elsewhere, secretNamespace: other}}\n---\n" +
			"apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: account, namespace: own}\nimagePullSecrets: [{name: plain}]\n---\n" +
			"apiVersion: tekton.dev/v1beta1\nkind: ClusterTask\nmetadata: {name: task}\nspec: {steps: [{name: s, image: 'web:1'}]}\n---\n" +
			"apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: item}\n  " + spec + "---\n" +
			"apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: t}\nobjects:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: inner, namespace: own}\n  " + spec,
		"app/gen/kustomization.yaml": head + "namespace: base\nsecretGenerator: [{name: generated, namespace: x, type: kubernetes.io/dockerconfigjson}]",
	})
	want := map[string]string{
		"plain": "live", "sealed": "live", "everywhere": "", "elsewhere": "other", "account": "live", "task": "", "item": "live", "inner": "own", "generated": "live",
	}
	if diff := cmp.Diff(want, placed(set)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
