package report

import (
	"bytes"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares output with a file in testdata, or writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want = bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n"))
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got), write it with -update if that is meant:\n%s", file, diff)
	}
}

// at returns the span of the first occurrence of a text in a file.
func at(t testing.TB, name, content, needle string) source.Span {
	t.Helper()
	i := strings.Index(content, needle)
	if i < 0 {
		t.Fatalf("no %q in %q", needle, content)
	}
	text := source.Text{File: &source.File{Name: name}, Data: []byte(content), Base: source.Pos{Line: 1, Col: 1}}
	return text.Span(i, i+len(needle))
}

// line moves a span down, as if lines preceded it.
func line(s source.Span, by int) source.Span {
	start, end := s.Start(), s.End()
	start.Line, end.Line = start.Line+by, end.Line+by
	return source.NewSpan(s.File(), start, end, s.Excerpt()).WithExact(s.Exact())
}

const web = "apiVersion: apps/v1\nkind: Deployment\n      containers:\n      - name: nginx\n        image: nginxy:latest\n"

// sample is a report with every part in it.
func sample(t testing.TB) Report {
	t.Helper()
	doc := &manifests.Document{Template: "chart/templates/web.yaml"}
	deploy := &manifests.Object{Doc: doc, APIVersion: "apps/v1", Kind: "Deployment", Namespace: "web", Name: "nginx-deploy"}
	job := &manifests.Object{APIVersion: "batch/v1", Kind: "Job"}
	name := line(at(t, "k8s/web.yaml", web, "nginxy"), 14)
	fixed := at(t, "k8s/job.yaml", "  image: Nginx:1\n", "Nginx")
	return Report{
		Result: lint.Result{
			Findings: []lint.Finding{
				{
					Rule: "image-uppercase", Group: "invalid-reference", Severity: lint.Error, Span: at(t, "k8s/job.yaml", "  image: Nginx:1\n", "Nginx:1"),
					Object: job, Container: "main", Path: "spec.template.spec.containers[0].image", Image: "Nginx:1",
					Message: `image "Nginx:1" has upper-case letters in its repository name`, Help: `write "nginx:1"`,
					Cluster: lint.ClusterError{Stage: lint.StageKubelet, Reason: "InvalidImageName", Message: "couldn't parse image name"},
					Fix:     &lint.Fix{Title: `write "nginx:1"`, Safe: true, Edits: []lint.Edit{{Span: fixed, New: "nginx"}}},
				},
				{
					Rule: "image-unknown-official", Group: "suspicious-reference", Severity: lint.Warning, Span: name,
					Object: deploy, Document: doc, Container: "nginx", Path: "spec.template.spec.containers[0].image", Image: "nginxy:latest",
					Message: `image "nginxy:latest" names no Docker Official Image`, Help: `did you mean "nginx"?`,
					Cluster: lint.ClusterError{Stage: lint.StageRuntime, Reason: "ErrImagePull", Message: "pull access denied, repository does not exist or may require authorization"},
				},
				{
					Rule: "pull-secret-wrong-namespace", Group: "pull-secret", Severity: lint.Warning, Span: line(at(t, "k8s/web.yaml", "      - name: regcred\n", "regcred"), 122),
					Object: deploy, Document: doc, Message: `imagePullSecrets names "regcred", which is in namespace "infra"`,
					Related: []lint.Related{
						{Span: at(t, "k8s/secret.yaml", "  name: regcred\n", "regcred"), Message: "the Secret of that name"},
						{Message: "no copy of it is made by a known operator"},
					},
				},
				{Rule: "image-deprecated", Group: "suspicious-reference", Severity: lint.Info, Message: "a finding without a place", Help: "look elsewhere"},
			},
			Suppressed: []lint.Finding{{
				Rule: "image-latest", Group: "tag", Severity: lint.Warning, Span: name, Object: deploy,
				Message: `image "nginxy:latest" uses the mutable tag "latest"`, Suppressed: "the demo shall move",
			}},
		},
		Set: &manifests.Set{
			Stats: manifests.Stats{Files: 3, Documents: 4, Objects: 4, Workloads: 2, Images: 5},
			Skipped: []manifests.Skip{
				{File: "values.yaml", Reason: manifests.SkipNotKubernetes},
				{File: "mkdocs.yml", Reason: manifests.SkipNotKubernetes},
				{File: "tpl/x.yaml", Line: 7, Reason: manifests.SkipTemplate},
			},
		},
	}
}

// printed is a report in a format.
func printed(t testing.TB, format string, r Report, o Options) []byte {
	t.Helper()
	write, err := Lookup(format)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := write(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	t.Parallel()
	full := sample(t)
	clean := Report{Set: &manifests.Set{Stats: manifests.Stats{Files: 1, Documents: 1, Objects: 1, Workloads: 1, Images: 1}}}
	silenced := Report{
		Result: lint.Result{Suppressed: full.Result.Suppressed}, Set: full.Set, RunErrors: []string{`read "gone.yaml": no such file`},
	}
	for _, c := range []struct {
		file, format string
		report       Report
		options      Options
	}{
		{"full.text", "text", full, Options{}},
		{"full.color.text", "text", full, Options{Color: true}},
		{"full.verbose.text", "text", full, Options{Verbose: true}},
		{"full.quiet.text", "text", full, Options{Quiet: true, Verbose: true}},
		{"full.narrow.text", "text", full, Options{Width: 30}},
		{"full.short", "short", full, Options{Verbose: true}},
		{"full.json", "json", full, Options{Color: true, Verbose: true}},
		{"clean.text", "text", clean, Options{}},
		{"clean.short", "short", clean, Options{}},
		{"clean.json", "json", clean, Options{}},
		{"silenced.text", "text", silenced, Options{}},
		{"nothing.text", "text", Report{}, Options{}},
		{"nothing.json", "json", Report{}, Options{}},
		{"full.sarif", "sarif", full, Options{}},
		{"nothing.sarif", "sarif", Report{}, Options{}},
		{"full.github", "github", full, Options{Color: true, Verbose: true}},
		{"silenced.github", "github", silenced, Options{}},
		{"full.gitlab", "gitlab", full, Options{}},
		{"nothing.gitlab", "gitlab", Report{}, Options{}},
		{"full.junit", "junit", full, Options{}},
		{"silenced.junit", "junit", silenced, Options{}},
		{"nothing.junit", "junit", Report{}, Options{}},
		{"full.checkstyle", "checkstyle", full, Options{}},
		{"nothing.checkstyle", "checkstyle", Report{}, Options{}},
		{"full.rdjson", "rdjson", full, Options{}},
		{"nothing.rdjson", "rdjson", Report{}, Options{}},
		{"full.markdown", "markdown", full, Options{}},
		{"clean.markdown", "markdown", clean, Options{}},
		{"silenced.markdown", "markdown", silenced, Options{}},
		{"full.jsonl", "jsonl", full, Options{}},
		{"nothing.jsonl", "jsonl", Report{}, Options{}},
		{"full.prometheus", "prometheus", full, Options{Version: "v1.2.3"}},
		{"nothing.prometheus", "prometheus", Report{}, Options{}},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			golden(t, c.file, printed(t, c.format, c.report, c.options))
		})
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		if _, err := Lookup(name); err != nil {
			t.Errorf("Lookup(%q): %v", name, err)
		}
	}
	_, err := Lookup("yaml")
	if err == nil {
		t.Fatal("Lookup accepts an unknown format")
	}
	for _, want := range append(Names(), `"yaml"`) {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("Lookup's error %q does not say %s", err, want)
		}
	}
	for _, other := range slices.Sorted(maps.Keys(meant)) {
		if _, err := Lookup(other); err == nil || !strings.HasSuffix(err.Error(), ": use "+strings.Join(meant[other], " or ")) {
			t.Errorf("Lookup(%q): %v", other, err)
		}
	}
}

// failing is a writer that fails after a number of bytes.
type failing struct{ left int }

func (f *failing) Write(p []byte) (int, error) {
	if len(p) > f.left {
		return f.left, os.ErrClosed
	}
	f.left -= len(p)
	return len(p), nil
}

func TestWriterErrors(t *testing.T) {
	t.Parallel()
	r := sample(t)
	for _, name := range Names() {
		write, err := Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := write(&failing{left: 10}, r, Options{}); err == nil {
			t.Errorf("%s: no error from a writer that fails", name)
		}
	}
	set := imageSet(t)
	for _, name := range ImageFormats() {
		if err := Images(set, ImageChoice{}).Write(&failing{left: 10}, name); err == nil {
			t.Errorf("images %s: no error from a writer that fails", name)
		}
	}
}
