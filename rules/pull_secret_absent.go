package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// PullSecretAbsent reports: a registry that always wants credentials, and the pod brings none.
var PullSecretAbsent = lint.Rule{
	ID: "pull-secret-absent", Group: "pull-secret", Severity: lint.Warning, Levels: "warning or info",
	Check: checkPullSecretAbsent,
	Doc: lint.Doc{
		Title: `a registry that always wants credentials, and the pod brings none`,
		Why:   `Some registries serve nobody without credentials. A pod without pull secrets can still pull where the nodes have an identity of their own, as on EKS for ECR; for the registries of clouds it is therefore only worth knowing. So it is for Red Hat's registries where an object of OpenShift is among the manifests, whose nodes have the pull secret of the cluster. The service account "default" may have been given pull secrets by hand: put it into the manifests.`,
		Bad:   `image: registry.redhat.io/ubi9/nodejs-20:9.5`,
		Good:  `image: registry.access.redhat.com/ubi9/nodejs-20:9.5`,
		Since: "0.1.0",
	},
}

func checkPullSecretAbsent(p *lint.Pass) {
	if p.Plan.PullSecretInjector() != nil {
		return
	}
	var siblings siblings
	done := map[podOrigin]bool{}
	for w, img := range parsed(p) {
		host, known := catalog.LookupHost(img.Ref.Registry)
		if !known || !host.WantsLogin(img.Ref.Repository) || host.Confidence != catalog.ConfidenceHigh || !isPulledBare(p, w, img) || isOpenShift(w) {
			continue
		}
		if siblings == nil {
			siblings = siblingsOf(p)
		}
		at := podOrigin{img.Pod, img.Ref.Registry}
		if done[at] || siblings.of(p, w, img) != nil {
			continue
		}
		done[at] = true
		f := lint.Finding{
			FingerprintKey: img.Ref.Registry,
			Severity:       min(lint.Warning, byConfidence(img)),
			Message:        fmt.Sprintf("image %s comes from a registry that always wants credentials, and the pod brings none", quote(img.Raw)),
			Help:           fmt.Sprintf("name a pull secret with the key %s, in the pod or its service account", quote(pullsecret.RecommendedKey(img.Ref.Registry))),
			Cluster:        lint.ClusterError{Stage: lint.StageRuntime, Reason: "ErrImagePull", Message: "pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials"},
		}
		switch {
		case host.Ambient:
			f.Severity = lint.Info
			f.Help += "; nodes that have an identity of their own at the registry need none"
		case p.Set.OpenShift && host.ClusterSecret:
			f.Severity = lint.Info
			f.Help += "; nodes of OpenShift have the pull secret of the cluster"
		}
		lowerIfInjected(p, &f)
		p.ReportImage(w, img, f)
	}
}

// podOrigin is a pod and where some of its images are from: what is missing for one is missing for all.
type podOrigin struct {
	pod  *manifests.Pod
	from string
}

// isPulledBare reports whether an image is pulled for a pod that brings no pull secrets, as far as can be told.
func isPulledBare(p *lint.Pass, w *manifests.Workload, img *manifests.ImageRef) bool {
	if img.Remote || img.Pod == nil || img.Pod.OperatorAccount || len(w.Misplaced) > 0 || isNever(img) {
		return false
	}
	pull := p.Plan.Pod(w, img.Pod)
	if len(pull.PullSecrets) > 0 || len(pull.Lists) > 0 {
		return false
	}
	return pull.ServiceAccount.Found != nil || !pull.ServiceAccount.Named // an account that cannot be seen may have them
}

// isOpenShift reports whether an object is of a kind of OpenShift, whose nodes have a pull secret of their own for Red Hat's registries.
func isOpenShift(w *manifests.Workload) bool {
	return w.Group() == "openshift.io" || strings.HasSuffix(w.Group(), ".openshift.io")
}
