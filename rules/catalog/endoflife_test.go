package catalog

import (
	"errors"
	"strings"
	"testing"
)

func TestEndOfLife(t *testing.T) {
	t.Parallel()
	for image, want := range map[string]string{
		"docker.io library/nginx 1.19.2":                         "nginx 1.19 2021-05-25",
		"docker.io library/nginx 1.19-alpine":                    "nginx 1.19 2021-05-25",
		"docker.io library/nginx 1":                              "",
		"docker.io library/nginx 1.190":                          "",
		"docker.io library/nginx 1.19rc1":                        "",
		"docker.io library/nginx alpine1.19":                     "",
		"mirror.gcr.io library/nginx 1.19.2":                     "nginx 1.19 2021-05-25",
		"public.ecr.aws docker/library/postgres 9.6.24-bullseye": "postgresql 9.6 2021-11-11",
		"docker.io library/debian buster-20240612-slim":          "debian 10 2022-09-10",
		"docker.io library/debian 10":                            "debian 10 2022-09-10",
		"docker.io library/debian bust":                          "",
		"docker.io library/python slim-buster":                   "",
		"k8s.gcr.io kube-proxy v1.22.4":                          "kubernetes 1.22 2022-10-28",
		"docker.io fluent/fluent-bit 1.7.9":                      "fluent-bit 1.7 ended",
		"ghcr.io acme/nginx 1.19.2":                              "",
	} {
		f := strings.Fields(image)
		got := ""
		if product, cycle, ok := Builtin().EndOfLife(f[0], f[1], f[2]); ok {
			got = product + " " + cycle.Name + " " + cycle.End.String()
			if cycle.Ended {
				got = product + " " + cycle.Name + " ended"
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", image, got, want)
		}
	}
}

// The embedded file is in the form that AppendProducts writes, no image belongs to two products, and every product has
// cycles.
func TestProducts(t *testing.T) {
	t.Parallel()
	ps, err := ParseProducts([]byte(endOfLifeText))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(AppendProducts(nil, ps)); got != endOfLifeText {
		t.Error("data/endoflife.txt differs from the output of AppendProducts")
	}
	if ps.Source.Day == 0 || ps.Source.Name == "" {
		t.Errorf("source %+v", ps.Source)
	}
	of := map[string]string{}
	for _, p := range ps.List {
		if len(p.Cycles) == 0 || len(p.Images) == 0 {
			t.Errorf("%s has %d cycles and %d images", p.Name, len(p.Cycles), len(p.Images))
		}
		for _, image := range p.Images {
			if other := of[image]; other != "" {
				t.Errorf("%s is %s and %s", image, other, p.Name)
			}
			of[image] = p.Name
		}
	}
	if size := len(endOfLifeText) + len(builtin); size > 500_000 {
		t.Errorf("the data take %d bytes", size)
	}
}

func TestParseProductsBroken(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"image: docker.io/acme/web\n", "1.2: 2026-01-01\n", "product: web\n1.2: soon\n", "product: web\n1.2\n", "date: tomorrow\n", "product: web\n: 2026-01-01\n"} {
		if _, err := ParseProducts([]byte(text)); !errors.Is(err, ErrNoProducts) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
