package rules

import (
	"fmt"
	"sync"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// renamedSecrets finds the pull secret that is probably meant in place of a missing one: one in the pod's namespace that has credentials for an image of
// the pod. One that nothing names goes first, since the missing one was probably renamed to it. Its functions inspect the whole input, so they run on
// first use only.
type renamedSecrets struct {
	p       *lint.Pass
	images  func() map[*manifests.PullSecretName][]*manifests.ImageRef
	working func() map[string][]workingSecret // by namespace
}

// workingSecret is a pull secret with the credentials in it.
type workingSecret struct {
	secret *manifests.Secret
	ring   pullsecret.Keyring
}

// maxWorking bounds the Secrets of a namespace that nothing names, those that something names, and the images of a name, that are compared with each
// other.
const maxWorking = 20

func newRenamedSecrets(p *lint.Pass) *renamedSecrets {
	return &renamedSecrets{
		p,
		sync.OnceValue(func() map[*manifests.PullSecretName][]*manifests.ImageRef { return imagesOfNames(p) }),
		sync.OnceValue(func() map[string][]workingSecret { return workingSecrets(p) }),
	}
}

// imagesOfNames returns the images that the pods of each name pull without credentials, and that may need some.
func imagesOfNames(p *lint.Pass) map[*manifests.PullSecretName][]*manifests.ImageRef {
	out := map[*manifests.PullSecretName][]*manifests.ImageRef{}
	for w, img := range parsed(p) {
		pull := p.Plan.Image(w, img)
		if len(pull.PullSecrets) == 0 || !lacksCredentials(p, img, pull) || isPublic(img) {
			continue
		}
		for i := range pull.PullSecrets[:min(len(pull.PullSecrets), maxAudience)] {
			if name := pull.PullSecrets[i].Ref; len(out[name]) < maxWorking {
				out[name] = append(out[name], img)
			}
		}
	}
	return out
}

// lacksCredentials reports whether no pull secret that is named for an image has credentials for it. An operator may add some of its own, which says nothing
// about those that its resource names.
func lacksCredentials(p *lint.Pass, img *manifests.ImageRef, pull *plan.Pull) bool {
	switch p.Plan.Outcome(img, pull) {
	case plan.Anonymous:
		return true
	case plan.Unknown:
		return (img.Pod == nil || img.Pod.OperatorAccount) && !pull.ContentUnknown
	}
	return false
}

// workingSecrets returns the pull secrets of each namespace, those that nothing names first.
func workingSecrets(p *lint.Pass) map[string][]workingSecret {
	unused, named := map[string][]workingSecret{}, map[string][]workingSecret{}
	used, listed := usedSecrets(p), listedNames(p)
	for _, s := range p.Plan.Secrets() {
		if !isDockerType(s.Type) || s.Payload == nil || s.Payload.Err != nil || s.AnyNamespace || listed[s.SecretName] || p.Set.MountedSecrets[s.SecretName] {
			continue
		}
		to, ns := unused, p.Plan.Namespace(s.SecretNamespace, s.Object)
		if used.isNamed(p, s) {
			to = named
		}
		if len(to[ns]) < maxWorking {
			to[ns] = append(to[ns], workingSecret{s, plan.KeyringOf(s.SecretName, s)})
		}
	}
	for ns, more := range named {
		unused[ns] = append(unused[ns], more...)
	}
	return unused
}

// of returns the Secret that is probably meant in place of a missing one, and an image that it has credentials for, or nil.
func (r *renamedSecrets) of(u *secretUse) (*manifests.Secret, *manifests.ImageRef) {
	return r.forOne(r.images()[u.Ref], u.Namespace, u.object)
}

// forOne returns a Secret that an object in a namespace could name, and the image of several that it has credentials for, or nil.
func (r *renamedSecrets) forOne(images []*manifests.ImageRef, namespace string, o *manifests.Object) (*manifests.Secret, *manifests.ImageRef) {
	if len(images) == 0 {
		return nil, nil
	}
	for _, x := range r.working()[namespace] {
		if !r.p.Plan.ShareNamespace(x.secret, o) {
			continue
		}
		for _, img := range images {
			creds := x.ring.Lookup(img.Ref.Name())
			if len(creds) > 0 && creds[0].Defect == "" {
				return x.secret, img
			}
		}
	}
	return nil, nil
}

// offer puts the Secret that is probably meant in place of a missing one first in the help, if there is one.
func (r *renamedSecrets) offer(u *secretUse, f *lint.Finding) {
	if s, img := r.of(u); s != nil {
		offerSecret(s, img, f)
	}
}

// offerFor does the same for an image whose pod names Secrets without a key for it.
func (r *renamedSecrets) offerFor(img *manifests.ImageRef, pull *plan.Pull, f *lint.Finding) {
	if r.p.Plan.Outcome(img, pull) != plan.Anonymous || isPublic(img) {
		return
	}
	if s, _ := r.forOne([]*manifests.ImageRef{img}, pull.Namespace, f.Object); s != nil {
		offerSecret(s, img, f)
	}
}

func offerSecret(s *manifests.Secret, img *manifests.ImageRef, f *lint.Finding) {
	f.Help = fmt.Sprintf("name %s, which has a key for image %s, or %s", quote(plan.NameToWrite(s)), quote(img.Raw), f.Help)
	const message = "a pull secret with a key for the image"
	for i := range f.Related {
		if f.Related[i].Span.Equal(s.Span) {
			f.Related[i].Message = message
			return
		}
	}
	f.Related = append(f.Related, related(s, message))
}
