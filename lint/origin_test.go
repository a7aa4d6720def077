package lint_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// moved is a finding on a line of a file, about an object.
func moved(file string, line int, object, message string, severity lint.Severity, combinations ...string) lint.Finding {
	at := source.Pos{Offset: line, Line: line}
	f := lint.Finding{Rule: "r", Message: message, Severity: severity, Combinations: combinations, Span: source.NewSpan(&source.File{Name: file}, at, at, source.Excerpt{})}
	if object != "" {
		f.Object = &manifests.Object{Kind: "Pod", Name: object}
	}
	return f
}

// rendered is a finding of moved about an object that a line of a template renders.
func rendered(namespace, object string, template int) lint.Finding {
	f := moved("values.yaml", 1, object, "m", lint.Warning)
	at := source.Pos{Offset: template, Line: template}
	f.Object.Namespace, f.Object.Span = namespace, source.NewSpan(&source.File{Name: "rendered", InMemory: true}, at, at, source.Excerpt{})
	f.Template = source.NewSpan(&source.File{Name: "templates/pod.yaml"}, at, at, source.Excerpt{})
	return f
}

// A joined finding has the images of the others.
func TestJoined(t *testing.T) {
	t.Parallel()
	var all []lint.Finding
	for _, object := range []string{"c", "a", "b", "a"} {
		all = append(all, moved("values.yaml", 1, object, "m", lint.Warning))
	}
	got := lint.Merge(all)
	var joined []string
	for _, s := range got[0].Joined {
		joined = append(joined, s.Object.Name)
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, joined); diff != "" || len(got) != 1 || got[0].Object.Name != "a" {
		t.Errorf("%d findings, the first about %s:\n%s", len(got), got[0].Object.Name, diff)
	}
}

// Findings that say the same at the same place are one, whichever objects or combinations of values they come from.
func TestJoin(t *testing.T) {
	t.Parallel()
	suppressed := moved("values.yaml", 1, "a", "m", lint.Warning)
	suppressed.Suppressed = "why"
	elsewhere := moved("values.yaml", 1, "a", "m", lint.Warning)
	end := elsewhere.Span.End()
	end.Line = 2
	elsewhere.Span = source.NewSpan(elsewhere.Span.File(), elsewhere.Span.Start(), end, source.Excerpt{})
	for name, c := range map[string]struct {
		in   []lint.Finding
		want []string
	}{
		"one object, two combinations": {
			[]lint.Finding{moved("values.yaml", 1, "a", "m", lint.Warning, "dev"), moved("values.yaml", 1, "a", "m", lint.Error, "prod"), moved("values.yaml", 1, "a", "m", lint.Info, "dev")},
			[]string{"error values.yaml:1 m [dev prod]"},
		},
		"two objects":       {[]lint.Finding{moved("values.yaml", 1, "b", "m", lint.Warning), moved("values.yaml", 1, "a", "m", lint.Error)}, []string{"error values.yaml:1 m [], 0: also used by Pod b"}},
		"two templates":     {[]lint.Finding{rendered("shop", "b", 7), rendered("", "a", 5)}, []string{"warning values.yaml:1 m [], 7: also used by Pod shop/b"}},
		"two messages":      {[]lint.Finding{moved("values.yaml", 1, "a", "n", lint.Warning), moved("values.yaml", 1, "a", "m", lint.Warning)}, []string{"warning values.yaml:1 m []", "warning values.yaml:1 n []"}},
		"two lines":         {[]lint.Finding{moved("values.yaml", 2, "a", "m", lint.Warning), moved("values.yaml", 1, "a", "m", lint.Warning)}, []string{"warning values.yaml:1 m []", "warning values.yaml:2 m []"}},
		"two files":         {[]lint.Finding{moved("b.yaml", 1, "a", "m", lint.Warning), moved("a.yaml", 1, "a", "m", lint.Warning)}, []string{"warning a.yaml:1 m []", "warning b.yaml:1 m []"}},
		"two ends":          {[]lint.Finding{moved("values.yaml", 1, "a", "m", lint.Warning), elsewhere}, []string{"warning values.yaml:1 m []", "warning values.yaml:1 m []"}},
		"no place":          {[]lint.Finding{moved("values.yaml", 0, "a", "m", lint.Warning), moved("values.yaml", 0, "a", "m", lint.Warning)}, []string{"warning values.yaml:0 m []", "warning values.yaml:0 m []"}},
		"one is hidden":     {[]lint.Finding{moved("values.yaml", 1, "a", "m", lint.Warning), suppressed}, []string{"warning values.yaml:1 m []", "warning values.yaml:1 m []"}},
		"without an object": {[]lint.Finding{moved("values.yaml", 1, "", "m", lint.Warning), moved("values.yaml", 1, "", "m", lint.Warning)}, []string{"warning values.yaml:1 m []"}},
	} {
		var got []string
		for _, f := range lint.Merge(c.in) {
			s := fmt.Sprintf("%s %s:%d %s %v", f.Severity, f.Span.File().Name, f.Span.Start().Line, f.Message, f.Combinations)
			for _, r := range f.Related {
				if r.Span.File() != nil && r.Span.File().InMemory {
					t.Errorf("%s: a note points at rendered text: %+v", name, r)
				}
				s += fmt.Sprintf(", %d: %s", r.Span.Start().Line, r.Message)
			}
			got = append(got, s)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Where the findings of several runs came together, the bound holds for all of them, and what is left out is counted.
func TestCut(t *testing.T) {
	t.Parallel()
	all := func() lint.Result {
		hidden := moved("a.yaml", 9, "a", "h", lint.Warning)
		hidden.Suppressed = "why"
		r := lint.Result{Suppressed: []lint.Finding{hidden, hidden}, Omitted: []lint.Omitted{{Rule: "r", Errors: 1}}}
		for i, s := range []lint.Severity{lint.Error, lint.Warning, lint.Info} {
			r.Findings = append(r.Findings, moved("a.yaml", i+1, "a", "m", s))
		}
		return r
	}
	for most, want := range map[int]lint.Omitted{
		0: {Rule: "r", Errors: 1},
		3: {Rule: "r", Errors: 1},
		2: {Rule: "r", Errors: 1, Infos: 1},
		1: {Rule: "r", Errors: 1, Warnings: 1, Infos: 1, Suppressed: 1},
	} {
		r := all()
		(&lint.Linter{MaxFindings: most}).Truncate(&r)
		if diff := cmp.Diff([]lint.Omitted{want}, r.Omitted); diff != "" {
			t.Errorf("at most %d (-want +got):\n%s", most, diff)
		}
		if n := len(r.Findings) + r.OmittedFindings(); n != 4 || r.Worst() != lint.Error {
			t.Errorf("at most %d: %d findings, the worst is %s", most, n, r.Worst())
		}
	}
	for want, left := range map[lint.Severity]lint.Omitted{lint.Error: {Errors: 1, Infos: 1}, lint.Warning: {Warnings: 1, Infos: 1}, lint.Info: {Infos: 1}, lint.Unset: {Suppressed: 1}} {
		if got := (lint.Result{Omitted: []lint.Omitted{left}}).Worst(); got != want {
			t.Errorf("%+v: the worst is %q, want %q", left, got, want)
		}
	}
}

// A run makes room for findings that will come to it from elsewhere.
func TestExpect(t *testing.T) {
	t.Parallel()
	l := lint.Linter{MaxFindings: 1}
	in := file{"a.yaml", pod("p", "app:1", "app:2", "app:3")}
	if res := run(t, l, in); len(res.Findings) != 1 || res.OmittedFindings() != 2 {
		t.Errorf("%d findings, %d left out", len(res.Findings), res.OmittedFindings())
	}
	l.Reserve("a-tag")
	if res := run(t, l, in); len(res.Findings) != 2 || res.OmittedFindings() != 1 {
		t.Errorf("with room for one more: %d findings, %d left out", len(res.Findings), res.OmittedFindings())
	}
}
