package lsp

import (
	"strings"
	"testing"
)

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      imagePullSecrets: [{name: regcred}]
      containers:
        - name: app
          image: ghcr.io/acme/web:1
`

const secret = `apiVersion: v1
kind: Secret
type: kubernetes.io/dockerconfigjson
metadata: {name: regcred, namespace: shop}
data: {.dockerconfigjson: eyJhdXRocyI6eyJnaGNyLmlvIjp7InVzZXJuYW1lIjoiYSIsInBhc3N3b3JkIjoiYiJ9fX0=}
`

// Unsaved text is linted in place of the file.
func TestTyping(t *testing.T) {
	t.Parallel()
	c := newClient(t, map[string]string{"web.yaml": deployment, "team/secret.yaml": secret, "bad.yaml": strings.ReplaceAll(deployment, "acme/web", "acme/Bad")})
	c.open("web.yaml", deployment)
	c.want("bad.yaml", "9:30-33 image-uppercase") // not open
	c.want("web.yaml")
	c.changes("web.yaml", map[string]any{"range": textRange{position{9, 25}, position{9, 29}}, "text": "Acme"})
	c.want("web.yaml", "9:25-29 image-uppercase")
	c.changes("web.yaml", map[string]any{"range": textRange{position{9, 25}, position{9, 26}}, "text": "a"}, map[string]any{"range": textRange{position{6, 32}, position{6, 39}}, "text": "other"})
	c.want("web.yaml", "6:32-37 pull-secret-missing")
	c.change("web.yaml", deployment)
	c.want("web.yaml")
	c.open("team/secret.yaml", secret)
	c.change("team/secret.yaml", strings.Replace(secret, "regcred", "renamed", 1))
	c.want("web.yaml", "6:32-39 pull-secret-missing")
	c.close("team/secret.yaml") // and the change is lost
	c.want("web.yaml")
	c.open("new.yaml", strings.ReplaceAll(deployment, "acme/web", "acme/Web")) // not a file yet
	c.want("new.yaml", "9:30-33 image-uppercase")
	c.close("new.yaml")
	c.want("new.yaml")
}

// Diagnostics are at the client's position, whatever precedes them on the line, in open files and in others.
func TestDiagnosticPositions(t *testing.T) {
	t.Parallel()
	pod := func(image string) string {
		return "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n    - " + image + "\n"
	}
	wide := pod("{name: app, env: [{name: A, value: \"\U0001F40B画é\"}], image: nginx/Web:1}")
	trees := map[string]string{
		"emoji.yaml": wide,
		"crlf.yaml":  strings.ReplaceAll(wide, "\n", "\r\n"),
		"bom.yaml":   "\ufeff" + wide,
		"tab.yaml":   pod("{name: app,\t\timage: nginx/Web:1}"),
		"json.json":  `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"` + "画\U0001F40B" + `"},"spec":{"containers":[{"name":"a","image":"nginx/Web:1"}]}}`,
	}
	want := map[encoding]map[string]string{
		encodingUTF16: {"emoji.yaml": "5:64-67", "crlf.yaml": "5:64-67", "bom.yaml": "5:64-67", "tab.yaml": "5:32-35", "json.json": "0:107-110"},
		encodingUTF8:  {"emoji.yaml": "5:69-72", "crlf.yaml": "5:69-72", "bom.yaml": "5:69-72", "tab.yaml": "5:32-35", "json.json": "0:111-114"},
	}
	for e, places := range want {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			c := newClient(t, trees, func(params map[string]any) {
				params["capabilities"].(map[string]any)["general"] = map[string]any{"positionEncodings": []encoding{"utf-7", e, encodingUTF32}}
			})
			if c.encoding != e {
				t.Fatalf("encoding %q", c.encoding)
			}
			for name, place := range places {
				c.want(name, place+" image-uppercase")
				c.open(name, trees[name])
				if got := c.still(name); len(got) != 1 || got[0] != place+" image-uppercase" {
					t.Errorf("%s: open: %q", name, got)
				}
			}
		})
	}
}

// A diagnostic has everything that editors show: severity, page, related places, and tag.
func TestDiagnostic(t *testing.T) {
	t.Parallel()
	text := strings.Replace(deployment, "image: ghcr.io/acme/web:1", "image: ghcr.io/acme/web:1 # imagelint:ignore image-latest -- it was", 1)
	c := newClient(t, map[string]string{"web.yaml": text, "secret.yaml": strings.Replace(secret, "namespace: shop", "namespace: other", 1)})
	c.want("web.yaml", "6:32-39 pull-secret-wrong-namespace", "9:38-77 ignore-unused")
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, d := range c.diagnostics[c.uri("web.yaml")].Diagnostics {
		if d.Source != "imagelint" || d.CodeDescription == nil || !strings.HasPrefix(d.CodeDescription.Href, "https://") || !strings.Contains(d.CodeDescription.Href, d.Code) {
			t.Errorf("%+v", d)
		}
		switch d.Code {
		case "pull-secret-wrong-namespace":
			if d.Severity != severityError || len(d.Related) != 1 || d.Related[0].Location.URI != c.uri("secret.yaml") || !strings.Contains(d.Message, `namespace "shop"`) {
				t.Errorf("%+v", d)
			}
		case "ignore-unused":
			if d.Severity != severityWarning || len(d.Tags) != 1 || d.Tags[0] != tagUnnecessary {
				t.Errorf("%+v", d)
			}
		}
	}
}
