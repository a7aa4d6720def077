package rules

import (
	"fmt"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

// PullSecretsInconsistent reports: a pod has no pull secrets, and its sibling for the same registry has.
var PullSecretsInconsistent = lint.Rule{
	ID: "pull-secrets-inconsistent", Group: "pull-secret", Severity: lint.Warning, Levels: "warning",
	Check: checkPullSecretsInconsistent,
	Doc: lint.Doc{
		Title: `a pod has no pull secrets, and its sibling for the same registry has`,
		Why:   `One pod of the same namespace pulls from this registry with pull secrets, this one without: a CronJob, a hook or an init container that a chart forgot. For registries that serve the public too, only images of the same owner are compared.`,
		Bad:   `kind: CronJob`,
		Good:  `kind: Deployment`,
		Since: "0.1.0",
	},
}

func checkPullSecretsInconsistent(p *lint.Pass) {
	if p.Plan.Patcher() != nil {
		return
	}
	siblings := siblingsOf(p)
	for w, img := range p.Parsed() {
		sibling := inconsistentWith(p, w, img, siblings)
		if sibling == nil {
			continue
		}
		p.ReportImage(w, img, lint.Finding{
			Severity: min(lint.Warning, bySureness(img)),
			Message:  fmt.Sprintf("image %s is pulled without pull secrets, while %s %s pulls from %s with %s", quote(img.Raw), sibling.w.Kind, sibling.w.Name, sibling.from, sentence(sibling.names)),
			Help:     "name the same pull secret in this pod, or in its service account",
			Cluster:  lint.Cluster{Stage: lint.StageRuntime, Reason: "ErrImagePull", Message: denied},
			Related:  []lint.Related{{Span: sibling.img.Span, Message: "the image of the sibling"}},
		})
	}
}

// sibling is a pod that pulls from a registry with pull secrets.
type sibling struct {
	w     *manifests.Workload
	img   *manifests.ImageRef
	names []string
	from  string
}

// origin is what two images must share to be compared: the registry, and the owner where the registry serves everybody.
func origin(img *manifests.ImageRef) string {
	host, known := catalog.LookupHost(img.Ref.Registry)
	if !known || host.Anonymous == catalog.AnonymousNever || host.Anonymous == catalog.AnonymousReserved {
		return img.Ref.Registry
	}
	owner, _, more := strings.Cut(img.Ref.Repository, "/")
	if !more || owner == "library" {
		return ""
	}
	return img.Ref.Registry + "/" + owner
}

// siblingsOf gathers pods with pull secrets by namespace and origin.
func siblingsOf(p *lint.Pass) map[[2]string]*sibling {
	out := map[[2]string]*sibling{}
	for w, img := range p.Parsed() {
		if img.Pod == nil || img.Pod.OwnAccount {
			continue
		}
		from := origin(img)
		pull := p.Plan.Pod(w, img.Pod)
		key := [2]string{pull.Namespace, from}
		if from == "" || len(pull.Secrets) == 0 || out[key] != nil || !serves(pull, img) {
			continue
		}
		s := &sibling{w: w, img: img, from: from}
		for _, u := range pull.Secrets {
			if !plan.IsOpenShift(u.Ref.Name) { // every account there has one of its own
				s.names = append(s.names, quote(u.Ref.Name))
			}
		}
		if len(s.names) > 0 {
			out[key] = s
		}
	}
	return out
}

// serves reports whether a pod's pull secrets are for an image, as far as their content is known.
func serves(pull *plan.Pull, img *manifests.ImageRef) bool {
	return len(pull.Keyring().Lookup(img.Ref.Name())) > 0 || !pull.Complete()
}

// inconsistentWith returns the sibling that has the pull secrets which an image's pod lacks; nil where there is none.
func inconsistentWith(p *lint.Pass, w *manifests.Workload, img *manifests.ImageRef, siblings map[[2]string]*sibling) *sibling {
	if img.Pod == nil || img.Pod.OwnAccount || img.Remote || hasMisplaced(w) {
		return nil
	}
	from := origin(img)
	if from == "" {
		return nil
	}
	pull := p.Plan.Pod(w, img.Pod)
	s := siblings[[2]string{pull.Namespace, from}]
	if s == nil || len(pull.Secrets) > 0 || len(pull.Lists) > 0 || !plan.Near(s.w.Object, w.Object) {
		return nil
	}
	if pull.Account.Named && pull.Account.Found == nil {
		return nil // an account that cannot be seen may have them
	}
	return s
}

// isInconsistent reports whether pull-secrets-inconsistent speaks of an image.
func isInconsistent(p *lint.Pass, w *manifests.Workload, img *manifests.ImageRef) bool {
	return inconsistentWith(p, w, img, siblingsOf(p)) != nil
}
