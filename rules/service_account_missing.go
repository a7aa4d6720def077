package rules

import (
	"fmt"
	"slices"

	"github.com/imagelint-dev/imagelint/internal/near"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// ServiceAccountMissing reports a service account of a pod that is not defined.
var ServiceAccountMissing = lint.Rule{
	ID: "service-account-missing", Group: "pull-secret", Severity: lint.Warning, Levels: "error, warning or info",
	Check: checkServiceAccountMissing,
	Doc: lint.Doc{
		Title: `a pod names a service account that does not exist`,
		Why:   `The API server rejects the pod; for a Deployment, only the ReplicaSet's events show it. It is an error if a defined name is one typo away, in a word of four letters or more, in the same folder or chart, or anywhere in these manifests if the namespaces of both are known; it is one, too, if the same file has the account in another namespace. It is a warning if manifests nearby define other service accounts, or the name is a misspelling of "default"; otherwise an info, since many are created outside of manifests. If these manifests define no service account, only misspellings of "default" are reported.`,
		Bad:   `serviceAccountName: shop-fronted`,
		Good:  `serviceAccountName: shop-frontend`,
		Since: "0.1.0",
	},
}

func checkServiceAccountMissing(p *lint.Pass) {
	isWithout := !slices.ContainsFunc(p.Set.ServiceAccounts, func(a *manifests.ServiceAccount) bool { return a.Live })
	for _, w := range p.Plan.Workloads() {
		if w.Live && isPod(w) {
			continue // a running pod has its account
		}
		for _, pod := range w.Pods {
			a := p.Plan.Pod(w, pod).ServiceAccount
			if !a.Named || a.Found != nil || isGivenAccount(a.Name) || pod.Confidence != manifests.Certain || pod.OperatorAccount {
				continue
			}
			beside, anywhere := p.Plan.ServiceAccountBeside(a.Namespace, w.Object)
			meansDefault := isSlipOfDefault(a.Name)
			if (!anywhere || w.Live && isWithout) && !meansDefault {
				continue
			}
			at := pod.ServiceAccount.At
			field := fieldOf(at.Path)
			f := lint.Finding{
				Object: w.Object, Span: at.Span, Path: at.Path, Severity: lint.Info,
				Message: fmt.Sprintf("%s names %s, but no ServiceAccount of that name is defined%s in these manifests", field, quote(a.Name), ofNamespace(a.Namespace)),
				Help:    "add the ServiceAccount to the manifests, unless it is created elsewhere",
				Cluster: noAccount(w, a),
			}
			if beside || meansDefault {
				f.Severity = lint.Warning
			}
			other := p.Plan.ServiceAccountElsewhere(a.Name, w.Object)
			similar := p.Plan.SimilarServiceAccount(a.Namespace, a.Name, w.Object)
			if similar == nil && other == nil && !meansDefault && !w.Live {
				similar = p.Plan.DistantServiceAccount(a.Namespace, a.Name, w.Object)
			}
			switch {
			case similar != nil:
				f.Severity = lint.Error
				f.Help = fmt.Sprintf("did you mean %s?", quote(similar.Name))
				f.Related = []lint.Related{{Span: similar.Span, Message: "the service account with the similar name"}}
				if f.Fix = replacing(f.Span, similar.Name, false); f.Fix != nil {
					f.Fix.Title = "write " + quote(similar.Name)
				}
			case other != nil:
				if plan.IsStandIn(other.Namespace) || plan.IsStandIn(w.Namespace) {
					continue // what replaces the placeholder may be the other's namespace
				}
				elsewhere(p, &f, field, a, other, w)
			case meansDefault:
				f.Help = `did you mean "default", which every namespace has?`
				if f.Fix = replacing(f.Span, "default", false); f.Fix != nil {
					f.Fix.Title = `write "default"`
				}
			}
			f.Unproven = p.Settings.ForComparison && other == nil
			if f.Severity == lint.Error {
				f.Pulls = p.RejectedPulls(w, pod, &f, f.Path)
			}
			p.Report(f)
		}
	}
}

// elsewhere sets the text for a service account in another namespace.
func elsewhere(p *lint.Pass, f *lint.Finding, field string, a plan.ServiceAccount, other *manifests.ServiceAccount, w *manifests.Workload) {
	ns := p.Plan.Namespace(other.Namespace, other.Object)
	f.Message = fmt.Sprintf("%s names %s, which is in %s, not in %s", field, quote(a.Name), inNamespace(ns), inNamespace(a.Namespace))
	if a.Namespace == "" && ns != "" {
		f.Message = fmt.Sprintf("%s names %s, which works only in %s, where the ServiceAccount is", field, quote(a.Name), inNamespace(ns))
	}
	f.Related = []lint.Related{{Span: other.Span, Message: "the service account of that name"}}
	switch {
	case !plan.InSameScope(other.Object, w.Object):
	case ns == "" || a.Namespace == "":
		f.Severity = lint.Warning
		f.Help = "set the same namespace in both, or set the namespace that the manifests are applied to: --namespace NAME"
	default:
		f.Severity = lint.Warning
		if other.Span.File() == w.Span.File() {
			f.Severity = lint.Error // one file is applied at once
		}
		f.Help = fmt.Sprintf("create the ServiceAccount in %s", inNamespace(a.Namespace))
	}
}

// isGivenAccount reports whether every namespace has an account, in every cluster or on OpenShift.
func isGivenAccount(name string) bool {
	return name == "default" || name == "builder" || name == "deployer"
}

// isSlipOfDefault reports whether a name is that of the account "default" with two letters swapped, or one missing or too many.
func isSlipOfDefault(name string) bool {
	switch kind, got, _ := near.SingleEdit(name, "default"); kind {
	case near.Transposed, near.Deleted:
		return true
	case near.Inserted:
		return got >= 'a' && got <= 'z'
	default:
		return false
	}
}

// noAccount returns the error for a pod without its service account (plugin/pkg/admission/serviceaccount): it is rejected. For a pod of a
// controller, only the controller's events report it.
func noAccount(w *manifests.Workload, a plan.ServiceAccount) lint.ClusterError {
	why := fmt.Sprintf("is forbidden: error looking up service account %s: serviceaccount %q not found", plan.SecretID(a.Namespace, a.Name), a.Name)
	if isPod(w) {
		return lint.ClusterError{Stage: lint.StageValidation, Reason: "Forbidden", Message: fmt.Sprintf("pods %q %s", w.Name, why)}
	}
	return lint.ClusterError{Stage: lint.StageController, Reason: "FailedCreate", Message: "Error creating: pod " + why}
}
