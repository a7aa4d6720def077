package rules

import (
	"fmt"
	"slices"
	"sync"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// otherSecrets reports pods whose pull secrets are all known and have no key for an image, while a sibling's have one.
type otherSecrets struct {
	p    *lint.Pass
	done map[podOrigin]bool
	// mismatched are the images that pull-secret-registry-mismatch reports.
	mismatched func() map[*manifests.ImageRef]bool
}

func newOtherSecrets(p *lint.Pass) *otherSecrets {
	return &otherSecrets{p: p, done: map[podOrigin]bool{}, mismatched: sync.OnceValue(func() map[*manifests.ImageRef]bool { return mismatchedImages(p) })}
}

// found reports an image whose pod has such pull secrets, and reports whether it has.
func (o *otherSecrets) found(siblings siblings, w *manifests.Workload, img *manifests.ImageRef) bool {
	p := o.p
	if !isPulledByPod(p, w, img) {
		return false
	}
	pull := p.Plan.Pod(w, img.Pod)
	if len(pull.PullSecrets) == 0 || pull.Keyless || pull.Unknown || p.Plan.Outcome(img, pull) != plan.Anonymous || isPublic(img) {
		return false
	}
	sibling := siblings.lookUp(p, w, img, siblingKey{keyed: true})
	if same := siblings.lookUp(p, w, img, siblingKey{image: img.Ref.Canonical(), keyed: true}); same != nil {
		sibling = same
	}
	if sibling == nil || len(sibling.pull.Keyring().Lookup(img.Ref.Name())) == 0 {
		return o.replaced(w, img, pull)
	}
	if o.mismatched()[img] {
		return false
	}
	if slices.ContainsFunc(pull.PullSecrets, func(u plan.PullSecret) bool { return !p.Plan.ShareNamespace(u.Secret, w.Object) }) {
		return false // the input may hold another cluster's Secret of that name
	}
	at := podOrigin{img.Pod, sibling.from}
	if o.done[at] {
		return true
	}
	o.done[at] = true
	own, verb := secretNames(pull.PullSecrets), "has"
	if len(own) > 1 {
		verb = "have"
	}
	f := lint.Finding{
		FingerprintKey: sibling.from, Severity: min(lint.Warning, byConfidence(img)), Cluster: withoutCredentials(),
		Message: fmt.Sprintf("image %s is pulled without credentials, since %s %s no key for it, while %s %s pulls from %s with %s",
			quote(img.Raw), sentence(own), verb, sibling.w.Kind, sibling.w.Name, sibling.from, sentence(sibling.names())),
		Help:    "name the same pull secret in this pod, too",
		Related: []lint.Related{{Span: sibling.img.Span, Message: "the image of the sibling"}},
	}
	if pull.PullSecrets[0].From == plan.FromServiceAccount {
		f.Help = fmt.Sprintf("name the same pull secret in service account %s, too", quote(pull.ServiceAccount.Name))
	}
	lowerIfAmbient(img, &f)
	lowerIfInjected(p, &f)
	p.ReportImage(w, img, f)
	return true
}

// replaced reports an image for which the pod's service account has a pull secret, which the pod's own list replaces.
func (o *otherSecrets) replaced(w *manifests.Workload, img *manifests.ImageRef, pull *plan.Pull) bool {
	p := o.p
	u := p.Plan.Replaced(pull, img.Ref.Name())
	from := origin(img)
	if u == nil || from == "" || o.mismatched()[img] || !p.Plan.ShareNamespace(u.Secret, w.Object) {
		return false
	}
	at := podOrigin{img.Pod, from}
	if o.done[at] {
		return true
	}
	o.done[at] = true
	f := lint.Finding{
		FingerprintKey: from, Severity: min(lint.Warning, byConfidence(img)), Cluster: withoutCredentials(),
		Message: fmt.Sprintf("image %s is pulled without credentials, since the pod's own imagePullSecrets replace those of service account %s, whose %s has a key for it",
			quote(img.Raw), quote(pull.ServiceAccount.Name), quote(u.Ref.Name)),
		Help:    replacedHelp(u),
		Related: []lint.Related{{Span: u.Ref.Span, Message: "the pull secret that the pod does not get"}},
	}
	lowerIfAmbient(img, &f)
	lowerIfInjected(p, &f)
	p.ReportImage(w, img, f)
	return true
}

// replacedHelp is the help about a pod whose own list replaces a pull secret of its service account.
func replacedHelp(u *plan.PullSecret) string {
	return fmt.Sprintf("name %s in the pod, too, or remove the pod's own list: with one, it gets none of its service account", quote(u.Ref.Name))
}
