package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules"
)

// summarize returns the pull secret findings for inputs, one per line: severity, rule, and the marked text.
func summarize(t *testing.T, in map[string]string, settings lint.Settings) []string {
	t.Helper()
	var inputs, context []manifests.Input
	names := make([]string, 0, len(in))
	for name := range in {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		i := input(name, []byte(in[name]))
		if i.Context = strings.HasPrefix(name, "context/"); i.Context {
			context = append(context, i)
		} else {
			inputs = append(inputs, i)
		}
	}
	var out []string
	for _, f := range pullSecretFindings(t, append(inputs, context...), settings) {
		e := f.Span.Excerpt()
		at := f.Span.Start().Offset - e.Offset
		text := e.Text[at:min(len(e.Text), at+f.Span.End().Offset-f.Span.Start().Offset)]
		out = append(out, fmt.Sprintf("%s %s %s", f.Severity, f.Rule, text))
		if f.Help == "" || f.Message == "" || f.Object == nil {
			t.Errorf("a finding has no object, message or help: %+v", f)
		}
	}
	return out
}

func shopPod(ns, image string, secrets ...string) string {
	items := make([]string, len(secrets))
	for i, s := range secrets {
		items[i] = "{name: " + s + "}"
	}
	return fmt.Sprintf("---\napiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: %q}\nspec:\n  imagePullSecrets: [%s]\n  containers: [{name: a, image: %q}]\n", ns, strings.Join(items, ", "), image)
}

func shopSecret(ns, name, registry string) string {
	return fmt.Sprintf("---\napiVersion: v1\nkind: Secret\nmetadata: {name: %s, namespace: %q}\ntype: kubernetes.io/dockerconfigjson\n"+
		"stringData: {.dockerconfigjson: '{\"auths\":{%q:{\"username\":\"robot\",\"password\":\"not-a-real-one\"}}}'}\n", name, ns, registry)
}

const shopImage = "registry.shop.internal/app:1"

// Evidence changes the severity of a missing pull secret between warning and error.
func TestMissingSeverity(t *testing.T) {
	t.Parallel()
	pod := shopPod("shop", shopImage, "regcred")
	const hidden = "---\n# Source: shop/templates/secret.yaml\n# HIDDEN: The Secret output has been suppressed\n"
	for name, c := range map[string]struct {
		in       map[string]string
		settings lint.Settings
		want     []string
	}{
		"nothing is supplied":   {map[string]string{"a/pod.yaml": pod}, lint.Settings{}, []string{"warning pull-secret-missing regcred"}},
		"another is beside it":  {map[string]string{"a/pod.yaml": pod, "a/s.yaml": shopSecret("shop", "other", "registry.shop.internal")}, lint.Settings{}, []string{"error pull-secret-missing regcred", "warning pull-secret-unused other"}},
		"another is far away":   {map[string]string{"a/pod.yaml": pod, "b/s.yaml": shopSecret("shop", "other", "registry.shop.internal")}, lint.Settings{}, []string{"warning pull-secret-missing regcred"}},
		"a slip":                {map[string]string{"a/pod.yaml": pod, "b/s.yaml": shopSecret("shop", "regcerd", "registry.shop.internal")}, lint.Settings{}, []string{"error pull-secret-missing regcred"}},
		"a slip, it may be":     {map[string]string{"a/pod.yaml": shopPod("", shopImage, "regcred"), "b/s.yaml": shopSecret("", "regcerd", "registry.shop.internal")}, lint.Settings{}, []string{"warning pull-secret-missing regcred"}},
		"the known are listed":  {map[string]string{"a/pod.yaml": pod}, lint.Settings{KnownSecrets: []string{"other"}}, []string{"error pull-secret-missing regcred"}},
		"known":                 {map[string]string{"a/pod.yaml": pod}, lint.Settings{KnownSecrets: []string{"shop/reg*"}}, nil},
		"none is known":         {map[string]string{"a/pod.yaml": pod}, lint.Settings{KnownSecrets: []string{}}, []string{"error pull-secret-missing regcred"}},
		"Helm hid Secrets":      {map[string]string{"a/pod.yaml": hidden + pod + shopSecret("shop", "other", "registry.shop.internal")}, lint.Settings{}, []string{"warning pull-secret-missing regcred", "warning pull-secret-unused other"}},
		"Helm hid them, known":  {map[string]string{"a/pod.yaml": hidden + pod}, lint.Settings{KnownSecrets: []string{"other"}}, []string{"warning pull-secret-missing regcred"}},
		"a patcher is there":    {map[string]string{"a/pod.yaml": pod + shopSecret("shop", "other", "x.io") + shopPod("system", "quay.io/titansoft/imagepullsecret-patcher:v0.14")}, lint.Settings{}, []string{"warning pull-secret-missing regcred"}},
		"in an unknown kind":    {map[string]string{"a/pod.yaml": strings.NewReplacer("apiVersion: v1", "apiVersion: acme.io/v1", "kind: Pod", "kind: Widget").Replace(pod) + shopSecret("shop", "other", "registry.shop.internal")}, lint.Settings{}, []string{"warning pull-secret-missing regcred", "warning pull-secret-unused other"}},
		"in context":            {map[string]string{"a/pod.yaml": pod, "context/s.yaml": shopSecret("shop", "regcred", "registry.shop.internal")}, lint.Settings{}, nil},
		"told where it applies": {map[string]string{"a/pod.yaml": shopPod("", shopImage, "regcred"), "a/s.yaml": shopSecret("shop", "regcred", "registry.shop.internal")}, lint.Settings{Namespace: "shop"}, nil},
		"of OpenShift":          {map[string]string{"a/pod.yaml": shopPod("shop", shopImage, "builder-dockercfg-x4mac") + shopSecret("shop", "other", "registry.shop.internal")}, lint.Settings{}, []string{"warning pull-secret-unused other"}},
	} {
		if diff := cmp.Diff(c.want, summarize(t, c.in, c.settings)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Distant objects without a namespace may never meet.
func TestFarApart(t *testing.T) {
	t.Parallel()
	opaque := func(ns, data string) string {
		return fmt.Sprintf("---\napiVersion: v1\nkind: Secret\nmetadata: {name: regcred, namespace: %q}\ntype: Opaque\nstringData: {%s: x}\n", ns, data)
	}
	for name, c := range map[string]struct {
		in   map[string]string
		want []string
	}{
		"one file":               {map[string]string{"a/1.yaml": shopPod("", shopImage, "regcred") + opaque("", "key")}, []string{"error pull-secret-wrong-type Opaque"}},
		"both namespaces":        {map[string]string{"a/1.yaml": shopPod("shop", shopImage, "regcred"), "b/1.yaml": opaque("shop", "key")}, []string{"error pull-secret-wrong-type Opaque"}},
		"by chance":              {map[string]string{"a/1.yaml": shopPod("", shopImage, "regcred"), "b/1.yaml": opaque("", "key")}, []string{"warning pull-secret-missing regcred"}},
		"hardly by chance":       {map[string]string{"a/1.yaml": shopPod("", shopImage, "regcred"), "b/1.yaml": opaque("", ".dockerconfigjson")}, []string{"warning pull-secret-wrong-type Opaque"}},
		"namespaces, far":        {map[string]string{"a/1.yaml": shopPod("shop", shopImage, "regcred"), "b/1.yaml": shopSecret("build", "regcred", "registry.shop.internal")}, []string{"warning pull-secret-wrong-namespace regcred"}},
		"namespaces, near":       {map[string]string{"a/1.yaml": shopPod("shop", shopImage, "regcred"), "a/2.yaml": shopSecret("build", "regcred", "registry.shop.internal")}, []string{"error pull-secret-wrong-namespace regcred"}},
		"siblings, far":          {map[string]string{"a/1.yaml": shopPod("shop", shopImage, "regcred") + shopSecret("shop", "regcred", "registry.shop.internal"), "b/1.yaml": shopPod("shop", shopImage)}, nil},
		"siblings, near":         {map[string]string{"a/1.yaml": shopPod("shop", shopImage, "regcred") + shopSecret("shop", "regcred", "registry.shop.internal"), "a/2.yaml": shopPod("shop", shopImage)}, []string{"warning pull-secrets-inconsistent " + shopImage}},
		"siblings, made by hand": {map[string]string{"a/1.yaml": shopPod("shop", shopImage, "regcred"), "a/2.yaml": shopPod("shop", shopImage)}, []string{"warning pull-secret-missing regcred"}},
		"unused, far":            {map[string]string{"a/1.yaml": shopPod("shop", shopImage), "b/1.yaml": shopSecret("shop", "regcred", "registry.shop.internal")}, nil},
		"accounts, far":          {map[string]string{"a/1.yaml": withAccount(shopPod("shop", shopImage), "robot"), "b/1.yaml": account("other", "robot")}, []string{"info service-account-missing robot"}},
		"accounts, a folder":     {map[string]string{"a/1.yaml": withAccount(shopPod("shop", shopImage), "robot"), "a/2.yaml": account("other", "robot")}, []string{"warning service-account-missing robot"}},
		"accounts, a file":       {map[string]string{"a/1.yaml": withAccount(shopPod("shop", shopImage), "robot") + account("other", "robot")}, []string{"error service-account-missing robot"}},
		"no accounts":            {map[string]string{"a/1.yaml": withAccount(shopPod("shop", shopImage), "robot")}, nil},
	} {
		if diff := cmp.Diff(c.want, summarize(t, c.in, lint.Settings{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func account(ns, name string) string {
	return fmt.Sprintf("---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: %s, namespace: %q}\n", name, ns)
}

func withAccount(pod, name string) string {
	return strings.Replace(pod, "spec:\n", "spec:\n  serviceAccountName: "+name+"\n", 1)
}

// If something may add pull secrets in the cluster, findings about pods without them are info or absent.
func TestPatchedCluster(t *testing.T) {
	t.Parallel()
	in := shopPod("shop", "registry.redhat.io/ubi9/ubi:9.5") + shopPod("shop", shopImage, "regcred") + shopSecret("shop", "regcred", "registry.shop.internal") +
		shopPod("shop", shopImage) + shopSecret("shop", "other", "x.io")
	const policy = "---\napiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: add}\nspec: {rules: [{mutate: {patchStrategicMerge: {spec: {imagePullSecrets: [{name: x}]}}}}]}\n"
	for name, c := range map[string]struct {
		more string
		want []string
	}{
		"nothing":   {"", []string{"warning pull-secret-absent registry.redhat.io/ubi9/ubi:9.5", "warning pull-secrets-inconsistent " + shopImage, "warning pull-secret-unused other"}},
		"a policy":  {policy, []string{"info pull-secret-absent registry.redhat.io/ubi9/ubi:9.5", "info pull-secrets-inconsistent " + shopImage, "info pull-secret-unused other"}},
		"a patcher": {shopPod("system", "upmcenterprises/registry-creds:1.10"), nil},
	} {
		if diff := cmp.Diff(c.want, summarize(t, map[string]string{"a.yaml": in + c.more}, lint.Settings{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A Secret in the context is not reported on; its mistakes are reported at its references.
func TestContext(t *testing.T) {
	t.Parallel()
	const head = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: regcred, namespace: shop}\n"
	for body, want := range map[string][]string{
		"type: Opaque\n": {"error pull-secret-wrong-type regcred", "error pull-secret-wrong-type regcred"},
		"type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '[]'}\n":                                                             {"error pull-secret-malformed regcred"},
		"type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '{\"auths\":{\"x.io\":{\"username\":\"a\",\"password\":\"b\"}}}'}\n": {"warning pull-secret-registry-mismatch regcred", "warning pull-secret-registry-mismatch regcred"},
	} {
		in := map[string]string{"a.yaml": shopPod("shop", shopImage, "regcred") + shopPod("shop", shopImage, "regcred"), "context/s.yaml": head + body}
		if diff := cmp.Diff(want, summarize(t, in, lint.Settings{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
	quiet := map[string]string{"a.yaml": shopPod("shop", shopImage), "context/s.yaml": head + "type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '[]'}\n" + shopPod("shop", "Nginx:1", "nothing")}
	if got := summarize(t, quiet, lint.Settings{}); got != nil {
		t.Errorf("the context is reported on: %q", got)
	}
}

// The kubelet's error for an unreadable pull secret changed in Kubernetes 1.33.
func TestMalformedReason(t *testing.T) {
	t.Parallel()
	text := shopPod("shop", shopImage, "s") + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}\ntype: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '{\"auths\":{\"x.io\":{\"auth\":\"bm8=\"}}}'}\n"
	const why = "unable to parse auth field, must be formatted as base64(username:password)"
	for version, want := range map[int]string{32: "ErrImagePull: " + why, 33: why + ": ", 0: why + ": "} {
		set, err := manifests.Load(t.Context(), []manifests.Input{input("a.yaml", []byte(text))}, manifests.Options{})
		if err != nil {
			t.Fatal(err)
		}
		res, err := (&lint.Linter{Rules: pullSecretRules(), Settings: lint.Settings{Kubernetes: version}}).Run(t.Context(), set)
		if err != nil || len(res.Findings) != 1 {
			t.Fatalf("%v %+v", err, res)
		}
		c := res.Findings[0].Cluster
		if got := c.Reason + ": " + c.Message; got != want || c.Stage != lint.StageKubelet {
			t.Errorf("1.%d: %s %s, want %s", version, c.Stage, got, want)
		}
	}
}

// Fixes are exactly what the author meant, and are only offered if that is certain.
func TestPullSecretFixes(t *testing.T) {
	t.Parallel()
	const tail = "\n  containers: [{name: a, image: \"" + shopImage + "\"}]\n"
	pod := func(list string) string {
		return "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec:\n  " + list + tail
	}
	secret := shopSecret("shop", "regcred", "registry.shop.internal")
	for text, want := range map[string]string{
		pod("imagePullSecrets: [regcred]"):                                               "[{name: regcred}]",
		pod("imagePullSecrets: [\"regcred\"]"):                                           `[{"name": "regcred"}]`,
		pod("imagePullSecrets: \"regcred\""):                                             `imagePullSecrets: [{"name": "regcred"}]`,
		pod("imagePullSecrets:\n  - 12-34"):                                              `- name: "12-34"`,
		pod("imagePullSecrets:\n    name: regcred # why"):                                "\n    - name: regcred # why",
		pod("imagePullSecrets:\n    name: regcred\n    namespace: shop"):                 "",
		pod("imagePullSecrets:\n  - regcred"):                                            "- name: regcred",
		pod("imagePullSecrets:\n  - 'regcred'"):                                          "- name: 'regcred'",
		pod("imagePullSecrets: regcred"):                                                 "imagePullSecrets: [{name: regcred}]",
		pod("imagePullSecrets: 'regcred'"):                                               "imagePullSecrets: [{name: 'regcred'}]",
		pod("imagePullSecrets: [RegCred]"):                                               "",
		pod("imagePullSecret: [{name: regcred}]"):                                        "imagePullSecrets: [{name: regcred}]",
		pod("imagePullSecret: regcred"):                                                  "",
		pod("imagePullSecret: [regcred]"):                                                "",
		pod("imagePullSecret: [{name: regcred}]\n  imagePullSecrets: [{name: regcred}]"): "",
		pod("imagePullSecrets: [{name: regcerd}]"):                                       "name: regcred",
		pod("imagePullSecrets: [{name: \"regcerd\"}]"):                                   "name: \"regcred\"",
		pod("imagePullSecrets: [{name: opaque}]") + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: opaque, namespace: shop}\ntype: Opaque\nstringData: {.dockercfg: x}\n":                      "type: kubernetes.io/dockercfg",
		pod("imagePullSecrets: [{name: opaque}]") + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: opaque, namespace: shop}\ntype: Opaque\nstringData: {password: x}\n":                        "",
		pod("imagePullSecrets: [{name: regcred}]") + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: x, namespace: shop}\ntype: kubernetes.io/dockerconfigjson\nstringData: {config.json: x}\n": "{.dockerconfigjson: x}",
	} {
		set, err := manifests.Load(t.Context(), []manifests.Input{input("a.yaml", []byte(text+secret))}, manifests.Options{})
		if err != nil {
			t.Fatal(err)
		}
		res, err := (&lint.Linter{Rules: pullSecretRules()}).Run(t.Context(), set)
		if err != nil {
			t.Fatal(err)
		}
		fixed, edits := text+secret, 0
		for _, f := range res.Findings {
			if f.Fix == nil {
				continue
			}
			for _, e := range f.Fix.Edits {
				edits++
				fixed = fixed[:e.Span.Start().Offset] + e.New + fixed[e.Span.End().Offset:]
			}
		}
		switch {
		case want == "" && edits > 0:
			t.Errorf("%s\nis fixed to\n%s", text, fixed)
		case want != "" && (edits != 1 || !strings.Contains(fixed, want)):
			t.Errorf("%s\nis not fixed to %q, with %d edits:\n%s", text, want, edits, fixed)
		}
	}
}

// One mistake has one finding, even if several rules apply.
func TestOnePullSecretMistake(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"a slip, and the Secret is not unused":           {shopPod("shop", shopImage, "regcerd") + shopSecret("shop", "regcred", "registry.shop.internal"), []string{"error pull-secret-missing regcerd"}},
		"another namespace, and it is not unused":        {shopPod("shop", shopImage, "regcred") + shopSecret("build", "regcred", "registry.shop.internal") + shopPod("build", shopImage), []string{"error pull-secret-wrong-namespace regcred"}},
		"a key of two pods":                              {shopPod("shop", shopImage, "regcred") + shopPod("shop", "registry.shop.internal/b:1") + shopSecret("shop", "regcred", "registry.shop.internal:443"), []string{"error pull-secret-registry-mismatch regcred"}},
		"a dead key that a mismatch is about":            {shopPod("shop", "acme/app:1", "hub") + shopSecret("shop", "hub", "https://index.docker.io/v1"), []string{"error pull-secret-registry-mismatch hub"}},
		"a list of strings, and it is not unused":        {strings.Replace(shopPod("shop", shopImage, "regcred"), "{name: regcred}", "regcred", 1) + shopSecret("shop", "regcred", "registry.shop.internal"), []string{"error pull-secrets-malformed regcred"}},
		"misplaced, and it is neither unused nor absent": {strings.Replace(shopPod("shop", "registry.redhat.io/a:1", "regcred"), "imagePullSecrets", "imagePullSecret", 1) + shopSecret("shop", "regcred", "registry.redhat.io"), []string{"error pull-secrets-misplaced imagePullSecret"}},
		"malformed, and no mismatch":                     {shopPod("shop", shopImage, "s") + "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}\ntype: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '[]'}\n", []string{"error pull-secret-malformed .dockerconfigjson"}},
		"inconsistent, and not absent":                   {shopPod("shop", "registry.redhat.io/a:1", "regcred") + shopPod("shop", "registry.redhat.io/b:1") + shopSecret("shop", "regcred", "registry.redhat.io"), []string{"warning pull-secrets-inconsistent registry.redhat.io/b:1"}},
		"two containers of one pod":                      {strings.Replace(shopPod("shop", "registry.redhat.io/b:1"), "containers: [", "containers: [{name: b, image: 'registry.redhat.io/a:1'}, ", 1), []string{"warning pull-secret-absent registry.redhat.io/a:1"}},
	} {
		if diff := cmp.Diff(c.want, summarize(t, map[string]string{"a.yaml": c.text}, lint.Settings{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A key that does not match is an error for the images that are not public, and says which they are.
func TestMismatchLeads(t *testing.T) {
	t.Parallel()
	public, private := "grafana/grafana:11.2.0", "acme/app:1.4.2"
	for name, images := range map[string][]string{
		"the public image first":  {public, private},
		"the private image first": {private, public},
		"between public ones":     {public, private, "prom/prometheus:v2.54.0"},
	} {
		pods := ""
		for _, image := range images {
			pods += "    - {name: app, image: '" + image + "'}\n"
		}
		text := "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec:\n  imagePullSecrets: [{name: hub}]\n  containers:\n" + pods + shopSecret("shop", "hub", "https://index.docker.io/v1")
		set, err := manifests.Load(t.Context(), []manifests.Input{input("a.yaml", []byte(text))}, manifests.Options{})
		if err != nil {
			t.Fatal(err)
		}
		result, err := (&lint.Linter{Rules: []lint.Rule{rules.PullSecretRegistryMismatch}}).Run(t.Context(), set)
		if err != nil || len(result.Findings) != 1 {
			t.Fatalf("%s: %d findings, error %v", name, len(result.Findings), err)
		}
		f, related := result.Findings[0], 0
		for _, r := range f.Related {
			if r.Message == "this image needs them, too" {
				related++
			}
		}
		if f.Severity != lint.Error || f.Image != private || !strings.Contains(f.Message, private) || f.Cluster.Reason == "" || related != len(images)-1 {
			t.Errorf("%s: %s about %q: %s (%q), %d others", name, f.Severity, f.Image, f.Message, f.Cluster.Reason, related)
		}
	}
}

// A key that is for other images is not a mistake.
func TestKeysForOthers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"another owner's images": {shopPod("shop", "ghcr.io/other/proxy:1", "team") + shopSecret("shop", "team", "ghcr.io/acme"), []string{"warning pull-secret-registry-mismatch team"}},
		"two owners' images":     {shopPod("shop", "ghcr.io/other/proxy:1", "team") + shopPod("shop", "ghcr.io/acme/app:1", "team") + shopSecret("shop", "team", "ghcr.io/acme"), nil},
		"other hosts' images":    {shopPod("shop", "gcr.io/acme/app:1", "mirrors") + shopPod("shop", "eu.gcr.io/acme/app:1", "mirrors") + shopSecret("shop", "mirrors", "*.gcr.io"), nil},
		"no host's images":       {shopPod("shop", "gcr.io/acme/app:1", "mirrors") + shopSecret("shop", "mirrors", "*.gcr.io"), []string{"error pull-secret-registry-mismatch mirrors"}},
		"a public sidecar":       {shopPod("shop", "registry.k8s.io/pause:3.10", "team") + shopSecret("shop", "team", "ghcr.io"), nil},
		"a published image":      {shopPod("shop", "grafana/grafana:11.2.0", "team") + shopSecret("shop", "team", "ghcr.io"), nil},
		"an unknown registry":    {shopPod("shop", "images.shop.internal/app:1", "team") + shopSecret("shop", "team", "ghcr.io"), []string{"warning pull-secret-registry-mismatch team"}},
		"an open one":            {shopPod("shop", "images.shop.internal/app:1", "team") + shopPod("lab", "images.shop.internal/tool:1") + shopSecret("shop", "team", "ghcr.io"), nil},
	} {
		if diff := cmp.Diff(c.want, summarize(t, map[string]string{"a.yaml": c.text}, lint.Settings{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A message names up to five pull secrets of a sibling, so that output does not grow with pods times secrets.
func TestSiblingWithManySecrets(t *testing.T) {
	t.Parallel()
	in := map[string]string{"a.yaml": shopPod("shop", shopImage, "s1", "s2", "s3", "s4", "s5", "s6", "s7") +
		"---\napiVersion: v1\nkind: Pod\nmetadata: {name: bare, namespace: shop}\nspec: {containers: [{name: a, image: registry.shop.internal/app:1}]}\n"}
	set, err := manifests.Load(t.Context(), []manifests.Input{input("a.yaml", []byte(in["a.yaml"]))}, manifests.Options{})
	if err != nil {
		t.Fatal(err)
	}
	res, err := (&lint.Linter{Rules: pullSecretRules(), Settings: lint.Settings{KnownSecrets: []string{"shop/*"}}}).Run(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	const want = `with "s1", "s2", "s3", "s4", "s5" and 2 more`
	for _, f := range res.Findings {
		if f.Rule == "pull-secrets-inconsistent" && strings.HasSuffix(f.Message, want) {
			return
		}
	}
	t.Errorf("no finding ends in %s: %v", want, res.Findings)
}

// Up to Kubernetes 1.34, an image that is on the node hides missing credentials if the policy permits its use.
func TestCachedImage(t *testing.T) {
	t.Parallel()
	const note = "since Kubernetes 1.35"
	bare := func(image string) string {
		return "---\napiVersion: v1\nkind: Pod\nmetadata: {name: bare, namespace: shop}\nspec: {containers: [{name: a, " + image + "}]}\n"
	}
	for name, c := range map[string]struct {
		bare       string
		kubernetes int
		want       bool
	}{
		"the newest":    {"image: " + shopImage, 0, true},
		"1.35":          {"image: " + shopImage, 35, true},
		"1.34":          {"image: " + shopImage, 34, false},
		"another image": {"image: registry.shop.internal/other:1", 35, false},
		"another tag":   {"image: registry.shop.internal/app:2", 35, false},
		"always pulled": {"imagePullPolicy: Always, image: " + shopImage, 35, false},
	} {
		text := shopPod("shop", shopImage, "regcred") + shopSecret("shop", "regcred", "registry.shop.internal") + bare(c.bare)
		set, err := manifests.Load(t.Context(), []manifests.Input{input("a.yaml", []byte(text))}, manifests.Options{})
		if err != nil {
			t.Fatal(err)
		}
		res, err := (&lint.Linter{Rules: pullSecretRules(), Settings: lint.Settings{Kubernetes: c.kubernetes}}).Run(t.Context(), set)
		if err != nil {
			t.Fatal(err)
		}
		got, found := false, false
		for _, f := range res.Findings {
			found = found || f.Rule == "pull-secrets-inconsistent"
			for _, r := range f.Related {
				got = got || strings.Contains(r.Message, note)
			}
		}
		if got != c.want || !found {
			t.Errorf("%s: the note is there: %t, want %t; the finding: %t", name, got, c.want, found)
		}
	}
}

// A pod without pull secrets shows that a registry is public only if it can be created, and nothing else can give it some.
func TestPublicRegistryEvidence(t *testing.T) {
	t.Parallel()
	const other = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: six, namespace: catalog}\nspec: "
	const account = "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: batch, namespace: catalog}\n"
	private := []string{"warning pull-secret-registry-mismatch pull"}
	for name, c := range map[string]struct {
		other    string
		settings lint.Settings
		want     []string
	}{
		"no other pod":            {"", lint.Settings{}, private},
		"public":                  {other + "{containers: [{name: a, image: registry.shop.internal/six:1}]}\n", lint.Settings{}, nil},
		"its own account":         {account + other + "{serviceAccountName: batch, containers: [{name: a, image: registry.shop.internal/six:1}]}\n", lint.Settings{}, nil},
		"account misspelled":      {account + other + "{serviceAccountName: bacth, containers: [{name: a, image: registry.shop.internal/six:1}]}\n", lint.Settings{}, append(slices.Clone(private), "error service-account-missing bacth")},
		"account not in input":    {other + "{serviceAccountName: batch, containers: [{name: a, image: registry.shop.internal/six:1}]}\n", lint.Settings{}, private},
		"rejected field":          {account + other + "{serviceAcountName: batch, containers: [{name: a, image: registry.shop.internal/six:1}]}\n", lint.Settings{}, private},
		"never pulled":            {other + "{containers: [{name: a, image: registry.shop.internal/six:1, imagePullPolicy: Never}]}\n", lint.Settings{}, private},
		"loaded onto the nodes":   {other + "{containers: [{name: a, image: registry.shop.internal/six:1}]}\n", lint.Settings{LocalImages: []string{"*/six:1"}}, private},
		"an injector adds some":   {other + "{containers: [{name: a, image: registry.shop.internal/six:1}]}\n" + clusterPullSecret, lint.Settings{}, private},
		"pull secret without key": {other + "{imagePullSecrets: [{name: ''}], containers: [{name: a, image: registry.shop.internal/six:1}]}\n", lint.Settings{}, append(slices.Clone(private), "warning pull-secrets-empty-name ")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := map[string]string{"a.yaml": shopSecret("shop", "pull", "ghcr.io") + shopPod("shop", shopImage, "pull"), "b.yaml": c.other}
			if diff := cmp.Diff(c.want, summarize(t, in, c.settings)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

const clusterPullSecret = "---\napiVersion: ops.alexellis.io/v1\nkind: ClusterPullSecret\nmetadata: {name: all}\nspec: {secretRef: {name: hub, namespace: ops}}\n"

// Public images need no pull secret, and Secrets of unknown content are no evidence for images of registries with public ones if the pod has an image that
// explains them.
func TestPublicSiblings(t *testing.T) {
	t.Parallel()
	two := func(first, second string, secrets ...string) string {
		return strings.Replace(shopPod("shop", first, secrets...), "containers: [", fmt.Sprintf("containers: [{name: b, image: %q}, ", second), 1)
	}
	const public, private, hub = "envoyproxy/envoy:v1.30.1", "registry.shop.internal:5050/shop/web:1.0.0", "acme/app:1"
	const found = "warning pull-secrets-inconsistent "
	const draft = "---\napiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: x, namespace: shop}\nspec: {target: {name: regcred, template: {type: kubernetes.io/dockerconfigjson, data: " +
		`{.dockerconfigjson: '{"auths":{"https://index.docker.io/v1/":{"username":"{{ .u }}","password":"{{ .p }}"}}}'}}}}` + "\n"
	key := func(host string) string { return shopSecret("shop", "regcred", host) }
	for name, c := range map[string]struct {
		in    string
		known []string
		want  []string
	}{
		"public, beside a private one":                                     {two(public, private, "regcred") + shopPod("shop", public), []string{"regcred"}, nil},
		"public, of a sibling alone":                                       {shopPod("shop", public, "regcred") + shopPod("shop", public), []string{"regcred"}, nil},
		"public, with a key":                                               {shopPod("shop", public, "regcred") + shopPod("shop", public) + key("https://index.docker.io/v1/"), nil, nil},
		"public, of an owner of private ones":                              {shopPod("shop", "envoyproxy/own:1", "regcred") + shopPod("shop", public) + key("https://index.docker.io/v1/"), nil, nil},
		"private, of an owner of public ones":                              {shopPod("shop", public, "regcred") + shopPod("shop", "envoyproxy/own:1") + key("https://index.docker.io/v1/"), nil, nil},
		"perhaps public, beside a private one":                             {two(hub, private, "regcred") + shopPod("shop", hub), []string{"regcred"}, nil},
		"perhaps public, undefined":                                        {two(hub, private, "regcred") + shopPod("shop", hub), nil, []string{"warning pull-secret-missing regcred"}},
		"perhaps public, alone":                                            {shopPod("shop", hub, "regcred") + shopPod("shop", hub), []string{"regcred"}, []string{found + hub}},
		"perhaps public, beside a public one":                              {two(hub, "ghcr.io/acme/b:1", "regcred") + shopPod("shop", hub), []string{"regcred"}, []string{found + hub}},
		"perhaps public, and two Secrets":                                  {two(hub, private, "regcred", "other") + shopPod("shop", hub), []string{"regcred", "other"}, []string{found + hub}},
		"perhaps public, with a key":                                       {two(hub, private, "regcred", "other") + shopPod("shop", hub) + key("https://index.docker.io/v1/"), []string{"other"}, []string{found + hub}},
		"perhaps public, with a key whose credentials are filled in later": {two(hub, private, "regcred") + shopPod("shop", hub) + draft, nil, []string{"warning pull-secret-registry-mismatch regcred", found + hub}},
		"perhaps public, and the other has a key":                          {two(hub, private, "regcred", "other") + shopPod("shop", hub) + key("registry.shop.internal:5050"), []string{"other"}, []string{found + hub}},
		"private, beside another":                                          {two(private, "registry.acme.internal/a:1", "regcred") + shopPod("shop", private), []string{"regcred"}, []string{found + private}},
		"perhaps public, and one never pulled":                             {strings.Replace(two(hub, private, "regcred"), "5050/shop/web:1.0.0\"", "5050/shop/web:1.0.0\", imagePullPolicy: Never", 1) + shopPod("shop", hub), []string{"regcred"}, []string{found + hub}},
		"perhaps public, and one of a public owner, with another's key": {
			shopPod("shop", "envoyproxy/own:1", "regcred") + shopPod("shop", public, "other") + key("https://index.docker.io/v1/") + shopSecret("shop", "other", "ghcr.io") + shopPod("shop", "ghcr.io/acme/b:1", "other"), nil, nil,
		},
		"OpenShift's Secrets are not counted": {two(hub, private, "default-dockercfg-x4mac", "regcred") + shopPod("shop", hub), []string{"regcred", "default-*"}, nil},
	} {
		if diff := cmp.Diff(c.want, summarize(t, map[string]string{"a/p.yaml": c.in}, lint.Settings{KnownSecrets: c.known})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// pullSecretFindings lints inputs with the rules about pull secrets.
func pullSecretFindings(t *testing.T, inputs []manifests.Input, settings lint.Settings) []lint.Finding {
	t.Helper()
	set, err := manifests.Load(t.Context(), inputs, manifests.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l := lint.Linter{Rules: pullSecretRules(), Settings: settings}
	res, err := l.Run(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	return res.Findings
}

// helpsOf returns the helps of a rule's findings about a file. A line "+++ FILE" starts another one.
func helpsOf(t *testing.T, rule, in string, settings lint.Settings) []string {
	t.Helper()
	first, more, found := strings.Cut(in, "+++ ")
	inputs := []manifests.Input{input("a/p.yaml", []byte(first))}
	if found {
		name, text, _ := strings.Cut(more, "\n")
		inputs = append(inputs, input(name, []byte(text)))
	}
	var out []string
	for _, f := range pullSecretFindings(t, inputs, settings) {
		if f.Rule == rule {
			out = append(out, f.Help)
		}
	}
	return out
}

// A key that is right for other images and nearly matches one is named in the help about that image.
func TestNearKeyInHelp(t *testing.T) {
	t.Parallel()
	const host, withPort = "registry.shop.internal", "registry.shop.internal:5050"
	pod := func(image string, secrets ...string) string { return shopPod("shop", image, secrets...) }
	for name, c := range map[string]struct{ in, want string }{
		"the port": {
			pod(withPort+"/a:1", "regcred") + pod(host+"/b:1", "regcred") + shopSecret("shop", "regcred", withPort),
			`the key "registry.shop.internal:5050" of "regcred" does not match: it has the port "5050", but the image has none; correct the image, or add credentials for "registry.shop.internal"`,
		},
		"the second Secret": {
			pod(withPort+"/a:1", "other") + pod(host+"/b:1", "regcred", "other") + shopSecret("shop", "regcred", "ghcr.io") + shopSecret("shop", "other", withPort) + pod("ghcr.io/acme/a:1", "regcred"),
			`the key "registry.shop.internal:5050" of "other" does not match: it has the port "5050", but the image has none; correct the image, or add credentials for "registry.shop.internal"`,
		},
		"an idle Secret": {
			pod("ghcr.io/own/a:1", "other") + pod("ghcr.io/acme/b:1", "regcred", "other") + shopSecret("shop", "regcred", "quay.io") + shopSecret("shop", "other", "ghcr.io/own"),
			`the key "ghcr.io/own" of "other" does not match: it matches only repositories whose name begins with "own"; add credentials under the key "ghcr.io", or remove the pull secret`,
		},
		"another owner's path, which may be right": {
			pod(host+"/a/a:1", "regcred") + pod(host+"/b/b:1", "regcred") + shopSecret("shop", "regcred", host+"/a"),
			`the key "registry.shop.internal/a" of "regcred" does not match: it matches only repositories whose name begins with "a"; add credentials for "registry.shop.internal"`,
		},
		"the pod's own list hides a right one": {
			pod(withPort+"/a:1", "regcred") + withAccount(pod(host+"/b:1", "regcred"), "web") + account("shop", "web") + "imagePullSecrets: [{name: right}]\n" + shopSecret("shop", "regcred", withPort) + shopSecret("shop", "right", host),
			`name "right" in the pod, too, or remove the pod's own list: with one, it gets none of its service account`,
		},
		"another host": {
			pod("registry.acme.internal/a:1", "regcred") + pod(host+"/b:1", "regcred") + shopSecret("shop", "regcred", "registry.acme.internal"),
			`add credentials for "registry.shop.internal"`,
		},
	} {
		if diff := cmp.Diff([]string{c.want}, helpsOf(t, "pull-secret-registry-mismatch", c.in, lint.Settings{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A name that only one workload has, and that is a typing error away from one that several have, is probably meant to be that.
func TestNamedByOthers(t *testing.T) {
	t.Parallel()
	pod := func(ns string, secrets ...string) string { return shopPod(ns, shopImage, secrets...) }
	const right, wrong = "gitlab-registry", "gitlab-registy"
	others := pod("shop", right) + pod("shop", right)
	declare := func(name string) string {
		return "add the Secret to the manifests, or declare that it exists: --known-secret " + name
	}
	const meant, meant3 = `did you mean "gitlab-registry", which 2 other workloads name?`, `did you mean "gitlab-registry", which 3 other workloads name?`
	for name, c := range map[string]struct {
		in, want string // the help about the last name
		settings lint.Settings
	}{
		"two others":                            {others + pod("shop", wrong), meant, lint.Settings{}},
		"three others, and one elsewhere":       {others + pod("shop", right) + pod("web", right) + pod("shop", wrong), meant3, lint.Settings{}},
		"one other":                             {pod("shop", right) + pod("shop", wrong), declare("shop/" + wrong), lint.Settings{}},
		"one other, twice":                      {pod("shop", right, right) + pod("shop", wrong), declare("shop/" + wrong), lint.Settings{}},
		"others of another namespace":           {others + pod("web", wrong), declare("web/" + wrong), lint.Settings{}},
		"several with the name, and an account": {others + pod("shop", wrong) + pod("shop", wrong) + account("shop", "web") + "imagePullSecrets: [{name: " + wrong + "}]\n", declare("shop/" + wrong), lint.Settings{}},
		"one other with two lists":              {"---\napiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\nmetadata: {name: s, namespace: shop}\nspec: {image: registry.shop.internal/a:1, imagePullSecrets: [" + right + ", " + right + "]}\n" + pod("shop", wrong), declare("shop/" + wrong), lint.Settings{}},
		"several with the name":                 {others + pod("shop", wrong) + pod("shop", wrong), declare("shop/" + wrong), lint.Settings{}},
		"a pod with both":                       {others + pod("shop", right, wrong), declare("shop/" + wrong), lint.Settings{}},
		"names that differ":                     {others + pod("shop", "github-registry"), declare("shop/github-registry"), lint.Settings{}},
		"an account":                            {others + account("shop", "web") + "imagePullSecrets: [{name: " + wrong + "}]\n", meant, lint.Settings{}},
		"accounts with the other name":          {account("shop", "a") + "imagePullSecrets: [{name: " + right + "}]\n" + account("shop", "b") + "imagePullSecrets: [{name: " + right + "}]\n" + pod("shop", wrong), declare("shop/" + wrong), lint.Settings{}},
		"no namespace, one folder":              {pod("", right) + pod("", right) + "+++ a/q.yaml\n" + pod("", wrong), meant, lint.Settings{}},
		"no namespace, two folders":             {pod("", right) + pod("", right) + "+++ b/q.yaml\n" + pod("", wrong), declare(wrong), lint.Settings{}},
		"no namespace, one file":                {pod("", right) + pod("", right) + pod("", wrong), meant, lint.Settings{}},
		"a known Secret has another name":       {others + pod("shop", wrong), meant, lint.Settings{KnownSecrets: []string{"db"}}},
		"a known Secret has a nearer name":      {others + pod("shop", wrong), `did you mean "gitlab-registys", one of the known Secrets?`, lint.Settings{KnownSecrets: []string{"gitlab-registys"}}},
	} {
		helps := helpsOf(t, "pull-secret-missing", c.in, c.settings)
		if got := helps[len(helps)-1]; got != c.want {
			t.Errorf("%s: %s\nwant %s", name, got, c.want)
		}
	}
}

// The name that others have is offered as a fix, which is not safe: both Secrets may exist.
func TestNamedByOthersFix(t *testing.T) {
	t.Parallel()
	in := shopPod("shop", shopImage, "gitlab-registry") + shopPod("shop", shopImage, "gitlab-registry") + shopPod("shop", shopImage, "gitlab-registy")
	set, err := manifests.Load(t.Context(), []manifests.Input{input("a/p.yaml", []byte(in))}, manifests.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l := lint.Linter{Rules: pullSecretRules()}
	res, err := l.Run(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	fix := res.Findings[len(res.Findings)-1].Fix
	if fix == nil || fix.Safe || fix.Title != `write "gitlab-registry"` || len(fix.Edits) != 1 {
		t.Errorf("got the fix %+v", fix)
	}
}
