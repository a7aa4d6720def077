package config_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/rules"
)

// The rendering keys are read; the name of a program must not be a path.
func TestRender(t *testing.T) {
	t.Parallel()
	c, err := config.Parse("c", []byte(`render: false
helm: helm4
kustomize: kubectl
charts:
- paths: [charts/web]
  values: [a.yaml]
  matrix: ["ci/*"]
  set: [a=b]
  set-string: [c=1]
  release: web
- paths: ["**"]
`), rules.All())
	if err != nil {
		t.Fatal(err)
	}
	want := []config.Chart{
		{Paths: []string{"charts/web"}, Values: []string{"a.yaml"}, Matrix: []string{"ci/*"}, Set: []string{"a=b"}, SetString: []string{"c=1"}, Release: "web"},
		{Paths: []string{"**"}},
	}
	if diff := cmp.Diff(want, c.Charts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !c.Render.Set || c.Render.V || c.Helm != "helm4" || c.Kustomize != "kubectl" {
		t.Errorf("render %v, helm %q, kustomize %q", c.Render, c.Helm, c.Kustomize)
	}
	for _, bad := range []string{"./helm", "bin/helm", "/usr/bin/helm", `C:\helm`, "..", "-x", "helm --debug", "he$(id)lm", "dotnet", "docker", "helm5", "kustomize", "helm "} {
		_, err := config.Parse("c", []byte("helm: '"+bad+"'\n"), rules.All())
		if err == nil || !strings.Contains(err.Error(), "is not a program that a configuration may name: write helm, helm3 or helm4, or give any other program with --helm") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
