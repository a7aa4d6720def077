package lint_test

import (
	"testing"

	"github.com/imagelint-dev/imagelint/lint"
)

// The names of askers are those that --probe-as takes.
func TestAskerNames(t *testing.T) {
	t.Parallel()
	for asker, want := range map[lint.Asker]string{lint.AsPod: "pod", lint.AsMe: "me", lint.AsAnonymous: "anonymous"} {
		if got := asker.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// A rule that is off by default is a warning once it is enabled, unless it says otherwise.
func TestOnceEnabled(t *testing.T) {
	t.Parallel()
	for set, want := range map[lint.Severity]lint.Severity{lint.Unset: lint.Warning, lint.Info: lint.Info, lint.Error: lint.Error} {
		rule := lint.Rule{Severity: lint.Off, Enabled: set}
		if got := rule.OnceEnabled(); got != want {
			t.Errorf("%v: got %v, want %v", set, got, want)
		}
	}
}
