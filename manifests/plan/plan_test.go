package plan_test

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// files are inputs by name. A name that is not a file name is used for tests that need only one
// file.
type files map[string]string

func load(t *testing.T, in files) *manifests.Set {
	t.Helper()
	var inputs []manifests.Input
	for name, text := range in {
		inputs = append(inputs, manifests.Input{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }})
	}
	set, err := manifests.Load(t.Context(), inputs, manifests.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func docs(list ...string) string { return strings.Join(list, "\n---\n") }

// one returns an object of one file.
func one(list ...string) files { return files{"k8s/all.yaml": docs(list...)} }

const password = "not-a-real-password"

// secret returns a pull secret with a key for each registry.
func secret(id string, keys ...string) string {
	var entries []string
	for _, k := range keys {
		entries = append(entries, fmt.Sprintf(`"%s":{"username":"robot","password":"%s"}`, k, password))
	}
	return "apiVersion: v1\nkind: Secret\n" + meta(id) + "type: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: '{\"auths\":{" + strings.Join(entries, ",") + "}}'\n"
}

// meta returns the metadata of NAME or NAMESPACE/NAME.
func meta(id string, annotations ...string) string {
	ns, name, ok := strings.Cut(id, "/")
	if !ok {
		ns, name = "", id
	}
	s := "metadata:\n  name: " + name + "\n"
	if ns != "" {
		s += "  namespace: " + ns + "\n"
	}
	if len(annotations) > 0 {
		s += "  annotations:\n    " + strings.Join(annotations, "\n    ") + "\n"
	}
	return s
}

// pod returns a Pod with one container and additional fields in its spec.
func pod(id, image string, spec ...string) string {
	s := "apiVersion: v1\nkind: Pod\n" + meta(id) + "spec:\n"
	for _, line := range spec {
		s += "  " + line + "\n"
	}
	return s + "  containers: [{name: app, image: \"" + image + "\"}]\n"
}

func names(list ...string) string {
	var items []string
	for _, n := range list {
		items = append(items, "{name: "+n+"}")
	}
	return "imagePullSecrets: [" + strings.Join(items, ", ") + "]"
}

func account(id string, secrets ...string) string {
	s := "apiVersion: v1\nkind: ServiceAccount\n" + meta(id)
	if secrets != nil {
		s += names(secrets...) + "\n"
	}
	return s
}

// shown formats a pull as a line: the account, each secret with its source and status, and the
// verdict.
func shown(p *plan.Planner, w *manifests.Workload, img *manifests.ImageRef) string {
	pull := p.Image(w, img)
	var b strings.Builder
	a := pull.ServiceAccount
	switch {
	case a.ByOperator:
		b.WriteString("account chosen")
	case a.Found != nil:
		fmt.Fprintf(&b, "account %s", plan.SecretID(a.Namespace, a.Name))
	default:
		fmt.Fprintf(&b, "no account %s", plan.SecretID(a.Namespace, a.Name))
	}
	for i := range pull.PullSecrets {
		u := &pull.PullSecrets[i]
		state := "missing"
		switch {
		case u.Usable:
			state = "usable"
		case u.Secret != nil && u.Problem != "":
			state = "useless"
		case u.Secret != nil:
			state = "unread"
		case u.Known:
			state = "known"
		case len(u.Elsewhere) > 0:
			state = "elsewhere"
		}
		fmt.Fprintf(&b, "; %s %s %s", u.From, plan.SecretID(u.Namespace, u.Ref.Name), state)
	}
	v := p.Verdict(img, pull)
	fmt.Fprintf(&b, "; %s", v.Outcome)
	for _, c := range v.Credentials {
		fmt.Fprintf(&b, " %s(%s)", c.Secret, c.Key)
	}
	return b.String()
}

// pulls formats the pulls of all images of a set, by object.
func pulls(t *testing.T, in files, o plan.Options) map[string]string {
	t.Helper()
	set := load(t, in)
	p := plan.New(set, o)
	out := map[string]string{}
	for _, w := range set.Workloads {
		for _, img := range w.Images {
			name := w.Name
			for n := 2; out[name] != ""; n++ {
				name = fmt.Sprintf("%s-%d", w.Name, n)
			}
			out[name] = shown(p, w, img)
		}
	}
	return out
}

func check(t *testing.T, in files, o plan.Options, want map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, pulls(t, in, o)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

const (
	private = "registry.shop.internal/app:1"
	key     = "registry.shop.internal"
)

// A pod's own list counts, otherwise that of its account. The two are never merged, and a single
// empty entry hides the account's list.
func TestList(t *testing.T) {
	t.Parallel()
	check(t, one(
		secret("web/own", key), secret("web/of-account", key), secret("web/of-default", key),
		account("web/robot", "of-account"), account("web/default", "of-default"), account("web/bare"),
		pod("web/default", private),
		pod("web/own", private, names("own"), "serviceAccountName: robot"),
		pod("web/account", private, "serviceAccountName: robot"),
		pod("web/alias", private, "serviceAccount: robot"),
		pod("web/both", private, "serviceAccount: bare", "serviceAccountName: robot"),
		pod("web/empty-name", private, "serviceAccountName: robot", `imagePullSecrets: [{name: ""}]`),
		pod("web/empty-entry", private, "serviceAccountName: robot", "imagePullSecrets: [{}]"),
		pod("web/empty-list", private, "serviceAccountName: robot", "imagePullSecrets: []"),
		pod("web/null-list", private, "serviceAccountName: robot", "imagePullSecrets:"),
		pod("web/bare", private, "serviceAccountName: bare"),
		pod("web/elsewhere", private, "serviceAccountName: nobody"),
		pod("web/template", private, `serviceAccountName: "${ACCOUNT}"`),
		pod("web/strings", private, "serviceAccountName: robot", "imagePullSecrets: [own]"),
		pod("web/order", private, names("of-account", "own")),
		pod("api/default", private),
	), plan.Options{}, map[string]string{
		"default":     "account web/default; serviceAccount web/of-default usable; credentials web/of-default(" + key + ")",
		"own":         "account web/robot; pod web/own usable; credentials web/own(" + key + ")",
		"account":     "account web/robot; serviceAccount web/of-account usable; credentials web/of-account(" + key + ")",
		"alias":       "account web/robot; serviceAccount web/of-account usable; credentials web/of-account(" + key + ")",
		"both":        "account web/robot; serviceAccount web/of-account usable; credentials web/of-account(" + key + ")",
		"empty-name":  "account web/robot; anonymous",
		"empty-entry": "account web/robot; anonymous",
		"empty-list":  "account web/robot; serviceAccount web/of-account usable; credentials web/of-account(" + key + ")",
		"null-list":   "account web/robot; serviceAccount web/of-account usable; credentials web/of-account(" + key + ")",
		"bare":        "account web/bare; anonymous",
		"elsewhere":   "no account web/nobody; unknown",
		"template":    "account chosen; unknown",
		"strings":     "account web/robot; fails",
		"order":       "account web/default; pod web/of-account usable; pod web/own usable; credentials web/of-account(" + key + ") web/own(" + key + ")",
		"default-2":   "no account api/default; anonymous",
	})
}

func TestNamespaces(t *testing.T) {
	t.Parallel()
	in := one(
		secret("web/regcred", key), secret("bare", key), secret("default/in-default", key),
		account("bare-account", "bare"),
		pod("web/same", private, names("regcred")),
		pod("api/other", private, names("regcred")),
		pod("none-bare", private, names("bare")),
		pod("none-written", private, names("regcred")),
		pod("none-default", private, names("in-default")),
		pod("web/written-bare", private, names("bare")),
		pod("by-account", private, "serviceAccountName: bare-account"),
	)
	check(t, in, plan.Options{}, map[string]string{
		"same":         "no account web/default; pod web/regcred usable; credentials web/regcred(" + key + ")",
		"other":        "no account api/default; pod api/regcred elsewhere; anonymous",
		"none-bare":    "no account default; pod bare usable; credentials bare(" + key + ")",
		"none-written": "no account default; pod regcred elsewhere; unknown",
		"none-default": "no account default; pod in-default elsewhere; unknown",
		"written-bare": "no account web/default; pod web/bare elsewhere; unknown",
		"by-account":   "account bare-account; serviceAccount bare usable; credentials bare(" + key + ")",
	})
	// If the namespace of the deployment is given, objects without a namespace are in it.
	check(t, in, plan.Options{Namespace: "web"}, map[string]string{
		"same":         "no account web/default; pod web/regcred usable; credentials web/regcred(" + key + ")",
		"other":        "no account api/default; pod api/regcred elsewhere; anonymous",
		"none-bare":    "no account web/default; pod web/bare usable; credentials web/bare(" + key + ")",
		"none-written": "no account web/default; pod web/regcred usable; credentials web/regcred(" + key + ")",
		"none-default": "no account web/default; pod web/in-default elsewhere; anonymous",
		"written-bare": "no account web/default; pod web/bare usable; credentials web/bare(" + key + ")",
		"by-account":   "account web/bare-account; serviceAccount web/bare usable; credentials web/bare(" + key + ")",
	})
}

// Two namespaces, three accounts, and a custom resource of each shape in the table, side by side.
func TestResources(t *testing.T) {
	t.Parallel()
	check(t, one(
		secret("web/one", key), secret("api/one", key), secret("web/two", key), secret("api/three", key),
		account("web/a", "one"), account("web/b", "two"), account("api/a", "three"),
		pod("web/pod-a", private, "serviceAccountName: a"), pod("web/pod-b", private, "serviceAccountName: b"), pod("api/pod-a", private, "serviceAccountName: a"),
		"apiVersion: ais.nvidia.com/v1beta1\nkind: AIStore\n"+meta("web/list-of-names")+"spec: {nodeImage: "+private+", imagePullSecrets: [{name: one}, {name: two}]}\n",
		"apiVersion: apps.kruise.io/v1alpha1\nkind: ImageListPullJob\n"+meta("web/list-of-strings")+"spec: {images: ["+private+"], pullSecrets: [one, three]}\n",
		"apiVersion: apicodegen.apimatic.io/v1beta1\nkind: APIMatic\n"+meta("web/string")+"spec: {podspec: {apimaticContainerSpec: {image: "+private+", imagePullSecret: two}}}\n",
		"apiVersion: build.openshift.io/v1\nkind: BuildConfig\n"+meta("api/name")+"spec: {strategy: {dockerStrategy: {from: {kind: DockerImage, name: "+private+"}, pullSecret: {name: three}}}}\n",
		nameNamespace("api/name-namespace", "{name: two, namespace: web}"), nameNamespace("api/name-alone", "{name: three}"),
		nameNamespace("api/name-template", `{name: two, namespace: "${NAMESPACE}"}`),
	), plan.Options{}, map[string]string{
		"pod-a":           "account web/a; serviceAccount web/one usable; credentials web/one(" + key + ")",
		"pod-b":           "account web/b; serviceAccount web/two usable; credentials web/two(" + key + ")",
		"pod-a-2":         "account api/a; serviceAccount api/three usable; credentials api/three(" + key + ")",
		"list-of-names":   "account chosen; resource web/one usable; resource web/two usable; credentials web/one(" + key + ") web/two(" + key + ")",
		"list-of-strings": "account chosen; resource web/one usable; resource web/three elsewhere; credentials web/one(" + key + ")",
		"string":          "account chosen; resource web/two usable; credentials web/two(" + key + ")",
		"name":            "account chosen; resource api/three usable; credentials api/three(" + key + ")",
		"name-namespace":  "account chosen; resource web/two usable; credentials web/two(" + key + ")",
		"name-alone":      "account chosen; resource api/three usable; credentials api/three(" + key + ")",
		"name-template":   "account chosen; unknown",
	})
}

// nameNamespace is a resource that names its pull secret by name and namespace.
func nameNamespace(id, ref string) string {
	return "apiVersion: vshn.appcat.vshn.io/v1\nkind: VSHNKeycloak\n" + meta(id) +
		fmt.Sprintf("spec: {parameters: {service: {customizationImage: {image: %q, imagePullSecretRef: %s}}}}\n", private, ref)
}

// Of several Secrets with one name, the nearest counts, whatever the order of the input.
func TestNearest(t *testing.T) {
	t.Parallel()
	check(t, files{
		"apps/a/all.yaml":    docs(secret("regcred", "a."+key), pod("a", "a."+private, names("regcred"))),
		"apps/b/secret.yaml": secret("regcred", "b."+key),
		"apps/b/pod.yaml":    pod("b", "b."+private, names("regcred")),
		"apps/c/pod.yaml":    pod("c", "a."+private, names("regcred")),
		"rendered/1.yaml":    "# Source: shop/templates/secret.yaml\n" + secret("release", "x."+key),
		"other/2.yaml":       "# Source: shop/templates/pod.yaml\n" + pod("d", "x."+private, names("release")),
		"apps/0/1.yaml":      secret("release", "y."+key),
		"apps/f/1.yaml":      docs(account("robot", "f-one"), secret("f-one", "f."+key), pod("f", "f."+private, "serviceAccountName: robot")),
		"apps/f/0.yaml":      account("robot", "f-two"),
		"apps/e/1.yaml":      docs("apiVersion: v1\nkind: Secret\n"+meta("team/twice")+"type: Opaque\n", secret("team/twice", "z."+key), pod("team/e", "z."+private, names("twice"))),
	}, plan.Options{}, map[string]string{
		"a": "no account default; pod regcred usable; credentials regcred(a." + key + ")",
		"b": "no account default; pod regcred usable; credentials regcred(b." + key + ")",
		"c": "no account default; pod regcred usable; credentials regcred(a." + key + ")",
		"d": "no account default; pod release usable; credentials release(x." + key + ")",
		"f": "account robot; serviceAccount f-one usable; credentials f-one(f." + key + ")",
		"e": "no account team/default; pod team/twice usable; credentials team/twice(z." + key + ")",
	})
}

// A kustomization sets its namespace on the objects next to it, and comparisons use that namespace,
// too.
func TestKustomizationNamespace(t *testing.T) {
	t.Parallel()
	check(t, files{
		"base/kustomization.yaml": "namespace: shop\nresources: [secret.yaml, pods.yaml, account.yaml]\n",
		"base/secret.yaml":        secret("regcred", key),
		"base/account.yaml":       account("robot", "regcred"),
		"base/pods.yaml":          docs(pod("bare", private, names("regcred")), pod("shop/written", private, "serviceAccountName: robot")),
		"live/secret.yaml":        secret("shop/live", key),
		"base/more.yaml":          pod("more", private, names("live")),
		"else/pod.yaml":           pod("else", private, names("live")),
	}, plan.Options{}, map[string]string{
		"bare":    "no account default; pod regcred usable; credentials regcred(" + key + ")",
		"written": "account shop/robot; serviceAccount shop/regcred usable; credentials shop/regcred(" + key + ")",
		"more":    "no account default; pod live usable; credentials live(" + key + ")",
		"else":    "no account default; pod live elsewhere; unknown",
	})
}

func TestKnown(t *testing.T) {
	t.Parallel()
	in := one(
		pod("web/a", private, names("regcred")), pod("api/b", private, names("regcred")), pod("web/c", private, names("team-7-pull")),
		pod("d", private, names("regcred")), pod("web/e", private, names("default-dockercfg-x4mac")), pod("web/f", private, names("other")),
	)
	check(t, in, plan.Options{Known: []string{"web/regcred", "*/team-*-pull", "b*/o?her", "["}}, map[string]string{
		"a": "no account web/default; pod web/regcred known; unknown",
		"b": "no account api/default; pod api/regcred missing; anonymous",
		"c": "no account web/default; pod web/team-7-pull known; unknown",
		"d": "no account default; pod regcred known; unknown", // it may be the one in web
		"e": "no account web/default; pod web/default-dockercfg-x4mac known; unknown",
		"f": "no account web/default; pod web/other missing; anonymous",
	})
	check(t, in, plan.Options{Known: []string{"regcred", "web/o*"}}, map[string]string{
		"a": "no account web/default; pod web/regcred known; unknown",
		"b": "no account api/default; pod api/regcred known; unknown",
		"c": "no account web/default; pod web/team-7-pull missing; anonymous",
		"d": "no account default; pod regcred known; unknown",
		"e": "no account web/default; pod web/default-dockercfg-x4mac known; unknown",
		"f": "no account web/default; pod web/other known; unknown",
	})
}

// A known Secret of a type that the kubelet does not use is of no use, if it is surely the one that is named.
func TestKnownTypes(t *testing.T) {
	t.Parallel()
	const docker = "kubernetes.io/dockercfg"
	for _, tt := range []struct {
		known                 map[string]string
		namespace, name, want string
	}{
		{map[string]string{"web/a": "Opaque"}, "web", "a", "Opaque"},
		{map[string]string{"web/a": docker}, "web", "a", ""},
		{map[string]string{"web/a": ""}, "web", "a", ""},
		{map[string]string{"a": "Opaque"}, "web", "a", "Opaque"},
		{map[string]string{"a": "Opaque", "web/a": docker}, "web", "a", ""}, // the one in the namespace counts
		{map[string]string{"a": docker, "web/a": "Opaque"}, "web", "a", "Opaque"},
		{map[string]string{"web/*": "", "web/a": "Opaque"}, "web", "a", "Opaque"},
		{map[string]string{"web/a": "Opaque"}, "", "a", "Opaque"},
		{map[string]string{"a": "Opaque"}, "", "a", "Opaque"},
		{map[string]string{"web/a": "Opaque", "api/a": "Opaque"}, "", "a", "Opaque"},
		{map[string]string{"web/a": "Opaque", "api/a": docker}, "", "a", ""},
		{map[string]string{"web/a": "Opaque", "a": docker}, "", "a", ""},
		{map[string]string{"web/a": docker, "a": "Opaque"}, "", "a", ""},
		{map[string]string{"web/a": "Opaque", "a": "Opaque"}, "", "a", "Opaque"},
	} {
		names := slices.Sorted(maps.Keys(tt.known))
		for range 2 { // in either order
			p := plan.New(&manifests.Set{}, plan.Options{Known: names, KnownTypes: tt.known})
			u := p.Resolve(tt.namespace, &manifests.PullSecretName{Name: tt.name}, plan.FromPod, nil)
			if !u.Known || u.KnownType != tt.want || (u.Problem != "") != (tt.want != "") {
				t.Errorf("%s of %q in %q: known %t, type %q, problem %q", tt.name, tt.known, tt.namespace, u.Known, u.KnownType, u.Problem)
			}
			slices.Reverse(names)
		}
	}
	p := plan.New(&manifests.Set{}, plan.Options{Known: []string{"web/regcred"}, KnownTypes: map[string]string{"web/regcred": "Opaque"}})
	if as, _ := p.SimilarKnown("web", "regcerd", nil); as != "" {
		t.Errorf("%s is suggested as a pull secret, but is Opaque", as)
	}
	check(t, one(pod("web/a", private, names("regcred"))), plan.Options{Known: []string{"regcred"}, KnownTypes: map[string]string{"regcred": "Opaque"}}, map[string]string{
		"a": "no account web/default; pod web/regcred known; anonymous",
	})
}

// data and stringData are merged key by key, and the latter wins.
func TestDataMerge(t *testing.T) {
	t.Parallel()
	const head = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: web}\ntype: kubernetes.io/dockerconfigjson\n"
	const good = `'{"auths":{"registry.shop.internal":{"username":"u","password":"p"}}}'`
	const encoded = "eyJhdXRocyI6eyJyZWdpc3RyeS5zaG9wLmludGVybmFsIjp7InVzZXJuYW1lIjoidSIsInBhc3N3b3JkIjoicCJ9fX0="
	for body, want := range map[string]string{
		"data: {.dockerconfigjson: " + encoded + "}":                                        "usable; credentials web/s(" + key + ")",
		"stringData: {.dockerconfigjson: " + good + "}":                                     "usable; credentials web/s(" + key + ")",
		"data: {.dockerconfigjson: e30=}\nstringData: {.dockerconfigjson: " + good + "}":    "usable; credentials web/s(" + key + ")",
		"data: {.dockerconfigjson: " + encoded + "}\nstringData: {.dockerconfigjson: '{}'}": "useless; anonymous",
		"data: {.dockerconfigjson: " + encoded + "}\nstringData: {other: x}":                "usable; credentials web/s(" + key + ")",
		"data: {.dockerconfigjson: " + encoded + "}\nstringData: {.dockerconfigjson: }":     "useless; anonymous",
		"data: {.dockerconfigjson: }":                                                       "useless; anonymous",
		"data: {.dockercfg: " + encoded + "}":                                               "useless; anonymous",
		"data: {}":                                                                          "useless; anonymous",
		"":                                                                                  "useless; anonymous",
	} {
		got := pulls(t, one(head+body+"\n", pod("web/p", private, names("s"))), plan.Options{})["p"]
		if got = strings.TrimPrefix(got, "no account web/default; pod web/s "); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", body, got, want)
		}
	}
}

func TestHelmHidden(t *testing.T) {
	t.Parallel()
	hidden := "---\n# Source: shop/templates/secret.yaml\n# HIDDEN: The Secret output has been suppressed\n---\n# Source: shop/templates/pod.yaml\n"
	set := load(t, files{"shop.yaml": hidden + pod("web/a", private, names("regcred")), "other/x.yaml": pod("web/b", private, names("regcred"))})
	p := plan.New(set, plan.Options{})
	for _, w := range set.Workloads {
		use := p.Pod(w, w.Pods[0]).PullSecrets[0]
		if use.Hidden != (w.Name == "a") || use.Found() {
			t.Errorf("%s: hidden %t, found %t", w.Name, use.Hidden, use.Found())
		}
		want := plan.Anonymous
		if w.Name == "a" {
			want = plan.Unknown
		}
		if v := p.Verdict(w.Images[0], p.Pod(w, w.Pods[0])); v.Outcome != want {
			t.Errorf("%s: %+v", w.Name, v)
		}
	}
}

// If something adds pull secrets to namespaces at run time, the pull secrets of a pod without a
// list are unknown.
func TestPatchers(t *testing.T) {
	t.Parallel()
	workload := func(image string) string { return pod("system/patcher", image) }
	const kyverno = "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: pull}\nspec: {rules: [{name: a, %s}]}\n"
	for name, c := range map[string]struct {
		object          string
		patcher, policy bool
	}{
		"imagepullsecret-patcher": {workload("quay.io/titansoft/imagepullsecret-patcher:v0.14"), true, false},
		"registry-creds":          {workload("upmcenterprises/registry-creds:1.10"), true, false},
		"ClusterPullSecret":       {"apiVersion: ops.alexellis.io/v1\nkind: ClusterPullSecret\nmetadata: {name: hub}\nspec: {secretRef: {name: seed, namespace: system}}\n", true, false},
		"mutation":                {fmt.Sprintf(kyverno, "mutate: {patchStrategicMerge: {spec: {imagePullSecrets: [{name: x}]}}}"), false, true},
		"json patch":              {fmt.Sprintf(kyverno, `mutate: {patchesJson6902: "- {op: add, path: /spec/imagePullSecrets/-, value: {name: x}}"}`), false, true},
		"clones":                  {fmt.Sprintf(kyverno, "generate: {cloneList: {namespace: system, kinds: [v1/Secret]}}"), false, true},
		"a job":                   {pod("system/job", "example.com/kubectl:1", "initContainers: [{name: i, image: example.com/k:1, args: [\"kubectl create secret docker-registry $NAME\"]}]"), false, true},
		"another mutation":        {fmt.Sprintf(kyverno, "mutate: {patchStrategicMerge: {metadata: {labels: {a: b}}}}"), false, false},
		"another image":           {workload("quay.io/acme/patcher:1"), false, false},
	} {
		set := load(t, one(c.object, secret("web/own", "other.internal"), pod("web/bare", private), pod("web/own", private, names("own")), pod("web/made", private, names("image-pull-secret"))))
		p := plan.New(set, plan.Options{})
		if (p.PullSecretInjector() != nil) != c.patcher || (p.MutatingPolicy() != nil) != c.policy {
			t.Errorf("%s: patcher %v, policy %v", name, p.PullSecretInjector(), p.MutatingPolicy())
		}
		for _, w := range set.Workloads {
			if w.Namespace != "web" {
				continue
			}
			got := p.Verdict(w.Images[0], p.Pod(w, w.Pods[0])).Outcome
			want := plan.Anonymous
			if w.Name == "bare" && (c.patcher || c.policy) || w.Name == "made" && c.patcher {
				want = plan.Unknown
			}
			if got != want {
				t.Errorf("%s: the pull of %s is %s, want %s", name, w.Name, got, want)
			}
		}
	}
}

// Only pods without lists of pull secrets that are in the same namespace share their result.
func TestSharedPulls(t *testing.T) {
	t.Parallel()
	set := load(t, one(
		secret("a/cred", "ghcr.io"), account("b/robot", "cred"),
		pod("a/one", "web:1"), pod("a/two", "db:1"), pod("a/three", "db:1", "serviceAccountName: other"), pod("b/four", "web:1"),
		pod("a/five", "web:1", names("cred")), pod("a/six", "web:1", names("cred")), pod("b/seven", "web:1", "serviceAccountName: robot"),
	))
	p := plan.New(set, plan.Options{})
	of := map[string]*plan.Pull{}
	for _, w := range set.Workloads {
		of[w.Name] = p.Pod(w, w.Pods[0])
	}
	if of["one"] != of["two"] {
		t.Error("two pods with equal plans do not share them")
	}
	delete(of, "two")
	seen := map[*plan.Pull]string{}
	for name, pull := range of {
		if other := seen[pull]; other != "" {
			t.Errorf("%s and %s share a plan", name, other)
		}
		seen[pull] = name
	}
	if of["three"].ServiceAccount.Name != "other" || of["four"].Namespace != "b" {
		t.Errorf("%+v, %+v", of["three"].ServiceAccount, of["four"].Namespace)
	}
}

// Named finds each pull secret of a pod, however many there are, and none for a Secret that is missing or not named.
func TestNamed(t *testing.T) {
	t.Parallel()
	for _, n := range []int{3, 30} {
		list, docs := []string{"gone"}, []string{secret("web/other", key)}
		for i := range n {
			list = append(list, fmt.Sprintf("s%d", i))
			docs = append(docs, secret("web/"+list[i+1], key))
		}
		list = append(list, "s0") // named twice: the first one counts
		set := load(t, one(append(docs, pod("web/a", private, names(list...)))...))
		p := plan.New(set, plan.Options{})
		pull := p.Image(set.Workloads[0], set.Workloads[0].Images[0])
		for i := range n {
			if u := pull.Named("web/" + list[i+1]); u != &pull.PullSecrets[i+1] {
				t.Errorf("of %d, %s is %+v", n, list[i+1], u)
			}
		}
		for _, id := range []string{"", "web/gone", "web/other", "s1"} {
			if u := pull.Named(id); u != nil {
				t.Errorf("of %d, %q is %+v", n, id, u)
			}
		}
	}
}
