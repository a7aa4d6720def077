package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// PullSecretWrongNamespace reports a Secret in imagePullSecrets that is in another namespace.
var PullSecretWrongNamespace = lint.Rule{
	ID: "pull-secret-wrong-namespace", Group: "pull-secret", Severity: lint.Error, Levels: "error or warning",
	Check: checkPullSecretWrongNamespace,
	Doc: lint.Doc{
		Title: `imagePullSecrets names a Secret of another namespace`,
		Why:   `The kubelet looks for pull secrets only in the pod's own namespace. It is a warning if one of the two sets no namespace, so that it depends on where the manifests are applied (set --namespace), and if they are in distant folders, so that another Secret of that name may have been created by hand.`,
		Bad:   `namespace: build`,
		Good:  `namespace: web`,
		Since: "0.1.0",
	},
}

func checkPullSecretWrongNamespace(p *lint.Pass) {
	for u := range secretUses(p) {
		if u.Found() || len(u.Elsewhere) == 0 {
			continue
		}
		s := u.Elsewhere[0]
		if u.given && !plan.InSameScope(s.Object, u.object) {
			continue // it may belong to another cluster, and the chart may create one
		}
		other := p.Plan.Namespace(s.SecretNamespace, s.Object)
		f := lint.Finding{
			Object: u.object, Span: u.Ref.Span, Path: u.Ref.Path, Severity: lint.Error, Cluster: notRetrieved(u.Ref.Name),
			Message: fmt.Sprintf("%s names %s, which is in %s, not in %s", fieldOf(u.Ref.Path), quote(u.Ref.Name), inNamespace(other), inNamespace(u.Namespace)),
			Help:    fmt.Sprintf("create the Secret in %s, too; a pod cannot use a Secret in another namespace", inNamespace(u.Namespace)),
			Related: []lint.Related{related(s, "the Secret of that name")},
		}
		if other == "" || u.Namespace == "" {
			f.Severity = lint.Warning
			f.Help = "set the same namespace in both, or set the namespace that the manifests are applied to: --namespace NAME"
		}
		if s.AnyNamespace {
			f.Message = fmt.Sprintf("%s names %s, which is not copied to %s", fieldOf(u.Ref.Path), quote(u.Ref.Name), inNamespace(u.Namespace))
			f.Help = fmt.Sprintf("add %s to those that the Secret is copied to", inNamespace(u.Namespace))
		}
		if u.Hidden || p.Plan.PullSecretInjector() != nil || p.Plan.MutatingPolicy() != nil || !plan.InSameScope(s.Object, u.object) || s.AnyNamespace && s.SourceKind != manifests.SourceKindSecret {
			f.Severity = lint.Warning
		}
		f.Severity = capByConfidence(f.Severity, u.tier)
		p.Report(f)
	}
}
