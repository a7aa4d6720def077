package report

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Findings are folded if their help is that of all: it may differ in the namespace and the file.
func TestFoldByHelp(t *testing.T) {
	t.Parallel()
	finding := func(file, namespace, message, help string) lint.Finding {
		at := source.Pos{Line: 1, Col: 1}
		return lint.Finding{
			Rule: "r", Message: message, Help: help, Severity: lint.Warning, Span: source.NewSpan(&source.File{Name: file}, at, at, source.Excerpt{}),
			Object: &manifests.Object{Kind: "Pod", Name: "p", Namespace: namespace},
		}
	}
	for name, c := range map[string]struct {
		in   []lint.Finding
		want []string
	}{
		"another help": {
			[]lint.Finding{finding("a.yaml", "", "m", "write 1"), finding("b.yaml", "", "m", "write 2"), finding("c.yaml", "", "m", "write 1")},
			[]string{"write 1 (2)", "write 2 (1)"},
		},
		"namespaces": {
			[]lint.Finding{finding("a.yaml", "dev", `not in namespace "dev"`, `create it in namespace "dev": --known-secret dev/s`), finding("a.yaml", "prod", `not in namespace "prod"`, `create it in namespace "prod": --known-secret prod/s`)},
			[]string{`create it in namespace "dev": --known-secret '*/s' (2)`},
		},
		"files": {
			[]lint.Finding{finding("a.yaml", "", "m", "run resolve -f a.yaml"), finding("b.yaml", "", "m", "run resolve -f b.yaml")},
			[]string{"run resolve -f FILE (2)"},
		},
		"one file": {
			[]lint.Finding{finding("a.yaml", "", "m", "run resolve -f a.yaml")},
			[]string{"run resolve -f a.yaml (1)"},
		},
	} {
		var got []string
		for _, f := range fold(c.in, Options{}) {
			got = append(got, fmt.Sprintf("%s (%d)", f.Help, 1+len(f.more)))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
