package engine

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkSince lints a thousand files and compares them with a revision in which one of them was
// different.
func BenchmarkSince(b *testing.B) {
	if _, err := exec.LookPath("git"); err != nil {
		b.Skip("git is not installed")
	}
	dir := b.TempDir()
	git := func(args ...string) {
		cmd := exec.CommandContext(b.Context(), "git", append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	write := func(i int, tag string) {
		name := filepath.Join(dir, fmt.Sprintf("web-%d.yaml", i))
		if err := os.WriteFile(name, fmt.Appendf(nil, deployment, fmt.Sprintf("web-%d", i), "ghcr.io/acme/web:"+tag), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	git("init", "-q")
	for i := range 1000 {
		write(i, "1.0")
	}
	git("add", ".")
	git("commit", "-qm", "one")
	write(1, "latest")
	for _, since := range []string{"", "HEAD"} {
		b.Run("since "+since, func(b *testing.B) {
			for b.Loop() {
				req := request(nil, dir)
				req.Since = since
				loaded, err := Load(b.Context(), req)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := loaded.Lint(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
