//go:build unix

package render_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	disk "github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/manifests"
)

// one renders a target without engines: invalid input must be rejected before looking for an
// engine.
func one(t *testing.T, kind render.Kind, path string) *render.Output {
	t.Helper()
	out, err := render.New(render.Options{Helm: "none/helm", Kustomize: "none/kustomize"}).All(t.Context(), []render.Target{{Kind: kind, Path: path}})
	if err != nil {
		t.Fatal(err)
	}
	return out[0]
}

func TestKindOf(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, want := range map[string]render.Kind{
		"chart/Chart.yaml": render.Chart, "k/kustomization.yml": render.Kustomization, "l/Kustomization": render.Kustomization, "plain/pod.yaml": render.None,
	} {
		write(t, filepath.Join(dir, name), "")
		if got := render.KindOf(disk.OS, filepath.Join(dir, filepath.Dir(name))); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
	write(t, filepath.Join(dir, "web-1.0.0.tgz"), "")
	if got := render.KindOf(disk.OS, filepath.Join(dir, "web-1.0.0.tgz")); got != render.Chart {
		t.Errorf("a packaged chart is %d", got)
	}
	if got := render.KindOf(disk.OS, filepath.Join(dir, "none")); got != render.None {
		t.Errorf("a path that does not exist has the kind %d", got)
	}
}

// A link out of the tree is rejected before a program reads through it; one within the tree is followed.
func TestLinks(t *testing.T) {
	t.Parallel()
	secret := filepath.Join(t.TempDir(), "key")
	write(t, secret, "not-a-real-one")
	out := chartOf(t, map[string]string{"files/own": "x"})
	if err := os.Symlink(secret, filepath.Join(out, "files", "key")); err != nil {
		t.Fatal(err)
	}
	if o := one(t, render.Chart, out); o.Reason != manifests.SkipNotRendered || o.Err == nil || !strings.Contains(o.Err.Error(), "leads out of the tree") {
		t.Errorf("%s: %v", o.Reason, o.Err)
	}
	in := chartOf(t, map[string]string{"files/own": "x"})
	write(t, filepath.Join(in, "../shared.tpl"), "x")
	if err := os.Symlink("../shared.tpl", filepath.Join(in, "shared.tpl")); err != nil {
		t.Fatal(err)
	}
	if o := one(t, render.Chart, in); o.Reason != manifests.SkipNoEngine {
		t.Errorf("a link within the tree: %s: %v", o.Reason, o.Err)
	}
	loop := chartOf(t, nil)
	if err := os.Symlink(".", filepath.Join(loop, "again")); err != nil {
		t.Fatal(err)
	}
	if o := one(t, render.Chart, loop); o.Reason != manifests.SkipNotRendered || o.Err == nil {
		t.Errorf("a link into itself: %s: %v", o.Reason, o.Err)
	}

	k := filepath.Join(t.TempDir(), "app")
	write(t, filepath.Join(k, "kustomization.yaml"), "resources: [pod.yaml]\n")
	if err := os.Symlink(secret, filepath.Join(k, "pod.yaml")); err != nil {
		t.Fatal(err)
	}
	if o := one(t, render.Kustomization, k); o.Reason != manifests.SkipNotRendered || !strings.Contains(o.Err.Error(), "leads out of the tree") {
		t.Errorf("a kustomization: %s: %v", o.Reason, o.Err)
	}
}

// Everything that kustomize would fetch, in any form and at any depth, is rejected.
func TestRemote(t *testing.T) {
	t.Parallel()
	for _, entry := range []string{
		"https://example.com/a.yaml", "http://example.com/a.yaml", "HTTPS://example.com/a.yaml", "https://github.com/acme/deploy//base?ref=v1", "github.com/acme/deploy//base",
		"github.com:acme/deploy", "git@github.com:acme/deploy.git", "git@example.com/acme/deploy", "ssh://git@example.com/acme/deploy", "git::https://example.com/a",
		"gh:acme/deploy", "file:///srv/deploy.git", "../deploy.git?ref=main", "dev.azure.com/acme/p/_git/deploy", "example.com/acme/deploy", "oci://example.com/acme",
	} {
		for _, form := range []string{
			"resources: [pod.yaml, %q]", "bases: [%q]", "components: [%q]", "crds: [%q]", "configurations: [%q]", "generators: [%q]", "transformers: [%q]",
			"openapi: {path: %q}", "patches: [{path: %q}]", "configMapGenerator: [{name: x, files: [a=%q]}]", "secretGenerator: [{name: x, envs: [%q]}]",
		} {
			dir := t.TempDir()
			quoted := strings.ReplaceAll(form, "%q", entry)
			quoted = strings.Replace(quoted, entry, "'"+entry+"'", 1)
			if strings.Contains(form, "a=%q") {
				quoted = strings.Replace(form, "a=%q", "'a="+entry+"'", 1)
			}
			write(t, filepath.Join(dir, "base/kustomization.yaml"), quoted+"\n")
			write(t, filepath.Join(dir, "base/pod.yaml"), "")
			write(t, filepath.Join(dir, "over/kustomization.yaml"), "resources: [../base]\n")
			o := one(t, render.Kustomization, filepath.Join(dir, "over"))
			if o.Reason != manifests.SkipNotRendered || o.Err == nil || !strings.Contains(o.Err.Error(), "remote bases are not fetched") {
				t.Errorf("%s: %s: %v", quoted, o.Reason, o.Err)
			}
		}
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "kustomization.yaml"), "helmCharts: [{name: web, repo: https://charts.example.com}]\n")
	if o := one(t, render.Kustomization, dir); o.Reason != manifests.SkipNotRendered || !strings.Contains(o.Err.Error(), "helmCharts") {
		t.Errorf("%s: %v", o.Reason, o.Err)
	}
	// A local folder that looks like a URL is not one.
	write(t, filepath.Join(dir, "a/kustomization.yaml"), "resources: [example.com/app, pod.yaml, \"../b\"]\n")
	write(t, filepath.Join(dir, "a/example.com/app/kustomization.yaml"), "")
	write(t, filepath.Join(dir, "a/pod.yaml"), "")
	write(t, filepath.Join(dir, "b/kustomization.yaml"), "resources: [../a]\n") // two that build on each other; kustomize reports it
	if o := one(t, render.Kustomization, filepath.Join(dir, "a")); o.Reason != manifests.SkipNoEngine {
		t.Errorf("%s: %v", o.Reason, o.Err)
	}
}

// A kustomization that others build on is part of them.
func TestParts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "base/kustomization.yaml"), "")
	write(t, filepath.Join(dir, "dev/kustomization.yaml"), "resources: [../base]\n")
	write(t, filepath.Join(dir, "far/kustomization.yaml"), "resources: [../base, https://example.com/a]\n")
	folders := []string{filepath.Join(dir, "base"), filepath.Join(dir, "dev"), filepath.Join(dir, "far")}
	got := render.BuiltInto(disk.OS, folders)
	if len(got) != 1 || !got[folders[0]] {
		t.Errorf("%v, want %s alone", got, folders[0])
	}
	if got := render.BuiltInto(disk.OS, folders[:1]); len(got) != 0 {
		t.Errorf("alone: %v", got)
	}
}

// A library chart renders nothing; an archive is read without unpacking it; a file that is not an archive is
// an error.
func TestCharts(t *testing.T) {
	t.Parallel()
	lib := chartOf(t, map[string]string{"Chart.yaml": "name: lib\ntype: library\n"})
	if o := one(t, render.Chart, lib); o.Reason != manifests.SkipLibrary || o.Err != nil {
		t.Errorf("%s: %v", o.Reason, o.Err)
	}
	dir := t.TempDir()
	packed := filepath.Join(dir, "lib-1.0.0.tgz")
	write(t, packed, archive(t, map[string]string{"lib/Chart.yaml": "name: lib\ntype: library\n", "lib/../../../evil": "x"}))
	if o := one(t, render.Chart, packed); o.Reason != manifests.SkipLibrary {
		t.Errorf("packed: %s: %v", o.Reason, o.Err)
	}
	if _, err := os.Stat(filepath.Join(dir, "../evil")); err == nil {
		t.Error("a file was unpacked")
	}
	for name, want := range map[string]string{"broken.tgz": "is not a packaged chart", "empty": "has no readable Chart.yaml"} {
		p := filepath.Join(dir, name)
		if name == "empty" {
			p = chartOf(t, map[string]string{"Chart.yaml": "\t"})
		} else {
			write(t, p, "no archive")
		}
		if o := one(t, render.Chart, p); o.Err == nil || !strings.Contains(o.Err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, o.Err, want)
		}
	}
}

func archive(t *testing.T, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for name, data := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(data))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
