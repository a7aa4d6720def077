package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// PullPolicyLatestCached reports a mutable tag with imagePullPolicy IfNotPresent.
var PullPolicyLatestCached = lint.Rule{
	ID: "pull-policy-latest-cached", Group: "pull-policy", Severity: lint.Warning, Levels: "warning",
	Check:    checkPullPolicyLatestCached,
	Advice:   true,
	Outranks: []string{"image-latest"},
	Doc: lint.Doc{
		Title: `the tag "latest" with imagePullPolicy IfNotPresent`,
		Why:   `Each node keeps the image that "latest" named when the node first pulled it, so nodes may run different code.`,
		Bad:   `imagePullPolicy: IfNotPresent`,
		Good:  `imagePullPolicy: Always`,
		Since: "0.1.0",
	},
}

func checkPullPolicyLatestCached(p *lint.Pass) {
	for w, img := range p.Parsed() {
		if img.PullPolicy == nil || img.PullPolicy.State != manifests.StateString || img.PullPolicy.Value != "IfNotPresent" || img.Ref.Digest != "" || img.Ref.Tag != "" && img.Ref.Tag != "latest" || img.Untagged || img.Field == manifests.FieldSplit {
			continue
		}
		p.ReportImage(w, img, lint.Finding{
			Severity: min(lint.Warning, byConfidence(img)), Span: img.PullPolicy.Span, Path: img.PullPolicy.Path,
			Message: fmt.Sprintf("%s IfNotPresent keeps %s as each node first pulled it", policyName(img.PullPolicy), quote(img.Raw)),
			Help:    "write a version tag, or " + policyName(img.PullPolicy) + ": Always",
		})
	}
}
