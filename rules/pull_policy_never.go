package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
)

// PullPolicyNever reports imagePullPolicy Never.
var PullPolicyNever = lint.Rule{
	ID: "pull-policy-never", Group: "pull-policy", Severity: lint.Warning, Levels: "warning",
	Check:    checkPullPolicyNever,
	Outranks: []string{"image-latest", "image-tag-floating", "image-tag-missing", "image-unknown-official"},
	Doc: lint.Doc{
		Title: `imagePullPolicy is Never`,
		Why:   `The kubelet then never pulls: the image must be on every node already, or the pod stays in ErrImageNeverPull. Since 1.35 that happens even if another pod pulled the image with credentials that this pod lacks.`,
		Bad:   `imagePullPolicy: Never`,
		Good:  `imagePullPolicy: IfNotPresent`,
		Since: "0.1.0",
	},
}

func checkPullPolicyNever(p *lint.Pass) {
	for w, img := range p.Parsed() {
		if !isNever(img) || p.IsLocal(img) {
			continue
		}
		p.ReportImage(w, img, lint.Finding{
			Severity: min(lint.Warning, byConfidence(img)), Span: img.PullPolicy.Span, Path: img.PullPolicy.Path,
			Message: fmt.Sprintf("%s Never: image %s must already be on every node", policyName(img.PullPolicy), quote(img.Raw)),
			Help:    "use IfNotPresent; if the image is loaded onto each node, list it under local-images in the configuration",
			Cluster: neverPulled(img),
		})
	}
}
