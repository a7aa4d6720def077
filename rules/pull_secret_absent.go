package rules

import (
	"fmt"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// PullSecretAbsent reports a pod without credentials for a registry that always requires them.
var PullSecretAbsent = lint.Rule{
	ID: "pull-secret-absent", Group: "pull-secret", Severity: lint.Warning, Levels: "warning or info",
	Check: checkPullSecretAbsent,
	Doc: lint.Doc{
		Title: `the registry always requires credentials, and the pod has none`,
		Why:   `Some registries never serve anonymous pulls. A pod without pull secrets can still pull if the nodes have their own credentials, as on EKS for ECR; for cloud registries the finding is therefore only an info, also if the pod has pull secrets for other registries only. The same applies to Red Hat's registries if these manifests contain an OpenShift object, since OpenShift nodes have the cluster's pull secret. If pull secrets were added to the service account "default" by hand, include it in the manifests.`,
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
	listed := listedSecrets(p)
	done := map[podOrigin]bool{}
	mismatched := sync.OnceValue(func() map[*manifests.ImageRef]bool { return mismatchedImages(p) })
	for w, img := range parsed(p) {
		host, known := catalog.LookupHost(img.Ref.Registry)
		if !known || !host.WantsLogin(img.Ref.Repository) || host.Confidence != catalog.ConfidenceHigh || host.ClusterSecret && isOpenShift(w) {
			continue
		}
		bare := isPulledBare(p, w, img)
		if !bare && !(host.Ambient && hasOnlyOthers(p, w, img) && !mismatched()[img]) {
			continue
		}
		if listedFor(p, listed, w, img) {
			continue // pull-secret-unused reports the cause
		}
		if siblings == nil {
			siblings = siblingsOf(p)
		}
		at := podOrigin{img.Pod, img.Ref.Registry}
		if done[at] || siblings.of(p, w, img) != nil || !bare && siblings.lookUp(p, w, img, siblingKey{keyed: true}) != nil {
			continue
		}
		done[at] = true
		f := lint.Finding{
			FingerprintKey: img.Ref.Registry,
			Severity:       min(lint.Warning, byConfidence(img)),
			Message:        fmt.Sprintf("registry %s always requires credentials, and the pod has none", quote(img.Ref.Registry)),
			Help:           fmt.Sprintf("name a pull secret with the key %s, in the pod or its service account", quote(pullsecret.RecommendedKey(img.Ref.Registry))),
			Cluster:        lint.ClusterError{Stage: lint.StageRuntime, Reason: "ErrImagePull", Message: "pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials"},
		}
		if !bare {
			f.Message = fmt.Sprintf("registry %s always requires credentials, and no pull secret of the pod has a key for it", quote(img.Ref.Registry))
		}
		switch {
		case host.Ambient:
			f.Severity = lint.Info
			f.Help += "; nodes with their own credentials for the registry need none"
		case isOfCluster(p, img):
			f.Severity = lint.Info
			f.Help += clusterHasSecret
		}
		lowerIfInjected(p, &f)
		p.ReportImage(w, img, f)
	}
}

// clusterHasSecret is the end of a help about a registry that the pull secret of OpenShift clusters is for.
const clusterHasSecret = "; OpenShift nodes have the cluster's pull secret"

// isOfCluster reports whether an image is of a registry that the nodes have credentials for, since they are those of an OpenShift cluster.
func isOfCluster(p *lint.Pass, img *manifests.ImageRef) bool {
	host, known := catalog.LookupHost(img.Ref.Registry)
	return known && host.ClusterSecret && p.Set.OpenShift
}

// hasOnlyOthers reports whether the pull secrets of an image's pod are all known, and only for other registries, so that the pod has no more for the image
// than one without pull secrets. For registries that nodes have no credentials of their own for, pull-secret-registry-mismatch reports that.
func hasOnlyOthers(p *lint.Pass, w *manifests.Workload, img *manifests.ImageRef) bool {
	if !isPulledByPod(p, w, img) {
		return false
	}
	pull := p.Plan.Pod(w, img.Pod)
	return len(pull.PullSecrets) > 0 && !pull.Keyless && !pull.Unknown && p.Plan.Outcome(img, pull) == plan.Anonymous && p.Plan.Replaced(pull, img.Ref.Name()) == nil
}

// podOrigin is a pod and the origin of some of its images. One finding covers all of them.
type podOrigin struct {
	pod  *manifests.Pod
	from string
}

// isPulledBare reports whether an image is pulled for a pod without pull secrets, as far as the input shows.
func isPulledBare(p *lint.Pass, w *manifests.Workload, img *manifests.ImageRef) bool {
	if !isPulledByPod(p, w, img) {
		return false
	}
	pull := p.Plan.Pod(w, img.Pod)
	if len(pull.PullSecrets) > 0 || len(pull.Lists) > 0 {
		return false
	}
	return pull.ServiceAccount.Found != nil || !pull.ServiceAccount.Named // an account that is not in the input may have pull secrets
}

// isPulledByPod reports whether an image is pulled for a pod, with the pull secrets of the pod and its service account.
func isPulledByPod(p *lint.Pass, w *manifests.Workload, img *manifests.ImageRef) bool {
	return !img.Remote && img.Pod != nil && !img.Pod.OperatorAccount && len(w.Misplaced) == 0 && !isNever(img) && !p.IsLocal(img) && !misspells(w, "serviceAccountName")
}

// isOpenShift reports whether an object is of an OpenShift kind. OpenShift nodes have their own pull secret for Red Hat's registries.
func isOpenShift(w *manifests.Workload) bool {
	return w.Group() == "openshift.io" || strings.HasSuffix(w.Group(), ".openshift.io")
}
