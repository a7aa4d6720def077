package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// PullSecretsMisplaced reports: imagePullSecrets stands where Kubernetes drops it.
var PullSecretsMisplaced = lint.Rule{
	ID: "pull-secrets-misplaced", Group: "pull-secret", Severity: lint.Error, Levels: "error",
	Check: checkPullSecretsMisplaced,
	Doc: lint.Doc{
		Title: `imagePullSecrets stands where Kubernetes drops it`,
		Why:   `imagePullSecrets belongs into the pod spec, beside containers. Anywhere else, or under another spelling, kubectl refuses it as an unknown field, while Helm and most controllers let the API server drop it: then the image is pulled without credentials.`,
		Bad:   `imagePullSecret:`,
		Good:  `imagePullSecrets:`,
		Since: "0.1.0",
	},
}

func checkPullSecretsMisplaced(p *lint.Pass) {
	for _, w := range p.Plan.Workloads() {
		for _, m := range w.Misplaced {
			f := lint.Finding{
				Object: w.Object, Span: m.Span, Path: m.Path, Severity: lint.Error,
				Message: fmt.Sprintf("%s stands in the %s, where Kubernetes knows no such field", m.Key, m.Level),
				Help:    fmt.Sprintf("write it as %s", m.Want),
				Cluster: lint.Cluster{
					Stage: lint.StageDecode, Reason: "BadRequest",
					Message: fmt.Sprintf("strict decoding error: unknown field %q (kubectl); dropped with a warning (Helm, controllers)", m.Path),
				},
			}
			if m.Key != "imagePullSecrets" {
				f.Message = fmt.Sprintf("%s in the %s is no field of Kubernetes", m.Key, m.Level)
				f.Fix = respelt(p, w, &m)
			}
			if f.Fix == nil {
				f.Fix = moving(w, &m)
			}
			p.Report(f)
		}
	}
}

// respelt is the fix for a field that stands where it belongs and is only spelt otherwise; nil where more is wrong, or where the field stands
// beside it under its own name.
func respelt(p *lint.Pass, w *manifests.Workload, m *manifests.Misplaced) *lint.Fix {
	if !m.List || !m.Span.Exact || strings.TrimSuffix(m.Path, m.Key) != strings.TrimSuffix(m.Want, "imagePullSecrets") {
		return nil
	}
	for _, pod := range w.Pods {
		if pod.Secrets != nil {
			return nil
		}
	}
	for _, a := range p.Plan.Accounts() {
		if a.Object == w.Object && a.Secrets != nil {
			return nil
		}
	}
	return &lint.Fix{Title: "write imagePullSecrets", Safe: true, Edits: []lint.Edit{{Span: m.Span, New: "imagePullSecrets"}}}
}
