package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/rules"
)

// request lints some paths with all rules.
func request(system files.FS, paths ...string) Request {
	return Request{Paths: paths, Files: system, Linter: lint.Linter{Rules: rules.All(), Today: "2026-01-01", Settings: lint.Settings{Kubernetes: lint.NewestKubernetes}}}
}

// summarize returns the findings of a response, one per line.
func summarize(r *Response) []string {
	out := []string{}
	for _, f := range r.Result.Findings {
		out = append(out, fmt.Sprintf("%s:%d:%d %s %s", f.Span.File().Name, f.Span.Start().Line, f.Span.Start().Col, f.Rule, f.Message))
	}
	return out
}

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: %s, namespace: shop}
spec:
  template:
    spec:
      imagePullSecrets: [{name: regcred}]
      containers:
        - name: app
          image: %s
`

const secret = `apiVersion: v1
kind: Secret
type: kubernetes.io/dockerconfigjson
metadata: {name: regcred, namespace: shop}
data: {.dockerconfigjson: eyJhdXRocyI6eyJnaGNyLmlvIjp7InVzZXJuYW1lIjoiYSIsInBhc3N3b3JkIjoiYiJ9fX0=}
`

// A tree in memory is linted without access to real files, and .gitignore applies.
func TestTexts(t *testing.T) {
	t.Parallel()
	system := files.InMemory(map[string][]byte{
		"repo/.git/HEAD":        nil,
		"repo/.gitignore":       []byte("tmp/\n"),
		"repo/k8s/web.yaml":     fmt.Appendf(nil, deployment, "web", "ghcr.io/acme/Web:1"),
		"repo/tmp/ignored.yaml": fmt.Appendf(nil, deployment, "ignored", "ghcr.io/acme/Other:1"),
		"repo/secret.yaml":      []byte(secret),
	})
	response, err := (&Engine{}).Lint(t.Context(), request(system, "repo"))
	if err != nil {
		t.Fatal(err)
	}
	if got := summarize(response); len(got) != 1 || !strings.HasPrefix(got[0], "repo/k8s/web.yaml:10:31 image-uppercase ") {
		t.Errorf("findings %q", got)
	}
}

// After each change, an engine with a cache returns the same as a new engine.
func TestKept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(dir, filepath.FromSlash(name))
		clock = clock.Add(time.Second) // within one tick of the clock, two states would differ only in size
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, clock, clock); err != nil {
			t.Fatal(err)
		}
	}
	kept := &Engine{}
	steps := []struct {
		name   string
		change func()
		rules  string // of the findings that follow
	}{
		{"the Secret is missing", func() { write("web.yaml", fmt.Sprintf(deployment, "web", "ghcr.io/acme/web:1")) }, "pull-secret-missing"},
		{"it comes in another file", func() { write("secret.yaml", secret) }, ""},
		{"nothing changes", func() {}, ""},
		{"the image changes", func() { write("web.yaml", fmt.Sprintf(deployment, "web", "ghcr.io/acme/Web:1")) }, "image-uppercase"},
		{"the file goes", func() {
			if err := os.Remove(filepath.Join(dir, "web.yaml")); err != nil {
				t.Fatal(err)
			}
		}, ""},
		{"values of a ConfigMap are put into an image", func() {
			write("flux.yaml", "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps, namespace: flux-system}\nspec: {path: ./apps, postBuild: {substituteFrom: [{kind: ConfigMap, name: vars}]}}\n")
			write("vars.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: vars, namespace: flux-system}\ndata: {tag: Bad@}\n")
			write("apps/web.yaml", fmt.Sprintf(deployment, "web", "ghcr.io/acme/web:${tag}"))
		}, "image-digest-malformed"},
		{"the value changes, and the image does not", func() {
			write("vars.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: vars, namespace: flux-system}\ndata: {tag: v1.2.3}\n")
		}, ""},
	}
	for _, step := range steps {
		step.change()
		fresh, err := (&Engine{}).Lint(t.Context(), request(nil, dir))
		if err != nil {
			t.Fatal(err)
		}
		again, err := kept.Lint(t.Context(), request(nil, dir))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(summarize(fresh), summarize(again)); diff != "" {
			t.Errorf("%s: (-fresh +kept):\n%s", step.name, diff)
		}
		got := ""
		for _, f := range again.Result.Findings {
			got += f.Rule + " "
		}
		if got = strings.TrimSpace(got); got != step.rules {
			t.Errorf("%s: %q, want %q", step.name, got, step.rules)
		}
	}
}

// Unsaved texts in an editor replace their files.
func TestBuffers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "web.yaml"), fmt.Appendf(nil, deployment, "web", "ghcr.io/acme/web:1"), 0o600); err != nil {
		t.Fatal(err)
	}
	system := files.Buffers{FS: files.OS, Texts: map[string]files.Buffer{
		filepath.Join(dir, "web.yaml"): {Text: fmt.Appendf(nil, deployment, "web", "ghcr.io/acme/Web:1"), Modified: time.Unix(1, 0)},
		filepath.Join(dir, "new.yaml"): {Text: []byte(secret), Modified: time.Unix(1, 0)},
	}}
	response, err := (&Engine{}).Lint(t.Context(), request(system, dir))
	if err != nil {
		t.Fatal(err)
	}
	if got := summarize(response); len(got) != 1 || !strings.Contains(got[0], "image-uppercase") {
		t.Errorf("findings %q", got)
	}
}

// BenchmarkRelint lints a tree of a thousand files again after a change in one of them.
func BenchmarkRelint(b *testing.B) {
	dir := b.TempDir()
	for i := range 1000 {
		name := filepath.Join(dir, fmt.Sprintf("team-%02d", i%40), fmt.Sprintf("web-%d.yaml", i))
		text := fmt.Sprintf(deployment, fmt.Sprintf("web-%d", i), fmt.Sprintf("ghcr.io/acme/web-%d:1.%d", i, i))
		if i%50 == 0 {
			text = strings.ReplaceAll(secret, "regcred", fmt.Sprintf("regcred-%d", i))
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	e := &Engine{}
	edited := filepath.Join(dir, "team-07", "web-7.yaml")
	lintOnce := func(n int) {
		system := files.Buffers{FS: files.OS, Texts: map[string]files.Buffer{
			edited: {Text: fmt.Appendf(nil, deployment, "web-7", fmt.Sprintf("ghcr.io/acme/Web:%d", n)), Modified: time.Unix(int64(n), 0)},
		}}
		if _, err := e.Lint(b.Context(), request(system, dir)); err != nil {
			b.Fatal(err)
		}
	}
	lintOnce(0)
	n := 0
	for b.Loop() {
		n++
		lintOnce(n)
	}
}
