package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// PullSecretsDuplicate reports a Secret that imagePullSecrets names twice.
var PullSecretsDuplicate = lint.Rule{
	ID: "pull-secrets-duplicate", Group: "pull-secret", Severity: lint.Warning, Levels: "warning or info",
	Check:  checkPullSecretsDuplicate,
	Advice: true,
	Doc: lint.Doc{
		Title: `imagePullSecrets names one Secret twice`,
		Why:   `In a pod, kubectl apply warns about it, and server-side apply, which Helm 4, Flux and Argo CD can use, rejects the object. In a service account it is only redundant.`,
		Bad:   `- name: regcred # again`,
		Good:  `- name: regcred`,
		Since: "0.1.0",
	},
}

func checkPullSecretsDuplicate(p *lint.Pass) {
	for l := range lists(p) {
		for _, d := range l.Defects {
			if d.Kind != manifests.DefectDuplicate {
				continue
			}
			f := lint.Finding{
				Object: l.object, Span: d.Span, Path: d.Path, Severity: lint.Warning, Help: "remove one of the two",
				Message: fmt.Sprintf("imagePullSecrets names %s twice", quote(d.Text)),
			}
			switch {
			case l.isChecked():
				f.Cluster = lint.ClusterError{
					Stage: lint.StageValidation, Reason: "Warning",
					Message: fmt.Sprintf("%s: duplicate name %s; server-side apply: duplicate entries for key [name=%[2]s]", d.Path, quote(d.Text)),
				}
			case l.pod == nil:
				f.Severity = lint.Info
			}
			p.Report(f)
		}
	}
}
