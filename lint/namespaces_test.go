package lint_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
)

// Findings at one place of a source file that differ only in the namespace are one.
func TestMergeNamespaces(t *testing.T) {
	t.Parallel()
	missing := func(line int, namespace, help string) lint.Finding {
		f := moved("base.yaml", line, "web", `not in namespace "`+namespace+`"`, lint.Warning, namespace)
		f.Object.Namespace, f.Help = namespace, strings.ReplaceAll(help, "NS", namespace)
		f.Origins = []lint.Origin{{Span: f.Span}}
		return f
	}
	const help = "declare it: --known-secret NS/regcred"
	severe, alone, elsewhere := missing(1, "b", help), missing(1, "b", help), missing(1, "b", help)
	severe.Severity, alone.Origins = lint.Error, nil
	elsewhere.Message = `not in namespace "c"`
	const a, b = `not in namespace "a"; declare it: --known-secret a/regcred; with a`, `not in namespace "b"; declare it: --known-secret b/regcred; with b`
	for name, c := range map[string]struct {
		in   []lint.Finding
		want []string
	}{
		"three namespaces": {
			[]lint.Finding{missing(1, "a", help), missing(1, "b", help), missing(1, "c", help)},
			[]string{`not in namespace "a"; declare it: --known-secret '*/regcred'; also used by Pod b/web; also used by Pod c/web; with a b c`},
		},
		"two lines":         {[]lint.Finding{missing(1, "a", help), missing(2, "b", help)}, []string{a, b}},
		"no line":           {[]lint.Finding{missing(0, "a", help), missing(0, "b", help)}, []string{a, b}},
		"another help":      {[]lint.Finding{missing(1, "a", "write x"), missing(1, "b", "write y")}, []string{`not in namespace "a"; write x; with a`, `not in namespace "b"; write y; with b`}},
		"another severity":  {[]lint.Finding{missing(1, "a", help), severe}, []string{a, b}},
		"in a file":         {[]lint.Finding{missing(1, "a", help), alone}, []string{a, b}},
		"another namespace": {[]lint.Finding{missing(1, "a", help), elsewhere}, []string{a, `not in namespace "c"; declare it: --known-secret b/regcred; with b`}},
	} {
		var got []string
		for _, f := range lint.MergeNamespaces(c.in) {
			s := f.Message + "; " + f.Help
			for _, r := range f.Related {
				s += "; " + r.Message
			}
			got = append(got, s+"; with "+strings.Join(f.Combinations, " "))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
