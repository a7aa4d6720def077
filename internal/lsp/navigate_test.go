package lsp

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// ask opens a text and sends a request about the mark in it.
func (c *client) ask(method, name, marked string, result any) {
	c.tb.Helper()
	text, p := at(c.tb, marked)
	if _, ok := c.versions[name]; ok {
		c.change(name, text)
	} else {
		c.open(name, text)
	}
	c.call(method, map[string]any{
		"textDocument": map[string]any{"uri": c.uri(name)}, "position": p, "context": map[string]any{"includeDeclaration": true},
	}, result)
}

const account = `apiVersion: v1
kind: ServiceAccount
metadata: {name: robot, namespace: shop}
imagePullSecrets: [{name: regcred}]
`

// marked puts a mark before a text.
func marked(text, before string) string { return strings.Replace(text, before, "|"+before, 1) }

func TestHover(t *testing.T) {
	t.Parallel()
	public := strings.Replace(deployment, "ghcr.io/acme/web:1", "nginx:1.25", 1)
	for _, h := range []struct {
		name, file, text string
		want             []string // in the text; empty for no hover
	}{
		{"image", "web.yaml", marked(deployment, "acme/web"), []string{"is read as:      ghcr.io/acme/web:1", "tried in order:  1. shop/regcred, key \"ghcr.io\", user \"a\"", "verdict:"}},
		{"known image", "web.yaml", marked(public, ":1.25"), []string{"is read as:      docker.io/library/nginx:1.25", "1.25: published", "TAG"}},
		{"image that is not saved", "web.yaml", marked(strings.Replace(deployment, "acme", "other", 1), "other"), []string{"ghcr.io/other/web:1"}},
		{"image in JSON", "pod.json", marked(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[{"name":"é","image":"ghcr.io/a/b:1"}]}}`, "b:1"), []string{"ghcr.io/a/b:1", "pull secrets:    none"}},
		{"image that a cluster speaks of", "live.yaml", marked("apiVersion: v1\nkind: Pod\nmetadata: {name: p, uid: u}\nspec: {containers: [{name: a, image: ghcr.io/a/b:1}]}\nstatus:\n  containerStatuses:\n    - {name: a, image: ghcr.io/a/b:1, state: {waiting: {reason: ErrImageNeverPull, message: not present with pull policy of Never}}}\n", "a/b:1}]"), []string{"cluster says:    ErrImageNeverPull"}},
		{"image of a chart's values", "chart/values.yaml", marked("image:\n  repository: nginx\n  tag: \"1.25\"\n", "1.25"), []string{"docker.io/library/nginx:1.25", "published"}},
		{"pull secret", "web.yaml", marked(deployment, "regcred"), []string{`pull secret shop/regcred: usable, with the keys "ghcr.io"`, "used by: Deployment shop/web\n         ServiceAccount shop/robot"}},
		{"missing pull secret", "web.yaml", marked(strings.Replace(deployment, "regcred", "none", 1), "none"), []string{"shop/none: not defined in these manifests", "used by: Deployment shop/web"}},
		{"Secret", "secret.yaml", marked(secret, "regcred"), []string{`Secret shop/regcred: usable, with the keys "ghcr.io"`, "used by: Deployment shop/web"}},
		{"service account", "robot.yaml", marked(account, "robot"), []string{"service account shop/robot, pull secrets regcred", "used by: nothing in these manifests"}},
		{"named service account", "web.yaml", marked(strings.Replace(deployment, "      imagePullSecrets: [{name: regcred}]", "      serviceAccountName: robot", 1), "robot"), []string{"service account shop/robot, pull secrets regcred", "used by: Deployment shop/web"}},
		{"values that are no reference", "chart/values.yaml", marked("image:\n  repository: Nginx\n  tag: \"1.25\"\n", "Nginx"), nil},
		{"nothing", "web.yaml", marked(deployment, "kind"), nil},
	} {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, map[string]string{"web.yaml": deployment, "secret.yaml": secret, "robot.yaml": account, "chart/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "chart/values.yaml": "a: b\n"})
			var got *hover
			c.ask("textDocument/hover", h.file, h.text, &got)
			if (got == nil) != (h.want == nil) {
				t.Fatalf("hover %+v", got)
			}
			if got == nil {
				return
			}
			for _, want := range h.want {
				if !strings.Contains(got.Contents.Value, want) {
					t.Errorf("%q is not in\n%s", want, got.Contents.Value)
				}
			}
			if strings.Contains(got.Contents.Value, "eyJ") || strings.Contains(got.Contents.Value, `"b"`) {
				t.Errorf("a value is in\n%s", got.Contents.Value)
			}
			if got.Contents.Kind != "plaintext" || got.Range == nil {
				t.Errorf("%+v", got)
			}
		})
	}
}

// Quoted text of a document cannot end a code block.
func TestHoverMarkdown(t *testing.T) {
	t.Parallel()
	c := newClient(t, map[string]string{"web.yaml": deployment}, func(params map[string]any) {
		params["capabilities"].(map[string]any)["textDocument"].(map[string]any)["hover"] = map[string]any{"contentFormat": []string{"markdown"}}
	})
	var got *hover
	c.ask("textDocument/hover", "web.yaml", marked(strings.Replace(deployment, "ghcr.io/acme/web:1", "\"ghcr.io/acme/```web:1\"", 1), "web:1"), &got)
	if got == nil || got.Contents.Kind != "markdown" || !strings.HasPrefix(got.Contents.Value, "````text\n") || !strings.HasSuffix(got.Contents.Value, "\n````") {
		t.Errorf("%+v", got)
	}
}

func TestDefinitionAndReferences(t *testing.T) {
	t.Parallel()
	robot := strings.Replace(deployment, "      imagePullSecrets: [{name: regcred}]", "      serviceAccountName: robot", 1)
	tree := map[string]string{
		"web.yaml": deployment, "secret.yaml": secret, "other.yaml": strings.Replace(secret, "namespace: shop", "namespace: other", 1), "robot.yaml": account,
		"robot-web.yaml": robot, "plain.yaml": strings.Replace(deployment, "      imagePullSecrets: [{name: regcred}]\n", "", 1),
		"default.yaml": strings.NewReplacer("robot", "default", "[{name: regcred}]", "[]").Replace(account),
	}
	for _, n := range []struct {
		name, method, file, text string
		want                     []string
	}{
		{"from a pull secret", "definition", "web.yaml", marked(deployment, "regcred"), []string{"secret.yaml:3:17"}},
		{"from an account", "definition", "robot-web.yaml", marked(robot, "robot"), []string{"robot.yaml:2:17"}},
		{"from an account's pull secret", "definition", "robot.yaml", marked(account, "regcred"), []string{"secret.yaml:3:17"}},
		{"from a Secret", "definition", "secret.yaml", marked(secret, "regcred"), []string{"secret.yaml:3:17"}},
		{"of what is missing", "definition", "web.yaml", marked(strings.Replace(deployment, "regcred", "none", 1), "none"), nil},
		{"elsewhere", "definition", "web.yaml", marked(deployment, "spec"), nil},
		{"of a Secret", "references", "secret.yaml", marked(secret, "regcred"), []string{"robot.yaml:3:26", "secret.yaml:3:17", "web.yaml:6:32"}},
		{"of a pull secret", "references", "web.yaml", marked(deployment, "regcred"), []string{"robot.yaml:3:26", "secret.yaml:3:17", "web.yaml:6:32"}},
		{"of a Secret that nothing names", "references", "other.yaml", marked(tree["other.yaml"], "regcred"), []string{"other.yaml:3:17"}},
		{"of an account", "references", "robot.yaml", marked(account, "robot"), []string{"robot-web.yaml:6:26", "robot.yaml:2:17"}},
		{"of the account that is not named", "references", "default.yaml", marked(tree["default.yaml"], "default"), []string{"default.yaml:2:17", "plain.yaml:2:17", "web.yaml:2:17"}},
		{"in a document that is broken", "references", "web.yaml", "|{[", nil},
	} {
		t.Run(n.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, tree)
			var found []location
			c.ask("textDocument/"+n.method, n.file, n.text, &found)
			got := []string{}
			for _, l := range found {
				got = append(got, fmt.Sprintf("%s:%d:%d", strings.TrimPrefix(l.URI, uriOf(c.root)+"/"), l.Range.Start.Line, l.Range.Start.Character))
			}
			slices.Sort(got)
			if !slices.Equal(got, n.want) && len(got)+len(n.want) > 0 {
				t.Errorf("%q, want %q", got, n.want)
			}
		})
	}
}

// An entry in the images of a kustomization has the hover of the image that it sets.
func TestKustomizationHover(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"images:\n  - name: ghcr.io/acme/web\n    newName: nginx\n    newTag: 1.2|7\n":  "docker.io/library/nginx:1.27",
		"images:\n  - name: ghcr.io/acme/web\n    newName: ng|inx\n    newTag: 1.27\n":  "docker.io/library/nginx:1.27",
		"images:\n  - name: red|is\n    newTag: \"8.10\"\n  - name: x\n    newTag: y\n": "docker.io/library/redis:8.10",
		"kind: Kustomization\nimages:\n- {name: ghcr.io/acme/web, newTag: v|2}\n":       "ghcr.io/acme/web:v2",
		"resources:\n  - ng|inx\n":    "",
		"images:\n  - name: red|is\n": "",
		"namePrefix: ng|inx\n":        "",
	} {
		c := newClient(t, map[string]string{})
		var h *hover
		c.ask("textDocument/hover", "kustomization.yaml", text, &h)
		switch {
		case want == "" && h != nil:
			t.Errorf("%q: %+v", text, h)
		case want != "" && (h == nil || !strings.Contains(h.Contents.Value, "is read as: "+want)):
			t.Errorf("%q: %+v, want %s", text, h, want)
		}
	}
}
