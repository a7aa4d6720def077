package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/resources"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// table is a small rule table: this package knows no rule by name.
func table() []lint.Rule {
	return []lint.Rule{
		{ID: "image-uppercase", Group: "invalid-reference", Severity: lint.Error, Doc: lint.Doc{Title: "the repository has upper-case letters"}},
		{ID: "image-tag-missing", Group: "tag", Severity: lint.Warning, Doc: lint.Doc{Title: "an image has no tag"}},
		{ID: "image-latest", Group: "tag", Severity: lint.Warning, Aliases: []string{"image-moving-tag"}, Doc: lint.Doc{Title: "an image uses latest"}},
		{ID: "image-digest-missing", Group: "tag", Severity: lint.Off, Doc: lint.Doc{Title: "an image has no digest"}},
		{ID: "registry-not-allowed", Group: "policy", Severity: lint.Error, Doc: lint.Doc{Title: "an image comes from elsewhere"}},
	}
}

const everything = `
rules:
  image-latest: error
  tag: off
fail-on: warning
kubernetes-version: 1.30
namespace: web
exclude: ["**/testdata/**", ./dev/, ./]
allow-registries: [registry.example.com:5000/, ghcr.io/acme, localhost]
mutable-tags: [stable, "main-*"]
local-images: ["*:dev"]
platforms: [linux/amd64, linux/arm/v7]
allow-empty: yes
guess: false
reference: [../base, /srv/base]
pull-secrets:
  known: [regcred, "web/regcred", "*/pull-*"]
resources:
  - group: example.com
    kind: Widget
    images: [spec.image]
    split-images: [{path: spec.proxy, registry: registry, repository: name, tag: tag, digest: digest}]
    pod-specs: [spec.template.spec]
    containers: ["spec.sidecars[*]"]
    pull-secrets: [{path: spec.pullSecrets, shape: strings}, {path: spec.imagePullSecrets}]
    service-accounts: [spec.serviceAccountName]
    not-images: [spec.diskImage]
ignore:
  - rules: [image-latest, tag]   # kept
    paths: ["dev/**"]
    objects: ["Deployment/web", "web/Deployment/*"]
    images: ["*/tools:*"]
    reason: developer tools only
    expires: 2027-01-31
  - {rules: ["*"], reason: " all of it "}
baseline: ci/baseline.json
catalogs: [.imagelint/catalog]
catalog-max-age: 30d
max-findings: 500
policies:
  - id: own-rule
    expression: image.tag != x
    message: m
    help: h
    severity: error
    tests: [{image: nginx, expect: pass}, {manifest: m, expect: finding}]
`

func path(t *testing.T, s string) resources.Path {
	t.Helper()
	p, err := resources.ParsePath(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestParse(t *testing.T) {
	t.Parallel()
	got, err := Parse("dir/.imagelint.yaml", []byte(everything), table())
	if err != nil {
		t.Fatal(err)
	}
	paths := func(s string) []resources.Path { return []resources.Path{path(t, s)} }
	want := &Config{
		File: &source.File{Name: "dir/.imagelint.yaml"}, Dir: "dir", Used: []string{"dir/.imagelint.yaml"},
		Levels:            map[string]lint.Severity{"image-latest": lint.Error, "tag": lint.Off},
		FailOn:            Value[lint.Severity]{lint.Warning, true},
		Kubernetes:        Value[int]{30, true},
		Namespace:         Value[string]{"web", true},
		AllowEmpty:        Value[bool]{true, true},
		Guess:             Value[bool]{false, true},
		MaxFindings:       Value[int]{500, true},
		Exclude:           []string{"**/testdata/**", "dev/**", "**"},
		AllowedRegistries: []string{"registry.example.com:5000", "ghcr.io/acme", "localhost"},
		MutableTags:       []string{"stable", "main-*"},
		LocalImages:       []string{"*:dev"},
		Platforms:         []string{"linux/amd64", "linux/arm/v7"},
		Context:           []string{"../base", "/srv/base"},
		Catalogs:          []string{".imagelint/catalog"},
		CatalogMaxAge:     30,
		Baseline:          Value[string]{"ci/baseline.json", true},
		KnownSecrets:      []string{"regcred", "web/regcred", "*/pull-*"},
		Kinds: []resources.Kind{{
			Group: "example.com", Kind: "Widget", Patch: true,
			Images: paths("spec.image"),
			ImageObjects: []resources.ImageObject{{
				Path: path(t, "spec.proxy"), Registry: path(t, "registry"), Repository: path(t, "name"), Tag: path(t, "tag"), Digest: path(t, "digest"), PlainTag: true,
			}},
			PodSpecs:        paths("spec.template.spec"),
			Containers:      paths("spec.sidecars[*]"),
			PullSecrets:     []resources.PullSecret{{Path: path(t, "spec.pullSecrets"), Shape: resources.ListOfStrings}, {Path: path(t, "spec.imagePullSecrets")}},
			ServiceAccounts: paths("spec.serviceAccountName"),
			NotImage:        paths("spec.diskImage"),
		}},
		Ignores: []lint.Ignore{
			{
				Rules: []string{"image-latest", "tag"}, Paths: []string{"dev/**"}, Objects: []string{"Deployment/web", "web/Deployment/*"},
				Images: []string{"*/tools:*"}, Reason: "developer tools only", Expires: "2027-01-31",
			},
			{Rules: []string{"*"}, Reason: "all of it"},
		},
	}
	want.Policies = []Policy{{
		Rule: lint.Rule{ID: "own-rule", Group: PolicyGroup, Own: true, Severity: lint.Error, Doc: lint.Doc{
			Title: "m", Why: "A policy of dir/.imagelint.yaml, line 41. It reports images for which this is false: image.tag != x",
		}},
		Expression: Text{Value: "image.tag != x"}, Message: Text{Value: "m"}, Help: "h",
		Tests: []PolicyTest{{Image: "nginx"}, {Manifest: "m", Finding: true}},
	}}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(lint.Ignore{}, "Span"), cmpopts.IgnoreUnexported(Text{}, Config{}), cmpopts.IgnoreFields(PolicyTest{}, "At")); diff != "" {
		t.Errorf("Parse (-want +got):\n%s", diff)
	}
	span := got.Ignores[0].Span
	if span.File() != got.File || span.Start().Line != 29 || span.Start().Col != 5 || span.End().Col != 40 || !strings.Contains(span.Excerpt().Text, "# kept") {
		t.Errorf("span of the first entry: %+v", span)
	}
	if text := everything[span.Start().Offset:span.End().Offset]; text != "rules: [image-latest, tag]   # kept" {
		t.Errorf("span of the first entry is %q", text)
	}
	if start := got.Ignores[1].Span.Start(); start.Line != 35 || start.Col != 5 {
		t.Errorf("span of the second entry: %+v", start)
	}
	if got, want := got.CatalogPaths(), []string{filepath.FromSlash("dir/.imagelint/catalog")}; !cmp.Equal(got, want) {
		t.Errorf("CatalogPaths = %q, want %q", got, want)
	}
	if got, want := got.ContextPaths(), []string{"base", "/srv/base"}; !cmp.Equal(got, want) && filepath.Separator == '/' {
		t.Errorf("ContextPaths = %q, want %q", got, want)
	}
}

func TestLongLine(t *testing.T) {
	t.Parallel()
	entry := "{rules: ['*'], reason: ä}"
	in := "\ufeffignore: [" + strings.Repeat(entry+", ", 100) + entry + "]\n"
	c, err := Parse("c", []byte(in), table())
	if err != nil || len(c.Ignores) != 101 {
		t.Fatalf("Parse = %v", err)
	}
	for i, ig := range c.Ignores {
		s := ig.Span
		if want := 10 + 27*i; s.Start().Col != want || s.Start().Line != 1 || s.End().Offset > len(in) || s.Excerpt().Col != s.Start().Col {
			t.Fatalf("entry %d: span %+v, want column %d", i, s, want)
		}
		if text := in[s.Start().Offset:s.End().Offset]; !strings.HasPrefix(text, entry) || s.Excerpt().Text != text {
			t.Fatalf("entry %d: span is %q", i, text)
		}
	}
}

// TestSet checks that keys that are not set differ from keys set to an empty value.
func TestSet(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"", "\ufeff", "# nothing\n", "---\n", "null", "rules:\nexclude:\nignore:\nresources:\npull-secrets:\n  known:\n"} {
		c, err := Parse("c", []byte(in), table())
		if err != nil {
			t.Errorf("Parse(%q): %v", in, err)
			continue
		}
		if diff := cmp.Diff(&Config{File: c.File, Dir: ".", Used: c.Used}, c, cmpopts.IgnoreUnexported(Config{})); diff != "" {
			t.Errorf("Parse(%q) is not empty:\n%s", in, diff)
		}
	}
	c, err := Parse("c", []byte("exclude: []\npull-secrets: {known: []}\nrules: {}\nguess: off\n"), table())
	if err != nil {
		t.Fatal(err)
	}
	if c.Exclude == nil || c.KnownSecrets == nil || c.Levels == nil || !c.Guess.Set || c.AllowEmpty.Set || c.MutableTags != nil {
		t.Errorf("empty lists are read as unset: %+v", c)
	}
	if c.Guess.Or(true) || !c.AllowEmpty.Or(true) {
		t.Error("Or does not prefer what is written")
	}
}

func TestApply(t *testing.T) {
	t.Parallel()
	c, err := Parse("c", []byte("kubernetes-version: v1.33.2\nmutable-tags: []\nplatforms: [linux/arm64]\nallow-registries: [ghcr.io]\nlocal-images: [a]\n"), table())
	if err != nil {
		t.Fatal(err)
	}
	got := c.Apply(lint.Settings{Kubernetes: 37, Namespace: "kept", MutableTags: []string{"x"}, Platforms: []string{"linux/amd64"}})
	want := lint.Settings{
		Kubernetes: 33, Namespace: "kept", MutableTags: []string{}, Platforms: []string{"linux/arm64"},
		AllowedRegistries: []string{"ghcr.io"}, LocalImages: []string{"a"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Apply (-want +got):\n%s", diff)
	}
}

func TestExpand(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     map[string]lint.Severity
	}{
		{"nothing", "{}", map[string]lint.Severity{}},
		{"group", "{tag: error}", map[string]lint.Severity{"image-latest": lint.Error, "image-tag-missing": lint.Error}},
		{"rule before its group", "{image-latest: info, tag: off}", map[string]lint.Severity{"image-latest": lint.Info, "image-tag-missing": lint.Off}},
		{"rule behind its group", "{tag: off, image-latest: info}", map[string]lint.Severity{"image-latest": lint.Info, "image-tag-missing": lint.Off}},
		{"alias", "{tag: off, image-moving-tag: info}", map[string]lint.Severity{"image-latest": lint.Info, "image-tag-missing": lint.Off}},
		{"alias and rule", "{image-latest: warning, image-moving-tag: info}", map[string]lint.Severity{"image-latest": lint.Warning}},
		{"off by default", "{image-digest-missing: warning}", map[string]lint.Severity{"image-digest-missing": lint.Warning}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, err := Parse("c", []byte("rules: "+test.in), table())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, c.Expand(table())); diff != "" {
				t.Errorf("Expand (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseFailOn(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]lint.Severity{"error": lint.Error, "warning": lint.Warning, "info": lint.Info, "never": lint.Off} {
		if got, err := ParseFailOn(in); err != nil || got != want {
			t.Errorf("ParseFailOn(%q) = %v, %v", in, got, err)
		}
	}
	for _, in := range []string{"off", "", "Error"} {
		if got, err := ParseFailOn(in); err == nil {
			t.Errorf("ParseFailOn(%q) = %v", in, got)
		}
	}
}

func TestParseKubernetesVersion(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int{
		"1.33": 33, "v1.33": 33, "v1.33.2": 33, "1.30": 30, "1.20": 20, "1.40": 40, "v1.33.2-gke.100": 33, "1.33+": 33, "v1.31.4+k3s1": 31, "1.32-eks-1": 32,
	} {
		if got, err := ParseKubernetesVersion(in); err != nil || got != want {
			t.Errorf("ParseKubernetesVersion(%q) = %d, %v, want %d", in, got, err, want)
		}
	}
	for in, want := range map[string]string{
		"1.19":   `version "1.19" of Kubernetes is not known: write one from 1.20 to 1.40`,
		"1.3":    `version "1.3" of Kubernetes is not known: write one from 1.20 to 1.40`,
		"1.9999": `version "1.9999" of Kubernetes is not known: write one from 1.20 to 1.40`,
		"33":     `"33" is not a valid Kubernetes version: write 1.33`,
		"2.0":    `"2.0" is not a valid Kubernetes version: write one from 1.20 to 1.40`,
		"1.33.":  `"1.33." is not a valid Kubernetes version: write one from 1.20 to 1.40`,
		"1.33 ":  `"1.33 " is not a valid Kubernetes version: write one from 1.20 to 1.40`,
		"":       `"" is not a valid Kubernetes version: write one from 1.20 to 1.40`,
		"latest": `"latest" is not a valid Kubernetes version: write one from 1.20 to 1.40`,
	} {
		if got, err := ParseKubernetesVersion(in); err == nil || err.Error() != want {
			t.Errorf("ParseKubernetesVersion(%q) = %d, %v, want %s", in, got, err, want)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	tests := []struct{ key, value, want, err string }{
		{"exclude", "./dev/", "dev/**", ""},
		{"exclude", "[a", "", `"[a" is not a valid glob: close its brackets and braces, or escape them with "\"`},
		{"kubernetes-version", "v1.33.2", "33", ""},
		{"namespace", "Web", "", `"Web" is not a valid namespace: write lower-case letters, digits and dashes, 63 at most`},
		{"allow-registries", "ghcr.io/", "ghcr.io", ""},
		{"pull-secrets.known", "web/regcred", "web/regcred", ""},
		{"pull-secrets.known", "a/b/c", "", `"a/b/c" is not a valid Secret name: write NAME or NAMESPACE/NAME`},
		{"fail-on", "", "", "the value is empty: add a value, or remove it"},
		{"nothing", "x", "", `"nothing" is not a configuration key`},
		{"guess", "x", "", `"guess" does not take a single value`},
	}
	for _, test := range tests {
		got, err := Check(test.key, test.value, table())
		msg := ""
		if err != nil {
			msg = err.Error()
		}
		if got != test.want || msg != test.err {
			t.Errorf("Check(%q, %q) = %q, %q, want %q, %q", test.key, test.value, got, msg, test.want, test.err)
		}
	}
	for _, name := range []string{"image-latest", "tag", "image-moving-tag"} {
		if err := CheckRule(name, table()); err != nil {
			t.Errorf("CheckRule(%q): %v", name, err)
		}
	}
	if err := CheckRule("image-lastest", table()); err == nil || err.Error() != `"image-lastest" is not a valid rule or group: did you mean "image-latest"?` {
		t.Errorf("CheckRule: %v", err)
	}
	if err := CheckRule("*", table()); err == nil {
		t.Error("CheckRule takes *")
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, Name)
	if err := os.WriteFile(file, []byte("guess: true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(file, table())
	if err != nil || !c.Guess.V || c.Dir != dir || c.File.Name != file {
		t.Errorf("Load = %+v, %v", c, err)
	}
	if _, err := Load(dir, table()); err == nil || !strings.HasSuffix(err.Error(), "it is a folder, not a regular file") {
		t.Errorf("Load of a folder: %v", err)
	}
	if _, err := Load(filepath.Join(dir, "none"), table()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Load of empty input: %v", err)
	}
	if err := os.WriteFile(file, []byte(strings.Repeat("#", MaxSize+1)), 0o600); err != nil {
		t.Fatal(err)
	}
	want := file + ":1:1: the file is larger than 1 MiB: name a configuration of imagelint"
	if _, err := Load(file, table()); err == nil || err.Error() != want {
		t.Errorf("Load of a large file: %v", err)
	}
	if err := os.WriteFile(file, []byte(strings.Repeat("#", MaxSize)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(file, table()); err != nil {
		t.Errorf("Load of a file of the largest size: %v", err)
	}
}
