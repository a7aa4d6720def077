package catalogs

import (
	"bytes"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// What the command prints is what the schemas say, for every kind of image.
func TestSchemas(t *testing.T) {
	t.Parallel()
	valid := func(schema string, write func(b *bytes.Buffer) error) {
		t.Helper()
		s, err := jsonschema.NewCompiler().Compile("../../schema/" + schema + ".schema.json")
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(&b)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(doc); err != nil {
			t.Errorf("%s: %v", schema, err)
		}
	}
	cat := catalog.Builtin()
	valid("catalog", func(b *bytes.Buffer) error { return report.PrintCatalog(b, "json", Summary(cat, "")) })
	valid("catalog", func(b *bytes.Buffer) error {
		return report.PrintCatalog(b, "json", Summary(&catalog.Catalog{}, "a, b"))
	})
	for _, image := range []string{
		"nginx", "nginx:1.14.22", "centos", "mirror.gcr.io/library/nginx:1", "registry.k8s.io/kube-proxy:v1.29.99", "registry.k8s.io/ingress-nginx/controller:v1.8.1",
		"docker.io/minio/minio", "docker.io/grafana/grafana:v10.0.0", "docker.io/rancher/mirrored-coredns-coredns:1.9.1", "gcr.io/distroless/static:nonrot",
		"docker.io/bitnami/redis:7", "docker.io", "quay.io", "gcr.io", "k8s.gcr.io/pause:3.1",
	} {
		described, err := Describe(cat, image)
		if err != nil {
			t.Errorf("%s: %v", image, err)
			continue
		}
		valid("catalog-image", func(b *bytes.Buffer) error { return report.PrintCatalogImage(b, "json", described) })
	}
}
