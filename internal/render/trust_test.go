//go:build unix

package render_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/manifests"
)

// program writes a program that reports a version, and otherwise writes its arguments to a file next to
// itself. It uses an absolute path, because the program has no environment.
func program(t *testing.T, path, version string) (ran func() string) {
	t.Helper()
	write(t, path, fmt.Sprintf("#!/bin/sh\ncase $1 in version) echo '%s'; exit;; esac\necho \"$@\" >>'%s.ran'\n", version, path))
	if err := os.Chmod(path, 0o755); err != nil {
		t.Fatal(err)
	}
	return func() string {
		data, err := os.ReadFile(path + ".ran")
		if err != nil {
			return ""
		}
		return string(data)
	}
}

// A program that the user did not name is taken from PATH, but not from the linted tree or a
// relative PATH entry.
func TestPrograms(t *testing.T) {
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	repo, outside := filepath.Join(top, "repo"), filepath.Join(top, "bin")
	app := filepath.Join(repo, "app")
	write(t, filepath.Join(app, "kustomization.yaml"), "resources: []\n")
	inside := program(t, filepath.Join(repo, "bin", "kustomize"), "v5.8.1")
	kustomize := program(t, filepath.Join(outside, "kustomize"), "v5.8.1")
	oc := program(t, filepath.Join(outside, "oc"), "Client Version: 4.14.1")
	write(t, filepath.Join(top, "linked", "none"), "")
	if err := os.Symlink(filepath.Join(repo, "bin", "kustomize"), filepath.Join(top, "linked", "kustomize")); err != nil {
		t.Fatal(err)
	}
	build := func(path string, o render.Options) *render.Output {
		t.Helper()
		t.Setenv("PATH", path)
		t.Chdir(repo)
		o.Trees = []string{repo}
		out, err := render.New(o).All(t.Context(), []render.Target{{Kind: render.Kustomization, Path: app}})
		if err != nil {
			t.Fatal(err)
		}
		return out[0]
	}
	list := string(filepath.ListSeparator)
	for _, path := range []string{filepath.Join(repo, "bin"), "bin", filepath.Join(top, "linked"), filepath.Join(top, "repo", "app", "..", "bin")} {
		o := build(path, render.Options{ConfiguredKustomize: "kustomize"})
		if o.Reason != manifests.SkipNoEngine || !strings.Contains(o.Err.Error(), "is inside the linted folder, so it is not run unless --kustomize names it") {
			t.Errorf("PATH=%s: %s, %v", path, o.Reason, o.Err)
		}
	}
	if o := build(filepath.Join(repo, "bin")+list+list+outside, render.Options{ConfiguredKustomize: "kustomize"}); o.Err != nil || kustomize() != "build "+app+"\n" {
		t.Errorf("after them in PATH: %v, ran %q", o.Err, kustomize())
	}
	if got := inside(); got != "" {
		t.Errorf("the program of the tree ran: %q", got)
	}
	if o := build(outside, render.Options{ConfiguredKustomize: "oc"}); o.Err != nil || oc() != "kustomize "+app+"\n" {
		t.Errorf("oc: %v, ran %q", o.Err, oc())
	}
	if o := build(outside, render.Options{Kustomize: filepath.Join(repo, "bin", "kustomize")}); o.Err != nil || inside() != "build "+app+"\n" {
		t.Errorf("named by the user: %v, ran %q", o.Err, inside())
	}
}

// A program is given a folder only if its version output is that of the expected program.
func TestClaims(t *testing.T) {
	t.Parallel()
	chart := chartOf(t, nil)
	app := filepath.Join(t.TempDir(), "app")
	write(t, filepath.Join(app, "kustomization.yaml"), "resources: []\n")
	for _, tt := range []struct {
		name, says string
		ok         bool
	}{
		{"helm", "v3.21", true},
		{"helm", "v4.0.0+g99cd196", true},
		{"helm", "Client: v2.17.0+ga690bad", false},
		{"helm", "", false},
		{"helm", "Docker version 27.1.1", false},
		{"kustomize", "v5.8.1", true},
		{"kustomize", "5.4.2", true},
		{"kustomize", "(devel)", true},
		{"kustomize", "{Version:kustomize/v4.5.7 GitCommit:x}", true},
		{"kustomize", "{Version:unknown GitCommit:x}", true},
		{"kustomize", "Version: {KustomizeVersion:2.0.3 GitCommit:x}", true},
		{"kustomize", "Docker version 27.1.1, build 6312585", false},
		{"kustomize", "Client:\n Version: 27.1.1", false},
		{"kustomize", "", false},
		{"kubectl", "Client Version: v1.33.0\nKustomize Version: v5.6.0", true},
		{"kubectl", `Client Version: version.Info{Major:"1", Minor:"19"}`, true},
		{"kubectl", "v5.8.1", false},
		{"oc", "Client Version: 4.14.1", true},
	} {
		path := filepath.Join(t.TempDir(), tt.name)
		ran := program(t, path, tt.says)
		target := render.Target{Kind: render.Kustomization, Path: app}
		o := render.Options{Kustomize: path}
		if tt.name == "helm" {
			target, o = render.Target{Kind: render.Chart, Path: chart}, render.Options{Helm: path}
		}
		out, err := render.New(o).All(t.Context(), []render.Target{target})
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case tt.ok && (out[0].Err != nil || ran() == ""):
			t.Errorf("%s that prints %q: %v", tt.name, tt.says, out[0].Err)
		case !tt.ok && (ran() != "" || out[0].Err == nil || !strings.Contains(out[0].Err.Error(), "does not report its version")):
			t.Errorf("%s that prints %q ran %q: %v", tt.name, tt.says, ran(), out[0].Err)
		}
	}
}

// Files named by a kustomization must be in its repository, after following links; others are reported with
// position.
func TestKustomizationInside(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	write(t, filepath.Join(top, "out/kustomization.yaml"), "resources: []\n")
	write(t, filepath.Join(top, "out/pod.yaml"), "")
	write(t, filepath.Join(top, "repo/.git"), "")
	write(t, filepath.Join(top, "repo/base/kustomization.yaml"), "resources: []\n")
	if err := os.Symlink("../out", filepath.Join(top, "repo", "link")); err != nil {
		t.Fatal(err)
	}
	for entry, want := range map[string]string{
		"../../out":                        "leads out of the repository",
		"../../out/pod.yaml":               "leads out of the repository",
		"../../none.yaml":                  "leads out of the repository",
		"../link":                          "leads out of the repository by a link, to ",
		"../link/pod.yaml":                 "leads out of the repository by a link, to ",
		filepath.Join(top, "out/pod.yaml"): "leads out of the repository",
		"/etc/passwd":                      "leads out of the repository",
		"../base":                          "",
	} {
		for form, at := range map[string]string{
			"resources:\n- %s": "2:3", "resources: []\npatches: [{path: %s}]": "2:18", "configMapGenerator: [{name: x, files: [a=%s]}]": "1:40", "openapi: {path: %s}": "1:17",
		} {
			dir := filepath.Join(top, "repo", "app")
			text := fmt.Sprintf(form, entry)
			write(t, filepath.Join(dir, "kustomization.yaml"), text+"\n")
			o := one(t, render.Kustomization, dir)
			if want == "" {
				if o.Reason != manifests.SkipNoEngine {
					t.Errorf("%s: %s, %v", text, o.Reason, o.Err)
				}
				continue
			}
			if o.Reason != manifests.SkipNotRendered || !strings.Contains(o.Err.Error(), want) || !strings.Contains(o.Err.Error(), "kustomization.yaml:"+at+": ") {
				t.Errorf("%s: %s, %v; want %s %s", text, o.Reason, o.Err, at, want)
			}
		}
	}
}
