package plan

import (
	"fmt"

	"github.com/imagelint-dev/imagelint/manifests"
)

// IsNowhere reports whether a pull secret that an object names does not exist in the cluster either, as far as the input shows: it has none of that name, but other pull
// secrets near the object, the Secret with a similar name is in its namespace, or the user lists the Secrets that exist; and nothing in the input may
// create it.
func (p *Planner) IsNowhere(u *PullSecret, o *manifests.Object) bool {
	if u.Found() || len(u.Elsewhere) > 0 || p.MayCreate(u, o) {
		return false
	}
	if p.opts.Known != nil || p.PullSecretNear(o) != nil {
		return true
	}
	near, _ := p.SimilarSecret(u.Namespace, u.Ref.Name)
	return near != nil && p.ShareNamespace(near, o)
}

// MayCreate reports whether something in the input may create a pull secret that an object names.
func (p *Planner) MayCreate(u *PullSecret, o *manifests.Object) bool {
	return u.Hidden || p.pullSecretInjector != nil || p.mutatingPolicy != nil || p.MergingSource(u.Namespace, u.Ref.Name, o) != nil
}

// ShareNamespace reports whether a Secret and the object that names it certainly meet in a cluster: they are in the same scope, or the namespaces of
// both are known. Objects without a namespace in distant folders may be applied to different ones.
func (p *Planner) ShareNamespace(s *manifests.Secret, o *manifests.Object) bool {
	return InSameScope(s.Object, o) || p.haveNamespaces(s.SecretNamespace, s.Object, o)
}

// haveNamespaces reports whether the namespaces of two objects are known, of which the first has the given one. Placeholders are not.
func (p *Planner) haveNamespaces(namespace string, a, b *manifests.Object) bool {
	return p.Namespace(namespace, a) != "" && p.Namespace(b.Namespace, b) != ""
}

// namedBy returns the object that names a pull secret of a pod.
func (p *Pull) namedBy(u *PullSecret) *manifests.Object {
	if u.From == FromServiceAccount && p.ServiceAccount.Found != nil {
		return p.ServiceAccount.Found.Object
	}
	return p.object
}

// isUnplaced reports whether the input has a pull secret of which it is not known whether it is in the pod's namespace: one of the two sets none.
func (p *Planner) isUnplaced(u *PullSecret) bool {
	return !u.Found() && len(u.Elsewhere) > 0 && !u.Elsewhere[0].AnyNamespace && (u.Namespace == "" || p.Namespace(u.Elsewhere[0].SecretNamespace, u.Elsewhere[0].Object) == "")
}

// placeText says what is not known about the namespace of a pull secret.
func (p *Planner) placeText(u *PullSecret) string {
	id := SecretID(u.Namespace, u.Ref.Name)
	if u.Namespace == "" {
		return fmt.Sprintf("pull secret %s is in namespace %q, and it is not known whether the pod is", id, p.Namespace(u.Elsewhere[0].SecretNamespace, u.Elsewhere[0].Object))
	}
	return fmt.Sprintf("pull secret %s is not in the input; one of that name sets no namespace", id)
}
