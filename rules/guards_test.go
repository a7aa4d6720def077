package rules_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// suspects has an image for each rule that a registry's answer can settle.
var suspects = map[string]string{
	"image-host-only":            "registry.example.com:5000",
	"image-id-as-name":           "81041858c32b",
	"image-localhost-registry":   "localhost:5000/app:1",
	"image-path-depth":           "ghcr.io/app:1.4.2",
	"image-placeholder":          "ghcr.io/your-org/app:1",
	"image-plain-http-suspect":   "192.168.1.20:5000/app:1",
	"image-registry-typo":        "ghrc.io/acme/app:1",
	"registry-internal-endpoint": "registry.shop.svc:5000/app:1",
	"image-tag-mangled-number":   "ghcr.io/acme/app:1.234e6",
	"image-unknown-official":     "nginxy:1",
	"pull-secret-absent":         "registry.redhat.io/ubi9/ubi:9.5",
}

// everywhere is a registry with the same answer for every image.
type everywhere lint.Outcome

func (e everywhere) Probe(_ context.Context, questions []lint.Question) []lint.ProbeResult {
	return slices.Repeat([]lint.ProbeResult{{Pod: lint.Answer{Outcome: lint.Outcome(e), Detail: "so it says"}}}, len(questions))
}

// Only an answer about the image itself replaces a suspicion. An undecided one does not.
func TestWhatSettles(t *testing.T) {
	t.Parallel()
	settling := []lint.Outcome{lint.TagMissing, lint.DigestMissing, lint.RepoMissing, lint.Denied, lint.Rejected, lint.PlainHTTP, lint.Untrusted, lint.Unreachable}
	for _, r := range rules.All() {
		if r.SettledByProbe == nil {
			continue
		}
		set, err := manifests.Load(t.Context(), []manifests.Input{input("pod.yaml", podOf(fmt.Sprintf("image: %q", suspects[r.ID])))}, manifests.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for o := lint.NotAsked; o <= lint.Inconclusive; o++ {
			res, err := (&lint.Linter{Rules: []lint.Rule{r}, Prober: everywhere(o)}).Run(t.Context(), set)
			if err != nil {
				t.Fatal(err)
			}
			want := slices.Contains(settling, o)
			wellKnown := slices.Contains([]string{"image-host-only", "image-id-as-name", "image-path-depth", "image-placeholder", "image-tag-mangled-number", "image-unknown-official", "pull-secret-absent"}, r.ID)
			if wellKnown && o >= lint.PlainHTTP { // nobody answered, which shows nothing about an image of a registry that exists
				want = false
			}
			switch r.ID {
			case "pull-secret-absent": // a denial confirms it
				want = o == lint.Exists
			case "image-localhost-registry", "registry-internal-endpoint": // a registry that answers here may not do so on a node
			default:
				want = want || o == lint.Exists
			}
			if got := len(res.Findings) == 0; got != want {
				t.Errorf("%s, the answer is %q: settled %v, want %v", r.ID, o, got, want)
			}
		}
	}
}

// The API server rejects objects whose kinds it validates, and otherwise the pods made from them.
func TestWhoRefuses(t *testing.T) {
	t.Parallel()
	const template = "{template: {spec: {containers: [{name: a, image: 'nginx:1.27.3', imagePullPolicy: always}]}}}"
	for _, c := range []struct {
		version, kind, spec string
		want                lint.Stage
		text                string // start of the cluster's message
	}{
		{"v1", "Pod", "{containers: [{name: a, image: 'nginx:1.27.3', imagePullPolicy: always}]}", lint.StageValidation, "spec.containers[0].imagePullPolicy: "},
		{"v1", "ReplicationController", template, lint.StageValidation, "spec.template.spec.containers[0]"},
		{"apps/v1", "Deployment", template, lint.StageValidation, "spec.template.spec.containers[0]"},
		{"batch/v1", "Job", template, lint.StageValidation, "spec.template.spec.containers[0]"},
		{"extensions/v1beta1", "Deployment", template, lint.StageValidation, "spec.template.spec.containers[0]"},
		{"apps.openshift.io/v1", "DeploymentConfig", template, lint.StageValidation, "spec.template.spec.containers[0]"},
		{"argoproj.io/v1alpha1", "Rollout", template, lint.StageController, "Error creating: Pod is invalid: spec.containers[0]"},
		{"acme.example/v1", "Pod", "{containers: [{name: a, image: 'nginx:1.27.3', imagePullPolicy: always}]}", lint.StageController, "Error creating: Pod is invalid: spec.containers[0]"},
	} {
		text := fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: x}\nspec: %s\n", c.version, c.kind, c.spec)
		set, err := manifests.Load(t.Context(), []manifests.Input{input("x.yaml", []byte(text))}, manifests.Options{})
		if err != nil {
			t.Fatal(err)
		}
		res, err := (&lint.Linter{Rules: []lint.Rule{rules.PullPolicyInvalid}}).Run(t.Context(), set)
		if err != nil || len(res.Findings) != 1 {
			t.Errorf("%s %s: %v %v", c.version, c.kind, err, res.Findings)
			continue
		}
		if got := res.Findings[0].Cluster; got.Stage != c.want || !strings.HasPrefix(got.Message, c.text) {
			t.Errorf("%s %s: %s, %q", c.version, c.kind, got.Stage, got.Message)
		}
	}
}

// An invalid name for a Secret is an error. A Secret with a valid name may be created by hand.
func TestSecretNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"regcred": "warning", "a": "warning", "0": "warning", "a-b.c-d": "warning", strings.Repeat("a", 253): "warning",
		strings.Repeat("a", 254): "error", "a..b": "error", ".a": "error", "a.": "error", "-a": "error", "a-": "error", "a.-b": "error", "a-.b": "error",
		"RegCred": "error", "reg_cred": "error", "a/b": "error",
	} {
		got := summarize(t, map[string]string{"a.yaml": shopPod("shop", shopImage, fmt.Sprintf("%q", name))}, lint.Settings{})
		if len(got) != 1 || !strings.HasPrefix(got[0], want+" pull-secret-missing") {
			t.Errorf("%q: %q, want %s", name, got, want)
		}
	}
}

// "latest" is stale if it was last published over a year before the catalog, and does not exist if there have been other tags for some months.
func TestLatestByCatalog(t *testing.T) {
	t.Parallel()
	const usual = "image-latest warning: image \"app:latest\" uses the tag \"latest\", "
	day := catalog.DayOf(time.Date(2027, 3, 20, 0, 0, 0, 0, time.UTC))
	month := func(before int) catalog.Month { return day.Month() - catalog.Month(before) }
	for name, c := range map[string]struct {
		tags []catalog.Tag
		want string // "" for the message for any image
	}{
		"current":               {[]catalog.Tag{{Name: "latest", First: month(40), Last: month(30), Current: true}}, ""},
		"a year ago":            {[]catalog.Tag{{Name: "latest", First: month(40), Last: month(12)}}, ""},
		"more than a year ago":  {[]catalog.Tag{{Name: "latest", First: month(40), Last: month(13)}}, "which was last published in 2026-02, and is out of date or removed"},
		"never":                 {[]catalog.Tag{{Name: "1.0", First: month(3), Current: true}}, "which this image never had"},
		"never, since recently": {[]catalog.Tag{{Name: "1.0", First: month(2), Current: true}}, ""},
		"never, nobody knows":   {[]catalog.Tag{{Name: "1.0", Current: true}}, ""},
	} {
		data, err := catalog.Encode(catalog.Contents{Sources: []catalog.Source{{Name: "test", Day: day}}, Images: []catalog.ImageTags{{Name: "app", Tags: c.tags}}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		known, err := catalog.Open(data)
		if err != nil {
			t.Fatal(err)
		}
		set, err := manifests.Load(t.Context(), []manifests.Input{input("pod.yaml", podOf("image: app:latest"))}, manifests.Options{})
		if err != nil {
			t.Fatal(err)
		}
		res, err := (&lint.Linter{Rules: rules.With(known)}).Run(t.Context(), set)
		if err != nil {
			t.Fatal(err)
		}
		got := "no finding"
		for _, f := range res.Findings {
			if f.Rule == "image-latest" {
				got = strings.TrimPrefix(fmt.Sprintf("%s %s: %s", f.Rule, f.Severity, f.Message), usual)
			}
		}
		if c.want == "" && strings.Contains(got, "catalog of") || !strings.Contains(got, c.want) || got == "no finding" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// Evidence that two objects meet, or that something creates the missing one, changes the severity of pull secret findings.
func TestPullSecretCaps(t *testing.T) {
	t.Parallel()
	const (
		policy = "---\napiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: add}\nspec: {rules: [{mutate: {patchStrategicMerge: {spec: {imagePullSecrets: [{name: x}]}}}}]}\n"
		hidden = "---\n# Source: shop/templates/secret.yaml\n# HIDDEN: The Secret output has been suppressed\n"
	)
	const (
		copies = "---\napiVersion: external-secrets.io/v1\nkind: ClusterExternalSecret\nmetadata: {name: x}\nspec: {namespaces: [build], externalSecretName: regcred, externalSecretSpec: {target: {template: {type: kubernetes.io/dockerconfigjson}}}}\n"
		merges = "---\napiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: x, namespace: shop}\nspec: {target: {name: regcred, creationPolicy: Merge}}\n"
		sealed = "---\napiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: regcred, namespace: shop}\nspec: {encryptedData: {.dockerconfigjson: x}, template: {type: kubernetes.io/dockerconfigjson}}\n"
	)
	widget := func(pod string) string {
		return strings.NewReplacer("apiVersion: v1", "apiVersion: acme.example/v1", "kind: Pod", "kind: Widget").Replace(pod)
	}
	later := func(secret string) string { return strings.Replace(secret, "not-a-real-one", "${TOKEN}", 1) }
	opaque := func(ns, name string) string {
		return strings.Replace(shopSecret(ns, name, "registry.shop.internal"), "kubernetes.io/dockerconfigjson", "Opaque", 1)
	}
	patcher := shopPod("system", "quay.io/titansoft/imagepullsecret-patcher:v0.14")
	pod, anywhere := shopPod("shop", shopImage, "regcred"), shopPod("", shopImage, "regcred")
	slip := shopSecret("shop", "regcerd", "registry.shop.internal")
	for name, c := range map[string]struct {
		in       map[string]string
		settings lint.Settings
		want     []string
	}{
		"a slip, the pod gets its namespace from a setting":       {map[string]string{"a/p.yaml": anywhere, "b/s.yaml": slip}, lint.Settings{Namespace: "shop"}, []string{"error pull-secret-missing regcred"}},
		"a slip, the Secret gets it from a setting":               {map[string]string{"a/p.yaml": pod, "b/s.yaml": shopSecret("", "regcerd", "registry.shop.internal")}, lint.Settings{Namespace: "shop"}, []string{"error pull-secret-missing regcred"}},
		"a slip, both get it from overrides of their files":       {map[string]string{"a/p.yaml": anywhere, "b/s.yaml": shopSecret("", "regcerd", "registry.shop.internal")}, lint.Settings{Overrides: []lint.Override{{Match: func(string) bool { return true }, Namespace: "shop"}}}, []string{"error pull-secret-missing regcred"}},
		"a slip, they may be applied to two namespaces":           {map[string]string{"a/p.yaml": anywhere, "b/s.yaml": shopSecret("", "regcerd", "registry.shop.internal")}, lint.Settings{}, []string{"warning pull-secret-missing regcred"}},
		"a slip in a short word, which is a hint":                 {map[string]string{"a/p.yaml": shopPod("shop", shopImage, "dve-pull"), "a/s.yaml": shopSecret("shop", "dev-pull", "registry.shop.internal")}, lint.Settings{}, []string{"error pull-secret-missing dve-pull"}},
		"a slip, a policy may make it":                            {map[string]string{"a/p.yaml": pod + policy, "b/s.yaml": slip}, lint.Settings{}, []string{"warning pull-secret-missing regcred"}},
		"a type, the pod gets its namespace from a setting":       {map[string]string{"a/p.yaml": anywhere, "b/s.yaml": opaque("shop", "regcred")}, lint.Settings{Namespace: "shop"}, []string{"error pull-secret-wrong-type Opaque"}},
		"a type, the same name by chance":                         {map[string]string{"a/p.yaml": anywhere, "b/s.yaml": strings.Replace(opaque("shop", "regcred"), ".dockerconfigjson:", "config:", 1)}, lint.Settings{Namespace: "shop"}, nil},
		"a type, two pods":                                        {map[string]string{"a/p.yaml": pod + pod + opaque("shop", "regcred")}, lint.Settings{}, []string{"error pull-secret-wrong-type Opaque"}},
		"a type, in an unknown kind":                              {map[string]string{"a/p.yaml": widget(pod) + opaque("shop", "regcred")}, lint.Settings{}, []string{"warning pull-secret-wrong-type Opaque"}},
		"a namespace, the pod writes none":                        {map[string]string{"a/p.yaml": anywhere + shopSecret("build", "regcred", "registry.shop.internal")}, lint.Settings{}, []string{"info pull-secret-wrong-namespace regcred"}},
		"a namespace, the pod writes none, others do":             {map[string]string{"a/p.yaml": anywhere + shopSecret("build", "regcred", "registry.shop.internal"), "b/q.yaml": shopPod("build", "registry.k8s.io/pause:3.10")}, lint.Settings{}, []string{"info pull-secret-wrong-namespace regcred"}},
		"a namespace, the pod writes none, one beside it does":    {map[string]string{"a/p.yaml": anywhere + shopSecret("build", "regcred", "registry.shop.internal") + shopPod("build", "registry.k8s.io/pause:3.10")}, lint.Settings{}, []string{"warning pull-secret-wrong-namespace regcred"}},
		"a namespace, the pod writes none, of several":            {map[string]string{"a/p.yaml": anywhere + shopSecret("build", "regcred", "registry.shop.internal"), "b/q.yaml": shopPod("shop", "registry.k8s.io/pause:3.10")}, lint.Settings{}, []string{"warning pull-secret-wrong-namespace regcred"}},
		"a namespace, the pod writes none, of several accounts":   {map[string]string{"a/p.yaml": anywhere + shopSecret("build", "regcred", "registry.shop.internal"), "b/q.yaml": account("shop", "robot")}, lint.Settings{}, []string{"warning pull-secret-wrong-namespace regcred"}},
		"a namespace, the pod writes none, of several Secrets":    {map[string]string{"a/p.yaml": anywhere + shopSecret("build", "regcred", "registry.shop.internal"), "b/q.yaml": shopSecret("shop", "other", "registry.shop.internal")}, lint.Settings{}, []string{"warning pull-secret-wrong-namespace regcred"}},
		"a namespace, the Secret writes none":                     {map[string]string{"a/p.yaml": pod + shopSecret("", "regcred", "registry.shop.internal")}, lint.Settings{}, []string{"warning pull-secret-wrong-namespace regcred"}},
		"a namespace, Helm hid Secrets":                           {map[string]string{"a/p.yaml": hidden + pod + shopSecret("build", "regcred", "registry.shop.internal")}, lint.Settings{}, []string{"warning pull-secret-wrong-namespace regcred"}},
		"a namespace, a patcher is there":                         {map[string]string{"a/p.yaml": pod + shopSecret("build", "regcred", "registry.shop.internal") + patcher}, lint.Settings{}, []string{"warning pull-secret-wrong-namespace regcred"}},
		"a namespace, a policy may make it":                       {map[string]string{"a/p.yaml": pod + shopSecret("build", "regcred", "registry.shop.internal") + policy}, lint.Settings{}, []string{"warning pull-secret-wrong-namespace regcred"}},
		"a namespace, in an unknown kind":                         {map[string]string{"a/p.yaml": widget(pod) + shopSecret("build", "regcred", "registry.shop.internal")}, lint.Settings{}, []string{"warning pull-secret-wrong-namespace regcred"}},
		"a key, in an unknown kind":                               {map[string]string{"a/p.yaml": widget(pod) + shopSecret("shop", "regcred", "registry.shop.internal:443")}, lint.Settings{}, []string{"warning pull-secret-registry-mismatch regcred"}},
		"a key, of a public image":                                {map[string]string{"a/p.yaml": shopPod("shop", "registry.k8s.io/pause:3.10", "regcred") + shopSecret("shop", "regcred", "registry.k8s.io:443")}, lint.Settings{}, []string{"warning pull-secret-registry-mismatch regcred"}},
		"a key, of a Docker Official Image":                       {map[string]string{"a/p.yaml": shopPod("shop", "nginx:1.27.3", "regcred") + shopSecret("shop", "regcred", "https://index.docker.io/v1")}, lint.Settings{}, []string{"warning pull-secret-registry-mismatch regcred"}},
		"a key, of a published image":                             {map[string]string{"a/p.yaml": shopPod("shop", "grafana/grafana:11.2.0", "regcred") + shopSecret("shop", "regcred", "https://index.docker.io/v1")}, lint.Settings{}, []string{"warning pull-secret-registry-mismatch regcred"}},
		"a key that is mistyped, of a published image":            {map[string]string{"a/p.yaml": shopPod("shop", "quay.io/prometheus/node-exporter:v1.8.2", "regcred") + shopSecret("shop", "regcred", "quay.oi")}, lint.Settings{}, []string{"warning pull-secret-registry-mismatch quay.oi"}},
		"a key, the image cannot be parsed":                       {map[string]string{"a/p.yaml": shopPod("shop", "registry.shop.internal/App:1", "regcred") + shopSecret("shop", "regcred", "registry.shop.internal:443")}, lint.Settings{}, nil},
		"a key, the image is empty":                               {map[string]string{"a/p.yaml": shopPod("shop", "", "regcred") + shopSecret("shop", "regcred", "registry.shop.internal:443")}, lint.Settings{}, nil},
		"no key, and the registry is always private":              {map[string]string{"a/p.yaml": shopPod("shop", "registry.redhat.io/a:1", "regcred") + shopSecret("shop", "regcred", "ghcr.io")}, lint.Settings{}, []string{"warning pull-secret-registry-mismatch regcred"}},
		"no Secret, and nodes may have their own":                 {map[string]string{"a/p.yaml": shopPod("shop", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1", "regcred")}, lint.Settings{}, []string{"warning pull-secret-missing regcred"}},
		"no key, and nodes may have their own":                    {map[string]string{"a/p.yaml": shopPod("shop", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1", "regcred") + shopSecret("shop", "regcred", "ghcr.io")}, lint.Settings{}, []string{"warning pull-secret-registry-mismatch regcred"}},
		"no key, and Docker Hub may be public":                    {map[string]string{"a/p.yaml": shopPod("shop", "acme/a:1", "regcred") + shopSecret("shop", "regcred", "ghcr.io")}, lint.Settings{}, []string{"warning pull-secret-registry-mismatch regcred"}},
		"no key, and the password is filled in later":             {map[string]string{"a/p.yaml": shopPod("shop", "registry.redhat.io/a:1", "regcred") + later(shopSecret("shop", "regcred", "ghcr.io"))}, lint.Settings{}, []string{"warning pull-secret-registry-mismatch regcred"}},
		"no key, of an image that may be public, filled in later": {map[string]string{"a/p.yaml": shopPod("shop", "acme/a:1", "regcred") + later(shopSecret("shop", "regcred", "ghcr.io"))}, lint.Settings{}, []string{"warning pull-secret-registry-mismatch regcred"}},
		"a key that is filled in later":                           {map[string]string{"a/p.yaml": shopPod("shop", "registry.redhat.io/a:1", "regcred") + shopSecret("shop", "regcred", "${HOST}")}, lint.Settings{}, nil},
		"no key, and another Secret is filled in":                 {map[string]string{"a/p.yaml": shopPod("shop", "acme/a:1", "regcred", "all") + later(shopSecret("shop", "regcred", "ghcr.io")) + shopSecret("shop", "all", "${HOST}")}, lint.Settings{}, nil},
		"no key, and something else writes into the Secret":       {map[string]string{"a/p.yaml": shopPod("shop", "acme/a:1", "regcred") + later(shopSecret("shop", "regcred", "ghcr.io")) + merges}, lint.Settings{}, nil},
		"no key, in an unknown kind":                              {map[string]string{"a/p.yaml": widget(shopPod("shop", "acme/a:1", "regcred")) + shopSecret("shop", "regcred", "ghcr.io")}, lint.Settings{}, nil},
		"no key, and another image cannot be told":                {map[string]string{"a/p.yaml": strings.Replace(shopPod("shop", "acme/a:1", "regcred"), "containers: [", "containers: [{name: b, image: '${TOOL}'}, ", 1) + shopSecret("shop", "regcred", "ghcr.io")}, lint.Settings{}, nil},
		"no key, and another is missing":                          {map[string]string{"a/p.yaml": shopPod("shop", "acme/a:1", "regcred", "elsewhere") + shopSecret("shop", "regcred", "ghcr.io")}, lint.Settings{}, []string{"error pull-secret-missing elsewhere"}},
		"a key of another location, of a Secret that is mounted":  {map[string]string{"a/p.yaml": strings.Replace(shopPod("shop", "europe-docker.pkg.dev/acme/r/a:1", "regcred"), "containers: [", "volumes: [{name: v, secret: {secretName: regcred}}]\n  containers: [", 1) + shopSecret("shop", "regcred", "us-docker.pkg.dev")}, lint.Settings{}, nil},
		"a list of objects, where the kind takes strings":         {map[string]string{"a/p.yaml": "---\napiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\nmetadata: {name: s, namespace: shop}\nspec: {image: registry.shop.internal/a:1, imagePullSecrets: [{name: regcred}]}\n" + shopSecret("shop", "regcred", "registry.shop.internal") + shopPod("shop", "registry.k8s.io/pause:3.10")}, lint.Settings{}, []string{"error pull-secrets-malformed {"}},
		"no key, of an image on the nodes":                        {map[string]string{"a/p.yaml": shopPod("shop", "acme/a:1", "regcred") + shopSecret("shop", "regcred", "ghcr.io")}, lint.Settings{LocalImages: []string{"acme/*"}}, nil},
		"no key, pods of the context":                             {map[string]string{"context/p.yaml": shopPod("shop", "acme/a:1", "regcred"), "a/s.yaml": shopSecret("shop", "regcred", "ghcr.io")}, lint.Settings{}, nil},
		"a key of another region, in an unknown kind":             {map[string]string{"a/p.yaml": widget(shopPod("shop", "eu.gcr.io/acme/a:1", "regcred")) + shopSecret("shop", "regcred", "us.gcr.io")}, lint.Settings{}, []string{"warning pull-secret-registry-mismatch regcred"}},
		"a key of another location":                               {map[string]string{"a/p.yaml": shopPod("shop", "europe-docker.pkg.dev/acme/r/a:1", "regcred") + shopSecret("shop", "regcred", "us-docker.pkg.dev")}, lint.Settings{}, []string{"error pull-secret-registry-mismatch regcred"}},
		"a key of another location, of an account":                {map[string]string{"a/p.yaml": withAccount(shopPod("shop", "europe-docker.pkg.dev/acme/r/a:1"), "robot") + account("shop", "robot") + "imagePullSecrets: [{name: regcred}]\n" + shopSecret("shop", "regcred", "us-docker.pkg.dev")}, lint.Settings{}, []string{"warning pull-secret-registry-mismatch regcred"}},
		"a key that is mistyped, in the context":                  {map[string]string{"a/p.yaml": shopPod("shop", "ghcr.io/acme/a:1", "regcred"), "context/s.yaml": shopSecret("shop", "regcred", "gchr.io")}, lint.Settings{}, []string{"error pull-secret-registry-mismatch regcred"}},
		"a token, in the context":                                 {map[string]string{"a/p.yaml": shopPod("shop", "ghcr.io/acme/a:1", "regcred"), "context/s.yaml": strings.Replace(shopSecret("shop", "regcred", "ghcr.io"), "not-a-real-one", "ghs_notAReal", 1)}, lint.Settings{}, nil},
		"a token":                                                 {map[string]string{"a/p.yaml": shopPod("shop", "ghcr.io/acme/a:1", "regcred"), "a/s.yaml": strings.Replace(shopSecret("shop", "regcred", "ghcr.io"), "not-a-real-one", "ghs_notAReal", 1)}, lint.Settings{}, []string{"warning pull-secret-short-lived .dockerconfigjson"}},
		"unused, in the context":                                  {map[string]string{"context/p.yaml": shopPod("shop", shopImage), "context/s.yaml": shopSecret("shop", "regcred", "registry.shop.internal"), "context/q.yaml": shopPod("shop", shopImage)}, lint.Settings{}, nil},
		"unused, in the context of one chart":                     {map[string]string{"a/p.yaml": "---\n# Source: shop/templates/p.yaml\n" + strings.TrimPrefix(shopPod("shop", shopImage), "---\n"), "context/s.yaml": "---\n# Source: shop/templates/s.yaml\n" + strings.TrimPrefix(shopSecret("shop", "regcred", "registry.shop.internal"), "---\n")}, lint.Settings{}, nil},
		"unused, of one chart":                                    {map[string]string{"a/p.yaml": "---\n# Source: shop/templates/p.yaml\n" + strings.TrimPrefix(shopPod("shop", shopImage), "---\n"), "b/s.yaml": "---\n# Source: shop/templates/s.yaml\n" + strings.TrimPrefix(shopSecret("shop", "regcred", "registry.shop.internal"), "---\n")}, lint.Settings{}, []string{"warning pull-secret-unused regcred"}},
		"a namespace that an operator copies to":                  {map[string]string{"a/p.yaml": pod + copies}, lint.Settings{}, []string{"warning pull-secret-wrong-namespace regcred"}},
		"a sibling whose Secret is sealed":                        {map[string]string{"a/p.yaml": pod + shopPod("shop", "registry.shop.internal/b:1") + sealed}, lint.Settings{}, []string{"warning pull-secrets-inconsistent registry.shop.internal/b:1"}},
		"an account that writes no namespace":                     {map[string]string{"a/p.yaml": withAccount(shopPod("shop", shopImage), "robot") + account("", "robot")}, lint.Settings{}, []string{"warning service-account-missing robot"}},
		"two containers without":                                  {map[string]string{"a/p.yaml": pod + shopSecret("shop", "regcred", "registry.shop.internal") + strings.Replace(shopPod("shop", shopImage), "containers: [", "containers: [{name: b, image: 'registry.shop.internal/b:1'}, ", 1)}, lint.Settings{}, []string{"warning pull-secrets-inconsistent registry.shop.internal/b:1"}},
		"OpenShift's nodes have a pull secret":                    {map[string]string{"a/p.yaml": strings.NewReplacer("apiVersion: v1", "apiVersion: acme.openshift.io/v1", "kind: Pod", "kind: Widget").Replace(shopPod("shop", "registry.redhat.io/a:1"))}, lint.Settings{}, nil},
		"nodes of other clusters have none":                       {map[string]string{"a/p.yaml": widget(shopPod("shop", "registry.redhat.io/a:1"))}, lint.Settings{}, []string{"warning pull-secret-absent registry.redhat.io/a:1"}},
	} {
		if diff := cmp.Diff(c.want, summarize(t, c.in, c.settings)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A fix is safe if the tag or digest is known to be published at the new place.
func TestSafeMoves(t *testing.T) {
	t.Parallel()
	const hook = "ingress-nginx/kube-webhook-certgen:v1.1.1"
	const good = "@sha256:64d8c73dca984af206adf9d6d7e46aa550362b1d7a01f3a0a91b20cc67868660"
	for image, want := range map[string]string{
		"k8s.gcr.io/" + hook:                            "safe",
		"k8s.gcr.io/" + hook + "9":                      "unsafe",
		"k8s.gcr.io/ingress-nginx/kube-webhook-certgen": "unsafe",
		"k8s.gcr.io/acme/app:1":                         "unsafe",
		"k8s.gcr.io/" + hook + good:                     "safe",
		"k8s.gcr.io/" + hook + "@" + digest:             "unsafe",
	} {
		set, err := manifests.Load(t.Context(), []manifests.Input{input("pod.yaml", podOf(fmt.Sprintf("image: %q", image)))}, manifests.Options{})
		if err != nil {
			t.Fatal(err)
		}
		res, err := (&lint.Linter{Rules: []lint.Rule{rules.ImageMoved}}).Run(t.Context(), set)
		if err != nil || len(res.Findings) != 1 || res.Findings[0].Fix == nil {
			t.Errorf("%s: %v, findings %+v", image, err, res.Findings)
			continue
		}
		if got := res.Findings[0].Fix.Safe; got != (want == "safe") {
			t.Errorf("%s: the fix is safe: %v", image, got)
		}
	}
}

// Settings and pods that lower the severity of findings about an image.
func TestImageCaps(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pod      []byte
		settings lint.Settings
		want     []string
	}{
		"every tag is mutable, and there is none":    {podOf("image: ghcr.io/acme/app"), lint.Settings{MutableTags: []string{"*"}}, []string{"image-tag-missing warning"}},
		"another platform":                           {podOf("image: mysql:5.7.44"), lint.Settings{Platforms: []string{"linux/arm64"}}, []string{"image-tag-unknown error"}},
		"another platform, and no registry is asked": {podOf("image: mysql:5.7.44", "imagePullPolicy: Never"), lint.Settings{Platforms: []string{"linux/arm64"}}, []string{"image-tag-unknown warning", "pull-policy-never warning"}},
	} {
		got := said(t, rules.All(), c.settings, c.pod)
		slices.Sort(got)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
