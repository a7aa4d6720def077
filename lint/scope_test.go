package lint

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// A rule that an override brings is asked about its files alone, in place of those of that ID farther away; levels hold for it as for any.
func TestScopes(t *testing.T) {
	t.Parallel()
	set := &manifests.Set{}
	for _, name := range []string{"x", "a/x", "a/b/x", "c/x"} {
		span := source.Whole(&source.File{Name: name})
		set.Workloads = append(set.Workloads, &manifests.Workload{Object: &manifests.Object{Span: span}, Images: []*manifests.ImageRef{{State: manifests.StateString, Raw: "r", Span: span}}})
	}
	rule := func(id, says string, severity Severity) Rule {
		return Rule{ID: id, Group: "policy", Severity: severity, NeedsMetadata: says == "b", Check: func(p *Pass) {
			for w, img := range p.Parsed() {
				p.ReportImageField(w, img, Finding{Message: says})
			}
		}}
	}
	in := func(folder string) func(string) bool {
		return func(file string) bool { return strings.HasPrefix(file, folder+"/") }
	}
	l := Linter{
		Rules:  []Rule{rule("one", "run", Warning), rule("two", "run", Warning)},
		Levels: map[string]Severity{"two": Error},
		Settings: Settings{Overrides: []Override{
			{Match: in("a"), Rules: []Rule{rule("one", "a", Info), rule("own", "a", Off)}},
			{Match: in("a/b"), Levels: map[string]Severity{"own": Warning}, Rules: []Rule{rule("one", "b", Info), rule("two", "b", Info)}},
			{Match: in("c"), Levels: map[string]Severity{"one": Off}},
		}},
	}
	res, err := l.Run(context.Background(), set)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range res.Findings {
		got = append(got, f.Span.File().Name+" "+f.Rule+" "+f.Message+" "+f.Severity.String())
	}
	want := []string{
		"a/b/x one b info", "a/b/x own a warning", "a/b/x two b error",
		"a/x one a info", "a/x two run error",
		"c/x two run error",
		"x one run warning", "x two run error",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var ids []string
	for _, r := range l.AllRules() {
		ids = append(ids, r.ID)
	}
	if diff := cmp.Diff([]string{"one", "two", "own"}, ids); diff != "" {
		t.Error(diff)
	}
	if !l.NeedsMetadata() || (&Linter{Rules: l.Rules}).NeedsMetadata() {
		t.Error("NeedsMetadata is wrong")
	}
}
