package report

import (
	"bytes"
	"math"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// paint matches the escapes of fatih/color.
var paint = regexp.MustCompile("\x1b\\[[0-9;]*m")

// githubCommand matches the commands of the GitHub Actions format.
var githubCommand = regexp.MustCompile(`^::(error|warning|notice) title=`)

// hyperlink matches the start or end of a link to one of imagelint's pages.
var hyperlink = regexp.MustCompile(`\x1b\]8;;(https://github\.com/imagelint-dev/imagelint/blob/main/[\x21-\x7e]*)?\x1b\\`)

// FuzzText puts arbitrary strings and places into every field: only line breaks and our own colors may
// control a terminal.
func FuzzText(f *testing.F) {
	f.Add("image \"a\"", "        image: nginx:latest", "web", 15, 20, 0, 80, uint8(2), true)
	f.Add("\x1b[31m", "\t\x1b]0;x\x07\u202e镜\u0301🐳\xff", "a\nb\r\u2028", 2, 9, 1, 10, uint8(255), false)
	f.Add("##[add-matcher]x ###[y]", "a: ##vso[task.x]##VSO[y]", "::stop-commands::x.yaml", 4, 5, 1, 80, uint8(1), false)
	f.Add(" ::error::x", "  ::error::x ##[", " ::x##[y].yaml", 3, 6, 0, 30, uint8(1), true)
	f.Add("", "", "", -1, math.MaxInt/2, -5, -1, uint8(0), true)
	f.Fuzz(func(t *testing.T, message, excerpt, name string, start, end, lines, wide int, bits uint8, color bool) {
		from, to := source.Pos{Offset: start, Line: lines, Col: start}, source.Pos{Offset: end, Line: lines + int(bits&1), Col: end}
		sp := source.NewSpan(&source.File{Name: name}, from, to, source.Excerpt{Text: excerpt, Offset: end % 7, Col: int(bits & 1), CutLeft: bits&2 != 0, CutRight: bits&4 != 0})
		doc := &manifests.Document{Template: name}
		finding := lint.Finding{
			Rule: name, Group: message, Severity: lint.Severity(bits % 5), Span: sp, Document: doc, Container: excerpt, Path: message, Image: excerpt,
			Object:  &manifests.Object{Doc: doc, APIVersion: excerpt, Kind: name, Namespace: message, Name: excerpt},
			Message: message, Help: excerpt, Cluster: lint.ClusterError{Reason: name, Message: message, Stage: lint.Stage(name)},
			Related: []lint.Related{{Span: sp, Message: excerpt}, {Message: name}}, Suppressed: excerpt,
		}
		bare := lint.Finding{Message: message, Document: doc}
		r := Report{
			Result:    lint.Result{Findings: []lint.Finding{finding, bare}, Suppressed: []lint.Finding{finding, bare}},
			Set:       &manifests.Set{Skipped: []manifests.Skip{{File: name, Line: start, Reason: excerpt}}, Workloads: []*manifests.Workload{{Object: finding.Object, Images: []*manifests.ImageRef{{Raw: excerpt, Span: sp, Container: message}}}}},
			RunErrors: []string{name},
		}
		for _, format := range []string{"text", "short"} {
			tame(t, format, printed(t, format, r, Options{Color: color, Width: wide, Verbose: true}), color)
		}
		plain, linked := Options{Color: color, Width: wide, Verbose: true}, Options{Color: color, Width: wide, Verbose: true, Hyperlinks: true}
		if got := hyperlink.ReplaceAll(printed(t, "text", r, linked), nil); !bytes.Equal(got, printed(t, "text", r, plain)) {
			t.Errorf("links change more than the names of rules: %q", got)
		}
		rule := lint.Rule{ID: name, Group: message, Severity: finding.Severity, Aliases: []string{excerpt}, Levels: name, Doc: lint.Doc{
			Title: message, Why: excerpt, Bad: message, Good: excerpt, Since: name, Links: []string{excerpt},
		}}
		tame(t, "explain", written(t, func(w *output) error { return Explain(w, rule, Options{Color: color, Width: wide}) }), color)
		tame(t, "rules", written(t, func(w *output) error { return RulesTable(w, []lint.Rule{rule}, "text", Options{Color: color}) }), color)
		for _, unique := range []bool{false, true} {
			tame(t, "csv", written(t, func(w *output) error { return Images(r.Set, ImageChoice{Unique: unique}).Write(w, "csv") }), false)
			tabs := written(t, func(w *output) error { return Images(r.Set, ImageChoice{Unique: unique}).Write(w, "text") })
			tame(t, "images", bytes.ReplaceAll(tabs, []byte("\t"), []byte(" ")), false)
		}
		tame(t, "json", printed(t, "json", r, Options{}), false)
	})
}

type output struct{ b []byte }

func (o *output) Write(p []byte) (int, error) {
	o.b = append(o.b, p...)
	return len(p), nil
}

func written(t *testing.T, write func(*output) error) []byte {
	t.Helper()
	o := &output{}
	if err := write(o); err != nil {
		t.Fatal(err)
	}
	return o.b
}

// tame fails if output contains anything that a terminal would not show unchanged.
func tame(t *testing.T, what string, out []byte, color bool) {
	t.Helper()
	if color {
		out = paint.ReplaceAll(out, nil)
	}
	if !utf8.Valid(out) {
		t.Fatalf("%s: not UTF-8: %q", what, out)
	}
	for line := range strings.Lines(string(out)) { // the texts of rules are our own
		if IsCommand(line) && what != "explain" && what != "rules" && (what != "github" || !githubCommand.MatchString(line) || commandAt(line, -1) >= 0) {
			t.Fatalf("%s: a runner would execute %q", what, line)
		}
	}
	for _, r := range string(out) {
		if r != '\n' && (unicode.Is(unicode.C, r) || r == '\u2028' || r == '\u2029') {
			t.Fatalf("%s: %U in %q", what, r, out)
		}
	}
}
