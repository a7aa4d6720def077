package engine_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/rules"
)

// score is the result for the incidents of a class.
type score struct{ cases, expected, found, severe, alarms, errorsInFixed, gaps int }

func (s *score) add(o score) {
	s.cases += o.cases
	s.expected += o.expected
	s.found += o.found
	s.severe += o.severe
	s.alarms += o.alarms
	s.errorsInFixed += o.errorsInFixed
	s.gaps += o.gaps
}

// TestIncidents lints fixtures/incidents. With -v it prints a table by class.
func TestIncidents(t *testing.T) {
	t.Parallel()
	all := incidents(t)
	if len(all) < 200 {
		t.Errorf("%d incidents, which cannot be all", len(all))
	}
	scores := make([]score, len(all))
	for i, c := range all {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			scores[i] = c.run(t)
		})
	}
	t.Cleanup(func() { // after all incidents
		byClass := map[string]*score{}
		for i, c := range all {
			if byClass[c.class] == nil {
				byClass[c.class] = &score{}
			}
			byClass[c.class].add(scores[i])
		}
		t.Logf("incidents:\n%s", table(byClass))
		for i, c := range all {
			for _, g := range c.gaps[:scores[i].gaps] { // none of an incident that did not run
				t.Logf("known gap: %s: %s: %s", c.name, g, g.reason)
			}
		}
	})
}

func table(byClass map[string]*score) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "class\tcases\texpected\tfound\tseverity right\tfalse alarms\terrors in fixed files\tknown gaps\t\n")
	row := func(name string, s score) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n", name, s.cases, s.expected, s.found, s.severe, s.alarms, s.errorsInFixed, s.gaps)
	}
	total := score{}
	for _, class := range classes {
		if s := byClass[class]; s != nil {
			row(class, *s)
			total.add(*s)
		}
	}
	row("all", total)
	w.Flush()
	return b.String()
}

// run lints an incident and its fixed files.
func (c incident) run(t *testing.T) score {
	t.Helper()
	s := score{cases: 1, expected: len(c.expect), gaps: len(c.gaps)}
	findings := lintFiles(t, c.inputs, "")
	for _, e := range c.expect {
		i := slices.IndexFunc(findings, e.matches)
		if i < 0 {
			t.Errorf("missed: %s", e)
			continue
		}
		f := findings[i]
		findings = slices.Delete(findings, i, i+1)
		s.found++
		if f.severity == e.severity {
			s.severe++
		} else {
			t.Errorf("wrong severity: %s is reported as %s", e, f.severity)
		}
		if e.text != "" && e.text != f.text {
			t.Errorf("wrong characters: %s marks %q, want %q", e, f.text, e.text)
		}
	}
	fixed := c.runFixed(t)
	open := c.openGaps(t, slices.Concat(findings, fixed))
	for _, f := range findings {
		if f.severity != "info" && !slices.ContainsFunc(open, func(g expectation) bool { return g.explains(f) }) {
			s.alarms++
			t.Errorf("false alarm: %s: %s", f.expectation, f.message)
		}
	}
	for _, f := range fixed {
		if !slices.ContainsFunc(open, func(g expectation) bool { return g.explains(f) }) {
			s.errorsInFixed++
			t.Errorf("still reported for the fixed copy: %s: %s", f.expectation, f.message)
		}
	}
	return s
}

// runFixed lints the fixed files and returns the findings that it must not have: errors, and findings
// that were fixed.
func (c incident) runFixed(t *testing.T) []finding {
	t.Helper()
	if c.fixed == nil {
		return nil
	}
	return slices.DeleteFunc(lintFiles(t, c.fixed, fixedFolder), func(f finding) bool {
		return f.severity != "error" && !slices.ContainsFunc(c.expect, func(e expectation) bool { return e.rule == f.rule })
	})
}

// openGaps returns the remaining gaps. A gap that no longer exists fails the test, so that the list stays current.
func (c incident) openGaps(t *testing.T, findings []finding) []expectation {
	t.Helper()
	var open []expectation
	for _, g := range c.gaps {
		same := slices.ContainsFunc(findings, func(f finding) bool { return g.matches(f) && (g.severity == silent || g.severity == f.severity) })
		if same != (g.severity == silent) {
			t.Errorf("closed gap: %s: move it to expect, or remove it", g)
			continue
		}
		open = append(open, g)
	}
	return open
}

// finding is a finding in the form of an expectation.
type finding struct {
	expectation
	message string
}

func (e expectation) matches(f finding) bool {
	return e.file == f.file && e.line == f.line && e.rule == f.rule
}

// explains reports whether a gap covers a finding that must not exist, or one that is missing.
func (e expectation) explains(f finding) bool {
	return e.matches(f) && (e.severity == silent || e.severity == "error")
}

// lintFiles returns the findings for some files, with the configuration among them.
func lintFiles(t *testing.T, files map[string][]byte, prefix string) []finding {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, files)
	cfg := &config.Config{}
	if data, ok := files[config.Name]; ok {
		var err error
		if cfg, err = config.Parse(filepath.Join(dir, config.Name), data, rules.All()); err != nil {
			t.Fatal(err)
		}
	}
	response, err := (&engine.Engine{}).Lint(t.Context(), engine.Request{Paths: []string{dir}, Config: cfg, Linter: linter(cfg), Render: withoutHelm})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range response.Errors {
		t.Errorf("not read: %s", e)
	}
	if stats := response.Set.Stats; stats.Objects+stats.Values == 0 {
		t.Error("no Kubernetes object and no values were examined")
	}
	out := make([]finding, 0, len(response.Result.Findings))
	for _, f := range response.Result.Findings {
		name, err := filepath.Rel(dir, f.Span.File().Name)
		if err != nil {
			t.Fatal(err)
		}
		name = filepath.ToSlash(name)
		marked := ""
		if from, to, data := f.Span.Start().Offset, f.Span.End().Offset, files[name]; to <= len(data) {
			marked = string(data[from:to])
		}
		out = append(out, finding{
			expectation{file: prefix + name, line: f.Span.Start().Line, severity: f.Severity.String(), rule: f.Rule, text: marked},
			f.Message,
		})
	}
	return out
}

// withoutHelm names a program that does not exist, so that charts are linted by their values on
// every machine.
var withoutHelm = engine.Render{Helm: "no-helm-in-tests"}

// linter returns a linter with all rules and a fixed clock.
func linter(cfg *config.Config) lint.Linter {
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	l := lint.Linter{
		Rules: rules.All(), Levels: cfg.Expand(rules.All()), Ignores: cfg.Ignores, Today: now.Format(time.DateOnly),
		Settings: cfg.Apply(lint.Settings{Kubernetes: lint.NewestKubernetes, Now: now}),
	}
	l.Settings.KnownSecrets = cfg.KnownSecrets
	return l
}
