package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
)

// PullSecretsMisplaced reports: imagePullSecrets stands where Kubernetes drops it.
var PullSecretsMisplaced = lint.Rule{
	ID: "pull-secrets-misplaced", Group: "pull-secret", Severity: lint.Error, Levels: "error",
	Check: checkPullSecretsMisplaced,
	Doc: lint.Doc{
		Title: `imagePullSecrets stands where Kubernetes drops it`,
		Why:   `imagePullSecrets belongs into the pod spec, beside containers. Anywhere else, or under another spelling, kubectl refuses it as an unknown field, while Helm and most controllers let the API server drop it: then the image is pulled without credentials.`,
		Bad:   `    imagePullSecret:`,
		Good:  `      imagePullSecrets:`,
		Since: "0.1.0",
	},
}

func checkPullSecretsMisplaced(p *lint.Pass) {
	for _, w := range p.Set.Workloads {
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
			}
			p.Report(f)
		}
	}
}
