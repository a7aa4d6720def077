package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// PullSecretsMisplaced reports imagePullSecrets in a place where Kubernetes drops it.
var PullSecretsMisplaced = lint.Rule{
	ID: "pull-secrets-misplaced", Group: "pull-secret", Severity: lint.Error, Levels: "error or warning",
	Check: checkPullSecretsMisplaced,
	Doc: lint.Doc{
		Title: `imagePullSecrets is in a place where Kubernetes drops it`,
		Why:   `imagePullSecrets belongs in the pod spec, next to containers. Anywhere else, or with another spelling, kubectl rejects it as an unknown field, while Helm and most controllers let the API server drop it: then the image is pulled without credentials. The same applies to custom resources: no kind has the field next to spec, and for other places the built-in table lists the kinds that have it. It is an error for kinds whose schema was checked for it, and a warning for the others.`,
		Bad:   `imagePullSecret:`,
		Good:  `imagePullSecrets:`,
		Since: "0.1.0",
	},
}

func checkPullSecretsMisplaced(p *lint.Pass) {
	failing := newFailingPulls(p)
	for _, w := range p.Plan.Workloads() {
		for _, m := range w.Misplaced {
			f := lint.Finding{
				Object: w.Object, Span: m.Span, Path: m.Path, Severity: lint.Error,
				Message: fmt.Sprintf("%s is in the %s, where Kubernetes has no such field", m.Key, m.Level),
				Help:    fmt.Sprintf("write it as %s", m.WantPath),
				Cluster: lint.ClusterError{
					Stage: lint.StageDecode, Reason: "BadRequest",
					Message: fmt.Sprintf("strict decoding error: unknown field %q", m.Path),
				},
			}
			if !isBuiltin(w) && m.Level != "spec of a ServiceAccount" && w.Kind != "ServiceAccount" {
				misplacedInResource(&f, w, &m)
			} else if m.Key != "imagePullSecrets" {
				f.Message = fmt.Sprintf("%s in the %s is not a Kubernetes field", m.Key, m.Level)
				f.Fix = respellFix(p, w, &m)
			}
			if f.Fix == nil {
				f.Fix = moveFix(w, &m)
			}
			if f.Severity == lint.Error {
				f.Pulls = failing.bare(w, &f)
			}
			p.Report(f)
		}
	}
}

// misplacedInResource sets the text of the finding for a custom resource.
func misplacedInResource(f *lint.Finding, w *manifests.Workload, m *manifests.MisplacedPullSecrets) {
	f.Severity = capByConfidence(lint.Error, m.Confidence)
	where := "in " + strings.TrimSuffix(m.Path, "."+m.Key)
	switch m.Level {
	case "object":
		where = "next to spec"
	case "container":
		where = "in a container"
	}
	f.Message = fmt.Sprintf("%s is %s, where kind %s has no such field", m.Key, where, w.Kind)
	if m.Level == "object" || m.Level == "metadata" {
		f.Message = fmt.Sprintf("%s is %s, where a custom resource cannot have fields of its own", m.Key, where)
	}
	if m.WantPath == "" {
		f.Help = "add the pull secret to the service account of the pods"
	}
}

// respellFix returns a fix for a field that is only misspelled. It returns nil if more is wrong, or if the correct field exists, too.
func respellFix(p *lint.Pass, w *manifests.Workload, m *manifests.MisplacedPullSecrets) *lint.Fix {
	if !m.IsList || !m.Span.Exact() || strings.TrimSuffix(m.Path, m.Key) != strings.TrimSuffix(m.WantPath, "imagePullSecrets") {
		return nil
	}
	for _, pod := range w.Pods {
		if pod.ImagePullSecrets != nil {
			return nil
		}
	}
	for _, a := range p.Plan.ServiceAccounts() {
		if a.Object == w.Object && a.ImagePullSecrets != nil {
			return nil
		}
	}
	return &lint.Fix{Title: "write imagePullSecrets", Safe: true, Edits: []lint.Edit{{Span: m.Span, New: "imagePullSecrets"}}}
}
