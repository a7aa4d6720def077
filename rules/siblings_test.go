package rules_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// podWith returns a pod with pull secrets, a list in brackets, and images.
func podWith(name, secrets string, images ...string) string {
	out := fmt.Sprintf("---\napiVersion: v1\nkind: Pod\nmetadata: {name: %s, namespace: shop}\nspec:\n", name)
	if secrets != "" {
		out += "  imagePullSecrets: " + secrets + "\n"
	}
	out += "  containers:\n"
	for i, image := range images {
		out += fmt.Sprintf("  - {name: c%d, image: %q}\n", i, image)
	}
	return out
}

// A sibling pulls with the pull secrets that exist and have a key for its image. The best one is named, and no mistake of another.
func TestSiblings(t *testing.T) {
	t.Parallel()
	const (
		host, image, other = "registry.shop.internal", "registry.shop.internal/api:1", "registry.shop.internal/bill:1"
		ecr                = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
		identity           = "; nodes with their own credentials for the registry need none"
		same               = "name the same pull secret in this pod, or in its service account"
		wantsKey           = `name a pull secret with the key "` + ecr + `", in the pod or its service account` + identity
	)
	while := func(severity, text, help string) string {
		return fmt.Sprintf("%s pull-secrets-inconsistent image %q is pulled without pull secrets, while %s: %s", severity, other, text, help)
	}
	slip, right, bare := podWith("api", "[{name: shop-pulll}]", image), podWith("web", "[{name: shop-pull}]", image), podWith("bill", "", other)
	cloud := podWith("pay", "[{name: team}]", ecr+"/pay:1", "registry.team.example/agent:1") + podWith("cart", "", ecr+"/cart:1")
	onlyCloud := podWith("pay", "[{name: team}]", ecr+"/pay:1") + podWith("cart", "", ecr+"/cart:1")
	absent := fmt.Sprintf("info pull-secret-absent registry %q always requires credentials, and the pod has none: %s", ecr, wantsKey)
	likePay := fmt.Sprintf(`info pull-secrets-inconsistent image %q is pulled without pull secrets, while Pod pay pulls from %s with "team": %s%s`, ecr+"/cart:1", ecr, same, identity)
	for name, c := range map[string]struct {
		text  string
		known []string
		want  []string
	}{
		"one of two is a typing error":          {slip + right + bare + shopSecret("shop", "shop-pull", host), nil, []string{while("warning", `Pod web pulls from registry.shop.internal with "shop-pull"`, same)}},
		"and it is known":                       {slip + right + bare, []string{"shop-pull"}, []string{while("warning", `Pod web pulls from registry.shop.internal with "shop-pull"`, same)}},
		"only a typing error":                   {slip + bare + shopSecret("shop", "shop-pull", host), nil, []string{while("warning", `Pod api names "shop-pulll" for registry.shop.internal`, `name "shop-pull" in this pod, or in its service account`)}},
		"only a typing error of a known name":   {slip + bare, []string{"shop-pull"}, []string{while("warning", `Pod api names "shop-pulll" for registry.shop.internal`, `name "shop-pull" in this pod, or in its service account`)}},
		"a typing error of what others name":    {slip + right + podWith("job", "[{name: shop-pull}]", image) + bare, nil, []string{while("warning", `Pod web names "shop-pull" for registry.shop.internal`, same)}},
		"it is nowhere":                         {podWith("api", "[{name: gone}]", image) + bare + shopSecret("shop", "team", "ghcr.io"), nil, []string{while("warning", `Pod api names "gone" for registry.shop.internal`, `name a pull secret for "registry.shop.internal" in this pod, or in its service account`)}},
		"it may be elsewhere":                   {podWith("api", "[{name: gone}]", image) + bare, nil, []string{while("warning", `Pod api names "gone" for registry.shop.internal`, same)}},
		"only those that exist":                 {podWith("api", "[{name: gone}, {name: hub}, {name: team}]", image) + bare + shopSecret("shop", "hub", "ghcr.io") + shopSecret("shop", "team", host), nil, []string{while("warning", `Pod api pulls from registry.shop.internal with "team"`, same)}},
		"one without a user name":               {podWith("api", "[{name: bad}]", image) + podWith("web", "[{name: team}]", image) + bare + badSecret("bad", host) + shopSecret("shop", "team", host), nil, []string{while("warning", `Pod web pulls from registry.shop.internal with "team"`, same)}},
		"only one without a user name":          {podWith("api", "[{name: bad}]", image) + bare + badSecret("bad", host), nil, []string{while("warning", `Pod api names "bad" for registry.shop.internal`, same)}},
		"a cloud's registry, and another":       {cloud, []string{"team"}, []string{absent}},
		"a cloud's registry, and it is missing": {cloud, nil, []string{absent}},
		"only a cloud's, and it is missing":     {onlyCloud, nil, []string{absent}},
		"only a cloud's, and it is known":       {onlyCloud, []string{"team"}, []string{likePay}},
		"a cloud's registry with a key":         {cloud + shopSecret("shop", "team", ecr), nil, []string{likePay}},
		"other keys than one for a cloud": {podWith("pay", "[{name: team}]", ecr+"/pay:1") + podWith("cart", "[{name: hub}]", ecr+"/cart:1", "registry.team.example/a:1") + shopSecret("shop", "team", ecr) + shopSecret("shop", "hub", "registry.team.example"), nil, []string{
			fmt.Sprintf(`info pull-secrets-inconsistent image %q is pulled without credentials, since "hub" has no key for it, while Pod pay pulls from %s with "team": name the same pull secret in this pod, too%s`, ecr+"/cart:1", ecr, identity),
		}},
	} {
		var got []string
		for _, f := range pullSecretFindings(t, []manifests.Input{input("a.yaml", []byte(c.text))}, lint.Settings{KnownSecrets: c.known}) {
			if f.Rule == "pull-secrets-inconsistent" || f.Rule == "pull-secret-absent" {
				got = append(got, fmt.Sprintf("%s %s %s: %s", f.Severity, f.Rule, f.Message, f.Help))
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// badSecret returns a pull secret whose entry for a registry has no user name.
func badSecret(name, registry string) string {
	return fmt.Sprintf("---\napiVersion: v1\nkind: Secret\nmetadata: {name: %s, namespace: shop}\ntype: kubernetes.io/dockerconfigjson\n"+
		"stringData: {.dockerconfigjson: '{\"auths\":{%q:{\"password\":\"not-a-real-one\"}}}'}\n", name, registry)
}

// A misspelled registry is one mistake, whatever pull secrets the pod has, unless the right one needs others than these.
func TestMisspelledRegistryOnly(t *testing.T) {
	t.Parallel()
	const team = "registry.team.example"
	for name, c := range map[string]struct {
		images []string
		want   int
	}{
		"a public image":                      {[]string{team + "/a:1", "qauy.io/keycloak/keycloak:26.0.5"}, 0},
		"a Docker Official Image":             {[]string{team + "/a:1", "dokcer.io/library/nginx:1.27.0"}, 0},
		"a registry with public images":       {[]string{team + "/a:1", "ghrc.io/acme/app:1"}, 0},
		"only a public image":                 {[]string{"qauy.io/keycloak/keycloak:26.0.5"}, 0},
		"only an image that may be private":   {[]string{"ghrc.io/acme/app:1"}, 1},
		"a registry that may ask for a login": {[]string{team + "/a:1", "shop.jfog.io/a/b:1"}, 1},
	} {
		n := 0
		for _, f := range pullSecretFindings(t, []manifests.Input{input("a.yaml", []byte(podWith("web", "[{name: team}]", c.images...)+shopSecret("shop", "team", team)))}, lint.Settings{}) {
			if f.Rule == "pull-secret-registry-mismatch" {
				n++
			}
		}
		if n != c.want {
			t.Errorf("%s: %d findings about pull secrets, want %d", name, n, c.want)
		}
	}
}
