package rules_test

import (
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/rules"
)

// possibleCauses are rules about images whose findings have no answer of the cluster but may be why a pull fails.
var possibleCauses = map[string]string{
	"duplicate-key":                 "the value that is lost may be the right one",
	"image-digest-unknown":          "a digest that differs from the published one may not be there",
	"image-moved":                   "tags that were published after a freeze are not there",
	"image-tag-mangled-number":      "the tag that it becomes may not be there",
	"pull-secret-registry-mismatch": "a private image is pulled without credentials",
	"image-tag-git-describe":        "a build of a working copy may never have been pushed",
	"kustomize-image-unused":        "the tag that the entry would set is not set",
	"registry-new":                  "the nodes may not reach the registry",
	"registry-not-allowed":          "what does not allow a registry may block it, too",
}

// A finding about an image has an answer of the cluster or is worded as advice, so that nobody takes it for the cause of a failed pull.
func TestAdvice(t *testing.T) {
	t.Parallel()
	advice := map[string]bool{}
	for _, r := range withFixtures() {
		var all []lint.Finding
		for _, name := range []string{"bad.yaml", "edges.yaml"} {
			if data, ok := optional(t, r.ID, name); ok {
				all = append(all, ofRule(findings(t, r.ID, input(name, data)), r.ID)...)
			}
		}
		for _, f := range all {
			advice[r.ID] = advice[r.ID] || f.Advice
			text := printed(t, []lint.Finding{f})
			switch {
			case f.Advice && (!strings.Contains(text, "= advice: ") || strings.Contains(text, "= help: ") || strings.Contains(text, "= cluster: ")):
				t.Errorf("this does not read as advice:\n%s", text)
			case f.Advice && f.Cluster != lint.ClusterError{}, r.Advice && !f.Advice && f.Cluster == lint.ClusterError{}:
				t.Errorf("advice: %t, and the cluster says %+v:\n%s", f.Advice, f.Cluster, text)
			case !f.Advice && strings.Contains(text, "advice"):
				t.Errorf("this is not advice:\n%s", text)
			case f.Image != "" && !f.Advice && f.Cluster == lint.ClusterError{} && possibleCauses[r.ID] == "" && f.Severity >= lint.Warning:
				t.Errorf("this is neither advice nor a cause of what a cluster answers:\n%s", text)
			}
		}
	}
	for _, r := range rules.All() {
		if r.Advice && !advice[r.ID] && r.Group != probeGroup {
			t.Errorf("%s gives advice, and its fixtures show none", r.ID)
		}
	}
}
