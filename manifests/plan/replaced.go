package plan

import (
	"fmt"
	"slices"

	"github.com/imagelint-dev/imagelint/manifests"
)

// Replaced returns the pull secret of a pod's service account that has credentials for an image, but that the pod does not get because
// of its own list: admission copies the account's list only into pods without one. It returns nil if there is none.
func (p *Planner) Replaced(pull *Pull, name string) *PullSecret {
	a := pull.ServiceAccount.Found
	if !pull.own || a == nil || a.ImagePullSecrets == nil || len(a.ImagePullSecrets.Names) == 0 {
		return nil
	}
	p.mu.Lock()
	given := p.givenBy(a, pull.Namespace)
	p.mu.Unlock()
	creds := given.keyring.Lookup(name)
	if text, _, _ := flawOf(creds); len(creds) == 0 || text != "" {
		return nil
	}
	return given.Named(creds[0].Secret)
}

// givenBy returns what pods without a list of their own get from a service account. The caller holds the lock.
func (p *Planner) givenBy(a *manifests.ServiceAccount, namespace string) *Pull {
	key := accountKey{a, namespace}
	given := p.given[key]
	if given == nil {
		given = &Pull{Namespace: namespace}
		p.add(given, a.ImagePullSecrets, FromServiceAccount, a.Object)
		p.finish(given)
		p.given[key] = given
	}
	return given
}

// ListPlace says where to name another pull secret so that a pod gets it besides those that it has, and what to do then, or "". A pod with a list gets none
// of its service account's, and the list of a Pod from a cluster cannot be changed: admission copied it from the account unless the pod's manifest had one.
func (p *Pull) ListPlace() (place, then string) {
	account := "service account " + SecretID(p.ServiceAccount.Namespace, p.ServiceAccount.Name)
	isGiven := func(u PullSecret) bool { return u.From == FromServiceAccount }
	switch o := p.object; {
	case slices.ContainsFunc(p.PullSecrets, isGiven):
		return "in the imagePullSecrets of " + account, ""
	case !p.own || !o.Live || o.Kind != "Pod":
		return "in the pod's imagePullSecrets", ""
	case p.isCopy():
		place = fmt.Sprintf("in the imagePullSecrets of %s (of the pod's %s, if that has a list)", account, manifestOf(o))
	default:
		place = fmt.Sprintf("in the imagePullSecrets of the pod's %s (of %s, if that has none)", manifestOf(o), account)
	}
	return place, "; then delete the pod, which keeps the list that it was created with"
}

// manifestOf returns what a Pod from a cluster was made from.
func manifestOf(pod *manifests.Object) string {
	if pod.Controller == "" {
		return "manifest"
	}
	return "template"
}

// isCopy reports whether a pod has the list of its service account, as after admission.
func (p *Pull) isCopy() bool {
	a := p.ServiceAccount.Found
	isSame := func(u PullSecret, n manifests.PullSecretName) bool { return u.Ref.Name == n.Name }
	return a != nil && a.ImagePullSecrets != nil && slices.EqualFunc(p.PullSecrets, a.ImagePullSecrets.Names, isSame)
}

// accountKey is a service account, and the namespace of its pods.
type accountKey struct {
	account   *manifests.ServiceAccount
	namespace string
}

// ReplacesAccount reports whether a pod's own list replaces that of its service account, which names a Secret, given by its ID.
func (p *Pull) ReplacesAccount(id string) bool {
	a := p.ServiceAccount.Found
	return p.own && a != nil && a.ImagePullSecrets != nil &&
		slices.ContainsFunc(a.ImagePullSecrets.Names, func(n manifests.PullSecretName) bool { return SecretID(p.Namespace, n.Name) == id })
}

// replacedDefect returns the defect of a pod whose own list replaces the pull secret that its service account has for an image.
func replacedDefect(pull *Pull, u *PullSecret) Defect {
	account := SecretID(pull.ServiceAccount.Namespace, pull.ServiceAccount.Name)
	d := Defect{
		Text:    fmt.Sprintf("the pod's own imagePullSecrets replace those of service account %s, whose %s has credentials for the image", account, u.id()),
		Help:    fmt.Sprintf("add %s to the pod's imagePullSecrets, or remove that list so that the pod gets its service account's", u.Ref.Name),
		Secret:  u.id(),
		Kind:    DefectReplaced,
		Evident: true,
	}
	if o := pull.object; o != nil && o.Live && o.Kind == "Pod" {
		// Its list may be a copy of what the account had when the pod was created.
		d.Text = fmt.Sprintf("the pod does not name %s, which has credentials for the image and which service account %s names", u.id(), account)
		d.Help = fmt.Sprintf("if the pod's template lists imagePullSecrets, add %s there, or remove that list so that pods get their service account's; otherwise delete the pod: its list is from before the account named the Secret", u.Ref.Name)
	}
	return d
}
