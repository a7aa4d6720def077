package lint_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// testRules returns rules with predictable findings: "a-tag" reports every tag, "b-word" every image that holds the word bad, as severe as the
// image says, and "c-off" every image, when asked for.
func testRules() []lint.Rule {
	return []lint.Rule{
		{ID: "a-tag", Group: "tag", Aliases: []string{"no-tags"}, Severity: lint.Warning, Check: func(p *lint.Pass) {
			for w, img := range p.Parsed() {
				if img.Ref.Tag != "" {
					p.ReportImage(w, img, lint.Finding{Message: "image " + img.Raw + " has a tag"})
				}
			}
		}},
		{ID: "b-word", Group: "word", Severity: lint.Error, Check: func(p *lint.Pass) {
			for w, img := range p.Parsed() {
				if !strings.Contains(img.Raw, "bad") {
					continue
				}
				f := lint.Finding{Message: "image " + img.Raw + " is bad"}
				if strings.Contains(img.Raw, "harmless") {
					f.Severity = lint.Info
				}
				p.ReportImage(w, img, f)
			}
		}},
		{ID: "c-off", Group: "tag", Severity: lint.Off, Check: func(p *lint.Pass) {
			for w, img := range p.Images() {
				p.ReportImage(w, img, lint.Finding{Message: "image " + img.Raw})
			}
		}},
		{ID: lint.RuleIgnoreUnused, Group: "input", Severity: lint.Warning},
		{ID: lint.RuleIgnoreWithoutReason, Group: "input", Severity: lint.Warning},
	}
}

type file struct{ name, text string }

func load(t *testing.T, files ...file) *manifests.Set {
	t.Helper()
	var inputs []manifests.Input
	for _, f := range files {
		inputs = append(inputs, manifests.Input{Name: f.name, Open: func() (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(f.text)), nil
		}})
	}
	set, err := manifests.Load(t.Context(), inputs, manifests.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// run lints files with the test rules.
func run(t *testing.T, l lint.Linter, files ...file) lint.Result {
	t.Helper()
	l.Rules, l.Today = testRules(), "2026-01-01"
	res, err := l.Run(t.Context(), load(t, files...))
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// brief is each finding as "severity rule file:line".
func brief(all []lint.Finding) []string {
	var out []string
	for _, f := range all {
		name := ""
		if f.Span.File() != nil {
			name = f.Span.File().Name
		}
		out = append(out, fmt.Sprintf("%s %s %s:%d", f.Severity, f.Rule, name, f.Span.Start().Line))
	}
	return out
}

func pod(name string, images ...string) string {
	s := "apiVersion: v1\nkind: Pod\nmetadata: {name: " + name + "}\nspec:\n  containers:\n"
	for i, img := range images {
		s += fmt.Sprintf("  - {name: c%d, image: %s}\n", i, img)
	}
	return s
}

func TestLevels(t *testing.T) {
	t.Parallel()
	in := file{"a.yaml", pod("p", "app:1", "bad", "harmless-bad")}
	for _, c := range []struct {
		name   string
		levels map[string]lint.Severity
		want   []string
		worst  lint.Severity
	}{
		{"defaults", nil, []string{"warning a-tag a.yaml:6", "error b-word a.yaml:7", "info b-word a.yaml:8"}, lint.Error},
		{
			"a level replaces the rule's and the finding's own",
			map[string]lint.Severity{"a-tag": lint.Info, "b-word": lint.Warning},
			[]string{"info a-tag a.yaml:6", "warning b-word a.yaml:7", "warning b-word a.yaml:8"},
			lint.Warning,
		},
		{"off", map[string]lint.Severity{"a-tag": lint.Off, "b-word": lint.Off}, nil, lint.Unset},
		{
			"what is off by default runs when it gets a level",
			map[string]lint.Severity{"a-tag": lint.Off, "b-word": lint.Off, "c-off": lint.Error},
			[]string{"error c-off a.yaml:6", "error c-off a.yaml:7", "error c-off a.yaml:8"},
			lint.Error,
		},
	} {
		res := run(t, lint.Linter{Levels: c.levels}, in)
		if diff := cmp.Diff(c.want, brief(res.Findings)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if res.Worst() != c.worst || res.Count(lint.Off) != 0 {
			t.Errorf("%s: the worst is %q, want %q", c.name, res.Worst(), c.worst)
		}
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	res := run(t, lint.Linter{}, file{"a.yaml", pod("p", "app:1", "bad", "harmless-bad", "other:2")})
	got := []int{res.Count(lint.Error), res.Count(lint.Warning), res.Count(lint.Info)}
	if diff := cmp.Diff([]int{1, 2, 1}, got); diff != "" {
		t.Error(diff)
	}
}

func TestFindingsAreFilledIn(t *testing.T) {
	t.Parallel()
	res := run(t, lint.Linter{}, file{"a.yaml", "# Source: chart/templates/p.yaml\n" + pod("p", "app:1")})
	if len(res.Findings) != 1 {
		t.Fatalf("findings: %+v", res.Findings)
	}
	f := res.Findings[0]
	got := []string{f.Rule, f.Group, f.Container, f.Path, f.Image, f.Object.Name, f.Document.Template}
	want := []string{"a-tag", "tag", "c0", "spec.containers[0].image", "app:1", "p", "chart/templates/p.yaml"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	l := lint.Linter{Rules: testRules()}
	if _, err := l.Run(ctx, load(t, file{"a.yaml", pod("p", "app:1")})); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

func TestParseSeverity(t *testing.T) {
	t.Parallel()
	for _, s := range []lint.Severity{lint.Off, lint.Info, lint.Warning, lint.Error} {
		if got, err := lint.ParseSeverity(s.String()); err != nil || got != s {
			t.Errorf("ParseSeverity(%q) = %v, %v", s, got, err)
		}
	}
	for _, name := range []string{"", "Error", "fatal"} {
		if _, err := lint.ParseSeverity(name); err == nil {
			t.Errorf("ParseSeverity(%q) gives no error", name)
		}
	}
}

// Findings come sorted by file and place, then by rule, whatever the order of the files and of the rules.
func TestOrder(t *testing.T) {
	t.Parallel()
	a, b := file{"a.yaml", pod("p", "x:2", "bad:1")}, file{"b.yaml", pod("q", "bad:3")}
	want := []string{"warning a-tag a.yaml:6", "warning a-tag a.yaml:7", "error b-word a.yaml:7", "warning a-tag b.yaml:6", "error b-word b.yaml:6"}
	for _, files := range [][]file{{a, b}, {b, a}} {
		if diff := cmp.Diff(want, brief(run(t, lint.Linter{}, files...).Findings)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		l := lint.Linter{Rules: testRules()}
		slices.Reverse(l.Rules)
		res, err := l.Run(t.Context(), load(t, files...))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, brief(res.Findings)); diff != "" {
			t.Errorf("rules the other way round (-want +got):\n%s", diff)
		}
	}
}

// A text that several containers share through an anchor is one mistake, and its other users are named.
func TestSharedText(t *testing.T) {
	t.Parallel()
	text := "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: p}\n  spec:\n    containers:\n    - {name: a, image: &i app:1}\n    - {name: b, image: *i}\n" +
		"- apiVersion: v1\n  kind: Pod\n  metadata: {name: q}\n  spec:\n    containers:\n    - {name: c, image: *i}\n"
	res := run(t, lint.Linter{}, file{"a.yaml", text})
	if len(res.Findings) != 1 {
		t.Fatalf("findings: %v", brief(res.Findings))
	}
	var users []string
	for _, r := range res.Findings[0].Related {
		users = append(users, fmt.Sprintf("%d: %s", r.Span.Start().Line, r.Message))
	}
	want := []string{"6: also used by Pod p, container b", "13: also used by Pod q, container c"}
	if diff := cmp.Diff(want, users); diff != "" {
		t.Error(diff)
	}
}

// So many users are not all named, and that is said.
func TestManyUsers(t *testing.T) {
	t.Parallel()
	text := pod("p", "&i app:1")
	for i := range 50 {
		text += fmt.Sprintf("  - {name: d%d, image: *i}\n", i)
	}
	res := run(t, lint.Linter{}, file{"a.yaml", text})
	if len(res.Findings) != 1 || len(res.Findings[0].Related) != 11 || res.Findings[0].Related[10].Message != "also used by others" {
		t.Errorf("findings: %+v", res.Findings)
	}
}

// The same text at two places is two findings.
func TestEqualTextsAreNotShared(t *testing.T) {
	t.Parallel()
	res := run(t, lint.Linter{}, file{"a.yaml", pod("p", "app:1", "app:1")})
	if diff := cmp.Diff([]string{"warning a-tag a.yaml:6", "warning a-tag a.yaml:7"}, brief(res.Findings)); diff != "" {
		t.Error(diff)
	}
}

// A rule never sees the version 0, and a plan takes it for the newest.
func TestZeroKubernetes(t *testing.T) {
	t.Parallel()
	for given, want := range map[int]int{0: lint.NewestKubernetes, 30: 30} {
		seen := 0
		l := lint.Linter{
			Rules:    []lint.Rule{{ID: "x", Severity: lint.Error, Check: func(p *lint.Pass) { seen = p.Settings.Kubernetes }}},
			Settings: lint.Settings{Kubernetes: given},
		}
		if _, err := l.Run(t.Context(), load(t, file{"a.yaml", pod("p", "app:1")})); err != nil {
			t.Fatal(err)
		}
		if got := l.Settings.KubernetesMinor(); seen != want || got != want {
			t.Errorf("Kubernetes %d: rules see %d, KubernetesMinor is %d, want %d", given, seen, got, want)
		}
	}
}

// Without a date, no suppression expires.
func TestZeroToday(t *testing.T) {
	t.Parallel()
	l := lint.Linter{
		Rules: []lint.Rule{{ID: "x", Severity: lint.Error, Check: func(p *lint.Pass) {
			for w, img := range p.Images() {
				p.ReportImage(w, img, lint.Finding{Message: "bad"})
			}
		}}},
		Ignores: []lint.Ignore{{Rules: []string{"x"}, Reason: "known", Expires: "2000-01-01"}},
	}
	res, err := l.Run(t.Context(), load(t, file{"a.yaml", pod("p", "app:1")}))
	if err != nil || len(res.Findings) != 0 || len(res.Suppressed) != 1 {
		t.Errorf("%d findings and %d suppressed, %v", len(res.Findings), len(res.Suppressed), err)
	}
}

// Rules that run at once say what they say one after the other.
func TestRulesAtOnce(t *testing.T) {
	t.Parallel()
	set := load(t, pods(200)...) // more than the run does in one goroutine
	var want []string
	for _, r := range testRules() {
		l := lint.Linter{Rules: []lint.Rule{r}, Today: "2026-01-01"}
		res, err := l.Run(t.Context(), set)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, brief(slices.DeleteFunc(append(res.Findings, res.Suppressed...), func(f lint.Finding) bool { return f.Rule != r.ID }))...)
	}
	slices.Sort(want)
	for range 20 {
		l := lint.Linter{Rules: testRules(), Today: "2026-01-01"}
		res, err := l.Run(t.Context(), set)
		if err != nil {
			t.Fatal(err)
		}
		got := brief(slices.DeleteFunc(append(res.Findings, res.Suppressed...), func(f lint.Finding) bool { return strings.HasPrefix(f.Rule, "ignore") }))
		slices.Sort(got)
		if diff := cmp.Diff(slices.DeleteFunc(slices.Clone(want), func(s string) bool { return strings.Contains(s, "ignore") }), got); diff != "" {
			t.Fatalf("rules at once (-want +got):\n%s", diff)
		}
	}
}
