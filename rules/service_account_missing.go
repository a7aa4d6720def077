package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// ServiceAccountMissing reports: a pod names a service account that is not there.
var ServiceAccountMissing = lint.Rule{
	ID: "service-account-missing", Group: "pull-secret", Severity: lint.Warning, Levels: "error, warning or info",
	Check: checkServiceAccountMissing,
	Doc: lint.Doc{
		Title: `a pod names a service account that is not there`,
		Why:   `The API server refuses the pod; a Deployment shows nothing but a ReplicaSet that fails to create. It is an error where a name is a slip away, a warning where the manifests beside it hold service accounts of their own, else only worth knowing.`,
		Bad:   `serviceAccountName: wep`,
		Good:  `serviceAccountName: web`,
		Since: "0.1.0",
	},
}

func checkServiceAccountMissing(p *lint.Pass) {
	for _, w := range p.Set.Workloads {
		for _, pod := range w.Pods {
			pull := p.Plan.Pod(w, pod)
			a := pull.Account
			if !a.Named || a.Found != nil || a.Name == "default" || pod.Tier != manifests.Certain || pod.OwnAccount {
				continue
			}
			near, beside := nearAccount(p, w, a.Namespace, a.Name)
			f := lint.Finding{
				Object: w.Object, Span: pod.Account.Span, Path: pod.Account.Path, Severity: lint.Info,
				Message: fmt.Sprintf("serviceAccountName names %s, but the given manifests hold no ServiceAccount of that name%s", quote(a.Name), ofNamespace(a.Namespace)),
				Help:    "add the ServiceAccount to the manifests, unless it is made elsewhere",
				Cluster: lint.Cluster{
					Stage: lint.StageController, Reason: "FailedCreate",
					Message: fmt.Sprintf("pods are forbidden: error looking up service account %s: serviceaccount %q not found", plan.SecretID(a.Namespace, a.Name), a.Name),
				},
			}
			switch {
			case near != nil:
				f.Severity = lint.Error
				f.Help = fmt.Sprintf("did you mean %s?", quote(near.Name))
				f.Related = []lint.Related{{Span: near.Span, Message: "the service account of the near name"}}
			case beside:
				f.Severity = lint.Warning
			}
			p.Report(f)
		}
	}
}

// nearAccount finds an account in the same namespace and place whose name is a slip away, and tells whether there is any account beside.
func nearAccount(p *lint.Pass, w *manifests.Workload, namespace, name string) (near *manifests.ServiceAccount, beside bool) {
	best := 2
	for _, a := range p.Set.Accounts {
		if p.Plan.Namespace(a.Namespace) != namespace || !plan.Near(a.Object, w.Object) {
			continue
		}
		beside = true
		if d := distance(a.Name, name, best); d < best && len(name) > 4 {
			near, best = a, d
		}
	}
	return near, beside
}
