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
