package cli_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/internal/cli"
	"github.com/imagelint-dev/imagelint/manifests"
)

// TestBrokenValues breaks the values of charts in ten ways, one value at a time, and checks where the findings
// point: at the broken line, at another value, which is worst, at a template, or nowhere. It needs real
// programs; .ci/broken-values sets them up and prints the table.
func TestBrokenValues(t *testing.T) {
	t.Parallel()
	folder, engines := os.Getenv("IMAGELINT_BROKEN_VALUES"), os.Getenv("IMAGELINT_ENGINES")
	if folder == "" || engines == "" {
		t.Skip("needs charts and helm, in the folders IMAGELINT_BROKEN_VALUES and IMAGELINT_ENGINES: .ci/broken-values runs it")
	}
	var charts []string
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() && fileThere(filepath.Join(path, "Chart.yaml")) {
			charts = append(charts, path)
			return fs.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	total := outcomes{}
	byDefect := map[string]outcomes{}
	rendered := 0
	for _, chart := range charts {
		s := &chartBreaker{t: t, helm: filepath.Join(engines, "helm"), chart: chart, work: filepath.Join(t.TempDir(), filepath.Base(chart))}
		if !s.begin() {
			t.Logf("%s: not rendered by itself", chart)
			continue
		}
		rendered++
		for defect, o := range s.all() {
			if byDefect[defect] == nil {
				byDefect[defect] = outcomes{}
			}
			for k, n := range o {
				byDefect[defect][k] += n
				total[k] += n
			}
		}
	}
	columns := []string{atLine, atTemplate, atOther, nowhere, refused, harmless}
	fmt.Fprintf(os.Stdout, "%-22s", fmt.Sprintf("%d charts", rendered))
	for _, c := range columns {
		fmt.Fprintf(os.Stdout, "%14s", c)
	}
	fmt.Fprintln(os.Stdout)
	byDefect["all"] = total
	for _, defect := range append(defectNames(), "all") {
		fmt.Fprintf(os.Stdout, "%-22s", defect)
		for _, c := range columns {
			fmt.Fprintf(os.Stdout, "%14d", byDefect[defect][c])
		}
		fmt.Fprintln(os.Stdout)
	}
	judged := total[atLine] + total[atTemplate] + total[atOther] + total[nowhere]
	if judged == 0 || total[atOther] > 0 || total[atLine]*100 < judged*97 {
		t.Errorf("%d of %d lead to the changed line, %d to another value", total[atLine], judged, total[atOther])
	}
}

// The results of breaking a value. The last two say nothing about imagelint.
const (
	atLine     = "its line"
	atTemplate = "a template"
	atOther    = "another value"
	nowhere    = "nowhere"
	refused    = "helm refuses"
	harmless   = "no effect"
)

type outcomes map[string]int

// defect is one way to break a value.
type defect struct {
	name       string
	keys       *regexp.Regexp
	breakValue func(old string) (token string, ok bool)
}

func quoted(s string) (string, bool) { return fmt.Sprintf("%q", s), true }

var (
	nameKeys = regexp.MustCompile(`(?i)^(repository|imageName)$`)
	tagKeys  = regexp.MustCompile(`(?i)^(tag|imageTag)$`)
)

var defects = []defect{
	{"upper case", nameKeys, func(old string) (string, bool) {
		at := strings.LastIndexByte(old, '/') + 1
		if at == len(old) {
			return "", false
		}
		return quoted(old[:at] + strings.ToUpper(old[at:at+1]) + old[at+1:])
	}},
	{"scheme", nameKeys, func(old string) (string, bool) { return quoted("https://" + old) }},
	{"slash behind", nameKeys, func(old string) (string, bool) { return quoted(old + "/") }},
	{"slash in front", nameKeys, func(old string) (string, bool) { return quoted("/" + old) }},
	{"two slashes", nameKeys, func(old string) (string, bool) {
		token, _ := quoted(strings.Replace(old, "/", "//", 1))
		return token, strings.Contains(old, "/")
	}},
	{"empty name", nameKeys, func(string) (string, bool) { return quoted("") }},
	{"space behind a tag", tagKeys, func(old string) (string, bool) { return quoted(cmp.Or(old, "1.0") + " ") }},
	{"character in a tag", tagKeys, func(old string) (string, bool) { return quoted(cmp.Or(old, "1.0") + "$") }},
	{"colon in a tag", tagKeys, func(old string) (string, bool) { return quoted(":" + cmp.Or(old, "1.0")) }},
	{"tag as a number", tagKeys, func(string) (string, bool) { return "20240101", true }},
}

func defectNames() []string {
	var out []string
	for _, w := range defects {
		out = append(out, w.name)
	}
	return out
}

// chartBreaker breaks the values of one chart.
type chartBreaker struct {
	t           *testing.T
	helm        string
	chart, work string
	values      []byte
	images      []string
	before      map[string]bool
}

func fileThere(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// begin copies the chart, and reports whether it renders.
func (s *chartBreaker) begin() bool {
	if err := os.CopyFS(s.work, os.DirFS(s.chart)); err != nil {
		s.t.Fatal(err)
	}
	var err error
	if s.values, err = os.ReadFile(filepath.Join(s.work, "values.yaml")); err != nil {
		return false
	}
	images, _, ok := s.render(s.work)
	if !ok {
		return false
	}
	s.images = images
	s.before = map[string]bool{}
	for _, f := range s.lint(s.work) {
		s.before[f.key()] = true
	}
	return true
}

// render returns the images of the chart rendered by helm, and whether all of them can be parsed.
func (s *chartBreaker) render(chart string) (images []string, whole, ok bool) {
	out, err := exec.Command(s.helm, "template", "release-name", chart, "--include-crds", "--kube-version", "v1.33.0").Output()
	if err != nil {
		return nil, false, false
	}
	set, err := manifests.Load(s.t.Context(), []manifests.Input{{Name: "-", InMemory: true, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(out)), nil }}}, manifests.Options{})
	if err != nil {
		return nil, false, false
	}
	whole = true
	for _, w := range set.Workloads {
		for _, img := range w.Images {
			images = append(images, img.Raw)
			whole = whole && img.Err == nil && img.Raw != ""
		}
	}
	slices.Sort(images)
	return images, whole, true
}

type brokenFinding struct {
	Rule, Group, File, Message string
	Line                       int
}

func (f *brokenFinding) key() string { return fmt.Sprintf("%s %s:%d", f.Rule, f.File, f.Line) }

// lint runs imagelint on a chart, and returns its findings about references.
func (s *chartBreaker) lint(chart string) []brokenFinding {
	var stdout, stderr bytes.Buffer
	cli.Command{Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr}.Main(s.t.Context(), []string{"imagelint", chart, "--config", "", "--helm", s.helm, "--kubernetes-version", "1.33", "--format", "json", "--fail-on", "never", "--allow-empty"})
	var report struct{ Findings []brokenFinding }
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil {
		s.t.Errorf("%s: %v: %s", chart, err, &stderr)
	}
	return slices.DeleteFunc(report.Findings, func(f brokenFinding) bool {
		return f.Group != "invalid-reference" && f.Group != "suspicious-reference"
	})
}

// perDefect limits the values of a chart that are broken in one way.
const perDefect = 3

// all breaks values in all ways, several at once.
func (s *chartBreaker) all() map[string]outcomes {
	var mu sync.Mutex
	var wg sync.WaitGroup
	out := map[string]outcomes{}
	slots := make(chan struct{}, 2)
	var root yaml.Node
	if err := yaml.Unmarshal(s.values, &root); err != nil || len(root.Content) == 0 {
		return out
	}
	for k, w := range defects {
		n := 0
		for _, leaf := range leavesOf(root.Content[0], w.keys) {
			token, ok := w.breakValue(leaf.Value)
			broken, line := replaced(s.values, leaf, token)
			if !ok || broken == nil || n == perDefect {
				continue
			}
			work := fmt.Sprintf("%s-%d-%d", s.work, k, n)
			images, whole, renders := s.try(work, broken)
			if renders && slices.Equal(images, s.images) {
				os.RemoveAll(work)
				continue // nothing of this value is rendered, unless it is trimmed
			}
			n++
			wg.Add(1)
			go func() {
				defer wg.Done()
				slots <- struct{}{}
				defer func() { <-slots }()
				got := refused
				if renders {
					got = s.judge(work, line, whole)
				}
				if got != atLine && got != refused && got != harmless {
					fmt.Fprintf(os.Stdout, "%s: values.yaml:%d: %s leads to %s: %s\n", s.chart, line, w.name, got, token)
				}
				os.RemoveAll(work)
				mu.Lock()
				defer mu.Unlock()
				if out[w.name] == nil {
					out[w.name] = outcomes{}
				}
				out[w.name][got]++
			}()
		}
	}
	wg.Wait()
	return out
}

func (s *chartBreaker) try(work string, values []byte) (images []string, whole, ok bool) {
	if err := os.CopyFS(work, os.DirFS(s.work)); err != nil {
		s.t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(work, "values.yaml"), values, 0o600); err != nil {
		s.t.Error(err)
	}
	return s.render(work)
}

// judge lints a chart with a broken line.
func (s *chartBreaker) judge(work string, line int, whole bool) string {
	found := s.lint(work)
	got := nowhere
	for _, f := range found {
		f.File = strings.Replace(f.File, work, s.work, 1)
		if s.before[f.key()] {
			continue
		}
		isValues := filepath.Base(f.File) == "values.yaml"
		switch {
		case isValues && f.Line == line && f.File == filepath.Join(s.work, "values.yaml"):
			if got != atOther {
				got = atLine
			}
		case isValues && f.Group == "invalid-reference":
			fmt.Fprintf(os.Stdout, "  %s %s\n", f.key(), f.Message)
			got = atOther
		case got == nowhere:
			got = atTemplate
		}
	}
	if got == nowhere && whole {
		return harmless // what comes of it is a reference
	}
	return got
}

// leavesOf returns the scalars of the keys in a tree.
func leavesOf(n *yaml.Node, keys *regexp.Regexp) []*yaml.Node {
	var out []*yaml.Node
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, val := n.Content[i], n.Content[i+1]
			if val.Kind == yaml.ScalarNode && keys.MatchString(key.Value) && val.Anchor == "" {
				out = append(out, val)
			}
			out = append(out, leavesOf(val, keys)...)
		}
	case yaml.SequenceNode:
		for _, c := range n.Content {
			out = append(out, leavesOf(c, keys)...)
		}
	}
	return out
}

// replaced replaces a scalar on one line by a token, or returns nil if it cannot.
func replaced(data []byte, n *yaml.Node, token string) (out []byte, line int) {
	lines := strings.SplitAfter(string(data), "\n")
	if n.Line < 1 || n.Line > len(lines) || n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return nil, 0
	}
	l := lines[n.Line-1]
	at := n.Column - 1
	old := n.Value
	if at < len(l) && (l[at] == '"' || l[at] == '\'') {
		old = string(l[at]) + old + string(l[at])
	}
	if at > len(l) || !strings.HasPrefix(l[at:], old) || old == "" {
		return nil, 0
	}
	lines[n.Line-1] = l[:at] + token + l[at+len(old):]
	return []byte(strings.Join(lines, "")), n.Line
}
