package lint_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
)

// suppressed is each suppressed finding as "rule:line reason".
func suppressed(all []lint.Finding) []string {
	var out []string
	for _, f := range all {
		out = append(out, fmt.Sprintf("%s:%d %s", f.Rule, f.Span.Start().Line, f.Suppressed))
	}
	return out
}

// messages is each finding of the run itself as "line: message".
func messages(all []lint.Finding) []string {
	var out []string
	for _, f := range all {
		if f.Group == "input" {
			out = append(out, fmt.Sprintf("%d: %s", f.Span.Start().Line, f.Message))
		}
	}
	return out
}

// lines joins lines of YAML; the first one has the number 1.
func lines(l ...string) string { return strings.Join(l, "\n") + "\n" }

// With very many images that cannot be judged, and as many rules with suppressions, none is reported as unused.
func TestUnjudgedBudget(t *testing.T) {
	t.Parallel()
	rules := []lint.Rule{{ID: lint.RuleIgnoreUnused, Group: "input", Severity: lint.Warning}}
	var ignores []lint.Ignore
	for i := range 1000 {
		id := fmt.Sprintf("r%d", i)
		rules = append(rules, lint.Rule{ID: id, Group: "tag", Severity: lint.Warning, Check: func(*lint.Pass) {}})
		ignores = append(ignores, lint.Ignore{Rules: []string{id}, Images: []string{"app:1"}, Reason: "internal"})
	}
	for images, want := range map[int]int{100: 1000, 1001: 0} {
		l := lint.Linter{Rules: rules, Ignores: ignores}
		res, err := l.Run(t.Context(), load(t, file{"a.yaml", pod("p", slices.Repeat([]string{"A:1"}, images)...)}))
		if err != nil {
			t.Fatal(err)
		}
		if len(res.Findings) != want {
			t.Errorf("%d images: %d findings, want %d", images, len(res.Findings), want)
		}
	}
}

func TestComments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		suppressed []string
		findings   []string // of the test rules
		complaints []string
	}{
		{
			name: "on the line",
			text: lines("apiVersion: v1", "kind: Pod", "metadata: {name: p}", "spec:", "  containers:",
				"  - name: a", "    image: bad:1 # imagelint:ignore a-tag -- why not", "  - name: b", "    image: app:2"),
			suppressed: []string{"a-tag:7 why not"},
			findings:   []string{"error b-word a.yaml:7", "warning a-tag a.yaml:9"},
		},
		{
			name: "on the line above, past blank lines and other comments, by a list of names",
			text: lines("apiVersion: v1", "kind: Pod", "metadata: {name: p}", "spec:", "  containers:",
				"  - name: a", "    # imagelint:ignore b-word, a-tag -- both", "", "    # more words", "    image: bad:1"),
			suppressed: []string{"a-tag:10 both", "b-word:10 both"},
		},
		{
			name: "at the head of a container, for all of it",
			text: lines("apiVersion: v1", "kind: Pod", "metadata: {name: p}", "spec:", "  containers:",
				"  # imagelint:ignore word -- by its group", "  - name: a", "    args: []", "    image: bad:1", "  - name: b", "    image: bad:2"),
			suppressed: []string{"b-word:9 by its group"},
			findings:   []string{"warning a-tag a.yaml:9", "warning a-tag a.yaml:11", "error b-word a.yaml:11"},
		},
		{
			name: "at the head of an object, for all of it and no more",
			text: lines("# imagelint:ignore no-tags -- by an alias", "apiVersion: v1", "kind: Pod", "metadata: {name: p}", "spec:", "  containers:",
				"  - {name: a, image: app:1}", "---", "apiVersion: v1", "kind: Pod", "metadata: {name: q}", "spec:", "  containers:", "  - {name: a, image: app:1}"),
			suppressed: []string{"a-tag:7 by an alias"},
			findings:   []string{"warning a-tag a.yaml:14"},
		},
		{
			name: "above metadata",
			text: lines("apiVersion: v1", "kind: Pod", "# imagelint:ignore * -- everything", "metadata: {name: p}", "spec:", "  containers:",
				"  - {name: a, image: bad:1}"),
			suppressed: []string{"a-tag:7 everything", "b-word:7 everything"},
		},
		{
			name: "on another line of the container, whose finding it does not reach",
			text: lines("apiVersion: v1", "kind: Pod", "metadata: {name: p}", "spec:", "  containers:",
				"  - name: a", "    image: app:1", "    args: [] # imagelint:ignore a-tag -- for the image"),
			findings:   []string{"warning a-tag a.yaml:7"},
			complaints: []string{"8: comment ignores a-tag, but that rule is reported on line 7"},
		},
		{
			name: "behind the image of another container",
			text: lines("apiVersion: v1", "kind: Pod", "metadata: {name: p}", "spec:", "  containers:",
				"  - name: a", "    image: app:1", "  - {name: b, image: 'app@sha256:'}", "    # imagelint:ignore a-tag -- for the image"),
			findings:   []string{"warning a-tag a.yaml:7"},
			complaints: []string{"9: comment ignores a-tag, but that rule reports nothing here"},
		},
		{
			name: "without a reason, without a rule, or with another word it does nothing",
			text: lines("apiVersion: v1", "kind: Pod", "metadata: {name: p}", "spec:", "  containers:",
				"  - {name: a, image: app:1} # imagelint:ignore a-tag", "  - {name: b, image: app:2} # imagelint:ignore -- because",
				"  - {name: c, image: app:3} # imagelint:off a-tag -- because"),
			findings: []string{"warning a-tag a.yaml:6", "warning a-tag a.yaml:7", "warning a-tag a.yaml:8"},
			complaints: []string{
				"6: comment ignores a-tag without a reason, so it has no effect", "7: comment names no rule, so it has no effect",
				`8: unknown directive "imagelint:off"`,
			},
		},
		{
			name: "what was meant as a directive is reported, and a sentence is not",
			text: lines("apiVersion: v1", "kind: Pod", "metadata: {name: p}", "spec:", "  containers:",
				"  - {name: a, image: app:1} # Imagelint:Ignore a-tag -- because", "  - {name: b, image: app:2} # imagelint-ignore a-tag",
				"  - {name: c, image: app:3} # imagelint ignore a-tag -- because", "  - {name: d, image: app:4} # imagelint ignore this one",
				"  - {name: e, image: app:5} # imagelint ignores a-tag", "  - {name: f, image: app:6} # ImageLint: checked by hand"),
			findings: []string{"warning a-tag a.yaml:6", "warning a-tag a.yaml:7", "warning a-tag a.yaml:8", "warning a-tag a.yaml:9", "warning a-tag a.yaml:10", "warning a-tag a.yaml:11"},
			complaints: []string{
				`6: unknown directive "Imagelint:Ignore"`, `7: unknown directive "imagelint-ignore"`, `8: unknown directive "imagelint ignore"`,
			},
		},
		{
			name: "what suppresses nothing is reported, name by name; of a rule that is off it cannot be told",
			text: lines("apiVersion: v1", "kind: Pod", "metadata: {name: p}", "spec:", "  containers:",
				"  - {name: a, image: app:1} # imagelint:ignore a-tag,b-word,c-off,d-typo -- because"),
			suppressed: []string{"a-tag:6 because"},
			complaints: []string{`6: comment ignores "d-typo", which is not a rule`, "6: comment ignores b-word, but that rule reports nothing here"},
		},
		{
			name: "in text it is text",
			text: lines("apiVersion: v1", "kind: Pod", "metadata: {name: p}", "spec:", "  containers:", "  - name: a", "    args:", "    - |",
				"      # imagelint:ignore a-tag -- x", "    image: app:1"),
			findings: []string{"warning a-tag a.yaml:10"},
		},
	} {
		res := run(t, lint.Linter{}, file{"a.yaml", c.text})
		check(t, c.name, res, c.suppressed, c.findings, c.complaints)
	}
}

// check compares what a run suppressed, what the test rules found, and what the run had to say about suppressions.
func check(t *testing.T, name string, res lint.Result, wantSuppressed, wantFindings, wantComplaints []string) {
	t.Helper()
	var findings []lint.Finding
	for _, f := range res.Findings {
		if f.Group != "input" {
			findings = append(findings, f)
		}
	}
	for what, pair := range map[string][2][]string{
		"suppressed": {wantSuppressed, suppressed(res.Suppressed)},
		"findings":   {wantFindings, brief(findings)},
		"complaints": {wantComplaints, messages(res.Findings)},
	} {
		if diff := cmp.Diff(pair[0], pair[1]); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", name, what, diff)
		}
	}
}

func TestAnnotations(t *testing.T) {
	t.Parallel()
	res := run(t, lint.Linter{}, file{"a.yaml", lines(
		"apiVersion: apps/v1", "kind: Deployment", "metadata:", "  name: web", "  annotations:",
		"    imagelint.dev/ignore.word: the whole object",
		"    imagelint.dev/ignore.a-tag: ''",
		"    imagelint.dev/ignore.b-word: ' '",
		"spec:", "  template:", "    metadata:", "      annotations:",
		"        imagelint.dev/ignore.a-tag: the pods alone",
		"    spec:", "      containers:", "      - {name: a, image: bad:1}",
		"---",
		"apiVersion: v1", "kind: Pod", "metadata:", "  name: other", "  annotations: {imagelint.dev/ignore.no-such: x, imagelint.dev/ignore.b-word: nothing is bad here}",
		"spec:", "  containers:", "  - {name: a, image: app:1}")})
	check(t, "annotations", res,
		[]string{"a-tag:16 the pods alone", "b-word:16 the whole object"},
		[]string{"warning a-tag a.yaml:25"},
		[]string{
			"7: annotation ignores a-tag without a reason, so it has no effect", "8: annotation ignores b-word without a reason, so it has no effect",
			`22: annotation ignores "no-such", which is not a rule`, "22: annotation ignores b-word, but that rule reports nothing here",
		})
}

// The annotation of one pod template does not speak for the other one, nor for what is next to it.
func TestAnnotationOfATemplate(t *testing.T) {
	t.Parallel()
	res := run(t, lint.Linter{}, file{"a.yaml", lines(
		"apiVersion: ray.io/v1", "kind: RayCluster", "metadata: {name: rc}", "spec:", "  headGroupSpec:", "    template:",
		"      metadata: {annotations: {imagelint.dev/ignore.a-tag: known}}", "      spec:", "        containers: [{name: a, image: 'app:1'}]",
		"  workerGroupSpecs:", "  - template:", "      spec:", "        containers: [{name: a, image: 'app:1'}]")})
	check(t, "template", res, []string{"a-tag:9 known"}, []string{"warning a-tag a.yaml:13"}, nil)
}

func TestConfiguredIgnores(t *testing.T) {
	t.Parallel()
	files := []file{
		{"k8s/web/pod.yaml", lines("apiVersion: v1", "kind: Pod", "metadata: {name: web, namespace: shop}", "spec:", "  containers:",
			"  - {name: a, image: 'ghcr.io/acme/bad:1'}", "  - {name: b, image: 'nginx:1'}")},
		{"k8s/job.yaml", lines("apiVersion: v1", "kind: Pod", "metadata: {name: job}", "spec:", "  containers:", "  - {name: a, image: 'nginx:2'}")},
	}
	everything := []string{"warning a-tag k8s/job.yaml:6", "warning a-tag k8s/web/pod.yaml:6", "error b-word k8s/web/pod.yaml:6", "warning a-tag k8s/web/pod.yaml:7"}
	without := func(lines ...int) []string {
		var out []string
		for i, s := range everything {
			gone := false
			for _, l := range lines {
				gone = gone || i == l
			}
			if !gone {
				out = append(out, s)
			}
		}
		return out
	}
	for _, c := range []struct {
		name   string
		ignore lint.Ignore
		want   []string
		says   string
	}{
		{"rule", lint.Ignore{Rules: []string{"a-tag"}}, without(0, 1, 3), ""},
		{"group", lint.Ignore{Rules: []string{"word"}}, without(2), ""},
		{"every rule", lint.Ignore{Rules: []string{"*"}}, nil, ""},
		{"path, from the root on", lint.Ignore{Rules: []string{"*"}, Paths: []string{"k8s/*.yaml"}}, without(0), ""},
		{"path, any folder", lint.Ignore{Rules: []string{"*"}, Paths: []string{"web/**"}}, without(1, 2, 3), ""},
		{"a folder", lint.Ignore{Rules: []string{"*"}, Paths: []string{"web"}}, without(1, 2, 3), ""},
		{"a folder, from the root on", lint.Ignore{Rules: []string{"a-tag"}, Paths: []string{"k8s/web"}, Images: []string{"nginx:*"}}, without(3), ""},
		{"the beginning of a folder's name", lint.Ignore{Rules: []string{"a-tag"}, Paths: []string{"k8s/we"}}, everything, "configuration entry ignores a-tag, but no finding of that rule matches its paths"},
		{"file name", lint.Ignore{Rules: []string{"*"}, Paths: []string{"job.yaml"}}, without(0), ""},
		{"kind and name", lint.Ignore{Rules: []string{"*"}, Objects: []string{"Pod/w*"}}, without(1, 2, 3), ""},
		{"namespace", lint.Ignore{Rules: []string{"*"}, Objects: []string{"shop/*/*"}}, without(1, 2, 3), ""},
		{"the namespace that objects without one have", lint.Ignore{Rules: []string{"*"}, Objects: []string{"batch/Pod/job"}}, without(0), ""},
		{"image", lint.Ignore{Rules: []string{"a-tag"}, Images: []string{"nginx:*"}}, without(0, 3), ""},
		{"image with its registry", lint.Ignore{Rules: []string{"*"}, Images: []string{"ghcr.io/acme/*"}}, without(1, 2), ""},
		{"all that is named must fit", lint.Ignore{Rules: []string{"a-tag"}, Paths: []string{"k8s/web/**"}, Images: []string{"nginx:*"}}, without(3), ""},
		{"no path fits", lint.Ignore{Rules: []string{"a-tag"}, Paths: []string{"charts/**"}}, everything, "configuration entry ignores a-tag, but no finding of that rule matches its paths"},
		{"no object fits", lint.Ignore{Rules: []string{"a-tag"}, Objects: []string{"Pod/wbe"}}, everything, "configuration entry ignores a-tag, but no finding of that rule matches its objects"},
		{"no image fits", lint.Ignore{Rules: []string{"a-tag"}, Paths: []string{"k8s/**"}, Images: []string{"nginy:*"}}, everything, "configuration entry ignores a-tag, but no finding of that rule matches its images"},
		{"two do not fit", lint.Ignore{Rules: []string{"a-tag"}, Objects: []string{"Pod/wbe"}, Images: []string{"nginy:*"}}, everything, "configuration entry ignores a-tag, but no finding of that rule matches its objects or images"},
		{"each fits another finding", lint.Ignore{Rules: []string{"a-tag"}, Paths: []string{"k8s/job.yaml"}, Objects: []string{"Pod/web"}}, everything, "configuration entry ignores a-tag, but no finding of that rule matches its paths and objects together"},
		{"no finding", lint.Ignore{Rules: []string{"d-typo"}, Objects: []string{"Pod/wbe"}}, everything, `configuration entry ignores "d-typo", which is not a rule`},
		{"not yet expired", lint.Ignore{Rules: []string{"word"}, Expires: "2026-01-02"}, without(2), ""},
		{"expired", lint.Ignore{Rules: []string{"word"}, Expires: "2026-01-01"}, everything, "configuration entry expired on 2026-01-01 and has no effect: known"},
		{"no such rule", lint.Ignore{Rules: []string{"words"}}, everything, `configuration entry ignores "words", which is not a rule`},
		{"a rule that is off", lint.Ignore{Rules: []string{"c-off"}}, everything, ""},
	} {
		c.ignore.Reason = "known"
		res := run(t, lint.Linter{Ignores: []lint.Ignore{c.ignore}, Settings: lint.Settings{Namespace: "batch"}}, files...)
		var findings []lint.Finding
		says := ""
		for _, f := range res.Findings {
			if f.Rule == lint.RuleIgnoreUnused {
				says += f.Message
			} else {
				findings = append(findings, f)
			}
		}
		if diff := cmp.Diff(c.want, brief(findings)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if says != c.says {
			t.Errorf("%s: says %q, want %q", c.name, says, c.says)
		}
		if len(findings)+len(res.Suppressed) != len(everything) {
			t.Errorf("%s: findings are lost: %v", c.name, suppressed(res.Suppressed))
		}
	}
}

// What complains about suppressions has levels as any other rule, and is not suppressed itself.
func TestComplaintsAboutSuppressions(t *testing.T) {
	t.Parallel()
	in := file{"a.yaml", lines("apiVersion: v1", "kind: Pod", "metadata: {name: p}", "spec:", "  containers:",
		"  - {name: a, image: app} # imagelint:ignore a-tag -- because", "  - {name: b, image: app} # imagelint:ignore a-tag")}
	for _, c := range []struct {
		levels map[string]lint.Severity
		want   []string
	}{
		{nil, []string{"warning ignore-unused a.yaml:6", "warning ignore-without-reason a.yaml:7"}},
		{map[string]lint.Severity{lint.RuleIgnoreUnused: lint.Error, lint.RuleIgnoreWithoutReason: lint.Info}, []string{"error ignore-unused a.yaml:6", "info ignore-without-reason a.yaml:7"}},
		{map[string]lint.Severity{lint.RuleIgnoreUnused: lint.Off, lint.RuleIgnoreWithoutReason: lint.Off}, nil},
	} {
		ignores := []lint.Ignore{{Rules: []string{"ignore-without-reason", "input"}, Reason: "enough of it"}}
		res := run(t, lint.Linter{Levels: c.levels, Ignores: ignores}, in)
		if diff := cmp.Diff(c.want, brief(res.Findings)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.levels, diff)
		}
	}
}

// A finding that two suppressions name uses both.
func TestTwoSuppressionsOfOneFinding(t *testing.T) {
	t.Parallel()
	in := file{"a.yaml", lines("apiVersion: v1", "kind: Pod", "metadata: {name: p, annotations: {imagelint.dev/ignore.a-tag: by annotation}}", "spec:", "  containers:",
		"  - {name: a, image: 'app:1'} # imagelint:ignore a-tag -- by comment")}
	res := run(t, lint.Linter{Ignores: []lint.Ignore{{Rules: []string{"tag"}, Reason: "by configuration"}}}, in)
	check(t, "three", res, []string{"a-tag:6 by comment"}, nil, nil)
}

// Of the users of a shared text, only those that are not suppressed are reported.
func TestSuppressedUserOfASharedText(t *testing.T) {
	t.Parallel()
	text := "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: p, annotations: {imagelint.dev/ignore.a-tag: known}}\n  spec:\n    containers:\n" +
		"    - {name: a, image: &i app:1}\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: q}\n  spec:\n    containers:\n    - {name: c, image: *i}\n"
	res := run(t, lint.Linter{}, file{"a.yaml", text})
	check(t, "shared", res, []string{"a-tag:9 known"}, []string{"warning a-tag a.yaml:9"}, nil)
	if f := res.Findings[0]; f.Object.Name != "q" || len(f.Related) > 0 {
		t.Errorf("the finding is of %s, %v", f.Object.Name, f.Related)
	}
}

// A suppressed finding says what suppresses it: the first that does, where several do.
func TestSuppressedBy(t *testing.T) {
	t.Parallel()
	pod := func(annotation, comment string) string {
		return lines("apiVersion: v1", "kind: Pod", "metadata: {name: p, annotations: {"+annotation+"}}", "spec:", "  containers:", "  - {name: a, image: 'bad:1'} "+comment)
	}
	const annotation, comment = "imagelint.dev/ignore.word: annotated", "# imagelint:ignore word -- commented"
	config := []lint.Ignore{{Rules: []string{"word"}, Reason: "configured"}}
	for _, c := range []struct {
		text    string
		ignores []lint.Ignore
		by      string
		reason  string
	}{
		{pod("", comment), nil, lint.SuppressedByComment, "commented"},
		{pod(annotation, ""), nil, lint.SuppressedByAnnotation, "annotated"},
		{pod("", ""), config, lint.SuppressedByConfig, "configured"},
		{pod(annotation, comment), config, lint.SuppressedByComment, "commented"},
	} {
		res := run(t, lint.Linter{Ignores: c.ignores}, file{"a.yaml", c.text})
		if len(res.Suppressed) != 1 {
			t.Fatalf("%d suppressed in %q", len(res.Suppressed), c.text)
		}
		for _, f := range res.Suppressed {
			if f.SuppressedBy != c.by || f.Suppressed != c.reason {
				t.Errorf("%q: by %q, %q", c.text, f.SuppressedBy, f.Suppressed)
			}
		}
		for _, f := range res.Findings {
			if f.SuppressedBy != "" {
				t.Errorf("a finding that is shown has the suppression %q", f.SuppressedBy)
			}
		}
	}
}
