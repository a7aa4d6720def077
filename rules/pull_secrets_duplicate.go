package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// PullSecretsDuplicate reports: imagePullSecrets names one Secret twice.
var PullSecretsDuplicate = lint.Rule{
	ID: "pull-secrets-duplicate", Group: "pull-secret", Severity: lint.Warning, Levels: "warning",
	Check: checkPullSecretsDuplicate,
	Doc: lint.Doc{
		Title: `imagePullSecrets names one Secret twice`,
		Why:   `kubectl apply warns; server-side apply, which Helm 4, Flux and Argo CD can use, refuses the object.`,
		Bad:   `- name: regcred # again`,
		Good:  `- name: regcred`,
		Since: "0.1.0",
	},
}

func checkPullSecretsDuplicate(p *lint.Pass) {
	for o, l := range lists(p) {
		for _, d := range l.Defects {
			if d.Kind != manifests.DefectDuplicate {
				continue
			}
			p.Report(lint.Finding{
				Object: o, Span: d.Span, Path: d.Path, Severity: lint.Warning,
				Message: fmt.Sprintf("imagePullSecrets names %s twice", quote(d.Text)),
				Help:    "remove one of the two",
				Cluster: lint.Cluster{Stage: lint.StageValidation, Reason: "Warning", Message: fmt.Sprintf("%s: duplicate name %s; server-side apply: duplicate entries for key [name=%s]", d.Path, quote(d.Text), quote(d.Text))},
			})
		}
	}
}
