package lsp

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A kustomization is rendered and linted on save. Its findings are at their source, and remain until that
// file is edited.
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
	c.want("kustomization.yaml", "3:26-29 image-uppercase") // once, although both runs find it
	c.want("web.yaml")
	c.change("kustomization.yaml", overlay)
	c.want("kustomization.yaml")
}

// A text that is not on disk also has findings when the saved folder is linted: an editor opens a new file, or
// restores text that was never saved.
func TestOpenedUnsaved(t *testing.T) {
	t.Parallel()
	overlay := "resources: [web.yaml]\npatches:\n  - target: {kind: Deployment}\n    patch: |-\n      - {op: replace, path: /spec/template/spec/containers/0/image, value: \"ghcr.io/acme/Web:1\"}\n"
	c := newClient(t, map[string]string{"k/web.yaml": deployment, "k/kustomization.yaml": overlay, "secret.yaml": secret, "old.yaml": deployment})
	bad := strings.Replace(deployment, "acme/web", "acme/Web", 1)
	c.open("new.yaml", bad)
	c.open("old.yaml", bad)
	c.want("k/kustomization.yaml", "4:89-92 image-uppercase") // found only by rendering
	c.still("new.yaml")
	c.want("new.yaml", "9:30-33 image-uppercase")
	c.want("old.yaml", "9:30-33 image-uppercase")
	c.save("new.yaml", bad)
	c.save("old.yaml", deployment)
	c.change("old.yaml", deployment)
	c.want("old.yaml")
	c.want("new.yaml", "9:30-33 image-uppercase")
	c.mu.Lock()
	defer c.mu.Unlock()
	if n := c.emptied[c.uri("new.yaml")]; n > 0 {
		t.Errorf("the findings were withdrawn %d times", n)
	}
}

// A file counts as saved if it differs from the text only in what editors hide.
func TestIsSaved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, q := range map[string]struct {
		disk, text string
		want       bool
	}{
		"same":        {"a: b\n", "a: b\n", true},
		"line breaks": {"a: b\r\nc: d\r\n", "a: b\nc: d\n", true},
		"mark":        {"\ufeffa: b\n", "a: b\n", true},
		"end":         {"a: b", "a: b\n", true},
		"empty":       {"", "\n", true},
		"all at once": {"\ufeff\r\n", "", true},
		"other":       {"a: c\n", "a: b\n", false},
		"longer":      {strings.Repeat("a: b\n", 10), "a: b\n", false},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(q.disk), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := isSaved(path, q.text); got != q.want {
			t.Errorf("%s: %t", name, got)
		}
	}
	if isSaved(filepath.Join(dir, "missing"), "") || isSaved(dir, "") {
		t.Error("a document that is not a file is saved")
	}
}

// Without helm, the user is told once what is skipped.
func TestWithoutHelm(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for name, q := range map[string]struct {
		charts []string // their folders
		want   []string // the beginning of the message and its end; empty for no message
	}{
		"charts":     {[]string{"a/", "b/"}, []string{"skipped: ", "a and 1 more cannot be rendered: helm not found: install Helm 3 or 4 (https://helm.sh/docs/intro/install)"}},
		"one folder": {[]string{""}, []string{"skipped: cannot render the chart in ", ": helm not found: install Helm 3 or 4 (https://helm.sh/docs/intro/install)"}},
		"no chart":   {nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			overlay := "resources: [web.yaml]\nimages:\n  - name: web\n    newName: ghcr.io/acme/web\n    newTag: \"1\"\n"
			tree := map[string]string{"k/web.yaml": strings.Replace(deployment, "ghcr.io/acme/web:1", "web", 1), "k/kustomization.yaml": overlay, "secret.yaml": secret}
			for _, dir := range q.charts {
				tree[dir+"Chart.yaml"], tree[dir+"values.yaml"], tree[dir+"templates/web.yaml"] = "apiVersion: v2\nname: c\nversion: 1.0.0\n", "a: b\n", deployment
			}
			c := newClient(t, tree)
			c.open("k/kustomization.yaml", overlay)
			if q.want != nil {
				c.until(func() bool { return len(c.shows) > 0 })
			}
			if name != "one folder" { // which is never rendered
				bad := strings.Replace(overlay, "acme/web", "acme/Web", 1)
				c.change("k/kustomization.yaml", bad)
				c.save("k/kustomization.yaml", bad)
				c.want("k/kustomization.yaml", "3:13-29 image-uppercase") // rendered again
			}
			c.mu.Lock()
			defer c.mu.Unlock()
			switch all := fmt.Sprintf("%s", c.shows); {
			case len(c.shows) != len(q.want)/2:
				t.Errorf("messages %s", all)
			case q.want != nil && (!strings.Contains(all, `"message":"`+q.want[0]) || !strings.Contains(all, q.want[1]+`"`)):
				t.Errorf("message %s, want %q", all, q.want)
			}
		})
	}
}
