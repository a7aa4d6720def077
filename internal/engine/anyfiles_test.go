//go:build !windows

// Texts in memory have paths as in a browser.

package engine

import (
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/files"
)

// With AnyFiles, a kustomization in memory is built, and its findings are moved to the source text. Without it, its files are linted as they
// are.
func TestKustomizationInMemory(t *testing.T) {
	t.Parallel()
	system := files.InMemory(map[string][]byte{
		"/base/kustomization.yaml": []byte("resources: [pod.yaml]\n"),
		"/base/pod.yaml":           []byte("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - {name: app, image: nginx}\n"),
		"/prod/kustomization.yaml": []byte("resources: [../base]\nimages:\n- name: nginx\n  newName: ghcr.io/acme/Nginx\n  newTag: \"1\"\n"),
	})
	req := request(system, "/")
	for _, here := range []bool{true, false} {
		req.Render.AnyFiles = here
		l, err := Load(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		if n, _ := l.Rendered(); (n == 1) != here {
			t.Errorf("asked for: %v, built: %d", here, n)
		}
		r, err := l.Lint(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if all := summarize(r); len(all) != 1 || !strings.HasPrefix(all[0], "/prod/kustomization.yaml:4:") || len(r.Errors) > 0 {
			t.Errorf("asked for: %v: %q, %q", here, all, r.Errors)
		}
	}
}
