package baseline

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// tree maps file names to contents.
type tree map[string]string

// badWord reports every image whose reference contains "bad".
var badWord = lint.Rule{ID: "bad-word", Severity: lint.Error, Check: func(p *lint.Pass) {
	for w, img := range p.Images() {
		if strings.Contains(img.Raw, "bad") {
			p.ReportImage(w, img, lint.Finding{Message: img.Raw})
		}
	}
}}

// run lints the named files of the tree, or all of them.
func (tr tree) run(t *testing.T, files ...string) (*Run, []lint.Finding) {
	t.Helper()
	var inputs []manifests.Input
	read := map[string]bool{}
	for name, text := range tr {
		if len(files) == 0 || slices.Contains(files, name) {
			read[name] = true
			inputs = append(inputs, manifests.Input{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }})
		}
	}
	set, err := manifests.Load(context.WithoutCancel(t.Context()), inputs, manifests.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l := lint.Linter{Rules: []lint.Rule{badWord}}
	res, err := l.Run(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	exists := func(file string) bool { return tr[file] != "" }
	return &Run{
		Set: set, Exists: exists, Rel: func(name string) string { return name },
		Examined: func(file string) bool { return read[file] || !exists(file) && len(files) == 0 },
		RuleRan:  func(rule, _, _ string) bool { return rule == badWord.ID || rule == "gone" },
	}, res.Findings
}

func pod(name string, images ...string) string {
	s := "apiVersion: v1\nkind: Pod\nmetadata: {name: " + name + "}\nspec:\n  containers:\n"
	for _, img := range images {
		s += "  - {image: " + img + "}\n"
	}
	return s
}

func names(findings []lint.Finding) string {
	var out []string
	for _, f := range findings {
		out = append(out, f.Span.File().Name+":"+f.Object.Name+":"+f.Image)
	}
	return strings.Join(out, " ")
}

func entryNames(entries []Entry) string {
	var out []string
	for _, e := range Sorted(entries) {
		out = append(out, e.File+":"+strings.TrimPrefix(e.Object, "Pod ")+":"+e.Image)
	}
	return strings.Join(out, " ")
}

// The baseline of one tree is compared with a run on another tree.
func TestCompare(t *testing.T) {
	t.Parallel()
	web, api := pod("web", "bad:1"), pod("api", "bad:1")
	for name, c := range map[string]struct {
		before, after           tree
		only                    []string // files of the second run
		fresh, stale, untouched string
	}{
		"nothing changed":              {before: tree{"a": web}, after: tree{"a": web}},
		"lines moved":                  {before: tree{"a": web}, after: tree{"a": "# x\n\n" + api + "---\n" + web}, fresh: "a:api:bad:1"},
		"file renamed":                 {before: tree{"a": web}, after: tree{"b": web}},
		"object moved to another file": {before: tree{"a": api + "---\n" + web}, after: tree{"a": api, "b": web}},
		"mended":                       {before: tree{"a": web}, after: tree{"a": pod("web", "good:1")}, stale: "a:web:bad:1"},
		"file removed":                 {before: tree{"a": web, "b": api}, after: tree{"b": api}, stale: "a:web:bad:1"},
		"another image":                {before: tree{"a": web}, after: tree{"a": pod("web", "bad:2")}, fresh: "a:web:bad:2", stale: "a:web:bad:1"},
		// Objects with the same name in two files, as in overlays, do not hide each other's findings.
		"same name in another file":   {before: tree{"dev": web}, after: tree{"dev": web, "prod": web}, fresh: "prod:web:bad:1"},
		"mended here, made there":     {before: tree{"dev": web, "prod": pod("web", "good:1")}, after: tree{"dev": pod("web", "good:1"), "prod": web}, fresh: "prod:web:bad:1", stale: "dev:web:bad:1"},
		"renamed beside its namesake": {before: tree{"dev": web, "prod": web}, after: tree{"dev": web, "live": web}},
		// Equal findings are hidden as often as they are in the baseline.
		"first of two mended":    {before: tree{"a": pod("web", "bad:1", "bad:1")}, after: tree{"a": pod("web", "good:1", "bad:1")}, stale: "a:web:bad:1"},
		"one more of them":       {before: tree{"a": pod("web", "bad:1", "bad:1")}, after: tree{"a": pod("web", "bad:1", "bad:1", "bad:1")}, fresh: "a:web:bad:1"},
		"one more before it":     {before: tree{"a": web}, after: tree{"a": pod("web", "other-bad:1", "bad:1")}, fresh: "a:web:other-bad:1"},
		"not all files given":    {before: tree{"a": web, "b": api}, after: tree{"a": web, "b": api}, only: []string{"a"}, untouched: "b:api:bad:1"},
		"mended, not given":      {before: tree{"a": web, "b": api}, after: tree{"a": web, "b": pod("api", "good")}, only: []string{"a"}, untouched: "b:api:bad:1"},
		"mended, given":          {before: tree{"a": web, "b": api}, after: tree{"a": web, "b": pod("api", "good")}, only: []string{"b"}, stale: "b:api:bad:1", untouched: "a:web:bad:1"},
		"namesake, not given":    {before: tree{"dev": web, "prod": pod("web", "good:1")}, after: tree{"dev": web, "prod": web}, only: []string{"prod"}, fresh: "prod:web:bad:1", untouched: "dev:web:bad:1"},
		"renamed, alone given":   {before: tree{"a": web, "b": api}, after: tree{"c": web, "b": api}, only: []string{"c"}, untouched: "b:api:bad:1"},
		"removed, not given":     {before: tree{"a": web, "b": api}, after: tree{"b": api}, only: []string{"b"}, untouched: "a:web:bad:1"},
		"standard input":         {before: tree{Stdin: web + "---\n" + api}, after: tree{Stdin: pod("web", "good:1")}, stale: "<stdin>:web:bad:1", untouched: "<stdin>:api:bad:1"},
		"from standard input on": {before: tree{Stdin: web}, after: tree{"a": web}},
	} {
		r, findings := c.before.run(t)
		entries := r.Entries(findings)
		r, findings = c.after.run(t, c.only...)
		got := Compare(entries, findings, r)
		if n := names(got.New); n != c.fresh {
			t.Errorf("%s: new %q, want %q", name, n, c.fresh)
		}
		if n := entryNames(got.Stale); n != c.stale {
			t.Errorf("%s: stale %q, want %q", name, n, c.stale)
		}
		if n := entryNames(got.Elsewhere); n != c.untouched {
			t.Errorf("%s: left alone %q, want %q", name, n, c.untouched)
		}
		if len(got.New)+len(got.Known) != len(findings) || len(got.Known)+len(got.Stale)+len(got.Elsewhere) != len(entries) {
			t.Errorf("%s: findings or entries are lost or duplicated", name)
		}
	}
}

// An entry is not stale if its rule did not run, but is if its rule no longer exists.
func TestCompareRules(t *testing.T) {
	t.Parallel()
	r, _ := tree{"a": pod("web", "good:1")}.run(t)
	got := Compare([]Entry{{File: "a", Rule: "off", Fingerprint: "1"}, {File: "a", Rule: "gone", Fingerprint: "2"}}, nil, r)
	if len(got.Stale) != 1 || got.Stale[0].Rule != "gone" || len(got.Elsewhere) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestEntries(t *testing.T) {
	t.Parallel()
	r := &Run{Rel: func(name string) string { return name }}
	got := r.Entries([]lint.Finding{
		{Rule: "r", Image: "https://bob:hush@ghcr.io/a:1", Path: "spec.containers[3].image", Object: &manifests.Object{Kind: "Pod", Namespace: "shop", Name: "web"}, Container: strings.Repeat("ä", 200)},
		{Rule: "r", Image: "ghcr.io/a@sha256:0123", Object: &manifests.Object{Kind: "Pod", Name: "a\u009bb"}},
	})
	for i := range got {
		got[i].Fingerprint = ""
	}
	want := []Entry{
		{Rule: "r", Path: "spec.containers[].image", Object: "Pod shop/web", Container: strings.Repeat("ä", 128) + "..."},
		{Rule: "r", Image: "ghcr.io/a@sha256:0123", Object: `Pod a\u009bb`},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFile(t *testing.T) {
	t.Parallel()
	entries := []Entry{
		{File: "b", Rule: "r", Image: "a&b", Fingerprint: "2"},
		{File: "a\n", Object: "Pod \u001b[31m", Container: "c", Path: "p", Rule: "r", Fingerprint: "1-2"},
		{File: "b", Rule: "r", Image: "a&b", Fingerprint: "2"},
	}
	var b bytes.Buffer
	if err := Write(&b, entries); err != nil {
		t.Fatal(err)
	}
	const want = `{"version":1,
 "findings":[
  {"file":"a\n","object":"Pod \u001b[31m","container":"c","path":"p","rule":"r","fingerprint":"1-2"},
  {"file":"b","image":"a&b","rule":"r","fingerprint":"2"},
  {"file":"b","image":"a&b","rule":"r","fingerprint":"2"}
 ]}
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	got, err := parse(b.Bytes())
	if diff := cmp.Diff(Sorted(entries), got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	b.Reset()
	if err := Write(&b, nil); err != nil || b.String() != "{\"version\":1,\n \"findings\":[]}\n" {
		t.Errorf("%v %s", err, &b)
	}
	if got, err := parse(b.Bytes()); err != nil || len(got) != 0 {
		t.Errorf("%v %v", got, err)
	}
}

func TestNoBaseline(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                      "is not valid JSON at line 1",
		"{\"version\":1,\n\"findings\":[\n,]}":  "is not valid JSON at line 3",
		"{\"version\":1,\n<<<<<<< HEAD\n":       "contains merge conflict markers at line 2",
		"[]":                                    "is not an imagelint baseline",
		`{"findings":[]}`:                       "is not an imagelint baseline",
		`{"version":1}`:                         "is not an imagelint baseline",
		`{"version":"one","findings":[]}`:       "is not an imagelint baseline",
		`{"version":2,"findings":{"new":true}}`: "has version 2, but this imagelint reads only up to 1: use the newer imagelint",
		`{"version":0,"findings":[]}`:           "has the unknown version 0",
		`{"version":1.5,"findings":[]}`:         "has the unknown version 1.5",
		`{"version":1,"findings":[{"rule":1}]}`: "is not an imagelint baseline",
		`{"version":1,"findings":[{"rule":"r","fingerprint":"1"},{"rule":"r"}]}`: "has no fingerprint or no rule in finding 2",
	} {
		if _, err := parse([]byte(text)); err == nil || !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), "--write-baseline") {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"version":1,"findings":[{"rule":"r","fingerprint":"1"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := parse(data)
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := Write(&b, entries); err != nil {
			t.Fatal(err)
		}
		again, err := parse(b.Bytes())
		if diff := cmp.Diff(Sorted(entries), append([]Entry{}, again...)); err != nil || len(entries) > 0 && diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	})
}

// FuzzRoundTrip checks that reading and writing a baseline keeps its bytes.
func FuzzRoundTrip(f *testing.F) {
	f.Add([]byte(`{"version":1,"findings":[{"file":"a","rule":"r","fingerprint":"x"}]}`))
	f.Add([]byte(`{"version":1,"findings":[{"file":"b","rule":"r","fingerprint":"x","message":"\u202e"},{"file":"a","rule":"r","fingerprint":"x"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := parse(data)
		if err != nil {
			return
		}
		var first, second bytes.Buffer
		if err := Write(&first, entries); err != nil {
			t.Fatal(err)
		}
		again, err := parse(first.Bytes())
		if err != nil {
			t.Fatalf("%v in what was written:\n%s", err, first.Bytes())
		}
		if err := Write(&second, again); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Fatalf("%v; written first:\n%s\nand then:\n%s", err, first.Bytes(), second.Bytes())
		}
	})
}
