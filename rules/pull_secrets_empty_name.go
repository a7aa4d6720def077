package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// PullSecretsEmptyName reports an entry of imagePullSecrets without a name.
var PullSecretsEmptyName = lint.Rule{
	ID: "pull-secrets-empty-name", Group: "pull-secret", Severity: lint.Warning, Levels: "warning",
	Check: checkPullSecretsEmptyName,
	Doc: lint.Doc{
		Title: `imagePullSecrets has an entry without a name`,
		Why:   `The API server accepts it with a warning, and the kubelet skips it. But it still hides the pull secrets of the service account, which are copied only into pods that list none. Usually a value was empty when a chart was rendered.`,
		Bad:   `- name: ""`,
		Good:  `- name: regcred`,
		Since: "0.1.0",
	},
}

func checkPullSecretsEmptyName(p *lint.Pass) {
	for l := range lists(p) {
		for _, d := range l.Defects {
			if d.Kind != manifests.DefectEmpty {
				continue
			}
			f := lint.Finding{
				Object: l.object, Span: d.Span, Path: d.Path, Severity: lint.Warning,
				Message: "imagePullSecrets has an entry without a name", Help: "write the Secret's name, or remove the entry",
			}
			if l.isChecked() {
				f.Cluster = lint.ClusterError{Stage: lint.StageValidation, Reason: "Warning", Message: d.Path + `.name: invalid empty name ""`}
			}
			if hidden := hiddenBy(p, l); hidden != nil {
				f.Message = fmt.Sprintf("imagePullSecrets has an entry without a name, which hides the pull secrets of service account %s", quote(hidden.Name))
				f.Cluster = withoutCredentials()
				f.Related = []lint.Related{{Span: hidden.ImagePullSecrets.Span, Message: "the pull secrets that the pod does not get"}}
			}
			p.Report(f)
		}
	}
}

// hiddenBy returns the service account whose pull secrets a pod does not get because of its unnamed entries, or nil.
func hiddenBy(p *lint.Pass, l list) *manifests.ServiceAccount {
	if l.pod == nil || len(l.Names) > 0 || l.Unknown {
		return nil
	}
	if a := p.Plan.Pod(l.w, l.pod).ServiceAccount.Found; a != nil && a.ImagePullSecrets != nil && len(a.ImagePullSecrets.Names) > 0 {
		return a
	}
	return nil
}
