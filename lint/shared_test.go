package lint_test

import (
	"sync/atomic"
	"testing"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

func TestShared(t *testing.T) {
	t.Parallel()
	var built atomic.Int32
	var rules []lint.Rule
	for _, id := range []string{"one", "two", "three"} {
		rules = append(rules, lint.Rule{ID: id, Severity: lint.Warning, Check: func(p *lint.Pass) {
			if got := lint.Shared(p, "number", func() int32 { return built.Add(1) }); got != built.Load() {
				t.Errorf("%s got %d", id, got)
			}
		}})
	}
	l := lint.Linter{Rules: rules}
	for run := range int32(2) {
		if _, err := l.Run(t.Context(), &manifests.Set{}); err != nil {
			t.Fatal(err)
		}
		if built.Load() != run+1 {
			t.Errorf("run %d: built %d times, want once in each run", run, built.Load())
		}
	}
	if got := lint.Shared(&lint.Pass{}, "number", func() int { return 7 }); got != 7 {
		t.Errorf("outside of a run: got %d, want 7", got)
	}
}
