package lsp

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sourcegraph/jsonrpc2"
)

// apply applies edits as an editor does.
func apply(d *document, list []textEdit, e encoding) string {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b textEdit) int { return d.offset(b.Range.Start, e) - d.offset(a.Range.Start, e) })
	text := d.text
	for _, edit := range list {
		text = text[:d.offset(edit.Range.Start, e)] + edit.NewText + text[d.offset(edit.Range.End, e):]
	}
	return text
}

// actionsAt requests the actions at the mark in a text. The first one of a kind with the title prefix is
// applied.
func (c *client) actionsAt(name, marked, kind, title string, only ...string) (applied string, found []codeAction) {
	c.tb.Helper()
	text, p := at(c.tb, marked)
	if _, ok := c.versions[name]; ok {
		c.change(name, text)
	} else {
		c.open(name, text)
	}
	c.call("textDocument/codeAction", map[string]any{
		"textDocument": map[string]any{"uri": c.uri(name)}, "range": textRange{p, p}, "context": map[string]any{"diagnostics": []any{}, "only": only},
	}, &found)
	for _, a := range found {
		if a.Kind == kind && strings.HasPrefix(a.Title, title) && a.Edit != nil {
			return apply(newDocument("", "", nil, text, 0), a.Edit.Changes[c.uri(name)], c.encoding), found
		}
	}
	return "", found
}

func TestQuickFix(t *testing.T) {
	t.Parallel()
	bad := strings.Replace(deployment, "acme/web", "Acme/Web", 1)
	for _, q := range []struct {
		name, file, text, kind, title, want string
		preferred                           bool
	}{
		{"safe", "web.yaml", marked(bad, "Acme"), kindQuickFix, `write "ghcr.io/acme/web:1"`, deployment, true},
		{"behind characters of two units", "web.yaml", marked(strings.Replace(bad, "name: app", "name: app # \U0001F40B画", 1), "Acme"), kindQuickFix, "write", strings.Replace(deployment, "name: app", "name: app # \U0001F40B画", 1), true},
		{"at the start of the line", "web.yaml", strings.Replace(bad, "          image: ghcr", "|          image: ghcr", 1), kindQuickFix, "write", deployment, true},
		{"at the end of the line", "web.yaml", strings.Replace(bad, "Acme/Web:1", "Acme/Web:1|", 1), kindQuickFix, "write", deployment, true},
		{"on the line before", "web.yaml", strings.Replace(bad, "name: app", "name: a|pp", 1), kindQuickFix, "write", "", false},
		{"in another part of the image", "chart/values.yaml", "image:\n  repository: ghcr.io/acme/Web\n  tag: v|1\n", kindQuickFix, "write", "image:\n  repository: ghcr.io/acme/web\n  tag: v1\n", true},
		{"exact ones first", "pod.yaml", "kind: Pod\napiVersion: v1\nmetadata: {name: p}\nspec: {containers: [{name: a, image: quay.io/A/a:1}, {name: b, image: quay.io/|B/b:1}]}\n", kindQuickFix, "write", "kind: Pod\napiVersion: v1\nmetadata: {name: p}\nspec: {containers: [{name: a, image: quay.io/A/a:1}, {name: b, image: quay.io/b/b:1}]}\n", true},
		{"carriage returns", "web.yaml", marked(strings.ReplaceAll(bad, "\n", "\r\n"), "Acme"), kindQuickFix, "write", strings.ReplaceAll(deployment, "\n", "\r\n"), true},
		{"one of several", "web.yaml", strings.Replace(bad, "ghcr.io/Acme", "ghcr.io/|Acme", 1) + "        - {name: b, image: ghcr.io/acme/B:2}\n", kindQuickFix, "write", deployment + "        - {name: b, image: ghcr.io/acme/B:2}\n", true},
		{"JSON", "pod.json", `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"é"},"spec":{"containers":[{"name":"a","image":"ghcr.io/|A/b:1"}]}}`, kindQuickFix, "write", `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"é"},"spec":{"containers":[{"name":"a","image":"ghcr.io/a/b:1"}]}}`, true},
		{"that moves lines", "web.yaml", strings.Replace(strings.Replace(deployment, "      imagePullSecrets: [{name: regcred}]\n", "", 1), "image: ghcr.io/acme/web:1\n", "image: ghcr.io/acme/web:1\n          |imagePullSecrets: [{name: regcred}]\n", 1), kindQuickFix, "move it", deployment, true},
		{"nothing to fix", "web.yaml", marked(deployment, "acme"), kindQuickFix, "write", "", false},
		{"suppress", "web.yaml", marked(bad, "Acme"), kindQuickFix, "suppress image-uppercase", strings.Replace(bad, "          image", "          # imagelint:ignore image-uppercase -- \n          image", 1), false},
		{"suppress within carriage returns", "web.yaml", marked(strings.ReplaceAll(bad, "\n", "\r\n"), "Acme"), kindQuickFix, "suppress image-uppercase", strings.ReplaceAll(strings.Replace(bad, "          image", "          # imagelint:ignore image-uppercase -- \n          image", 1), "\n", "\r\n"), false},
		{"suppress where no comment goes", "pod.json", `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"é"},"spec":{"containers":[{"name":"a","image":"ghcr.io/|A/b:1"}]}}`, kindQuickFix, "suppress", "", false},
		{"values of a chart", "chart/values.yaml", "image: {repository: ghcr.io/acme/|Web, tag: v1}\n", kindQuickFix, "write", "image: {repository: ghcr.io/acme/web, tag: v1}\n", true},
		{"an anchor that something else uses", "web.yaml", strings.Replace(strings.Replace(bad, "image: ghcr", "image: &img ghcr", 1), "Acme", "|Acme", 1) + "          args: [*img]\n", kindQuickFix, "write", "", false},
	} {
		t.Run(q.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, map[string]string{"web.yaml": deployment, "secret.yaml": secret, "chart/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "chart/values.yaml": "a: b\n"})
			got, found := c.actionsAt(q.file, q.text, q.kind, q.title)
			if got != q.want {
				t.Errorf("%q, want %q, of %+v", got, q.want, found)
			}
			for _, a := range found {
				if a.Edit == nil || a.Kind != kindFixAll && (len(a.Diagnostics) != 1 || a.IsPreferred != strings.HasPrefix(a.Title, q.title) && q.preferred) {
					t.Errorf("%+v", a)
				}
			}
		})
	}
}

func TestFixAll(t *testing.T) {
	t.Parallel()
	several := strings.Replace(deployment, "acme/web", "Acme/web", 1) + "        - {name: \U0001F40B, image: ghcr.io/acme/B:2}\n"
	fixed := deployment + "        - {name: \U0001F40B, image: ghcr.io/acme/b:2}\n"
	c := newClient(t, map[string]string{"web.yaml": deployment, "other.yaml": several, "secret.yaml": secret})
	got, found := c.actionsAt("web.yaml", "|"+several, kindFixAll, "", "source.fixAll")
	if got != fixed || len(found) != 1 {
		t.Errorf("%q, of %+v", got, found)
	}
	if got, _ := c.actionsAt("web.yaml", "|"+several, kindFixAllOurs, "", "source.fixAll.imagelint"); got != fixed {
		t.Errorf("%q", got)
	}
	if _, found := c.actionsAt("web.yaml", "|"+several, "", "", "refactor", "source.organizeImports"); len(found) > 0 {
		t.Errorf("%+v", found)
	}
	if _, found := c.actionsAt("web.yaml", "|"+deployment, "", "", "source"); len(found) > 0 {
		t.Errorf("%+v", found)
	}
}

// Any text can be turned into any other.
func FuzzEdits(f *testing.F) {
	for _, s := range []string{"", "a\nb\nc", "a\nB\nc", "\U0001F40B\n", "\U0001F40C\n", "画\r\n像", "画\r\n", "é\rè", "aé", "aè", "\ufeffx"} {
		for _, to := range []string{"", "a\nb", "\U0001F40D\n", "画\n像", "aê"} {
			f.Add(s, to)
		}
	}
	f.Fuzz(func(t *testing.T, from, to string) {
		from, to = strings.ToValidUTF8(from, "?"), strings.ToValidUTF8(to, "?")
		for _, e := range []encoding{encodingUTF16, encodingUTF8} {
			d := newDocument("", "", nil, from, 0)
			if got := apply(d, edits(d, to, e), e); got != to {
				t.Errorf("%s: %q with %q gives %q", e, from, to, got)
			}
		}
	})
}

// Typing does not wait for code actions that it makes useless.
func TestActionsOutdated(t *testing.T) {
	t.Parallel()
	text := strings.Replace(deployment, "acme/web:1", "acme/Web:1", 1) + strings.Repeat("        - {name: x, image: \"ghcr.io/acme/x:1\"}\n", 3000)
	c := newClient(t, map[string]string{"web.yaml": text, "secret.yaml": secret})
	c.open("web.yaml", text)
	c.want("web.yaml", "9:30-33 image-uppercase")
	for n := range 20 {
		answer := make(chan error, 1)
		go func() {
			answer <- c.try("textDocument/codeAction", map[string]any{
				"textDocument": map[string]any{"uri": c.uri("web.yaml")}, "range": textRange{position{9, 30}, position{9, 31}}, "context": map[string]any{},
			}, nil)
		}()
		time.Sleep(20 * time.Millisecond) // it is working by then, unless the machine is very busy
		c.changes("web.yaml", map[string]any{"text": text + strings.Repeat("\n", n)})
		var e *jsonrpc2.Error
		if err := <-answer; errors.As(err, &e) && e.Code == codeContentModified {
			return
		}
	}
	t.Error("code actions are never interrupted")
}
