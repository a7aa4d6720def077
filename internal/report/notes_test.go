package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// Formats that list each finding separately list notes of an error completely, and name the error; formats
// for people show them only under the error.
func TestNotesOfAnError(t *testing.T) {
	t.Parallel()
	pod := &manifests.Object{APIVersion: "v1", Kind: "Pod", Name: "web"}
	about := func(rule string, severity lint.Severity, message, help string) lint.Finding {
		return lint.Finding{
			Rule: rule, Severity: severity, Span: at(t, "pod.yaml", "image: nginxy\n", "nginxy"), Object: pod, Container: "app",
			Path: "spec.containers[0].image", Image: "nginxy", Message: message, Help: help,
		}
	}
	advice := about("image-tag-missing", lint.Warning, "it has no tag", "write one")
	advice.Advice = true
	findings := []lint.Finding{advice, about("image-unknown-official", lint.Error, "it names no image", "choose another")}
	lint.LinkNotes(findings)
	r := Report{Result: lint.Result{Findings: findings}}
	for format, want := range map[string][]string{
		"text":       {"= note: also warning: it has no tag [image-tag-missing]"},
		"markdown":   {"it names no image<br>help: choose another<br>also warning: it has no tag "},
		"json":       {`"advice":true,"under":"image-unknown-official"`},
		"sarif":      {`"relatedLocations":[{"physicalLocation"`, `"text":"image-unknown-official: it names no image"`, `"advice":true,"under":"image-unknown-official"`},
		"github":     {"it has no tag%0Ain: Pod web, container \"app\"%0Aadvice: write one; this does not make a pull fail%0Anote: see image-unknown-official first: it names no image\n"},
		"gitlab":     {`"description":"it has no tag; write one; this does not make a pull fail; see image-unknown-official first"`},
		"junit":      {"advice: write one; this does not make a pull fail\nnote: see image-unknown-official first: it names no image</system-out>"},
		"checkstyle": {`message="it has no tag; write one; this does not make a pull fail; see image-unknown-official first"`},
		"rdjson":     {`note: see image-unknown-official first: it names no image"`, `"relatedLocations":[{"message":"image-unknown-official: it names no image"`},
		"short":      {"warning: it has no tag [image-tag-missing]\n", "error: it names no image [image-unknown-official]\n"},
	} {
		got := string(printed(t, format, r, Options{Quiet: true}))
		for _, w := range want {
			if strings.Count(got, w) != 1 {
				t.Errorf("%s: %d times %q in\n%s", format, strings.Count(got, w), w, got)
			}
		}
		if n := strings.Count(got, "see image-unknown-official first"); n > 2 || strings.Contains(got, "see image-tag-missing first") {
			t.Errorf("%s: the error is a note, or is named %d times:\n%s", format, n, got)
		}
	}
	if got := string(printed(t, "text", r, Options{NoFold: true, Quiet: true})); strings.Contains(got, "also warning") || !strings.Contains(got, "warning: it has no tag [image-tag-missing]\n") {
		t.Errorf("without folding:\n%s", got)
	}
}

// A note about another part of a reference, such as its tag, says where that is.
func TestNoteElsewhere(t *testing.T) {
	t.Parallel()
	text := "repository: one\ntag: latest\n"
	about := func(rule string, severity lint.Severity, part, message string) lint.Finding {
		return lint.Finding{Rule: rule, Severity: severity, Span: at(t, "values.yaml", text, part), Path: "image", Image: "one:latest", Message: message}
	}
	findings := []lint.Finding{
		about("image-unknown-official", lint.Error, "one", "it names no image"),
		about("image-latest", lint.Warning, "latest", "it is mutable"), about("image-tag-floating", lint.Warning, "one", "it floats"),
	}
	for i := range findings[1:] {
		findings[i+1].NoteOf = &findings[0]
	}
	r := Report{Result: lint.Result{Findings: findings}}
	for format, want := range map[string][]string{
		"text":     {"= note: also warning at values.yaml:2:6: it is mutable [image-latest]\n", "= note: also warning: it floats "},
		"markdown": {"<br>also warning at `values.yaml:2:6`: it is mutable ", "<br>also warning: it floats "},
		"html":     {"also warning at <code>values.yaml:2:6</code>: it is mutable ", "also warning: it floats "},
	} {
		got := string(printed(t, format, r, Options{Quiet: true}))
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%s: no %q in\n%s", format, w, got)
			}
		}
	}
}

// A note of a folded place says where it is.
func TestNoteOfAFoldedPlace(t *testing.T) {
	t.Parallel()
	text := "image: one\nimage: two\n"
	pod := &manifests.Object{APIVersion: "v1", Kind: "Pod", Name: "web"}
	about := func(rule string, severity lint.Severity, image, message string) lint.Finding {
		return lint.Finding{
			Rule: rule, Severity: severity, Span: at(t, "pod.yaml", text, image), Object: pod,
			Path: "spec.containers[0].image", Image: image, Message: message,
		}
	}
	findings := []lint.Finding{
		about("image-moved", lint.Error, "one", "it is gone"), about("image-moved", lint.Error, "two", "it is gone"),
		about("image-tag-missing", lint.Warning, "two", "it has no tag"),
	}
	lint.LinkNotes(findings)
	r := Report{Result: lint.Result{Findings: findings}}
	for format, want := range map[string]string{
		"text":     "= note: also warning at pod.yaml:2:8: it has no tag [image-tag-missing]\n",
		"markdown": "<br>also warning at `pod.yaml:2:8`: it has no tag ",
	} {
		if got := string(printed(t, format, r, Options{Quiet: true})); !strings.Contains(got, want) {
			t.Errorf("%s: no %q in\n%s", format, want, got)
		}
	}
}

// What the excerpt shows, or the position says, is not said again.
func TestNotesHere(t *testing.T) {
	t.Parallel()
	here, there := at(t, "base.yaml", "image: one\nname: web\n", "one"), at(t, "base.yaml", "image: one\nname: web\n", "web")
	f := lint.Finding{
		Span: here, Origins: []lint.Origin{{Span: here, Message: "set in base.yaml:1", Plain: true}, {Span: there, Message: "images sets newTag"}},
		Related: []lint.Related{{Span: here, Message: "also used by Pod b"}, {Span: there, Message: "also used by Pod c"}},
	}
	var got []string
	for _, n := range notes(&f) {
		got = append(got, n.label+" "+n.text)
	}
	if want := []string{"from images sets newTag", "note also used by Pod b", "note base.yaml:2:7: also used by Pod c"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
