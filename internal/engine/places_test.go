//go:build !windows

package engine

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// outsideOf returns the places of a finding that are beyond the end of their file or line.
func outsideOf(inputs map[string][]byte, f *lint.Finding) []string {
	var out []string
	check := func(what string, at source.Span) {
		if at.IsZero() || at.File() == nil {
			return
		}
		lines := bytes.Split(bytes.TrimPrefix(inputs[at.File().Name], []byte("\ufeff")), []byte("\n"))
		if start := at.Start(); start.Line > len(lines) || start.Line > 0 && start.Col > len(lines[start.Line-1])+1 {
			out = append(out, fmt.Sprintf("%s of %s: %s:%d:%d", what, f.Rule, at.File().Name, start.Line, start.Col))
		}
	}
	check("place", f.Span)
	for i := range f.Related {
		check(f.Related[i].Message, f.Related[i].Span)
	}
	for i := range f.Origins {
		check(f.Origins[i].Message, f.Origins[i].Span)
	}
	if f.Fix != nil {
		for i := range f.Fix.Edits {
			check("edit", f.Fix.Edits[i].Span)
		}
	}
	return out
}

// lintBuilt lints texts in memory, with kustomizations built.
func lintBuilt(t *testing.T, inputs map[string][]byte, change func(*Request)) []lint.Finding {
	t.Helper()
	req := request(files.InMemory(inputs), "/")
	req.Render.AnyFiles = true
	if change != nil {
		change(&req)
	}
	l, err := Load(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	r, err := l.Lint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r.Result.Findings
}

// No finding of the fixtures has a place that does not exist.
func TestPlacesExist(t *testing.T) {
	t.Parallel()
	var names []string
	for _, folder := range []string{"cli", "incidents"} {
		found, err := filepath.Glob("../../fixtures/" + folder + "/*.txtar")
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, found...)
	}
	places := 0
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		inputs, isBuilt := map[string][]byte{}, false
		for _, f := range archive.Files {
			inputs["/"+f.Name] = f.Data
			isBuilt = isBuilt || isKustomization(f.Name)
		}
		if !isBuilt || strings.Contains(name, "hostile") { // all its findings are in its files; or it takes a minute
			continue
		}
		found := lintBuilt(t, inputs, nil)
		for i := range found {
			places += 1 + len(found[i].Related)
			for _, wrong := range outsideOf(inputs, &found[i]) {
				t.Errorf("%s: %s", filepath.Base(name), wrong)
			}
		}
	}
	if places < 50 {
		t.Errorf("%d places, which cannot be all", places)
	}
}

// supplied is a tree in which one folder has what pods in another one use, with a name and a place that only the build shows.
var supplied = map[string][]byte{
	"/infra/base/rest.yaml": []byte(strings.Repeat("# about it\n", 40) + `apiVersion: v1
kind: Secret
metadata:
  name: harbor-pull
type: kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: '{"auths":{"harbor.acme.io":{"username":"u","password":"p"}}}'
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: robot
imagePullSecrets:
- name: gone
`),
	"/infra/base/kustomization.yaml": []byte("resources: [rest.yaml]\n"),
	"/infra/prod/kustomization.yaml": []byte("namespace: shop-prod\nresources: [../base]\n" + `secretGenerator: [{name: registry-made, options: {disableNameSuffixHash: true}, type: kubernetes.io/dockerconfigjson, literals: ['.dockerconfigjson={"auths":{"ghcr.io":{"username":"u","password":"p"}}}']}]` + "\n"),
}

func podOf(name, namespace, secret, image string) string {
	return fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: %s, namespace: %s}\nspec:\n  imagePullSecrets: [{name: %s}]\n  containers: [{name: app, image: %q}]\n---\n", name, namespace, secret, image)
}

// Related places in rendered text are moved to its sources, whether the finding is in a file, in the same output or in another one.
func TestRelatedPlacesAreMoved(t *testing.T) {
	t.Parallel()
	pods := podOf("similar", "shop-prod", "harbor-pul", "harbor.acme.io/shop/web:1.2.3") +
		podOf("elsewhere", "shop-dev", "harbor-pull", "harbor.acme.io/shop/web:1.2.3") +
		podOf("other", "shop-prod", "harbor-pull", "quay.acme.io/shop/web:1.2.3") +
		podOf("generated", "shop-prod", "registry-made", "docker.acme.io/acme/web:1.2.3") +
		"apiVersion: v1\nkind: Pod\nmetadata: {name: account, namespace: shop-dev}\nspec:\n  serviceAccountName: robot\n  containers: [{name: app, image: \"ghcr.io/acme/web:1\"}]\n"
	for _, built := range []bool{false, true} {
		inputs := map[string][]byte{"/app/pods.yaml": []byte(pods)}
		for name, data := range supplied {
			inputs[name] = data
		}
		if built {
			inputs["/app/kustomization.yaml"] = []byte("resources: [pods.yaml]\n")
		}
		notes := map[string]bool{}
		found := lintBuilt(t, inputs, nil)
		for i := range found {
			for _, wrong := range outsideOf(inputs, &found[i]) {
				t.Errorf("built: %v: %s", built, wrong)
			}
			for _, r := range found[i].Related {
				notes[fmt.Sprintf("%s: %s:%d", found[i].Rule, r.Span.File().Name, r.Span.Start().Line)] = true
			}
		}
		for _, want := range []string{
			"pull-secret-missing: /infra/base/rest.yaml:44", "pull-secret-registry-mismatch: /infra/prod/kustomization.yaml:3",
			"pull-secret-wrong-namespace: /infra/base/rest.yaml:44", "pull-secret-registry-mismatch: /infra/base/rest.yaml:44",
			"service-account-missing: /infra/base/rest.yaml:52",
		} {
			if !notes[want] {
				t.Errorf("built: %v: no note %q in %v", built, want, notes)
			}
		}
	}
}
