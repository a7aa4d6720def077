package rules

import (
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// PullSecretsEmptyName reports: imagePullSecrets has an entry without a name.
var PullSecretsEmptyName = lint.Rule{
	ID: "pull-secrets-empty-name", Group: "pull-secret", Severity: lint.Warning, Levels: "warning",
	Check: checkPullSecretsEmptyName,
	Doc: lint.Doc{
		Title: `imagePullSecrets has an entry without a name`,
		Why:   `The API server accepts it with a warning, and the kubelet skips it. But one entry is enough to hide the pull secrets of the service account, which are only copied into pods that have none.`,
		Bad:   `- name: ""`,
		Good:  `- name: regcred`,
		Since: "0.1.0",
	},
}

func checkPullSecretsEmptyName(p *lint.Pass) {
	for o, l := range lists(p) {
		for _, d := range l.Defects {
			if d.Kind != manifests.DefectEmpty {
				continue
			}
			p.Report(lint.Finding{
				Object: o, Span: d.Span, Path: d.Path, Severity: lint.Warning,
				Message: "imagePullSecrets has an entry without a name",
				Help:    "write the Secret's name, or remove the entry; in a pod it hides the pull secrets of the service account",
				Cluster: lint.Cluster{Stage: lint.StageValidation, Reason: "Warning", Message: d.Path + ".name: invalid empty name \"\""},
			})
		}
	}
}
