package rules

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// listedSecret is a pull secret that a service account names under secrets instead of imagePullSecrets, and an image that needs it.
type listedSecret struct {
	account *manifests.ServiceAccount
	name    *manifests.PullSecretName
	secret  *manifests.Secret
	ring    pullsecret.Keyring
	// shared is true if others name the Secret where it works.
	shared bool
	w      *manifests.Workload
	img    *manifests.ImageRef // nil until one is found
}

// listedNames returns the names of the Secrets that service accounts have under secrets.
func listedNames(p *lint.Pass) map[string]bool {
	out := map[string]bool{}
	for _, a := range p.Plan.ServiceAccounts() {
		for i := range a.Secrets {
			out[a.Secrets[i].Name] = true
		}
	}
	return out
}

// listedSecrets returns the pull secrets that are evidently under the wrong key of a service account: a pod of the account pulls an image that they match
// without any pull secret, and nothing else names them, or a sibling of the pod has pull secrets for the image. The field is also for Secrets that pods mount,
// and builders push with those in it.
func listedSecrets(p *lint.Pass) []*listedSecret {
	return lint.Shared(p, "listedSecrets", func() []*listedSecret { return findListed(p) })
}

func findListed(p *lint.Pass) []*listedSecret {
	var out []*listedSecret
	byAccount := map[*manifests.ServiceAccount][]*listedSecret{}
	var used *inUse
	for _, a := range p.Plan.ServiceAccounts() {
		if a.Context || a.Live {
			continue
		}
		for i := range a.Secrets {
			n := &a.Secrets[i]
			ns := p.Plan.Namespace(a.Namespace, a.Object)
			u := p.Plan.Resolve(ns, n, plan.FromServiceAccount, a.Object)
			s := u.Secret
			if s == nil || !u.Usable || !isDockerType(s.Type) || s.SourceKind != manifests.SourceKindSecret || s.Live || s.AnyNamespace || s.Payload == nil || s.Payload.Err != nil || isForBuilds(s) {
				continue
			}
			if used == nil {
				used = usedSecrets(p)
			}
			if p.Set.MountedSecrets[s.SecretName] {
				continue
			}
			h := &listedSecret{account: a, name: n, secret: s, shared: used.isNamed(p, s)}
			h.ring = plan.KeyringOf(plan.SecretID(ns, s.SecretName), s)
			byAccount[a] = append(byAccount[a], h)
			out = append(out, h)
		}
	}
	if len(out) == 0 {
		return nil
	}
	siblings := sync.OnceValue(func() siblings { return siblingsOf(p) })
	for w, img := range parsed(p) {
		if img.Pod == nil || !isBuiltin(w) {
			continue
		}
		named := byAccount[p.Plan.Pod(w, img.Pod).ServiceAccount.Found]
		if len(named) == 0 || !isPulledBare(p, w, img) || isPublic(img) {
			continue
		}
		for _, h := range named {
			if h.img == nil && len(h.ring.Lookup(img.Ref.Name())) > 0 && (!h.shared || siblings().of(p, w, img) != nil) {
				h.w, h.img = w, img
			}
		}
	}
	return slices.DeleteFunc(out, func(h *listedSecret) bool { return h.img == nil })
}

// isForBuilds reports whether a Secret is annotated for a builder, which pushes with it.
func isForBuilds(s *manifests.Secret) bool {
	if s.Object == nil {
		return false
	}
	for key := range s.Annotations {
		if strings.HasPrefix(key, "tekton.dev/docker-") || key == "kpack.io/docker" {
			return true
		}
	}
	return false
}

// finding returns the finding for a pull secret under the wrong key.
func (h *listedSecret) finding(p *lint.Pass) lint.Finding {
	f := lint.Finding{
		Object: h.account.Object, Span: h.name.Span, Path: h.name.Path, Severity: lint.Warning,
		Message: fmt.Sprintf("service account %s names pull secret %s under secrets, so image %s is pulled without it", quote(h.account.Name), quote(h.name.Name), quote(h.img.Raw)),
		Help:    "name it under imagePullSecrets; secrets is for Secrets that pods mount",
		Cluster: withoutCredentials(),
		Related: []lint.Related{{Span: h.img.Span, Message: "the image"}, {Span: h.secret.Span, Message: "the Secret"}},
	}
	if isAmbient(h.img) {
		f.Severity = lint.Info
		f.Help += nodesHaveIdentity
	}
	lowerIfInjected(p, &f)
	return f
}

// listedFor reports whether one of the pull secrets explains why an image is pulled without credentials.
func listedFor(p *lint.Pass, listed []*listedSecret, w *manifests.Workload, img *manifests.ImageRef) bool {
	if len(listed) == 0 || img.Pod == nil {
		return false
	}
	account := p.Plan.Pod(w, img.Pod).ServiceAccount.Found
	return slices.ContainsFunc(listed, func(h *listedSecret) bool { return h.account == account && len(h.ring.Lookup(img.Ref.Name())) > 0 })
}
