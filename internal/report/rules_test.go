package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
)

var testRules = []lint.Rule{
	{
		ID: "image-digest-missing", Group: "tag", Severity: lint.Off,
		Doc: lint.Doc{Title: "image is not pinned by a digest", Why: "A tag can be pushed again.", Bad: "image: nginx:1.27", Good: "image: nginx@sha256:...", Since: "0.1.0"},
	},
	{
		ID: "image-latest", Group: "tag", Severity: lint.Warning, Aliases: []string{"latest-tag", "no-latest"},
		Doc: lint.Doc{
			Title: "image uses a tag that moves",
			Why: "Two pods of one Deployment can run different code when the tag is pushed again between their starts.\n\n" +
				"A value such as `<none>` or <none>, __TAG__ or *this* is text, RELATED_IMAGE too.",
			Bad: "containers:\n\t- image: nginx:latest", Good: "containers:\n- image: nginx:1.27.3", Since: "0.1.0",
			Links: []string{"https://kubernetes.io/docs/concepts/containers/images/"},
		},
	},
	{
		ID: "pull-secret-missing", Group: "pull-secret", Severity: lint.Error, Levels: "error or warning",
		Doc: lint.Doc{Title: "pod names a pull secret that is not there | `a|b`", Why: "No credentials.", Bad: "x: ```", Good: "y", Since: "0.1.0"},
	},
}

func TestRulesGolden(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	for _, format := range RuleFormats() {
		if err := RulesTable(&b, testRules, format, Options{}); err != nil {
			t.Fatal(err)
		}
		golden(t, "rules."+format, b.Bytes())
		b.Reset()
	}
	if err := RulesTable(&b, testRules, "xml", Options{}); err == nil || !strings.Contains(err.Error(), "text, json") {
		t.Errorf("RulesTable with an unknown format: %v", err)
	}
	b.Reset()
	for _, r := range testRules {
		if err := Explain(&b, r, Options{Width: 60}); err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "explain.text", b.Bytes())
	golden(t, "rules.md", RulesMarkdown(testRules, func(id string) string {
		return map[string]string{"image-latest": "a.yaml:1:1: warning: image \"nginx:latest\" [image-latest]\n   |\n"}[id]
	}, func(id string) bool { return id == "image-latest" }))
}

func TestRulesJSON(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := RulesTable(&b, testRules, "json", Options{Color: true}); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Version int
		Rules   []struct{ ID, Severity, URL string }
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Rules) != len(testRules) || got.Version != 1 || got.Rules[0].Severity != "off" || !strings.HasSuffix(got.Rules[1].URL, "#image-latest") {
		t.Errorf("rules: %+v", got)
	}
}

// Findings link to headings, so there must be one that is exactly the rule's ID.
func TestRulesMarkdownAnchors(t *testing.T) {
	t.Parallel()
	page := string(RulesMarkdown(testRules, nil, nil))
	for _, r := range testRules {
		if strings.Count(page, "\n### "+r.ID+"\n") != 1 {
			t.Errorf("no heading %s", r.ID)
		}
	}
}

func TestMarkdownText(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	want := map[string]string{
		"plain": "plain", "<none>": `\<none>`, "`<none>` <a>": "`<none>` \\<a>", "__TAG__": `\_\_TAG\_\_`, "A_B": "A_B", "a*b*": `a\*b\*`, "": "",
	}
	for in := range want {
		got[in] = markdownText(in)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
