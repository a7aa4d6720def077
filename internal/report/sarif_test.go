package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/lint"
)

func TestSARIF(t *testing.T) {
	t.Parallel()
	r := sample(t)
	r.Rules = []lint.Rule{
		{ID: "image-latest", Group: "tag", Aliases: []string{"latest"}, Severity: lint.Off, Doc: lint.Doc{Title: "title", Why: "why it\nmatters", Bad: "image: x:latest", Good: "image: x:1", Links: []string{"https://kubernetes.io"}}},
		{ID: "image-uppercase", Group: "invalid-reference", Severity: lint.Error, Doc: lint.Doc{Title: "upper case"}},
	}
	silent := r.Result.Suppressed[0]
	r.Result.Suppressed = nil
	for _, by := range []string{lint.SuppressedByComment, lint.SuppressedByAnnotation, lint.SuppressedByConfig} {
		silent.SuppressedBy = by
		r.Result.Suppressed = append(r.Result.Suppressed, silent)
	}
	r.RunErrors = []string{"read {x}"}
	out := printed(t, "sarif", r, Options{Version: "v1.2.3"})
	if err := validSARIF(out); err != nil {
		t.Error(err)
	}
	golden(t, "rules.sarif", out)
	var log struct {
		Runs []struct {
			Results []struct {
				RuleIndex           int
				Message             struct{ Text string }
				PartialFingerprints map[string]string
				Suppressions        []struct{ Kind, Justification string }
			}
		}
	}
	if err := json.Unmarshal(out, &log); err != nil {
		t.Fatal(err)
	}
	prints := Fingerprints(r.Result.Findings)
	seen := map[string]bool{}
	for i, res := range log.Runs[0].Results {
		mark := res.PartialFingerprints["imagelint/v1"]
		if seen[mark] || i < len(prints) && mark != prints[i] {
			t.Errorf("result %d has fingerprint %q", i, mark)
		}
		seen[mark] = true
		if res.Suppressions == nil || (i < len(prints)) != (len(res.Suppressions) == 0) {
			t.Errorf("result %d: suppressions %v", i, res.Suppressions)
		}
	}
	kinds := ""
	for _, res := range log.Runs[0].Results[len(prints):] {
		kinds += res.Suppressions[0].Kind + " "
	}
	if kinds != "inSource inSource external " {
		t.Errorf("suppressions are of the kinds %s", kinds)
	}
	if got := []int{log.Runs[0].Results[0].RuleIndex, log.Runs[0].Results[1].RuleIndex, log.Runs[0].Results[4].RuleIndex}; !cmp.Equal(got, []int{1, -1, 0}) {
		t.Errorf("rule indices %v", got)
	}
	if quiet := printed(t, "sarif", r, Options{Quiet: true}); strings.Contains(string(quiet), "justification") || strings.Count(string(quiet), `"ruleId"`) != len(prints) {
		t.Errorf("--quiet prints more than findings:\n%s", quiet)
	}
	if got := sarifMessage("{{ .x }} [a](b)"); got != "{{{{ .x }}}} [a] (b)" {
		t.Errorf("sarifMessage makes %q", got)
	}
}
