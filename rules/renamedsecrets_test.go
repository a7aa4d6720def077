package rules_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
)

// A Secret of another name that has a key for the image is offered before a new Secret, one that nothing uses first.
func TestRenamedSecret(t *testing.T) {
	t.Parallel()
	const (
		host   = "registry.shop.internal"
		name   = `name "fresh", which has a key for image "registry.shop.internal/app:1", or `
		add    = "add the Secret to the manifests, or declare that it exists: --known-secret shop/old"
		create = `create the Secret in namespace "shop", too; a pod cannot use a Secret in another namespace`
	)
	old, fresh := shopPod("shop", shopImage, "old"), shopSecret("shop", "fresh", host)
	for what, c := range map[string]struct {
		rule, text string
		want       []string
	}{
		"renamed":                    {"pull-secret-missing", old + fresh, []string{name + add}},
		"named by a service account": {"pull-secret-missing", "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: default, namespace: shop}\nimagePullSecrets: [{name: old}]\n" + podWith("web", "", shopImage) + fresh, []string{name + add}},
		"its name ends in a word":    {"pull-secret-missing", old + shopSecret("shop", "db-registries", host), []string{`name "db-registries", which has a key for image "registry.shop.internal/app:1", or ` + add}},
		"its name has a hash":        {"pull-secret-missing", old + shopSecret("shop", "fresh-5k2mhb7tcf", host), []string{name + add}},
		"for another registry":       {"pull-secret-missing", old + shopSecret("shop", "fresh", "ghcr.io"), []string{add}},
		"without a user name":        {"pull-secret-missing", old + badSecret("fresh", host), []string{add}},
		"in another namespace":       {"pull-secret-missing", old + shopSecret("build", "fresh", host), []string{add}},
		"used by another pod":        {"pull-secret-missing", old + fresh + podWith("api", "[{name: fresh}]", shopImage), []string{name + add}},
		"one is used, one is not":    {"pull-secret-missing", old + shopSecret("shop", "team", host) + podWith("api", "[{name: team}]", shopImage) + fresh, []string{name + add}},
		"the pod needs none":         {"pull-secret-missing", shopPod("shop", "nginx:1.27.0", "old") + shopSecret("shop", "fresh", "https://index.docker.io/v1/"), []string{add}},
		"another Secret works":       {"pull-secret-missing", shopPod("shop", shopImage, "old", "team") + shopSecret("shop", "team", host) + fresh, []string{add}},
		"a typing error":             {"pull-secret-missing", shopPod("shop", shopImage, "fresj") + fresh, []string{`did you mean "fresh"?`}},
		"only elsewhere":             {"pull-secret-wrong-namespace", old + shopSecret("build", "old", host) + fresh, []string{name + create}},
		"another key is named":       {"pull-secret-registry-mismatch", shopPod("shop", shopImage, "hub") + shopSecret("shop", "hub", "quay.io") + fresh, []string{name + `add credentials for "registry.shop.internal"`}},
		"only elsewhere, and used":   {"pull-secret-wrong-namespace", old + shopSecret("build", "old", host) + fresh + podWith("api", "[{name: fresh}]", shopImage), []string{name + create}},
	} {
		if diff := cmp.Diff(c.want, helpsOf(t, c.rule, c.text, lint.Settings{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
}
