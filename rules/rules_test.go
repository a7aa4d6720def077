package rules_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/playground"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/rules"
)

var update = flag.Bool("update", false, "write the fixtures' want.txt and rules/README.md")

const fixtures = "../fixtures"

// fixtureSettings are additional settings for the fixtures of some rules.
var fixtureSettings = map[string]func(*lint.Settings){
	"image-empty":        func(s *lint.Settings) { s.Kubernetes = 36 },
	"image-end-of-life":  loaded("mysql:5.6"),
	"image-illegal-char": func(s *lint.Settings) { s.Kubernetes = 31 },
	"image-placeholder":  func(s *lint.Settings) { s.AllowedRegistries = []string{"harbor.example.com", "docker.io"} },
	"image-tag-floating": func(s *lint.Settings) { s.MutableTags = []string{"*-SNAPSHOT", "latest"} },

	"image-localhost-registry":   loaded("*/kind-loaded:*"),
	"image-path-depth":           loaded("*/kind-loaded:*"),
	"image-plain-http-suspect":   loaded("*/kind-loaded:*"),
	"image-registry-typo":        loaded("*/kind-loaded:*"),
	"image-tag-git-describe":     loaded("*/kind-loaded:*"),
	"image-tag-unknown":          loaded("redis:v7.2.4"),
	"image-unknown-official":     loaded("kind-loaded*"),
	"image-unknown-repository":   loaded("prom/*:kind-loaded"),
	"image-uppercase":            loaded("*/kind-loaded:*"),
	"mirror-needs-digest":        loaded("*/kind-loaded:*"),
	"registry-internal-endpoint": loaded("*/kind-loaded:*"),
	"pull-policy-never":          loaded("kind-loaded/*"),

	"registry-new": func(s *lint.Settings) { s.BaseRegistries = []string{"docker.io", "registry.example.com"} },
	"registry-not-allowed": func(s *lint.Settings) {
		s.AllowedRegistries = []string{"registry.example.com", "ghcr.io/acme", "registry.k8s.io/pause", "*.dkr.ecr.eu-west-1.amazonaws.com", "europe-docker.pkg.dev/acme-prod/shop"}
	},
}

// fixtureSets adds to the sets of some rules' fixtures. Entries of images come from kustomize builds; here, an entry is used if its name appears in
// front of a tag.
var fixtureSets = map[string]func(*manifests.Set){
	"kustomize-image-unused": func(set *manifests.Set) {
		for _, w := range set.Values {
			for _, img := range w.Images {
				name := img.Span.Excerpt().Text[strings.Index(img.Span.Excerpt().Text, ": ")+2:]
				used := slices.ContainsFunc(set.Workloads, func(w *manifests.Workload) bool { return strings.HasPrefix(w.Images[0].Raw, name+":") })
				set.KustomizeImages = append(set.KustomizeImages, manifests.KustomizeImage{Span: img.Span, Name: name, Used: used})
			}
		}
	},
}

// loaded returns settings for images that are loaded onto the nodes.
func loaded(glob string) func(*lint.Settings) {
	return func(s *lint.Settings) { s.LocalImages = []string{glob} }
}

// withFixtures returns the rules that have fixtures; TestFixtures fails for the others.
func withFixtures() []lint.Rule {
	return slices.DeleteFunc(rules.All(), func(r lint.Rule) bool {
		_, bad := os.Stat(filepath.Join(fixtures, r.ID, "bad.yaml"))
		_, good := os.Stat(filepath.Join(fixtures, r.ID, "good.yaml"))
		return bad != nil || good != nil
	})
}

// fixture returns a file of a rule's fixtures.
func fixture(t *testing.T, rule, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(fixtures, rule, name))
	if err != nil {
		t.Fatalf("%v: write fixtures/%s/bad.yaml and good.yaml, then run go test ./rules -update", err, rule)
	}
	return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
}

func input(name string, data []byte) manifests.Input {
	return manifests.Input{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }}
}

// findings runs every rule over the inputs with the fixture settings of one rule. Rules that are off by default only run for their own fixtures.
func findings(t *testing.T, rule string, inputs ...manifests.Input) []lint.Finding {
	t.Helper()
	set, err := manifests.Load(t.Context(), inputs, manifests.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if adjust := fixtureSets[rule]; adjust != nil {
		adjust(set)
	}
	settings := lint.Settings{Kubernetes: lint.NewestKubernetes, Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	if adjust := fixtureSettings[rule]; adjust != nil {
		adjust(&settings)
	}
	l := lint.Linter{Rules: rules.All(), Levels: map[string]lint.Severity{}, Settings: settings, Today: "2026-01-01"}
	for _, r := range l.Rules {
		if r.ID == rule && r.Severity == lint.Off {
			l.Levels[rule] = lint.Warning
		}
	}
	result, err := l.Run(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	return result.Findings
}

// ofRule returns the findings of one rule.
func ofRule(all []lint.Finding, rule string) []lint.Finding {
	return slices.DeleteFunc(slices.Clone(all), func(f lint.Finding) bool { return f.Rule != rule })
}

// printed returns findings as users see them.
func printed(t *testing.T, all []lint.Finding) string {
	t.Helper()
	text, err := report.Lookup("text")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := text(&b, report.Report{Result: lint.Result{Findings: all}}, report.Options{Quiet: true}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// same compares a text with a file, or updates the file.
func same(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: run go test ./rules -update", err)
	}
	if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); diff != "" {
		t.Errorf("%s differs (-want +got); run go test ./rules -update if that is meant:\n%s", file, diff)
	}
}

// probeGroup is the group of rules about registries' answers. Their findings need more than a manifest, so they have their own test.
const probeGroup = "registry-probe"

func TestFixtures(t *testing.T) {
	t.Parallel()
	for _, r := range rules.All() {
		if r.Group == probeGroup {
			continue
		}
		t.Run(r.ID, func(t *testing.T) {
			t.Parallel()
			all := findings(t, r.ID, input("bad.yaml", fixture(t, r.ID, "bad.yaml")))
			if broken := ofRule(all, "yaml-syntax"); r.ID != "yaml-syntax" && len(broken) > 0 {
				t.Errorf("bad.yaml is not YAML:\n%s", printed(t, broken))
			}
			bad := ofRule(all, r.ID)
			if len(bad) == 0 {
				t.Error("nothing is reported on bad.yaml")
			}
			same(t, filepath.Join(fixtures, r.ID, "want.txt"), printed(t, bad))
			var wrong []lint.Finding
			for _, f := range findings(t, r.ID, input("good.yaml", fixture(t, r.ID, "good.yaml"))) {
				if f.Rule == r.ID || f.Severity == lint.Error {
					wrong = append(wrong, f)
				}
			}
			if len(wrong) > 0 {
				t.Errorf("good.yaml has findings of the rule, or errors:\n%s", printed(t, wrong))
			}
		})
	}
}

// optional returns a file that not all fixtures have, or false.
func optional(t *testing.T, rule, name string) ([]byte, bool) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(fixtures, rule, name)); err != nil {
		return nil, false
	}
	return fixture(t, rule, name), true
}

// edges.yaml has cases that are close to a false alarm: in each of its documents and lines, a single clause keeps the rule silent, which the comment
// above it names. The rule must report nothing there, and no other rule an error.
func TestEdges(t *testing.T) {
	t.Parallel()
	for _, r := range rules.All() {
		data, ok := optional(t, r.ID, "edges.yaml")
		if !ok {
			continue
		}
		t.Run(r.ID, func(t *testing.T) {
			t.Parallel()
			wrong := slices.DeleteFunc(findings(t, r.ID, input("edges.yaml", data)), func(f lint.Finding) bool {
				return f.Rule != r.ID && f.Severity != lint.Error
			})
			if len(wrong) > 0 {
				t.Errorf("edges.yaml has findings of the rule, or errors:\n%s", printed(t, wrong))
			}
		})
	}
}

// caps.yaml has cases with lowered severities. caps.txt has position, severity and message of each finding, one per line.
func TestCaps(t *testing.T) {
	t.Parallel()
	for _, r := range rules.All() {
		data, ok := optional(t, r.ID, "caps.yaml")
		if !ok {
			continue
		}
		t.Run(r.ID, func(t *testing.T) {
			t.Parallel()
			var lines strings.Builder
			for _, f := range ofRule(findings(t, r.ID, input("caps.yaml", data)), r.ID) {
				fmt.Fprintf(&lines, "%d: %s: %s\n", f.Span.Start().Line, f.Severity, f.Message)
			}
			same(t, filepath.Join(fixtures, r.ID, "caps.txt"), lines.String())
		})
	}
}

// The findings are the same, byte for byte, whatever the order and the number of the inputs.
func TestDeterminism(t *testing.T) {
	t.Parallel()
	var inputs []manifests.Input
	for _, r := range withFixtures() {
		for _, name := range []string{"bad.yaml", "good.yaml"} {
			inputs = append(inputs, input(r.ID+"/"+name, fixture(t, r.ID, name)))
		}
	}
	for _, rule := range []string{"", "image-tags-differ"} { // the latter compares files
		want := printed(t, findings(t, rule, inputs...))
		if want == "" {
			t.Fatal("nothing is reported")
		}
		slices.Reverse(inputs)
		for range 2 {
			if diff := cmp.Diff(want, printed(t, findings(t, rule, inputs...))); diff != "" {
				t.Errorf("the output depends on the order of the input:\n%s", diff)
			}
		}
	}
}

// groups are those in the documentation.
var groups = []string{"input", "invalid-reference", "suspicious-reference", "tag", "pull-policy", "pull-secret", "policy", "registry-probe"}

func TestTable(t *testing.T) {
	t.Parallel()
	all := rules.All()
	ids := map[string]bool{}
	kebab := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	for i, r := range all {
		if i > 0 && all[i-1].ID >= r.ID {
			t.Errorf("%s comes after %s", r.ID, all[i-1].ID)
		}
		for _, name := range append([]string{r.ID}, r.Aliases...) {
			if !kebab.MatchString(name) || ids[name] || slices.Contains(groups, name) {
				t.Errorf("%s: %q is not unique, or not in kebab case", r.ID, name)
			}
			ids[name] = true
		}
		if !slices.Contains(groups, r.Group) {
			t.Errorf("%s: there is no group %q", r.ID, r.Group)
		}
		if r.Severity == lint.Unset || r.Levels == "" || !strings.Contains(r.Levels, r.Severity.String()) {
			t.Errorf("%s: severity %q, levels %q", r.ID, r.Severity, r.Levels)
		}
		if r.Check == nil && r.ID != lint.RuleIgnoreUnused && r.ID != lint.RuleIgnoreWithoutReason {
			t.Errorf("%s checks nothing", r.ID)
		}
		if _, err := os.Stat(strings.ReplaceAll(r.ID, "-", "_") + ".go"); err != nil {
			t.Errorf("%s has no file of its name: %v", r.ID, err)
		}
		d := r.Doc
		for _, s := range []string{d.Title, d.Why, d.Bad, d.Good, d.Since} {
			if strings.TrimSpace(s) == "" {
				t.Errorf("%s: its Doc is not complete: %+v", r.ID, d)
			}
		}
		if strings.HasSuffix(d.Title, ".") || !strings.HasSuffix(d.Why, ".") {
			t.Errorf("%s: the title is not a phrase, or the rest not sentences: %+v", r.ID, d)
		}
	}
}

// The examples in the documentation are those of the tests.
func TestDocExamples(t *testing.T) {
	t.Parallel()
	for _, r := range withFixtures() {
		for name, example := range map[string]string{"bad.yaml": r.Doc.Bad, "good.yaml": r.Doc.Good} {
			lines := map[string]bool{}
			for line := range strings.Lines(string(fixture(t, r.ID, name))) {
				line = strings.TrimSpace(line)
				lines[line] = true
				lines[strings.TrimSpace(strings.TrimPrefix(line, "- "))] = true
			}
			for line := range strings.Lines(example) {
				if line = strings.TrimSpace(line); !lines[line] && !lines[strings.TrimPrefix(line, "- ")] {
					t.Errorf("%q of the rule's Doc is not in fixtures/%s/%s", line, r.ID, name)
				}
			}
		}
	}
}

// unreadFixtures fails for fixture files that no test reads, such as misspelled names.
func unreadFixtures(t *testing.T, rule string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(fixtures, rule))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains([]string{"bad.yaml", "good.yaml", "want.txt", "edges.yaml", "caps.yaml", "caps.txt"}, e.Name()) {
			t.Errorf("fixtures/%s/%s is read by no test", rule, e.Name())
		}
	}
}

func TestFixtureFolders(t *testing.T) {
	t.Parallel()
	ids := map[string]bool{}
	for _, r := range rules.All() {
		ids[r.ID] = true
	}
	entries, err := os.ReadDir(fixtures)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		switch name := e.Name(); {
		case slices.Contains([]string{"charts", "cli", "comparison", "corpus", "demo", "engines", "incidents", "kustomize", "manifests", "broken-values"}, name) || !e.IsDir(): // fixtures of other tests
		case !ids[name]:
			t.Errorf("fixtures/%s belongs to no rule", name)
		default:
			unreadFixtures(t, name)
		}
	}
	for id := range fixtureSettings {
		if !ids[id] {
			t.Errorf("settings for %q, which is not a rule", id)
		}
	}
}

// The rule's page shows the first finding of its fixture.
func TestReadme(t *testing.T) {
	t.Parallel()
	has := map[string]bool{}
	for _, r := range withFixtures() {
		has[r.ID] = true
	}
	sample := func(id string) string {
		if !has[id] {
			return ""
		}
		first, _, _ := strings.Cut(printed(t, ofRule(findings(t, id, input("bad.yaml", fixture(t, id, "bad.yaml"))), id)), "\n\n")
		return first
	}
	same(t, "README.md", string(report.RulesMarkdown(rules.All(), sample, func(id string) bool { return playground.HasExample(os.DirFS("../fixtures"), id) })))
}
