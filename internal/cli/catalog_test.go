package cli_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/imagelint-dev/imagelint/internal/cli"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// clone creates a repository of files, each commit with a date.
func clone(t *testing.T, commits ...[2]string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git")
	}
	dir := t.TempDir()
	git := func(date string, args ...string) {
		cmd := exec.CommandContext(t.Context(), "git", append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
		cmd.Env = append(os.Environ(), "GIT_COMMITTER_DATE="+date, "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	git("", "init", "-q")
	for _, c := range commits {
		date, files := c[0], c[1]
		for _, file := range strings.Split(files, "|") {
			name, text, _ := strings.Cut(file, "=")
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		git(date, "add", "-A")
		git(date, "commit", "-q", "-m", "x")
	}
	return dir
}

// A catalog built from clones is shown and used.
func TestCatalogBuild(t *testing.T) {
	t.Parallel()
	images := clone(
		t,
		[2]string{"2020-01-02T00:00:00Z", "library/web=Tags: 1.0.0, 1.0, 1, latest\nArchitectures: amd64, arm64v8\n|library/gone=Tags: 3\n"},
		[2]string{"2021-01-02T00:00:00Z", "library/web=Tags: 1.0.1, 1.0, 1, latest\n|library/gone=# nothing\n"},
		[2]string{"2022-01-02T00:00:00Z", "library/web=Tags: 2.0.0, 2.0, 2, latest\n"},
		[2]string{"2025-01-02T00:00:00Z", "library/web=Tags: 3.0.0, 3.0, 3, latest\n"},
	)
	docs := clone(t, [2]string{"2021-02-02T00:00:00Z", "gone/deprecated.md=Use [web](https://hub.docker.com/_/web/)."})
	base, err := catalog.Encode(catalog.Contents{
		Sources: []catalog.Source{{Name: "before"}, {Name: "other", Day: catalog.DayOf(time.Date(2024, 5, 6, 0, 0, 0, 0, time.UTC))}},
		Images:  []catalog.ImageTags{{Name: "registry.k8s.io/kube-proxy", Source: 1, Tags: []catalog.Tag{{Name: "v1.30.0", Current: true}}}},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	before, fresh, pod := filepath.Join(dir, "before.bin"), filepath.Join(dir, "fresh.bin"), filepath.Join(dir, "pod.yaml")
	if err := os.WriteFile(before, base, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(pod, []byte("apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec:\n  containers:\n  - {name: a, image: \"web:1.0.2\"}\n  - {name: b, image: \"gone:3\"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		code int
		want []string
		args []string
	}{
		{0, []string{"catalog of 2025-01-02, from ", "12 tags of   2 images, up to 2025-01-02: github.com/docker-library/official-images at ", "1 tags of   1 images, up to 2024-05-06: other\n"}, []string{"catalog", "build", "--catalog", before, "--official-images", images, "--docs", docs, "-o", fresh}},
		{0, []string{"web: 11 tags since 2020-01, 4 of them current (catalog of 2025-01-02)\n1.0.2: never published: line 1.0 ended with 1.0.1 in 2022-01; did you mean 1.0.1?\n", "1.0.0   2020-01 to 2021-01   linux/amd64, linux/arm64\n"}, []string{"catalog", "--catalog", fresh, "web:1.0.2"}},
		{0, []string{"deprecated; its maintainers recommend web instead\n"}, []string{"catalog", "--catalog", fresh, "gone"}},
		{1, []string{`error: image "web:1.0.2" has a tag that was never published: line 1.0 ended with 1.0.1 in 2022-01 (catalog of 2025-01-02)`, `"gone:3" is a Docker Official Image that has had no new tags since 2021-01 (catalog of 2025-01-02)`}, []string{"lint", "--catalog", fresh, pod}},
	} {
		var stdout, stderr bytes.Buffer
		code := cli.Command{Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr}.Main(t.Context(), append([]string{"imagelint"}, tt.args...))
		for _, want := range tt.want {
			if !strings.Contains(stdout.String(), want) {
				t.Errorf("%s: no %q in:\n%s%s", tt.args, want, stdout.String(), stderr.String())
			}
		}
		if code != tt.code {
			t.Errorf("%s: exit code %d, want %d\n%s", tt.args, code, tt.code, stderr.String())
		}
	}
}
