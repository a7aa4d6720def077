package rules_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/imagelint-dev/imagelint/internal/slow"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules"
)

// Version zero means the newest version of Kubernetes in every rule, in findings and in expected errors.
func TestZeroKubernetes(t *testing.T) {
	t.Parallel()
	slow.SkipWithRace(t)
	var inputs []manifests.Input
	for _, r := range withFixtures() {
		inputs = append(inputs, input(r.ID+"/bad.yaml", fixture(t, r.ID, "bad.yaml")))
	}
	set, err := manifests.Load(t.Context(), inputs, manifests.Options{})
	if err != nil {
		t.Fatal(err)
	}
	run := func(kubernetes int) []lint.Finding {
		result, err := (&lint.Linter{Rules: rules.All(), Settings: lint.Settings{Kubernetes: kubernetes}}).Run(t.Context(), set)
		if err != nil {
			t.Fatal(err)
		}
		return result.Findings
	}
	what := cmpopts.IgnoreFields(lint.Finding{}, "Object", "Document", "Fix")
	if diff := cmp.Diff(run(lint.NewestKubernetes), run(0), what); diff != "" {
		t.Errorf("the zero version differs from the newest (-newest +zero):\n%s", diff)
	}
	if cmp.Equal(run(lint.NewestKubernetes), run(30), what) {
		t.Error("no fixture differs between an old version and the newest")
	}
}
