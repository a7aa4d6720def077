package imageref

import "testing"

func TestKustomizeName(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"nginx": "nginx", "nginx:1.27": "nginx", "nginx@sha256:abc": "nginx", "ghcr.io/Acme/app:1.0": "ghcr.io/Acme/app", "localhost:5000/app:1@sha256:abc": "localhost:5000/app",
		"localhost:5000/app": "localhost:5000/app", "REPLACE_IMAGE:v0": "REPLACE_IMAGE", "": "", ":1": "", "/a:1": "/a", "a/b:1/c:2": "a/b",
	} {
		if got := KustomizeName(raw); got != want {
			t.Errorf("KustomizeName(%q) = %q, want %q", raw, got, want)
		}
	}
}
