package plan

import (
	"path"

	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/manifests"
)

// accountIndex finds service accounts by name and namespace.
type accountIndex struct {
	named firstByKey[*manifests.ServiceAccount]
	// anywhere holds those of any namespace; any one of each namespace, under no name.
	anywhere, any firstByKey[*manifests.ServiceAccount]
	near          nearIndex[*manifests.ServiceAccount]
}

func newAccountIndex(p *Planner, accounts []*manifests.ServiceAccount) accountIndex {
	x := accountIndex{
		named: firstByKey[*manifests.ServiceAccount]{}, anywhere: firstByKey[*manifests.ServiceAccount]{}, any: firstByKey[*manifests.ServiceAccount]{},
		near: newNearIndex[*manifests.ServiceAccount](),
	}
	for _, a := range accounts {
		x.anywhere.add("", a.Name, a.Object, a)
		for _, ns := range p.namespaces(a.Namespace, a.Object) {
			x.named.add(ns, a.Name, a.Object, a)
			x.any.add(ns, "", a.Object, a)
			for _, at := range ScopesOf(a.Object) {
				if at != (Scope{}) {
					x.near.add(ns, a.Name, at, a)
				}
			}
		}
	}
	return x
}

// ServiceAccount returns the service account of a name in a namespace; of several the one that is near the object which names it. It is nil
// where the input holds none.
func (p *Planner) ServiceAccount(namespace, name string, near *manifests.Object) *manifests.ServiceAccount {
	a, _ := p.accounts.named.nearest(namespace, name, near)
	return a
}

// ServiceAccountElsewhere returns a service account of a name in whatever namespace; nil where the input holds none.
func (p *Planner) ServiceAccountElsewhere(name string, near *manifests.Object) *manifests.ServiceAccount {
	a, _ := p.accounts.anywhere.nearest("", name, near)
	return a
}

// ServiceAccountBeside reports whether any service account of a namespace is near an object, and whether one of any place is in the input.
func (p *Planner) ServiceAccountBeside(namespace string, near *manifests.Object) (beside, any bool) {
	_, beside = p.accounts.any.inScope(namespace, "", near)
	return beside, len(p.accounts.anywhere) > 0
}

// SimilarServiceAccount returns a service account of a namespace that is near an object, and whose name is a slip away from one that is missing; nil
// where there is none.
func (p *Planner) SimilarServiceAccount(namespace, name string, near *manifests.Object) *manifests.ServiceAccount {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, at := range ScopesOf(near) {
		if at == (Scope{}) {
			continue
		}
		if a, ok := p.accounts.near.find(namespace, name, at, 1); ok {
			return a
		}
	}
	return nil
}

// assumedSecrets answers whether the user says that a Secret exists.
type assumedSecrets struct {
	names map[string]bool // NAME or NAMESPACE/NAME
	// bare are the names that are written with a namespace.
	bare  map[string]bool
	globs []assumedGlob
	asked map[lookupKey]bool
}

type assumedGlob struct{ namespace, name *glob.Glob }

func newAssumedSecrets(list []string) assumedSecrets {
	k := assumedSecrets{names: map[string]bool{}, bare: map[string]bool{}, asked: map[lookupKey]bool{}}
	for _, s := range list {
		ns, name := "*", s
		for i := range len(s) {
			if s[i] == '/' {
				ns, name = s[:i], s[i+1:]
				break
			}
		}
		if !glob.IsPlain(ns) && ns != "*" || !glob.IsPlain(name) {
			k.globs = append(k.globs, assumedGlob{glob.New(ns), glob.New(name)})
			continue
		}
		if ns == "*" {
			k.names[name] = true
			continue
		}
		k.names[ns+"/"+name] = true
		k.bare[name] = true
	}
	return k
}

// has reports whether the user says that a Secret exists. Where the namespace is not known, that of the user's may be meant.
func (k *assumedSecrets) has(namespace, name string) bool {
	if k.names[name] || k.names[namespace+"/"+name] || namespace == "" && k.bare[name] {
		return true
	}
	if len(k.globs) == 0 {
		return false
	}
	at := lookupKey{namespace: namespace, name: name}
	if is, ok := k.asked[at]; ok {
		return is
	}
	is := false
	for _, g := range k.globs {
		if g.name.Match(name) && (namespace == "" || g.namespace.Match(namespace)) {
			is = true
			break
		}
	}
	k.asked[at] = is
	return is
}

// pullSecretInjectorOf finds what gives pull secrets to namespaces and service accounts while the cluster runs.
func pullSecretInjectorOf(in ordered) *manifests.Object {
	for _, s := range in.secrets {
		if s.SourceKind == "ClusterPullSecret" {
			return s.Object
		}
	}
	for _, list := range [][]*manifests.Workload{in.workloads, in.context} {
		for _, w := range list {
			for _, img := range w.Images {
				switch path.Base(img.Ref.Repository) {
				case "imagepullsecret-patcher", "registry-creds":
					return w.Object
				}
			}
		}
	}
	return nil
}

// isInjectedName reports whether a patcher makes Secrets of a name, unless it is told otherwise: imagepullsecret-patcher the first, registry-creds
// the others.
func isInjectedName(name string) bool {
	switch name {
	case "image-pull-secret", "awsecr-cred", "gcr-secret", "dpr-secret", "acr-secret":
		return true
	}
	return false
}
