package lsp

import (
	"strings"
	"testing"
)

// A kustomization is rendered and linted on save. Its findings are at their source, and stay until that file
// is edited.
func TestRendered(t *testing.T) {
	t.Parallel()
	plain := strings.NewReplacer("      imagePullSecrets: [{name: regcred}]\n", "", "ghcr.io/acme/web:1", "web").Replace(deployment)
	overlay := "resources: [web.yaml]\nimages:\n  - name: web\n    newName: ghcr.io/acme/web\n    newTag: \"1\"\n"
	bad := strings.Replace(overlay, "acme/web", "acme/Web", 1)
	c := newClient(t, map[string]string{"web.yaml": plain, "kustomization.yaml": overlay})
	c.open("kustomization.yaml", overlay)
	c.open("web.yaml", plain)
	c.want("web.yaml")
	c.change("kustomization.yaml", bad)
	c.want("kustomization.yaml", "3:26-29 image-uppercase")
	c.save("kustomization.yaml", bad)
	c.want("kustomization.yaml", "3:13-29 image-uppercase")
	if got := c.still("web.yaml"); len(got) > 0 {
		t.Errorf("%q", got)
	}
	c.change("web.yaml", plain+"# typed\n")
	c.want("kustomization.yaml", "3:26-29 image-uppercase") // once, although both know of it
	c.want("web.yaml")
	c.change("kustomization.yaml", overlay)
	c.want("kustomization.yaml")
}
