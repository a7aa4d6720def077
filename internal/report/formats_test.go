package report

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// nasty are texts with a special meaning to a terminal, a format, or its readers.
var nasty = []string{
	"\x1b]0;x\x07\"},\n{\u202e\xff\u2028</script>\x00\ufffe\u0085",
	"%0A::error::x%25%0D,file=y:1,col=2\r\n::stop-commands::z",
	"a|b`c\\|d ``e`` [l](http://evil.example) ![i](x) <img src=x> **b** _i_ ~~s~~ $`x`$ @octocat #1 https://evil.example www.evil.example a@b.example",
	`"unclosed \" quote | <b> "closed | <b>"| x "`,
	"| --- | --- |\n| x |\n# heading\n- list\n\n    code",
	"]]><![CDATA[ &amp; &#0; <!-- -->",
	"{0} {{ .Values.image }} }} [a](0)",
	"é😀\u0301 \u200b\U000e0041",
	" leading, (both), trailing:) ",
	"",
}

// hostile is a report with a text in every field that comes from the input.
func hostile(t testing.TB, bad string) Report {
	t.Helper()
	sp := at(t, bad, bad+"x"+bad, "x")
	doc := &manifests.Document{Template: bad}
	f := lint.Finding{
		Rule: "image-uppercase", Group: "invalid-reference", Severity: lint.Error, Span: sp, Document: doc, Container: bad, Path: bad, Image: bad,
		Object:  &manifests.Object{Doc: doc, APIVersion: bad, Kind: bad, Namespace: bad, Name: bad},
		Message: bad, Help: bad, Cluster: lint.ClusterError{Stage: lint.StageKubelet, Reason: bad, Message: bad},
		Related: []lint.Related{{Span: sp, Message: bad}, {Message: bad}},
		Origins: []lint.Origin{{Message: bad}, {Span: sp, Value: bad, Message: bad}, {Span: sp, Value: bad, Message: bad}},
		Fix:     &lint.Fix{Title: bad, Edits: []lint.Edit{{Span: sp, New: bad}}},
	}
	bare := lint.Finding{Rule: "image-latest", Severity: lint.Info, Message: bad}
	silent := f
	silent.Suppressed, silent.SuppressedBy = bad+"x", lint.SuppressedByConfig
	return Report{
		Result:    lint.Result{Findings: []lint.Finding{f, f, bare}, Suppressed: []lint.Finding{silent}},
		Set:       &manifests.Set{Skipped: []manifests.Skip{{File: bad, Reason: bad}}},
		RunErrors: []string{bad}, Rules: []lint.Rule{{ID: "image-uppercase", Group: "g", Doc: lint.Doc{Title: bad, Why: bad, Bad: bad, Good: bad}}},
	}
}

// TestValid checks every format of every kind of report with third-party readers or rules.
func TestValid(t *testing.T) {
	t.Parallel()
	reports := map[string]Report{"empty": {}, "full": sample(t), "unread": {RunErrors: []string{`read "gone.yaml": no such file`}}}
	reports["stdin"] = stdin(t)
	for i, s := range nasty {
		reports[fmt.Sprintf("nasty %d", i)] = hostile(t, s)
	}
	for format, valid := range validators {
		for name, r := range reports {
			out := printed(t, format, r, Options{Version: "v1.2.3", Root: "/src"})
			if err := valid(out); err != nil {
				t.Errorf("%s of %s: %v\n%s", format, name, err, out)
			}
			tame(t, format, out, false)
			if again := printed(t, format, r, Options{Version: "v1.2.3", Root: "/src"}); string(out) != string(again) {
				t.Errorf("%s of %s: a second run gives other bytes", format, name)
			}
		}
	}
	page, err := os.ReadFile("../../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	for i, format := range Names() {
		if !bytes.Contains(page, []byte("\n| `"+format+"` |")) {
			t.Errorf("docs/formats.md has no row for %s", format)
		}
		if validators[format] == nil && i >= 2 { // text and short are for people
			t.Errorf("nothing validates %s", format)
		}
	}
}

// TestValidatorsBite breaks each format in every important way, which its validator must notice.
func TestValidatorsBite(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ format, old, new string }{
		{"json", `"severity":"error"`, `"severity":"fatal"`},
		{"json", `"endLine":1`, `"endLine":-1`},
		{"json", `"help":`, `"hint":`},
		{"json", `"group":`, `"family":`},
		{"json", `"stage":"kubelet"`, `"stage":"kublet"`},
		{"json", `"safe":true`, `"safe":"true"`},
		{"json", `"version":1`, `"version":2`},
		{"sarif", `"level":"error"`, `"level":"fatal"`},
		{"sarif", `"startLine":1`, `"startLine":0`},
		{"sarif", `"uri":"k8s/job.yaml"`, `"uri":"k8s/%zz.yaml"`},
		{"sarif", `"message":{"text"`, `"message":{"txt"`},
		{"sarif", `"kind":"`, `"kind":"x`},
		{"sarif", `]}]}`, `]}`},
		{"github", "%0A", "\n"},
		{"github", "col=10", "col=0"},
		{"github", "title=", "headline="},
		{"gitlab", `"severity":"critical"`, `"severity":"error"`},
		{"gitlab", `"begin":1`, `"begin":0`},
		{"gitlab", `"path":"k8s/job.yaml"`, `"path":""`},
		{"gitlab", "efebf1d6db59c3ebffc95aa69c9c75cb", "8bcd98fd52148d06a959449b6d995d70"},
		{"junit", `failures="1"`, `failures="2"`},
		{"junit", "</testcase>", ""},
		{"junit", "&quot;", `"`},
		{"junit", "Nginx", "Ngi\x01nx"},
		{"checkstyle", "&quot;", `"`},
		{"checkstyle", `severity="warning"`, `severity="note"`},
		{"checkstyle", "</checkstyle>", ""},
		{"rdjson", `"severity":"ERROR"`, `"severity":"BAD"`},
		{"rdjson", `"column"`, `"col"`},
		{"markdown", "`\"Nginx:1\"`", "<b>Nginx</b>"},
		{"markdown", "`\"Nginx:1\"`", "a | b"},
		{"markdown", rulesPage, "https://evil.example"},
		{"markdown", "`\"Nginx:1\"`", "www.evil.example"},
		{"html", "<main>", "<main onclick=\"x\">"},
		{"html", "'use strict'", "'use  strict'"},
		{"html", ":root { color", ":root { colour"},
		{"html", rulesPage, "https://evil.example"},
		{"html", "<footer>", "<img src=x>"},
		{"html", `id="rules-h"`, `id="findings-h"`},
		{"jsonl", "}\n", "}"},
		{"jsonl", `{"type":"summary"`, `{"type":"x"`},
		{"jsonl", `"type":"finding",`, ""},
		{"prometheus", "# TYPE imagelint_files gauge\n", ""},
		{"prometheus", `severity="warning"`, `severity="error"`},
		{"prometheus", `severity="error"`, `severity="er"ror"`},
		{"prometheus", "imagelint_files 3", "imagelint_files x"},
	} {
		out := string(printed(t, c.format, sample(t), Options{}))
		broken := strings.ReplaceAll(out, c.old, c.new)
		if broken == out {
			t.Errorf("%s does not contain %q:\n%s", c.format, c.old, out)
		} else if validators[c.format]([]byte(broken)) == nil {
			t.Errorf("%s: %q instead of %q is valid", c.format, c.new, c.old)
		}
	}
}

// stdin is a report on standard input, with multi-byte characters on the first line.
func stdin(t testing.TB) Report {
	t.Helper()
	const line = "- {name: é😀, image: Nginx}\n"
	sp := at(t, "<stdin>", line, "Nginx").InFile(&source.File{Name: "<stdin>", InMemory: true})
	return Report{Result: lint.Result{Findings: []lint.Finding{{
		Rule: "image-uppercase", Severity: lint.Error, Span: sp, Message: "upper case",
		Fix: &lint.Fix{Title: "lower", Safe: true, Edits: []lint.Edit{{Span: sp, New: "nginx"}}},
	}}}}
}

// Standard input is not a file: "<stdin>" is not a path, and an annotation for it would be lost.
func TestStdin(t *testing.T) {
	t.Parallel()
	r := stdin(t)
	for format, want := range map[string]string{
		"sarif":      `"artifactLocation":{"uri":"stdin","description":{"text":"Standard input."}}`,
		"github":     "::error title=image-uppercase::<stdin>:1:21: upper case\n",
		"gitlab":     `"path":"stdin"`,
		"junit":      `<testsuite name="stdin"`,
		"checkstyle": `<file name="stdin">`,
		"rdjson":     `"path":"stdin"`,
		"markdown":   "`stdin:1`",
	} {
		if out := string(printed(t, format, r, Options{Root: "/src"})); !strings.Contains(out, want) {
			t.Errorf("%s: no %s in\n%s", format, want, out)
		}
	}
}

func TestFilePath(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, root, want, uri string }{
		{"k8s/web.yaml", "/src", "k8s/web.yaml", "k8s/web.yaml"},
		{"./k8s//web.yaml", "/src", "k8s/web.yaml", "k8s/web.yaml"},
		{"/src/k8s/web.yaml", "/src", "k8s/web.yaml", "k8s/web.yaml"},
		{"/src/k8s/web.yaml", "/src/", "k8s/web.yaml", "k8s/web.yaml"},
		{"/srcs/web.yaml", "/src", "/srcs/web.yaml", "file:///srcs/web.yaml"},
		{"/src/web.yaml", "", "/src/web.yaml", "file:///src/web.yaml"},
		{"/web.yaml", "/", "web.yaml", "web.yaml"},
		{"../web.yaml", "/src", "../web.yaml", "../web.yaml"},
		{"a b#%:,[1]é😀+~.yaml", "/src", "a b#%:,[1]é😀+~.yaml", "a%20b%23%25%3A%2C%5B1%5D%C3%A9%F0%9F%98%80%2B~.yaml"},
		{"\xff\x1b.yaml", "/src", "\xff\x1b.yaml", "%FF%1B.yaml"},
	} {
		got := filePath(&source.File{Name: c.name}, c.root)
		if got != c.want {
			t.Errorf("filePath(%q, %q) = %q, want %q", c.name, c.root, got, c.want)
		}
		if uri, _ := fileURI(got); uri != c.uri {
			t.Errorf("fileURI(%q) = %q, want %q", got, uri, c.uri)
		}
	}
}

// Rules link to their page, and the input cannot create other links.
func TestHyperlinks(t *testing.T) {
	t.Parallel()
	own, hostile := lint.Finding{Rule: "own", Own: true, Severity: lint.Error, Message: "m"}, lint.Finding{Rule: "a\x1b\\b]8;;x", Severity: lint.Error, Message: "m"}
	r := Report{Result: lint.Result{Findings: []lint.Finding{{Rule: "image-latest", Severity: lint.Error, Message: "m"}, own, hostile}}}
	got := string(printed(t, "text", r, Options{Hyperlinks: true, Quiet: true}))
	page := "https://github.com/imagelint-dev/imagelint/blob/main/rules/README.md#"
	for _, want := range []string{
		"m [\x1b]8;;" + page + "image-latest\x1b\\image-latest\x1b]8;;\x1b\\]\n", "m [own]\n", "m [\x1b]8;;" + page + "a%1B%5Cb%5D8%3B%3Bx\x1b\\a",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q does not contain %q", got, want)
		}
	}
	if n := strings.Count(got, "\x1b"); n != 8 {
		t.Errorf("%d escape characters: %q", n, got)
	}
}

// Findings in rendered charts are at the value to fix.
func TestOrigins(t *testing.T) {
	t.Parallel()
	f := sample(t).Result.Findings[1]
	values := at(t, "chart/values.yaml", "image:\n  tag: latest\n", "latest")
	other := at(t, "chart/values.yaml", "image:\n  name: nginxy\n", "nginxy")
	f.Origins = []lint.Origin{{Message: "no place"}, {Span: values, Value: "image.tag", Message: "makes the tag"}, {Span: other, Value: "image.name", Message: "makes the name"}}
	r := Report{Result: lint.Result{Findings: []lint.Finding{f}}}
	for format, want := range map[string]string{
		"github":     "::warning title=image-unknown-official,file=chart/values.yaml,line=2,endLine=2,col=8,endColumn=14::",
		"gitlab":     `"location":{"path":"chart/values.yaml","lines":{"begin":2,"end":2}}`,
		"junit":      `<testsuite name="chart/values.yaml"`,
		"checkstyle": `<file name="chart/values.yaml">`,
		"rdjson": `"location":{"path":"chart/values.yaml","range":{"start":{"line":2,"column":8},"end":{"line":2,"column":14}}},"severity":"WARNING",` +
			`"code":{"value":"image-unknown-official","url":"` + ruleURL(f.Rule, f.Own) + `"},"relatedLocations":[` +
			`{"message":"the rendered text","location":{"path":"k8s/web.yaml","range":{"start":{"line":19,"column":16},"end":{"line":19,"column":22}}}},` +
			`{"message":"image.name makes the name","location":{"path":"chart/values.yaml",`,
		"markdown": "`chart/values.yaml:2`",
		"sarif": `"locations":[{"physicalLocation":{"artifactLocation":{"uri":"chart/values.yaml","uriBaseId":"%SRCROOT%"},` +
			`"region":{"startLine":2,"startColumn":8,"endLine":2,"endColumn":14}},"logicalLocations":[{"name":"nginx-deploy","fullyQualifiedName":"apps/v1/Deployment/web/nginx-deploy","kind":"resource"}]}],` +
			`"relatedLocations":[{"physicalLocation":{"artifactLocation":{"uri":"k8s/web.yaml","uriBaseId":"%SRCROOT%"},"region":{"startLine":19,"startColumn":16,"endLine":19,"endColumn":22}},"message":{"text":"the rendered text"}},` +
			`{"physicalLocation":{"artifactLocation":{"uri":"chart/values.yaml"`,
	} {
		if out := string(printed(t, format, r, Options{})); !strings.Contains(out, want) {
			t.Errorf("%s: no %s in\n%s", format, want, out)
		}
	}
}

// TestMovedOrigin: a finding that is already at its value, as for charts, is not said to be elsewhere.
func TestMovedOrigin(t *testing.T) {
	t.Parallel()
	f := sample(t).Result.Findings[1]
	f.Span = at(t, "chart/values.yaml", "image:\n  tag: latest\n", "latest")
	over := at(t, "values-prod.yaml", "image:\n  tag: \"\"\n", `""`)
	f.Origins = []lint.Origin{{Span: f.Span, Value: "image.tag", Message: "image.tag is here"}, {Span: over, Value: "image.tag", Message: "image.tag is empty here"}}
	f.Related = nil
	out := string(printed(t, "sarif", Report{Result: lint.Result{Findings: []lint.Finding{f}}}, Options{}))
	if strings.Contains(out, "the rendered text") || !strings.Contains(out, `"text":"image.tag is empty here"`) {
		t.Errorf("%s", out)
	}
}
