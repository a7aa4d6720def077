package rules

import (
	"slices"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/plan"
)

// secretPeers finds names of pull secrets that several workloads use, and that only one workload spells otherwise. That shows a typing error even if no
// Secret is in the input.
type secretPeers struct {
	p         *lint.Pass
	workloads map[peerKey]int
	names     *plan.Names // those that several workloads use
}

// peerKey is a name of a pull secret in a namespace or, if that is not known, in a folder or a chart.
type peerKey struct {
	namespace string
	at        plan.Scope
	name      string
}

// enoughPeers is how many workloads must use a name.
const enoughPeers = 2

func secretPeersOf(p *lint.Pass) *secretPeers {
	out := &secretPeers{p, map[peerKey]int{}, plan.NewNames()}
	last := map[peerKey]*manifests.Object{} // an object may have a name several times
	for u := range secretUses(p) {
		if u.given || u.From == plan.FromServiceAccount {
			continue
		}
		for _, at := range peerScopes(&u) {
			k := peerKey{u.Namespace, at, u.Ref.Name}
			if last[k] == u.object {
				continue
			}
			last[k] = u.object
			if out.workloads[k]++; out.workloads[k] == enoughPeers {
				out.names.Add(u.Namespace, at, u.Ref.Name)
			}
		}
	}
	return out
}

// peerScopes returns where a name is compared with others.
func peerScopes(u *secretUse) []plan.Scope {
	if u.Namespace != "" {
		return []plan.Scope{{}}
	}
	scopes := plan.ScopesOf(u.object)
	return slices.DeleteFunc(scopes[:], func(at plan.Scope) bool { return at == plan.Scope{} })
}

// of returns the name that is probably meant by another one, and how many workloads use it; "" if there is none.
func (s *secretPeers) of(u *secretUse) (name string, workloads int) {
	for _, at := range peerScopes(u) {
		if s.workloads[peerKey{u.Namespace, at, u.Ref.Name}] >= enoughPeers {
			return "", 0
		}
		name := s.names.Similar(u.Namespace, at, u.Ref.Name)
		if name != "" && !s.hasBoth(u, name) {
			return name, s.workloads[peerKey{u.Namespace, at, name}]
		}
	}
	return "", 0
}

// hasBoth reports whether the pod that names a pull secret also names another one: then these are two.
func (s *secretPeers) hasBoth(u *secretUse, name string) bool {
	return u.pod != nil && slices.ContainsFunc(s.p.Plan.Pod(u.w, u.pod).PullSecrets, func(other plan.PullSecret) bool { return other.Ref.Name == name })
}
