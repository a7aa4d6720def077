package rules_test

import (
	"testing"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

func TestKnown(t *testing.T) {
	t.Parallel()
	lists, err := catalog.ParseLists([]byte("image: registry.example.com/team/app\nkind: learned\nsource: registry.example.com\ndate: 2027-01-01\ngone 2026-12-01: 0.9.0\ntags: 1.0.0 1.0.2\n\n" +
		"image: registry.example.com/team/none\nkind: learned absent\nsource: registry.example.com\ndate: 2027-01-01\n"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Builtin().With(lists)
	if err != nil {
		t.Fatal(err)
	}
	known := rules.Known(c)
	for image, want := range map[string]string{
		"nginx:1.14.2":                         "published",
		"nginx":                                "published",
		"nginx:1.14.22":                        "unpublished",
		"nginx:99.1.0":                         "repository",
		"nginx:1.14.2@" + digest:               "published",
		"nginx@" + digest:                      "repository",
		"grafana/grafana:9.5.21":               "published",
		"grafana/grafana:9.5.99":               "unpublished",
		"grafana/grafana:main":                 "repository",
		"codeberg.org/forgejo/forgejo:1.16.99": "repository", // probably unpublished
		"k8s.gcr.io/metrics-server/metrics-server:v0.6.4": "published",
		"bitnami/redis:7.0.11":                            "moved",
		"gcr.io/distroless/static:nonroot":                "published",
		"acme/web:1":                                      "unknown",
		"storefront:1":                                    "unpublished", // Docker Hub's library has no such image
		"docker.io/library/storefront@" + digest:          "unpublished",
		"docker.io/library/team/storefront:1":             "unknown",
		"public.ecr.aws/docker/library/storefront:1":      "unknown", // a mirror may have other images, too
		"storefront.example.com/web:1":                    "unknown",
		"us-central1-docker.pkg.dev/online-boutique-ci/microservices-demo/frontend:v0.10.6": "published",
		"us-central1-docker.pkg.dev/online-boutique-ci/microservices-demo/frontend:v0.9.0":  "repository", // that release is at the old place
		"gcr.io/google-samples/microservices-demo/frontend:v0.9.0":                          "published",
		"gcr.io/google-samples/microservices-demo/frontend:v0.10.6":                         "repository",
		"Nginx:1":                               "unknown",
		"registry.example.com/team/app:1.0.0":   "published",
		"registry.example.com/team/app:1.0.1":   "unpublished",
		"registry.example.com/team/app:0.9.0":   "unpublished",
		"registry.example.com/team/app:1.0.3":   "repository",
		"registry.example.com/team/none:1.0.3":  "unpublished",
		"registry.example.com/team/other:1.0.3": "unknown",
	} {
		set, err := manifests.Load(t.Context(), []manifests.Input{input("pod.yaml", podOf("image: "+image))}, manifests.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := known(set.Workloads[0].Images[0]); got != want {
			t.Errorf("%s is %s, want %s", image, got, want)
		}
	}
}
