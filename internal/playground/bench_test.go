//go:build !windows

// Texts in memory have the paths of a browser.

package playground

import (
	"fmt"
	"strings"
	"testing"
)

// A key typed in 100 pods.
func BenchmarkLint(b *testing.B) {
	var text strings.Builder
	for i := range 100 {
		fmt.Fprintf(&text, "---\n%s  - {name: app, image: 'ghcr.io/acme/app-%d:1.%d.0'}\n", strings.Replace(pod, "web", fmt.Sprintf("web-%d", i), 1), i, i)
	}
	p := &Playground{}
	req := Request{[]File{{"a.yaml", text.String()}, {"b.yaml", pod}}}
	for i := 0; b.Loop(); i++ {
		req.Files[0].Text = fmt.Sprintf("%s# %d\n", text.String(), i)
		if _, err := p.Lint(b.Context(), req); err != nil {
			b.Fatal(err)
		}
	}
}
