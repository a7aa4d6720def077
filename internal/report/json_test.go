package report

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// contract is the promised JSON format. Pointers are fields that always exist.
type contract struct {
	Version *int `json:"version"`
	Summary *struct {
		Files      *int `json:"files"`
		Documents  *int `json:"documents"`
		Objects    *int `json:"objects"`
		Workloads  *int `json:"workloads"`
		Images     *int `json:"images"`
		Errors     *int `json:"errors"`
		Warnings   *int `json:"warnings"`
		Infos      *int `json:"infos"`
		Suppressed *int `json:"suppressed"`
		Skipped    *[]struct {
			File   string `json:"file"`
			Line   int    `json:"line"`
			Reason string `json:"reason"`
		} `json:"skipped"`
		RunErrors []string `json:"runErrors"`
	} `json:"summary"`
	Findings *[]struct {
		Rule      *string `json:"rule"`
		Group     *string `json:"group"`
		Severity  *string `json:"severity"`
		Message   *string `json:"message"`
		Help      string  `json:"help"`
		File      *string `json:"file"`
		Line      *int    `json:"line"`
		Column    *int    `json:"column"`
		EndLine   *int    `json:"endLine"`
		EndColumn *int    `json:"endColumn"`
		Object    *struct {
			APIVersion string `json:"apiVersion"`
			Kind       string `json:"kind"`
			Namespace  string `json:"namespace"`
			Name       string `json:"name"`
		} `json:"object"`
		Container string `json:"container"`
		Path      string `json:"path"`
		Image     string `json:"image"`
		Source    string `json:"source"`
		Cluster   *struct {
			Stage   string `json:"stage"`
			Reason  string `json:"reason"`
			Message string `json:"message"`
		} `json:"cluster"`
		Related []struct {
			File    string `json:"file"`
			Line    int    `json:"line"`
			Column  int    `json:"column"`
			Message string `json:"message"`
		} `json:"related"`
		Fix *struct {
			Title string `json:"title"`
			Safe  bool   `json:"safe"`
			Edits []struct {
				File      string `json:"file"`
				Line      int    `json:"line"`
				Column    int    `json:"column"`
				EndLine   int    `json:"endLine"`
				EndColumn int    `json:"endColumn"`
				Text      string `json:"text"`
			} `json:"edits"`
		} `json:"fix"`
		URL         *string `json:"url"`
		Fingerprint *string `json:"fingerprint"`
	} `json:"findings"`
}

func decoded(t *testing.T, r Report) contract {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(printed(t, "json", r, Options{})))
	d.DisallowUnknownFields()
	var c contract
	if err := d.Decode(&c); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Token(); err != io.EOF {
		t.Errorf("more than one JSON value: %v", err)
	}
	switch {
	case c.Version == nil || *c.Version != 1 || c.Summary == nil || c.Findings == nil || c.Summary.Skipped == nil:
		t.Fatal("a part of the document is missing or null")
	}
	s := c.Summary
	for i, n := range []*int{s.Files, s.Documents, s.Objects, s.Workloads, s.Images, s.Errors, s.Warnings, s.Infos, s.Suppressed} {
		if n == nil {
			t.Fatalf("number %d of the summary is missing", i)
		}
	}
	for i, f := range *c.Findings {
		for k, p := range []*string{f.Rule, f.Group, f.Severity, f.Message, f.File, f.URL, f.Fingerprint} {
			if p == nil {
				t.Fatalf("finding %d has no string %d", i, k)
			}
		}
		for k, p := range []*int{f.Line, f.Column, f.EndLine, f.EndColumn} {
			if p == nil {
				t.Fatalf("finding %d has no number %d", i, k)
			}
		}
	}
	return c
}

func TestJSONContract(t *testing.T) {
	t.Parallel()
	r := sample(t)
	r.RunErrors = []string{"read x"}
	c := decoded(t, r)
	s := c.Summary
	if diff := cmp.Diff([]int{3, 4, 4, 2, 5, 1, 2, 1, 1}, []int{
		*s.Files, *s.Documents, *s.Objects, *s.Workloads, *s.Images, *s.Errors, *s.Warnings, *s.Infos, *s.Suppressed,
	}); diff != "" {
		t.Errorf("summary: %s", diff)
	}
	if len(*s.Skipped) != 3 || (*s.Skipped)[2].Line != 7 || (*s.Skipped)[2].Reason != manifests.SkipTemplate || len(s.RunErrors) != 1 {
		t.Errorf("summary: %+v", s)
	}
	if n := len(*c.Findings); n != len(r.Result.Findings) {
		t.Fatalf("%d findings", n)
	}
	f := (*c.Findings)[0]
	if *f.Line != 1 || *f.Column != 10 || *f.EndLine != 1 || *f.EndColumn != 17 || *f.Severity != "error" ||
		*f.URL != "https://github.com/imagelint-dev/imagelint/blob/main/rules/README.md#image-uppercase" ||
		f.Cluster.Stage != "kubelet" || !f.Fix.Safe || f.Fix.Edits[0].Text != "nginx" || f.Fix.Edits[0].EndColumn != 15 {
		t.Errorf("finding: %+v", f)
	}
	f = (*c.Findings)[1]
	if f.Source != "chart/templates/web.yaml" || f.Object.Namespace != "web" || f.Fix != nil || *f.Line != 19 {
		t.Errorf("finding: %+v", f)
	}
	if rel := (*c.Findings)[2].Related; len(rel) != 2 || rel[0].File != "k8s/secret.yaml" || rel[0].Column != 9 || rel[1].File != "" {
		t.Errorf("related: %+v", rel)
	}
	if f = (*c.Findings)[3]; f.Cluster != nil || f.Object != nil || *f.Line != 0 || *f.File != "" {
		t.Errorf("finding without a place: %+v", f)
	}
}

// Arbitrary bytes in a finding stay inside their strings.
func TestJSONHostile(t *testing.T) {
	t.Parallel()
	bad := "\x1b]0;x\x07\"},\n{\u202e\xff\u2028</script>" + strings.Repeat("\U000e0041", 1000)
	c := decoded(t, Report{Result: lint.Result{Findings: []lint.Finding{{
		Rule: bad, Group: bad, Message: bad, Help: bad, Container: bad, Path: bad, Image: bad, Span: at(t, bad, bad, bad),
		Object: &manifests.Object{APIVersion: bad, Kind: bad, Name: bad, Namespace: bad, Doc: &manifests.Document{Template: bad}},
	}}}, RunErrors: []string{bad}})
	if want := string([]rune(bad)); (*c.Findings)[0].Image != want || (*c.Findings)[0].Source != want {
		t.Errorf("image %q", (*c.Findings)[0].Image)
	}
}
