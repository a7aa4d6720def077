package report

import (
	"fmt"
	"strings"
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

// A place is named once, and the finding's own place not again: a base of several overlays is one place.
func TestAlso(t *testing.T) {
	t.Parallel()
	finding := func(file, namespace string, line int) lint.Finding {
		at := source.Pos{Line: line, Col: 1}
		f := lint.Finding{Rule: "r", Message: "m", Severity: lint.Error, Span: source.NewSpan(&source.File{Name: file}, at, at, source.Excerpt{}), Object: &manifests.Object{Kind: "Pod", Name: "p", Namespace: namespace}}
		if namespace != "" {
			f.Message = `not in namespace "` + namespace + `"`
		}
		return f
	}
	for name, c := range map[string]struct {
		in         []lint.Finding
		want, html string
	}{
		"alone":        {[]lint.Finding{finding("a.yaml", "", 1)}, "", ""},
		"other places": {[]lint.Finding{finding("a.yaml", "", 1), finding("a.yaml", "", 2), finding("b.yaml", "", 1)}, "a.yaml:2:1, b.yaml:1:1", "a.yaml:2:1, b.yaml:1:1"},
		"three overlays of a base": {
			[]lint.Finding{finding("a.yaml", "dev", 1), finding("a.yaml", "prod", 1), finding("a.yaml", "test", 1)},
			"in 2 more namespaces", "; in 2 more namespaces",
		},
		"two places of a base": {
			[]lint.Finding{finding("a.yaml", "dev", 1), finding("a.yaml", "prod", 1), finding("a.yaml", "dev", 2), finding("a.yaml", "prod", 2)},
			"a.yaml:2:1, in 1 more namespace", "a.yaml:2:1; in 1 more namespace",
		},
		"one namespace": {[]lint.Finding{finding("a.yaml", "dev", 1), finding("a.yaml", "dev", 2), finding("a.yaml", "dev", 2)}, "a.yaml:2:1", "a.yaml:2:1"},
		"without lines": {[]lint.Finding{finding("a.tgz", "", 0), finding("a.tgz", "", 0), finding("a.tgz", "", 0)}, "2 more at this place", "; 2 more at this place"},
		"many": {
			[]lint.Finding{finding("a.yaml", "", 1), finding("a.yaml", "", 2), finding("a.yaml", "", 2), finding("a.yaml", "", 3), finding("a.yaml", "", 4), finding("a.yaml", "", 5), finding("a.yaml", "", 5)},
			"a.yaml:2:1, a.yaml:3:1, a.yaml:4:1 and 1 more place", "a.yaml:2:1, a.yaml:3:1, a.yaml:4:1, a.yaml:5:1",
		},
	} {
		all := fold(c.in, Options{})
		if got := all[0].also(); len(all) != 1 || got != c.want {
			t.Errorf("%s: %d findings, also %q, want %q", name, len(all), got, c.want)
		}
		page := htmlFinding(&all[0])
		got := strings.Join(page.Also, ", ")
		if page.AlsoIn != "" {
			got += "; " + page.AlsoIn
		}
		if got != c.html || page.AllAlso != len(page.Also) {
			t.Errorf("%s: the page has %q of %d, want %q", name, got, page.AllAlso, c.html)
		}
	}
}

// A fix is counted once, however many findings it belongs to.
func TestFixesOnce(t *testing.T) {
	t.Parallel()
	finding := func(rule, file string, line int, text string, safe bool) lint.Finding {
		at := source.Pos{Line: line, Col: 1, Offset: line}
		span := source.NewSpan(&source.File{Name: file}, at, at, source.Excerpt{})
		return lint.Finding{Rule: rule, Severity: lint.Error, Span: span, Fix: &lint.Fix{Safe: safe, Edits: []lint.Edit{{Span: span, New: text}}}}
	}
	built := finding("r", "a.yaml", 9, "x", true)
	built.Origins = []lint.Origin{{Span: built.Span}}
	two := finding("t", "a.yaml", 1, "x", true) // changes more
	two.Fix.Edits = append(two.Fix.Edits, finding("t", "a.yaml", 7, "", true).Fix.Edits...)
	all := []lint.Finding{
		two, finding("r", "a.yaml", 1, "x", true), finding("r", "./a.yaml", 1, "x", true), finding("s", "a.yaml", 1, "x", true),
		finding("r", "a.yaml", 2, "x", true), finding("r", "a.yaml", 2, "y", false), finding("s", "b.yaml", 2, "x", false), built,
	}
	if got, want := fixable(all), "3 can be fixed with --fix, 5 with --fix=all"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	rows := map[string]int{}
	for _, r := range byRule(all) {
		rows[r.rule] = r.fixable
	}
	if diff := cmp.Diff(map[string]int{"r": 3, "s": 1, "t": 1}, rows); diff != "" {
		t.Error(diff)
	}
}
