package rules

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// PullSecretAbsent reports: a registry that always wants credentials, and the pod brings none.
var PullSecretAbsent = lint.Rule{
	ID: "pull-secret-absent", Group: "pull-secret", Severity: lint.Warning, Levels: "warning or info",
	Check: checkPullSecretAbsent,
	Doc: lint.Doc{
		Title: `a registry that always wants credentials, and the pod brings none`,
		Why:   `Some registries serve nobody without credentials. A pod without pull secrets can still pull where the nodes have an identity of their own, as on EKS for ECR; for the registries of clouds it is therefore only worth knowing.`,
		Bad:   `image: registry.redhat.io/ubi9/nodejs-20:9.5`,
		Good:  `image: registry.access.redhat.com/ubi9/nodejs-20:9.5`,
		Since: "0.1.0",
	},
}

func checkPullSecretAbsent(p *lint.Pass) {
	if p.Plan.Patcher() != nil {
		return
	}
	for w, img := range p.Parsed() {
		host, known := catalog.LookupHost(img.Ref.Registry)
		if !known || host.Anonymous != catalog.AnonymousNever || host.Confidence != catalog.ConfidenceHigh || img.Remote || img.Pod == nil || img.Pod.OwnAccount {
			continue
		}
		pull := p.Plan.Pod(w, img.Pod)
		if len(pull.Secrets) > 0 || len(pull.Lists) > 0 || hasMisplaced(w) || isInconsistent(p, w, img) {
			continue
		}
		if policy, _ := plan.Policy(img); policy == "Never" {
			continue
		}
		f := lint.Finding{
			Severity: min(lint.Warning, bySureness(img)),
			Message:  fmt.Sprintf("image %s comes from a registry that always wants credentials, and the pod brings none", quote(img.Raw)),
			Help:     fmt.Sprintf("name a pull secret with the key %s, in the pod or its service account", quote(pullsecret.RecommendedKey(img.Ref.Registry))),
			Cluster:  lint.Cluster{Stage: lint.StageRuntime, Reason: "ErrImagePull", Message: "authorization failed: no basic auth credentials"},
		}
		if host.Ambient {
			f.Severity = lint.Info
			f.Help += "; nodes that have an identity of their own at the registry need none"
		}
		p.ReportImage(w, img, f)
	}
}

func hasMisplaced(w *manifests.Workload) bool { return len(w.Misplaced) > 0 }
