package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const account = `apiVersion: v1
kind: ServiceAccount
metadata: {name: default, namespace: %s}
imagePullSecrets: [{name: %s}]
`

const bare = `apiVersion: v1
kind: Pod
metadata: {name: bare%s}
spec: {containers: [{name: app, image: "ghcr.io/acme/bare:1"}]}
`

// What an engine caches about pull secrets of unchanged files is recomputed when anything it
// depends on changes.
func TestKeptPlans(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(dir, filepath.FromSlash(name))
		clock = clock.Add(time.Second)
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
	write("web.yaml", fmt.Sprintf(deployment, "web", "ghcr.io/acme/web:1"))
	write("bare.yaml", fmt.Sprintf(bare, ""))
	req := request(nil, dir)
	kept := &Engine{}
	for _, step := range []struct {
		name   string
		change func()
		rules  []string
	}{
		{"a Secret is missing", func() {}, []string{"pull-secret-missing"}},
		{"another file changes", func() { write("bare.yaml", fmt.Sprintf(bare, "er")) }, []string{"pull-secret-missing"}},
		{"an account names it, too", func() { write("account.yaml", fmt.Sprintf(account, "shop", "regcred")) }, []string{"pull-secret-missing", "pull-secret-missing"}},
		{"the configuration knows it", func() { req.Linter.Settings.KnownSecrets = []string{"shop/regcred"} }, nil},
		{"it knows another one", func() { req.Linter.Settings.KnownSecrets = []string{"shop/other"} }, []string{"pull-secret-missing", "pull-secret-missing"}},
		{"it knows none", func() { req.Linter.Settings.KnownSecrets = nil }, []string{"pull-secret-missing", "pull-secret-missing"}},
		{"the Secret comes", func() { write("secret.yaml", secret) }, nil},
		{"it is of a wrong type", func() { write("secret.yaml", strings.Replace(secret, "kubernetes.io/dockerconfigjson", "Opaque", 1)) }, []string{"pull-secret-wrong-type"}},
		{"it is in another namespace", func() { write("secret.yaml", strings.Replace(secret, "namespace: shop", "namespace: other", 1)) }, []string{"pull-secret-wrong-namespace", "pull-secret-wrong-namespace"}},
		{"a kustomization puts it into this one", func() {
			write("kustomization.yaml", "namespace: shop\nresources: [secret.yaml, web.yaml, account.yaml, bare.yaml]\n")
		}, nil},
		{"and into another one", func() {
			write("kustomization.yaml", "namespace: third\nresources: [secret.yaml]\n")
		}, []string{"pull-secret-wrong-namespace", "pull-secret-wrong-namespace"}},
		{"the namespace of what writes none", func() { req.Linter.Settings.Namespace = "shop" }, []string{"pull-secret-wrong-namespace", "pull-secret-wrong-namespace"}},
	} {
		step.change()
		var last []string
		for range 2 { // uses the cache immediately
			fresh, err := (&Engine{}).Lint(t.Context(), req)
			if err != nil {
				t.Fatal(err)
			}
			again, err := kept.Lint(t.Context(), req)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(summarize(fresh), summarize(again)); diff != "" {
				t.Errorf("%s: (-fresh +kept):\n%s", step.name, diff)
			}
			last = nil
			for _, f := range again.Result.Findings {
				last = append(last, f.Rule)
			}
		}
		if !slices.Equal(last, step.rules) {
			t.Errorf("%s: %q, want %q", step.name, last, step.rules)
		}
	}
}
