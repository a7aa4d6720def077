package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// Secrets that another object creates exist where they are created, and their content is unknown.
func TestProvided(t *testing.T) {
	t.Parallel()
	const pullType = "kubernetes.io/dockerconfigjson"
	external := func(id, target string) string {
		return "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\n" + meta(id) + "spec: {target: " + target + "}\n"
	}
	copied := func(id string, annotations ...string) string {
		return strings.Replace(secret(id, key), meta(id), meta(id, annotations...), 1)
	}
	for name, c := range map[string]struct {
		in              files
		namespace, want string
	}{
		"external":             {one(external("web/x", "{name: s, template: {type: "+pullType+"}}")), "web", "unread; unknown"},
		"external elsewhere":   {one(external("api/x", "{name: s, template: {type: "+pullType+"}}")), "web", "elsewhere; anonymous"},
		"external opaque":      {one(external("web/x", "{name: s}")), "web", "useless; anonymous"},
		"external merges":      {one(external("web/x", "{name: s, creationPolicy: Merge}")), "web", "missing; anonymous"},
		"external none":        {one(external("web/x", "{name: s, creationPolicy: None}")), "web", "missing; anonymous"},
		"merged into another":  {one(secret("web/s", "other.internal"), external("web/x", "{name: s, creationPolicy: Merge}")), "web", "unread; unknown"},
		"beside a stand-in":    {one(secret("web/s", "other.internal"), external("web/x", "{name: s, template: {type: "+pullType+"}}")), "web", "unread; unknown"},
		"stand-in far away":    {files{"k8s/s.yaml": secret("s", "other.internal"), "other/x.yaml": external("x", "{name: s, template: {type: "+pullType+"}}")}, "", "usable; anonymous"},
		"stand-in in a folder": {files{"k8s/s.yaml": secret("s", "other.internal"), "k8s/x.yaml": external("x", "{name: s, template: {type: "+pullType+"}}")}, "", "unread; unknown"},
		"stand-in elsewhere":   {one(secret("web/s", "other.internal"), external("api/x", "{name: s, template: {type: "+pullType+"}}")), "web", "usable; anonymous"},
		"sealed without type":  {one("apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\n" + meta("web/s") + "spec: {encryptedData: {.dockerconfigjson: x}}\n"), "web", "useless; anonymous"},
		"mounted class":        {one("apiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\n" + meta("web/x") + "spec: {secretObjects: [{secretName: s, type: " + pullType + "}]}\n"), "web", "unread; unknown"},
		"encrypted":            {one("apiVersion: v1\nkind: Secret\n" + meta("web/s") + "type: " + pullType + "\nsops: {}\nstringData: {.dockerconfigjson: 'ENC[AES256_GCM,x]'}\n"), "web", "unread; unknown"},
		"replicated from":      {one("apiVersion: v1\nkind: Secret\n" + meta("web/s", "replicator.v1.mittwald.de/replicate-from: x/y") + "type: " + pullType + "\ndata: {.dockerconfigjson: e30K}\n"), "web", "unread; unknown"},
		"stripped":             {one("apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: web, uid: x}\ntype: " + pullType + "\n"), "web", "unread; unknown"},
		"blacked out":          {one("apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: web, uid: x}\ntype: " + pullType + "\ndata: {.dockerconfigjson: REDACTED!}\n"), "web", "unread; unknown"},

		"copied by name":       {one(copied("system/s", "replicator.v1.mittwald.de/replicate-to: 'api,web'")), "web", "usable; credentials web/s(" + key + ")"},
		"copied by pattern":    {one(copied("system/s", "replicator.v1.mittwald.de/replicate-to: 'w.b'")), "web", "usable; credentials web/s(" + key + ")"},
		"copied whole names":   {one(copied("system/s", "replicator.v1.mittwald.de/replicate-to: 'w'")), "web", "elsewhere; anonymous"},
		"copied not here":      {one(copied("system/s", "replicator.v1.mittwald.de/replicate-to: api")), "web", "elsewhere; anonymous"},
		"copied by a label":    {one(copied("system/s", "kubed.appscode.com/sync: app=web")), "web", "usable; credentials web/s(" + key + ")"},
		"a pattern that fails": {one(copied("system/s", "replicator.v1.mittwald.de/replicate-to: '['")), "web", "elsewhere; anonymous"},
		"copied to nowhere":    {one(copied("system/s", "replicator.v1.mittwald.de/replicate-to: api")), "", "usable; credentials s(" + key + ")"},
		"own before copied":    {one(copied("system/s", "kubed.appscode.com/sync: ''"), secret("web/s", "other.internal")), "web", "usable; anonymous"},

		"generated, in the build":   {files{"k8s/kustomization.yaml": "secretGenerator: [{name: s, type: " + pullType + "}]\n"}, "hash", "unread; unknown"},
		"generated, in the sources": {files{"k8s/kustomization.yaml": "secretGenerator: [{name: s, type: " + pullType + "}]\n"}, "", "unread; unknown"},
		"generated without a hash":  {files{"k8s/kustomization.yaml": "generatorOptions: {disableNameSuffixHash: true}\nsecretGenerator: [{name: s, type: " + pullType + "}]\n"}, "hash", "missing; anonymous"},
		"generated Opaque":          {files{"k8s/kustomization.yaml": "secretGenerator: [{name: s}]\n"}, "hash", "useless; anonymous"},
	} {
		reference, id := "s", c.namespace+"/p"
		switch c.namespace {
		case "hash":
			reference, id = "s-5k2mhb7tcf", "p"
		case "":
			id = "p"
		}
		c.in["k8s/pod.yaml"] = pod(id, private, names(reference))
		got := pulls(t, c.in, plan.Options{})["p"]
		if _, rest, _ := strings.Cut(got, reference+" "); rest != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// malformed is a pull secret that the kubelet cannot read.
func malformed(id string) string {
	return "apiVersion: v1\nkind: Secret\n" + meta(id) + "type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '{\"auths\":{\"x.io\":{\"auth\":\"!\"}}}'}\n"
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	const bad = "illegal base64 data at input byte 0"
	for name, c := range map[string]struct {
		in         []string
		kubernetes int
		want       string
	}{
		"bare":       {[]string{pod("p", private)}, 0, "anonymous: the pod has no pull secret; its service account is not defined in these manifests and may have some"},
		"account":    {[]string{pod("p", private), account("default")}, 0, "anonymous: the pod has no pull secret"},
		"matches":    {[]string{secret("s", key), pod("p", private, names("s"))}, 0, "credentials: one credential is tried, with no anonymous fallback"},
		"no match":   {[]string{secret("s", "other.internal"), pod("p", private, names("s"))}, 0, "anonymous: no credentials in the pull secrets match registry.shop.internal/app"},
		"near miss":  {[]string{secret("s", key+":443"), pod("p", private, names("s"))}, 0, "anonymous: no credentials in the pull secrets match registry.shop.internal/app; the key \"registry.shop.internal:443\" of s does not: it has the port \"443\", but the image has none"},
		"missing":    {[]string{pod("p", private, names("s"))}, 0, "anonymous: pull secret s is not defined in these manifests; the pull continues anonymously"},
		"opaque":     {[]string{"apiVersion: v1\nkind: Secret\n" + meta("s"), pod("p", private, names("s"))}, 0, "anonymous: pull secret s is of type Opaque, which the kubelet does not use; the pull continues anonymously"},
		"malformed":  {[]string{malformed("s"), pod("p", "nginx:1", names("s"))}, 0, "fails (" + bad + "): pull secret s is malformed, so every pull of the pod fails"},
		"up to 1.32": {[]string{malformed("s"), pod("p", "nginx:1", names("s"))}, 32, "fails (ErrImagePull): pull secret s is malformed, so every pull of the pod fails: " + bad},
		"one of two": {[]string{malformed("s"), secret("t", key), pod("p", private, names("t", "s"))}, 37, "fails (" + bad + "): pull secret s is malformed, so every pull of the pod fails"},
		"malformed, refused": {
			[]string{"apiVersion: v1\nkind: Secret\n" + meta("s") + "type: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '[]'}\n", secret("t", key), pod("p", private, names("t", "s"))},
			0,
			"credentials: one credential is tried, with no anonymous fallback",
		},
		"list of strings": {[]string{pod("p", private, "imagePullSecrets: [s]")}, 0, "fails (BadRequest): the API server cannot read spec.imagePullSecrets"},
		"no list":         {[]string{pod("p", private, "imagePullSecrets: s")}, 0, "fails (BadRequest): the API server cannot read spec.imagePullSecrets"},
		"not parsed":      {[]string{pod("p", "Nginx:1")}, 0, "fails (InvalidImageName): the repository name has upper-case letters"},
		"empty":           {[]string{pod("p", "")}, 0, "fails (Invalid): the API server rejects an empty image"},
		"policy":          {[]string{policy("p", "always")}, 0, `fails (Invalid): the API server rejects imagePullPolicy "always"`},
		"never":           {[]string{policy("p", "Never")}, 0, "never (ErrImageNeverPull): no registry is asked: the image must be on the node"},
		"never, malformed, 1.33": {
			[]string{malformed("s"), policy("p", "Never", names("s"))},
			33,
			"fails (" + bad + "): pull secret s is malformed, so every pull of the pod fails",
		},
		"never, malformed, 1.34": {
			[]string{malformed("s"), policy("p", "Never", names("s"))},
			34,
			"fails (" + bad + "): pull secret s is malformed, so every pull of the pod fails",
		},
		"never, malformed, 1.32": {[]string{malformed("s"), policy("p", "Never", names("s"))}, 32, "never (ErrImageNeverPull): no registry is asked: the image must be on the node"},
		"never, malformed, 1.35": {[]string{malformed("s"), policy("p", "Never", names("s"))}, 35, "never (ErrImageNeverPull): no registry is asked: the image must be on the node"},
		"class": {
			[]string{"apiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\n" + meta("x") + "spec: {secretObjects: [{secretName: s}]}\n", pod("p", private, names("s"))},
			0,
			"unknown: cannot tell whether credentials match: the content of pull secret s is not in the input until a pod that mounts the class runs, which cannot be the pod that needs it for its own image",
		},
		"template that matches": {
			[]string{external("s", `{"auths":{"registry.shop.internal":{"auth":"{{ .a }}"}}}`), pod("p", private, names("s"))},
			0,
			`unknown: the key "registry.shop.internal" of s matches; its credentials are set later`,
		},
		"template that does not": {
			[]string{external("s", `{"auths":{"registry.shop.internal:443":{"auth":"{{ .a }}"}}}`), pod("p", private, names("s"))},
			0,
			`anonymous: no credentials in the pull secrets match registry.shop.internal/app; the key "registry.shop.internal:443" of s does not: it has the port "443", but the image has none`,
		},
		"template with filled keys": {
			[]string{external("s", `{"auths":{"{{ .h }}":{"auth":"{{ .a }}"}}}`), pod("p", private, names("s"))},
			0,
			"unknown: cannot tell whether credentials match: the content of pull secret s is not in the input until the ExternalSecret is synchronized",
		},
		"template and another Secret": {
			[]string{external("s", `{"auths":{"other.internal":{"auth":"{{ .a }}"}}}`), secret("t", key), pod("p", private, names("s", "t"))},
			0,
			"credentials: one credential is tried, with no anonymous fallback",
		},
		"template that is no JSON": {
			[]string{external("s", `{"auths":{"registry.shop.internal":{"auth":{{ .a }}:{{ .b }}"}}}`), pod("p", private, names("s"))},
			0,
			"anonymous: pull secret s is malformed: .dockerconfigjson is not JSON: invalid character ':' after object key:value pair; the pull continues anonymously",
		},
		"template that breaks every pull": {
			[]string{external("s", `{"auths":{"registry.shop.internal":{"auth":"a:{{ .b }}"}}}`), pod("p", "nginx:1", names("s"))},
			0,
			"fails (illegal base64 data at input byte 1): pull secret s is malformed, so every pull of the pod fails",
		},
		"no account": {[]string{pod("p", private, "serviceAccountName: robot")}, 0, "unknown: cannot tell whether credentials match: service account robot is not in the input and may have pull secrets; without it, no pod is created"},
		"template":   {[]string{pod("p", private, `imagePullSecrets: [{name: "${S}"}]`)}, 0, "unknown: cannot tell whether credentials match: a pull secret's name is still a template, or something adds pull secrets in the cluster"},
	} {
		set := load(t, one(c.in...))
		p := plan.New(set, plan.Options{Kubernetes: c.kubernetes})
		for _, w := range set.Workloads {
			for _, img := range w.Images {
				v := p.Verdict(img, p.Image(w, img))
				got := string(v.Outcome)
				if v.Reason != "" {
					got += " (" + v.Reason + ")"
				}
				if got += ": " + v.Message; got != c.want {
					t.Errorf("%s\ngot  %s\nwant %s", name, got, c.want)
				}
			}
		}
	}
}

// external is an ExternalSecret with a template for its docker config.
func external(id, template string) string {
	return "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\n" + meta(id) +
		"spec: {target: {template: {type: kubernetes.io/dockerconfigjson, data: {.dockerconfigjson: '" + template + "'}}}}\n"
}

// policy returns a Pod with a pull policy.
func policy(id, value string, spec ...string) string {
	return strings.Replace(pod(id, private, spec...), "{name: app, ", "{name: app, imagePullPolicy: "+value+", ", 1)
}

// The kubelet tries longer keys first, whichever Secret holds them, and equal keys in the order of the list.
func TestOrder(t *testing.T) {
	t.Parallel()
	check(t, one(
		secret("first", "*.shop.internal", key), secret("second", key+"/team", key), secret("hub", "https://index.docker.io/v1/"), secret("hub-too", "docker.io/acme"),
		pod("all", key+"/team/app:1", names("first", "second")),
		pod("hub", "nginx:1", names("hub", "first")),
		pod("hub-only-if-none", "acme/app:1", names("hub", "hub-too")),
	), plan.Options{}, map[string]string{
		"all":              "no account default; pod first usable; pod second usable; credentials second(" + key + "/team) first(" + key + ") second(" + key + ") first(*.shop.internal)",
		"hub":              "no account default; pod hub usable; pod first usable; credentials hub(https://index.docker.io/v1/)",
		"hub-only-if-none": "no account default; pod hub usable; pod hub-too usable; credentials hub-too(docker.io/acme)",
	})
}

func TestNearNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ there, missing, want string }{
		{"regcred", "regcerd", "regcred"},
		{"regcred", "regcreds", "regcred"},
		{"regcred", "reg-cred", "regcred"},
		{"registry-pull-secret", "registry-pull-sercet", "registry-pull-secret"},
		{"regcred", "RegCred", "regcred"},
		{"harbor-pull", "harbor_pull", "harbor-pull"},
		{"regcred-eu", "regcred-us", ""},     // two names
		{"regcred-prod", "regcred-test", ""}, // two names
		{"regcred-prod", "regcred", ""},
		{"regcred-1", "regcred-2", ""},
		{"regcred-1", "regcerd-1", "regcred-1"},
		{"ghcr", "gcr", ""},
		{"acr-pull", "ecr-pull", ""},
		{"gcr-pull", "ghcr-pull", ""},
		{"dockerhub", "harbor", ""},
		{"corp-pull", "corp-pul", "corp-pull"}, // a short word with a letter of a double letter dropped or added
		{"harbor-all", "harbor-al", "harbor-all"},
		{"corp-dev", "corp-devv", "corp-dev"},
		{"corp-pull-2", "corp-pul-2", "corp-pull-2"},
		{"corp-pull", "corp-ull", "corp-pull"},
		{"corp-pull-2", "corp-pul-1", ""},
		{"corp-prod", "corp-prd", ""}, // no double letter
		{"corp-apps", "corp-app", ""},
		{"corp-arm", "corp-amr", ""},
		{"corp-app", "corp-ap", ""}, // ap-south-1
		{"corp-vii", "corp-vi", ""},
		{"corp-xxl", "corp-xl", ""},
		{"corp-bbb", "corp-bb", ""},
		{"corp-bb", "corp-b", ""},
		{strings.Repeat("a", 300), strings.Repeat("a", 299), ""},
	} {
		p := plan.New(load(t, one(secret("web/"+c.there, key), secret("api/"+c.missing+"x", key))), plan.Options{})
		got := ""
		if s, _ := p.SimilarSecret("web", c.missing); s != nil {
			got = s.SecretName
		}
		if got != c.want {
			t.Errorf("%q, where %q is there: near is %q, want %q", c.missing, c.there, got, c.want)
		}
	}
	set := load(t, one("apiVersion: v1\nkind: Secret\n"+meta("web/regcred"), account("web/shop-frontend"), account("api/shop-fronted"), pod("web/x", private)))
	p := plan.New(set, plan.Options{})
	if s, _ := p.SimilarSecret("web", "regcerd"); s != nil {
		t.Error("an Opaque Secret is suggested as a pull secret")
	}
	if a := p.SimilarServiceAccount("web", "shop-fronted", set.Workloads[0].Object); a == nil || a.Name != "shop-frontend" {
		t.Errorf("near account: %v", a)
	}
}

// A similar service account in another folder is that of a pod if the namespaces of both are known.
func TestDistantServiceAccount(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ account, pod, missing, want string }{
		{"web/runtime", "web/x", "runtim", "runtime"},
		{"web/runtime", "web/x", "rntm", ""},
		{"api/runtime", "web/x", "runtim", ""},
		{"runtime", "web/x", "runtim", ""},
		{"web/runtime", "x", "runtim", ""},
		{"runtime", "x", "runtim", ""},
		{"system/runtime", "system/x", "runtim", ""}, // a placeholder
	} {
		set := load(t, map[string]string{"accounts/a.yaml": account(c.account), "apps/b.yaml": pod(c.pod, private)})
		p := plan.New(set, plan.Options{})
		w := set.Workloads[0]
		got := ""
		if a := p.DistantServiceAccount(p.Namespace(w.Namespace, w.Object), c.missing, w.Object); a != nil {
			got = a.Name
		}
		if got != c.want {
			t.Errorf("account %s, pod %s: near %s is %q, want %q", c.account, c.pod, c.missing, got, c.want)
		}
		if p.SimilarServiceAccount("web", c.missing, w.Object) != nil {
			t.Error("an account in another folder is near")
		}
	}
}

func ExamplePlanner() {
	set := &manifests.Set{}
	p := plan.New(set, plan.Options{Namespace: "web", Known: []string{"web/regcred"}})
	use := p.Resolve("web", &manifests.PullSecretName{Name: "regcred"}, plan.FromPod, nil)
	fmt.Println(use.Found(), use.Usable)
	// Output: true false
}
