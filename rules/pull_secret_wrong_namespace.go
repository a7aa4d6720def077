package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// PullSecretWrongNamespace reports: imagePullSecrets names a Secret of another namespace.
var PullSecretWrongNamespace = lint.Rule{
	ID: "pull-secret-wrong-namespace", Group: "pull-secret", Severity: lint.Error, Levels: "error or warning",
	Check: checkPullSecretWrongNamespace,
	Doc: lint.Doc{
		Title: `imagePullSecrets names a Secret of another namespace`,
		Why:   `The kubelet looks for pull secrets in the pod's own namespace and nowhere else. It is a warning where one of the two writes no namespace, so that it depends on where the manifests are applied; --namespace tells.`,
		Bad:   `  namespace: build`,
		Good:  `  namespace: web`,
		Since: "0.1.0",
	},
}

func checkPullSecretWrongNamespace(p *lint.Pass) {
	for u := range secretUses(p) {
		if u.Found() || len(u.Elsewhere) == 0 {
			continue
		}
		s := u.Elsewhere[0]
		other := p.Plan.Namespace(s.SecretNamespace)
		f := lint.Finding{
			Object: u.object, Span: u.Ref.Span, Path: u.Ref.Path, Severity: lint.Error, Cluster: notRetrieved(u.Ref.Name),
			Message: fmt.Sprintf("imagePullSecrets names %s, which is in %s, not in %s", quote(u.Ref.Name), inNamespace(other), inNamespace(u.Namespace)),
			Help:    fmt.Sprintf("create the Secret in %s too; a Secret of another namespace never serves", inNamespace(u.Namespace)),
			Related: []lint.Related{related(s, "the Secret of that name")},
		}
		if other == "" || u.Namespace == "" {
			f.Severity = lint.Warning
			f.Help = "write the same namespace in both, or tell where the manifests are applied: --namespace NAME"
		}
		if p.Plan.Patcher() != nil || !plan.Near(s.Object, u.object) || s.Provider != "Secret" && s.AnyNamespace {
			f.Severity = lint.Warning
		}
		f.Severity = atMost(f.Severity, u.tier)
		p.Report(f)
	}
}
