package fix

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// diff returns the diff of the fixes for a manifest, without the file names.
func diff(t *testing.T, text string) string {
	t.Helper()
	out := newTree(t, map[string]string{"a.yaml": text}).make(t, true)
	if len(out.Files) != 1 {
		t.Fatalf("%d files change, left %+v", len(out.Files), out.Unfixed)
	}
	got := out.Files[0].Diff()
	if patched := patch(t, text, got); patched != string(out.Files[0].Content()) {
		t.Errorf("the difference does not make the new text (-want +got):\n%s", cmp.Diff(string(out.Files[0].Content()), patched))
	}
	_, rest, _ := strings.Cut(got, "\n")
	_, rest, _ = strings.Cut(rest, "\n")
	return rest
}

// patch applies a diff as patch does, with each hunk exactly at its line.
func patch(t *testing.T, text, difference string) string {
	t.Helper()
	var out []string
	old := strings.SplitAfter(text, "\n")
	at, last := 0, byte(0)
	hunks := strings.Split(difference, "\n@@ ")[1:]
	for _, hunk := range hunks {
		head, body, _ := strings.Cut(hunk, "\n")
		var from, n int
		if c, _ := fmt.Sscanf(head, "-%d,%d ", &from, &n); c < 2 {
			if n = 1; c < 1 {
				t.Fatalf("head %q", head)
			}
		}
		if n > 0 {
			from--
		}
		out = append(out, old[at:from]...)
		at = from
		body += "\n"
		for line := range strings.Lines(strings.TrimSuffix(body, "\n") + "\n") {
			switch content := line[1:]; line[0] {
			case ' ', '-':
				if at >= len(old) || strings.TrimSuffix(old[at], "\n") != strings.TrimSuffix(content, "\n") {
					t.Fatalf("line %d is %q, not %q", at+1, old[at], content)
				}
				if line[0] == ' ' {
					out = append(out, old[at])
				}
				at++
			case '+':
				out = append(out, content)
			case '\\':
				if n := len(out) - 1; last != '-' {
					out[n] = strings.TrimSuffix(out[n], "\n")
				}
			}
			last = line[0]
		}
	}
	return strings.Join(append(out, old[at:]...), "")
}

// filler returns lines of a container without findings.
func filler(n int) string { return strings.Repeat("    # same\n", n) }

func TestDiff(t *testing.T) {
	t.Parallel()
	const bad = "  - name: a\n    image: Nginx:1.27.3\n"
	for name, c := range map[string]struct{ text, want string }{
		"three lines of context": {podHead + bad + filler(9), "@@ -4,7 +4,7 @@\n spec:\n   containers:\n   - name: a\n-    image: Nginx:1.27.3\n+    image: nginx:1.27.3\n     # same\n     # same\n     # same\n"},
		"no break at the end":    {podHead + strings.TrimSuffix(bad, "\n"), "@@ -4,4 +4,4 @@\n spec:\n   containers:\n   - name: a\n-    image: Nginx:1.27.3\n\\ No newline at end of file\n+    image: nginx:1.27.3\n\\ No newline at end of file\n"},
	} {
		got := diff(t, c.text)
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
	for between, want := range map[int]int{0: 1, 4: 1, 5: 2, 20: 2} { // unchanged lines, in addition to that of the name
		got := diff(t, podHead+bad+filler(between)+bad)
		if n := strings.Count(got, "@@ -"); n != want || strings.Count(got, "\n+") != 2 {
			t.Errorf("%d lines between: %d hunks, want %d:\n%s", between, n, want, got)
		}
	}
}

// Moved lines are shown at both places.
func TestDiffOfMovedLines(t *testing.T) {
	t.Parallel()
	const text = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  containers:\n  - name: a\n    image: ghcr.io/acme/b:1.0.0\n    imagePullSecrets:\n    - name: regcred\n"
	got := diff(t, text)
	for _, line := range []string{"-    imagePullSecrets:\n", "-    - name: regcred\n", "+  imagePullSecrets:\n", "+  - name: regcred\n"} {
		if !strings.Contains(got, line) {
			t.Errorf("%q is not in\n%s", line, got)
		}
	}
}

// The context ends at lines that may contain the content of a Secret, a credential, a command for a CI runner, or characters that do
// not display as they are.
func TestDiffHides(t *testing.T) {
	t.Parallel()
	const bad = "  - name: a\n    image: Nginx:1.27.3\n"
	for name, c := range map[string]struct{ text, hidden string }{
		"a credential":   {podHead + bad + "    env: [{name: A, value: 'https://u:hush-hush@x.io'}]\n", "hush-hush"},
		"a CI command":   {podHead + bad + "    # ##[error]hush-hush\n", "hush-hush"},
		"a control code": {podHead + bad + "    # \u202ehush-hush\n", "hush-hush"},
		"the lines of a Secret": {
			"apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: shop}\nstringData:\n  key: hush-hush\n---\n" + podHead + bad, "hush-hush",
		},
	} {
		got := diff(t, c.text)
		if strings.Contains(got, c.hidden) {
			t.Errorf("%s is shown:\n%s", name, got)
		}
		if !strings.Contains(got, "+    image: nginx:1.27.3\n") {
			t.Errorf("%s: the change is not shown:\n%s", name, got)
		}
	}
}

// File names are written as git does, so that patch and git find the file and no part of a name looks like another line.
func TestHeader(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"k8s/web.yaml": "a/k8s/web.yaml", "./k8s//web.yaml": "a/k8s/web.yaml", "/tmp/web.yaml": "a/tmp/web.yaml",
		"two words.yaml": "a/two words.yaml", "a\n+++ b/x": `"a/a\n+++ b/x"`, `q".yaml`: `"a/q\".yaml"`,
	} {
		if got := header("a/", name); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
	if got := header("a/", "##[error]x.yaml"); strings.Contains(got, "##[") {
		t.Errorf("a name that is a command to a CI runner is not escaped: %s", got)
	}
}
