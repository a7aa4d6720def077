package engine

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// repeated generates a text for each number below n, between a head and a foot, without holding all
// of them in memory.
func repeated(head string, n int, text func(i int) string, foot string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		r, w := io.Pipe()
		go func() {
			_, err := io.WriteString(w, head)
			for i := 0; i < n && err == nil; i++ {
				_, err = io.WriteString(w, text(i))
			}
			if err == nil {
				_, err = io.WriteString(w, foot)
			}
			_ = w.CloseWithError(err) // it only returns nil
		}()
		return r, nil
	}
}

// benchmarkInput lints standard input and reports the live memory afterwards and the number of
// findings.
func benchmarkInput(b *testing.B, maxFindings int, stdin func() (io.ReadCloser, error)) {
	b.Helper()
	req := request(nil, "-")
	req.Stdin, req.Linter.MaxFindings = stdin, maxFindings
	b.ReportAllocs()
	var response *Response
	for b.Loop() {
		var err error
		if response, err = (&Engine{}).Lint(b.Context(), req); err != nil {
			b.Fatal(err)
		}
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapAlloc)/1e6, "MB-alive")
	b.ReportMetric(float64(len(response.Result.Findings)), "findings")
}

// complete is the deployment with everything filled in, so that it has no findings.
var complete = strings.Replace(deployment, "      imagePullSecrets: [{name: regcred}]\n", "", 1)

// BenchmarkStream reads one stream of documents: first with workloads, then a million documents
// without any.
func BenchmarkStream(b *testing.B) {
	b.Run("100,000", func(b *testing.B) {
		benchmarkInput(b, 0, repeated("", 100_000, func(i int) string {
			return fmt.Sprintf("---\n"+complete, fmt.Sprintf("web-%d", i), fmt.Sprintf("ghcr.io/acme/web-%d:1.%d", i, i))
		}, ""))
	})
	b.Run("1,000,000-services", func(b *testing.B) {
		benchmarkInput(b, 0, repeated("", 1_000_000, func(i int) string {
			return fmt.Sprintf("---\napiVersion: v1\nkind: Service\nmetadata: {name: web-%d}\nspec: {ports: [{port: 80}]}\n", i)
		}, ""))
	})
}

// BenchmarkList reads a List of 200 MB item by item.
func BenchmarkList(b *testing.B) {
	item := complete + "          env:\n" + strings.Repeat("            - {name: VARIABLE, value: of some length}\n", 40)
	item = "- " + strings.ReplaceAll(strings.TrimSuffix(item, "\n"), "\n", "\n  ") + "\n"
	size := len(fmt.Sprintf(item, "web-100000", "ghcr.io/acme/web-100000:1"))
	benchmarkInput(b, 0, repeated("apiVersion: v1\nkind: List\nitems:\n", 200_000_000/size, func(i int) string {
		return fmt.Sprintf(item, fmt.Sprintf("web-%d", i), fmt.Sprintf("ghcr.io/acme/web-%d:1", i))
	}, ""))
}

// BenchmarkFindings makes 100,000 findings with fixes, each in an object of its own.
func BenchmarkFindings(b *testing.B) {
	benchmarkInput(b, 0, repeated("", 100_000, func(i int) string {
		return fmt.Sprintf("---\napiVersion: v1\nkind: Pod\nmetadata: {name: web-%[1]d}\nspec: {containers: [{name: app, image: \"ghcr.io/acme/Web-%[1]d:1\"}]}\n", i)
	}, ""))
}

// BenchmarkPullSecretsOfPods has 1,000 pods that each name 200 undefined pull secrets.
func BenchmarkPullSecretsOfPods(b *testing.B) {
	var list strings.Builder
	for i := range 200 {
		fmt.Fprintf(&list, "{name: s%d}, ", i)
	}
	benchmarkInput(b, 10_000, repeated("", 1000, func(i int) string {
		return fmt.Sprintf("---\napiVersion: v1\nkind: Pod\nmetadata: {name: p%d}\nspec:\n  imagePullSecrets: [%s]\n  containers: [{name: app, image: \"ghcr.io/acme/web:1\"}]\n", i, list.String())
	}, ""))
}

// benchTree writes a thousand files, some of them with Secrets, and returns their folder.
func benchTree(b *testing.B) string {
	b.Helper()
	dir := b.TempDir()
	for i := range 1000 {
		text := fmt.Sprintf(deployment, fmt.Sprintf("web-%d", i), fmt.Sprintf("ghcr.io/acme/web-%d:1.%d", i, i))
		if i%50 == 0 {
			text = strings.ReplaceAll(secret, "regcred", fmt.Sprintf("regcred-%d", i))
		}
		writeBench(b, filepath.Join(dir, fmt.Sprintf("team-%02d", i%40), fmt.Sprintf("web-%d.yaml", i)), text)
	}
	return dir
}

func writeBench(b *testing.B, name, text string) {
	b.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkTree lints a thousand files, and parts of them: one file, two files with all others as
// context, and all files against a revision in which one was different.
func BenchmarkTree(b *testing.B) {
	dir := benchTree(b)
	changed := filepath.Join(dir, "team-07", "web-7.yaml")
	for _, args := range [][]string{
		{"init", "-q"}, {"add", "."}, {"-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "a"},
	} {
		if out, err := exec.CommandContext(b.Context(), "git", append([]string{"-C", dir}, args...)...).CombinedOutput(); err != nil {
			b.Fatalf("git %v: %s", args, out)
		}
	}
	writeBench(b, changed, fmt.Sprintf(deployment, "web-7", "ghcr.io/acme/Web:1"))
	for _, bm := range []struct {
		name string
		req  func() Request
	}{
		{"all", func() Request { return request(nil, dir) }},
		{"one-file", func() Request { return request(nil, changed) }},
		{"reference", func() Request {
			req := request(nil, changed, filepath.Join(dir, "team-08", "web-8.yaml"))
			req.Context = []string{dir}
			return req
		}},
		{"new-from", func() Request {
			req := request(nil, dir)
			req.Since = "HEAD"
			return req
		}},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				response, err := (&Engine{}).Lint(b.Context(), bm.req())
				if err != nil {
					b.Fatal(err)
				}
				if len(response.Result.Findings) == 0 {
					b.Fatal("no findings")
				}
			}
		})
	}
}
