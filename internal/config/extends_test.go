package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
)

func TestExtends(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "base", "base.yaml"), `
fail-on: info
namespace: base
exclude: [a]
platforms: [linux/amd64]
rules: {image-latest: error, image-tag-missing: error}
reference: [shared]
baseline: known.json
ignore: [{rules: ["*"], reason: base}]
overrides: [{paths: [a], namespace: a}]
resources: [{group: example.com, kind: Widget, images: [spec.a]}, {group: example.com, kind: Gadget, images: [spec.a]}]
charts: [{paths: [web], release: base}]
policies: [{id: one, expression: a, message: base}, {id: two, expression: a, message: base, severity: info}]
`)
	put(t, filepath.Join(dir, "apps", Name), `
extends: ../base/base.yaml
namespace: own
exclude: []
rules: {tag: warning, two: error}
policies: [{id: three, expression: a, message: own}, {id: one, expression: a, message: own}]
ignore: [{rules: ["*"], reason: own}]
overrides: [{paths: [b], namespace: b}]
resources: [{group: example.com, kind: Widget, images: [spec.b]}]
`)
	c, err := Load(filepath.Join(dir, "apps", Name), table())
	if err != nil {
		t.Fatal(err)
	}
	if c.FailOn.V != lint.Info || c.Namespace.V != "own" || len(c.Exclude) != 0 || c.Exclude == nil || !slices.Equal(c.Platforms, []string{"linux/amd64"}) {
		t.Errorf("settings: %+v", c)
	}
	// This file overrides the one it extends, even with a group over a rule there.
	want := map[string]lint.Severity{"image-latest": lint.Warning, "image-tag-missing": lint.Warning, "two": lint.Error}
	if diff := cmp.Diff(want, c.Levels); diff != "" {
		t.Error(diff)
	}
	if got := []string{c.ContextPaths()[0], c.BaselinePath()}; !slices.Equal(got, []string{filepath.Join(dir, "base", "shared"), filepath.Join(dir, "base", "known.json")}) {
		t.Errorf("paths: %q", got)
	}
	if len(c.Ignores) != 2 || c.Ignores[0].Reason != "base" || c.Ignores[0].Span.File().Name != filepath.Join(dir, "base", "base.yaml") {
		t.Errorf("ignores: %+v", c.Ignores)
	}
	if len(c.Overrides) != 2 || c.Overrides[1].Namespace != "b" {
		t.Errorf("overrides: %+v", c.Overrides)
	}
	if len(c.Kinds) != 2 || c.Kinds[0].Images[0].String() != "spec.b" || c.Kinds[1].Kind != "Gadget" {
		t.Errorf("kinds: %+v", c.Kinds)
	}
	if len(c.Charts) != 1 || c.Charts[0].Release != "base" {
		t.Errorf("charts: %+v", c.Charts)
	}
	policies := ""
	for _, p := range c.Policies {
		policies += p.Rule.ID + " " + p.Message.Value + ", "
	}
	if policies != "two base, three own, one own, " {
		t.Errorf("policies: %s", policies)
	}
	if want := []string{filepath.Join(dir, "apps", Name), filepath.Join(dir, "base", "base.yaml")}; !slices.Equal(c.Used, want) {
		t.Errorf("used: %q", c.Used)
	}
}

func TestExtendsErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	repo := filepath.Join(dir, "repo")
	put(t, filepath.Join(repo, ".git", "x"), "")
	put(t, filepath.Join(dir, "out.yaml"), "namespace: out\n")
	put(t, filepath.Join(repo, "a.yaml"), "extends: b.yaml\n")
	put(t, filepath.Join(repo, "b.yaml"), "extends: ./a.yaml\n")
	put(t, filepath.Join(repo, "bad.yaml"), "namespaces: x\n")
	for i := range maxExtends + 1 {
		put(t, filepath.Join(repo, "deep"+string(rune('a'+i))+".yaml"), "extends: ./deep"+string(rune('b'+i))+".yaml\n")
	}
	if err := os.Symlink(filepath.Join("..", "out.yaml"), filepath.Join(repo, "link.yaml")); err != nil {
		t.Skip(err)
	}
	for text, want := range map[string]string{
		"extends: ./none.yaml":          `:1:10: "extends": there is no file`,
		"extends: a.yaml":               `b.yaml:1:10: "extends": "./a.yaml" extends this file in turn`,
		"extends: .imagelint.yaml":      `:1:10: "extends": ".imagelint.yaml" extends this file in turn`,
		"extends: ./deepa.yaml":         `is one more than the 8 files that may extend each other`,
		"extends: ./bad.yaml":           `bad.yaml:1:1: unknown key "namespaces"`,
		"extends: ../out.yaml":          `:1:10: "extends": "../out.yaml" leads out of the repository`,
		"extends: link.yaml":            `:1:10: "extends": "link.yaml" leads out of the repository by a link`,
		"extends: stricht":              `"stricht" is not a valid preset: did you mean "strict"?`,
		"extends: https://example.com/": `is a URL, and nothing is fetched`,
	} {
		file := filepath.Join(repo, Name)
		put(t, file, text+"\n")
		_, err := LoadFound(Found{Path: file, Root: repo, Repository: true}, table(), false)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", text, err, want)
		}
	}
	// A file that the user named may extend a file elsewhere, but not through a link.
	put(t, filepath.Join(repo, Name), "extends: ../out.yaml\n")
	if c, err := Load(filepath.Join(repo, Name), table()); err != nil || c.Namespace.V != "out" {
		t.Errorf("a named file outside of the tree: %v", err)
	}
	put(t, filepath.Join(repo, Name), "extends: link.yaml\n")
	if _, err := Load(filepath.Join(repo, Name), table()); err == nil || !strings.Contains(err.Error(), "by a link") {
		t.Errorf("a link to a named file: %v", err)
	}
}

// Reaches keys are also ignored in an extended file.
func TestExtendsTrust(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "base.yaml"), "probe: {insecure: [registry.example], timeout: 5s}\n")
	put(t, filepath.Join(dir, Name), "extends: ./base.yaml\n")
	found := Found{Path: filepath.Join(dir, Name), Root: dir}
	c, err := LoadFound(found, table(), false)
	if err != nil || c.Probe.Insecure != nil || c.Probe.Timeout == 0 || !slices.Equal(c.Bounds.LeftOut, []string{"probe.insecure"}) {
		t.Errorf("%+v, %v", c.Probe, err)
	}
	if c, err = LoadFound(found, table(), true); err != nil || len(c.Probe.Insecure) != 1 {
		t.Errorf("trusted: %+v, %v", c.Probe, err)
	}
}

// Overrides of an extended file are relative to its folder and to the folder of the file that extends it.
func TestExtendedOverrides(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	put(t, at(Name), "extends: ./common/base.yaml\noverrides: [{paths: [apps/prod], namespace: root}]\n")
	put(t, at("common/base.yaml"), "overrides: [{paths: [apps/dev, prod/x.yaml, in], namespace: common}]\n")
	put(t, at("apps/"+Name), "extends: ../.imagelint.yaml\noverrides: [{paths: [prod/b.yaml], namespace: own}]\n")
	found := Found{Path: at("apps/" + Name), Root: dir}
	c, err := LoadFound(found, table(), false)
	if err != nil {
		t.Fatal(err)
	}
	run, err := LoadFound(Found{Path: at(Name), Root: dir}, table(), false)
	if err != nil {
		t.Fatal(err)
	}
	for which, overrides := range map[string][]lint.Override{"the run's": c.ForFiles(table()), "nested": run.Below(c, table())[1:]} {
		for file, want := range map[string]string{
			"apps/prod/a.yaml": "root", "apps/prod/b.yaml": "root own", "apps/dev/a.yaml": "common", "apps/prod/x.yaml": "common root", "common/in/a.yaml": "common", "other/a.yaml": "",
		} {
			if which == "nested" && !strings.HasPrefix(file, "apps/") {
				want = "" // a nested configuration is about its folder alone
			}
			var got []string
			for i := range overrides {
				if overrides[i].Match(filepath.ToSlash(at(file))) {
					got = append(got, overrides[i].Namespace)
				}
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s, %s: %q, want %q", which, file, got, want)
			}
		}
	}
}

func TestForFiles(t *testing.T) {
	t.Parallel()
	c, err := Parse("repo/.imagelint.yaml", []byte(`
overrides:
- paths: ["apps/*/prod", "*.tmp.yaml"]
  rules: {tag: off, image-uppercase: info}
  namespace: prod
  allow-registries: [ghcr.io]
`), table())
	if err != nil {
		t.Fatal(err)
	}
	c.Bounds = &Bounds{}
	one := c.ForFiles(table())[0]
	for file, want := range map[string]bool{
		"repo/apps/a/prod/x.yaml": true, "repo/apps/a/prod/b/x.yaml": true, "repo/x/y.tmp.yaml": true,
		"repo/apps/a/dev/x.yaml": false, "apps/a/prod/x.yaml": false, "other/apps/a/prod/x.yaml": false, "<stdin>": false,
	} {
		if one.Match(file) != want {
			t.Errorf("%s: %t", file, !want)
		}
	}
	// One that the user named also applies to files that are not below it.
	c.Bounds = nil
	anywhere := c.ForFiles(table())[0]
	for file, want := range map[string]bool{"repo/apps/a/prod/x.yaml": true, "apps/a/prod/x.yaml": true, "../apps/a/prod/x.yaml": true, "apps/a/dev/x.yaml": false} {
		if anywhere.Match(file) != want {
			t.Errorf("named, %s: %t", file, !want)
		}
	}
	want := map[string]lint.Severity{"image-latest": lint.Off, "image-tag-missing": lint.Off, "image-uppercase": lint.Info}
	if diff := cmp.Diff(want, one.Levels); diff != "" || one.Namespace != "prod" || !slices.Equal(one.AllowedRegistries, []string{"ghcr.io"}) {
		t.Errorf("%+v\n%s", one, diff)
	}
	// Flags override everything.
	if err := c.OverrideLevels(Changes{Enable: []string{"tag"}}, table()); err != nil {
		t.Fatal(err)
	}
	if err := c.Override("namespace", "flag"); err != nil {
		t.Fatal(err)
	}
	if err := c.OverrideList("allow-registry", []string{"quay.io"}); err != nil {
		t.Fatal(err)
	}
	one = c.ForFiles(table())[0]
	if diff := cmp.Diff(map[string]lint.Severity{"image-uppercase": lint.Info}, one.Levels); diff != "" || one.Namespace != "" || one.AllowedRegistries != nil {
		t.Errorf("with flags: %+v\n%s", one, diff)
	}
}
