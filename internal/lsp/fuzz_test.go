package lsp

import (
	"fmt"
	"strings"
	"testing"
)

// Any document and any position get an answer, and the session continues.
func FuzzDocument(f *testing.F) {
	for _, text := range []string{
		deployment, secret, account, "image: {repository: nginx, tag: 1.}\n", "images:\n- name: nginx\n  newTag: ", "# imagelint:ignore ", "{", "\ufeff", "\x00", "- - - -",
		"ignore:\n- rules: [", "rules:\n  x", "a: &a [*a]", strings.Repeat("[", 200), "imagePullSecrets: [{name: \"", "kind: Secret\nname: \U0001F40B", "\r\r\n\n---\r---",
	} {
		f.Add(text, 0, 0, 1, 5)
		f.Add(text, 3, 9, -1, 1<<30)
	}
	f.Fuzz(func(t *testing.T, text string, line, character, endLine, endCharacter int) {
		c := newClient(t, map[string]string{"secret.yaml": secret})
		for _, name := range []string{"web.yaml", "values.yaml", "kustomization.yaml", "pod.json", ".imagelint.yaml"} {
			c.open(name, text)
			p, end := position{line, character}, position{endLine, endCharacter}
			for _, method := range []string{"hover", "definition", "references", "completion"} {
				c.call("textDocument/"+method, map[string]any{"textDocument": map[string]any{"uri": c.uri(name)}, "position": p}, nil)
			}
			c.call("textDocument/codeAction", map[string]any{"textDocument": map[string]any{"uri": c.uri(name)}, "range": textRange{p, end}}, nil)
			c.changes(name, map[string]any{"range": textRange{p, end}, "text": "x\n\U0001F40B"})
			c.still(name)
			c.mu.Lock()
			for _, d := range c.diagnostics[c.uri(name)].Diagnostics {
				if r := d.Range; r.Start.Line < 0 || r.Start.Character < 0 || r.End.Line < r.Start.Line || r.End.Line == r.Start.Line && r.End.Character < r.Start.Character {
					t.Errorf("range %s", fmt.Sprint(r))
				}
			}
			c.mu.Unlock()
			c.close(name)
		}
	})
}
