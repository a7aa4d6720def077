package imageref

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// vector is the result of the kubelet's own code (Kubernetes 1.37) for an image.
type vector struct {
	Image                             string
	Error                             string
	Registry, Repository, Tag, Digest string
	Canonical, Policy                 string
	RefusedUpTo131                    bool
}

func loadVectors(t testing.TB) []vector {
	t.Helper()
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vs []vector
	if err := json.Unmarshal(data, &vs); err != nil {
		t.Fatal(err)
	}
	if len(vs) != 176 {
		t.Fatalf("testdata has %d vectors, want 176", len(vs))
	}
	return vs
}

func TestVectors(t *testing.T) {
	t.Parallel()
	for _, v := range loadVectors(t) {
		if got := DefaultPullPolicy(v.Image); got != v.Policy {
			t.Errorf("DefaultPullPolicy(%q) = %q, want %q", v.Image, got, v.Policy)
		}
		if got, want := ValidUpTo131(v.Image), v.Error == "" && !v.RefusedUpTo131; got != want {
			t.Errorf("ValidUpTo131(%q) = %v, want %v", v.Image, got, want)
		}
		r, err := Parse(v.Image)
		if v.Error != "" {
			var e *Error
			if !errors.As(err, &e) {
				t.Errorf("Parse(%q) = %v, want an error", v.Image, r)
			} else if e.Kubelet() != v.Error {
				t.Errorf("Parse(%q): Kubelet = %q, want %q", v.Image, e.Kubelet(), v.Error)
			}
			continue
		}
		if err != nil {
			t.Errorf("Parse(%q): %v", v.Image, err)
			continue
		}
		if got := r.Canonical(); got != v.Canonical {
			t.Errorf("Parse(%q).Canonical() = %q, want %q", v.Image, got, v.Canonical)
		}
		if r.Tag == "" && r.Digest == "" {
			r.Tag = "latest" // the vectors have the implied tag
		}
		want := Ref{Registry: v.Registry, Repository: v.Repository, Tag: v.Tag, Digest: v.Digest}
		if diff := cmp.Diff(want, r); diff != "" {
			t.Errorf("Parse(%q) (-want +got):\n%s", v.Image, diff)
		}
	}
}

const hex64 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func TestParse(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]Ref{
		"nginx":                       {Registry: "docker.io", Repository: "library/nginx"},
		"index.docker.io/nginx":       {Registry: "docker.io", Repository: "library/nginx"},
		"docker.io/a/b:1":             {Registry: "docker.io", Repository: "a/b", Tag: "1"},
		"Docker.io/nginx":             {Registry: "Docker.io", Repository: "nginx"},
		"localhost/x@sha256:" + hex64: {Registry: "localhost", Repository: "x", Digest: "sha256:" + hex64},
		"localhost:5000":              {Registry: "docker.io", Repository: "library/localhost", Tag: "5000"},
		"a_b.io/c":                    {Repository: "a_b.io/c"},
		"a_b/c":                       {Registry: "docker.io", Repository: "a_b/c"},
		"ORG/app":                     {Registry: "ORG", Repository: "app"},
		"[::1]:5000/app:1":            {Registry: "[::1]:5000", Repository: "app", Tag: "1"},
		"[ABC]/app":                   {Registry: "[ABC]", Repository: "app"},
	} {
		got, err := Parse(raw)
		if err != nil {
			t.Errorf("Parse(%q): %v", raw, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Parse(%q) (-want +got):\n%s", raw, diff)
		}
	}
}

func TestName(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"nginx:1":                          "docker.io/library/nginx",
		"a_b.io/c:1":                       "a_b.io/c",
		"localhost:5000/x":                 "localhost:5000/x",
		"ghcr.io/a/b@" + "sha256:" + hex64: "ghcr.io/a/b",
	} {
		r, err := Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Name(); got != want {
			t.Errorf("Parse(%q).Name() = %q, want %q", raw, got, want)
		}
	}
}

func TestHasHost(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]bool{
		"ghcr.io/a/b": true, "ghcr.io/A/b:x/y": true, "localhost/a": true, "reg:5000/a": true, "a/b": false, "nginx:1.27": false, "ghcr.io": false, "": false, "Org/app": false,
	} {
		if got := HasHost(raw); got != want {
			t.Errorf("%q: %t", raw, got)
		}
	}
}

func TestLocate(t *testing.T) {
	t.Parallel()
	type parts struct{ Registry, Repository, Tag, Digest string }
	for raw, want := range map[string]parts{
		"nginx":                          {Repository: "nginx"},
		"nginx:1":                        {Repository: "nginx", Tag: "1"},
		"org/app@sha256:" + hex64:        {Repository: "org/app", Digest: "sha256:" + hex64},
		"reg:5000/a/b:1@sha256:" + hex64: {Registry: "reg:5000", Repository: "a/b", Tag: "1", Digest: "sha256:" + hex64},
		"a_b.io/c:1":                     {Repository: "a_b.io/c", Tag: "1"},
		"docker.io/nginx":                {Registry: "docker.io", Repository: "nginx"},
		"nginx:":                         {},
	} {
		l := Locate(raw)
		got := parts{l.Registry.of(raw), l.Repository.of(raw), l.Tag.of(raw), l.Digest.of(raw)}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Locate(%q) (-want +got):\n%s", raw, diff)
		}
	}
}

func TestValidUpTo131CountsTheRegistry(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]bool{255 - len("reg.io/"): true, 256 - len("reg.io/"): false} {
		if got := ValidUpTo131("reg.io/" + strings.Repeat("a", n) + ":1"); got != want {
			t.Errorf("ValidUpTo131 of a path of %d bytes = %v, want %v", n, got, want)
		}
	}
}

func TestLongInput(t *testing.T) {
	t.Parallel()
	const n = 1 << 17
	for name, raw := range longInputs(n) {
		_, err := Parse(raw)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: Parse of %d bytes = nil error", name, len(raw))
			continue
		}
		if len(e.Detail) > 400 || len(e.Kubelet()) > 400 || len(e.Error()) > 800 {
			t.Errorf("%s: texts of %d, %d and %d bytes", name, len(e.Detail), len(e.Kubelet()), len(e.Error()))
		}
	}
	if r, err := Parse(strings.Repeat("a.", n) + "io/app:1"); err != nil || r.Repository != "app" {
		t.Errorf("a long registry is rejected, but the grammar has no limit: %v", err)
	}
}

// longInputs are inputs that are slow if a search is not linear.
func longInputs(n int) map[string]string {
	shapes := map[string]string{}
	for _, s := range []string{
		"a", "a/", "a:", "A", "A/", "@", "a@", "{", "{{", "((", "[[", "<", "$", "%", "%a-", "#{", "map[", "-", "__", "/", ":", " ", "a ",
		"1e+", "1e+06", ":sha256:", "\u200b", "\u2010", "\"", "\xff", "PROJECT-", "a.", "\\", ",", "://", "a_",
	} {
		shapes[s] = strings.Repeat(s, n/len(s)) + "+"
	}
	shapes["digest"] = "nginx@sha256:" + strings.Repeat("a", n)
	shapes["tag"] = "nginx:" + strings.Repeat("a", n)
	shapes["name"] = "nginx/" + strings.Repeat("a", n)
	shapes["capitals"] = "ghcr.io/" + strings.Repeat("A", n)
	return shapes
}

func BenchmarkParse(b *testing.B) {
	images := []string{
		"nginx", "nginx:1.27.3", "ghcr.io/org/app:v1.2.3", "registry.k8s.io/ingress-nginx/controller:v1.11.2",
		"localhost:5000/app", "quay.io/prometheus/prometheus@sha256:" + hex64, "ghcr.io/Org/app:1", "${IMAGE}:1",
	}
	for _, image := range images {
		b.Run(image[:min(len(image), 24)], func(b *testing.B) {
			for b.Loop() {
				_, _ = Parse(image)
			}
		})
	}
}

func BenchmarkParseLong(b *testing.B) {
	for name, raw := range longInputs(1 << 20) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				_, _ = Parse(raw)
			}
		})
	}
}

// An invalid reference is of a registry unless its beginning says otherwise.
func TestMayBeOn(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		raw, registry string
		want          bool
	}{
		{"ghcr.io/acme/App:1", "ghcr.io", true},
		{"GHCR.io/acme/App:1", "ghcr.io", true},
		{"ghcr.io/acme/App:1", "docker.io", false},
		{"ghcr.io:443/acme/App:1", "ghcr.io", false},
		{"localhost:5000/App", "docker.io", false},
		{"docker.io/acme/App:1", "docker.io", true},
		{"index.docker.io/acme/App:1", "docker.io", true},
		{"https://ghcr.io/acme/app:1", "ghcr.io", true},
		{"https://ghcr.io/acme/app:1", "docker.io", false},
		{` "ghcr.io/acme/app:1"`, "docker.io", false},
		{"acme/App:1", "docker.io", true},
		{"acme/App:1", "ghcr.io", false},
		{"Nginx:1", "docker.io", true},
		{"Nginx:1", "ghcr.io", false},
		{"nginx:", "ghcr.io", false},
		{"nginx@sha256:1", "ghcr.io", false},
		{"/acme/app:1", "ghcr.io", true},
		{":1.2.3", "ghcr.io", true},
		{"", "ghcr.io", true},
		{"${REGISTRY}/acme/app:1", "ghcr.io", true},
		{"{{ .Values.registry }}/acme/app:1", "docker.io", true},
		{"ghcr..io/acme/app:1", "ghcr.io", true},
		{"${REGISTRY}.example.com/acme/app:1", "ghcr.io", true},
	} {
		if got := MayBeOn(tt.raw, tt.registry); got != tt.want {
			t.Errorf("MayBeOn(%q, %q) = %t", tt.raw, tt.registry, got)
		}
	}
}
