package plan

import (
	"maps"
	"path"
	"slices"
	"sync"

	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/internal/near"
	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// accountIndex finds service accounts by name and namespace.
type accountIndex struct {
	count  int
	named  firstByKey[*manifests.ServiceAccount]
	others func() *otherAccounts // built when first asked for a missing account, as in few runs
}

// otherAccounts finds service accounts other than the one that is named.
type otherAccounts struct {
	// anywhere holds those of all namespaces, any one of each namespace, under no name.
	anywhere, any firstByKey[*manifests.ServiceAccount]
	in            map[string][]*manifests.ServiceAccount // by namespace
	similar       map[string]*nearIndex[*manifests.ServiceAccount]
}

func newAccountIndex(p *Planner, accounts []*manifests.ServiceAccount) accountIndex {
	named := newFirstByKey[*manifests.ServiceAccount](len(accounts))
	namespaces := make([][]string, len(accounts))
	for i, a := range accounts {
		namespaces[i] = p.namespaces(a.Namespace, a.Object)
		for _, ns := range namespaces[i] {
			for _, name := range p.overlays.Names(a.Object, a.Name) {
				named.add(ns, name, a.Object, a)
			}
		}
	}
	return accountIndex{len(accounts), named, sync.OnceValue(func() *otherAccounts { return newOtherAccounts(accounts, namespaces) })}
}

func newOtherAccounts(accounts []*manifests.ServiceAccount, namespaces [][]string) *otherAccounts {
	x := &otherAccounts{
		anywhere: newFirstByKey[*manifests.ServiceAccount](len(accounts)), any: firstByKey[*manifests.ServiceAccount]{},
		in: map[string][]*manifests.ServiceAccount{}, similar: map[string]*nearIndex[*manifests.ServiceAccount]{},
	}
	for i, a := range accounts {
		x.anywhere.add("", a.Name, a.Object, a)
		for _, ns := range namespaces[i] {
			x.any.add(ns, "", a.Object, a)
			x.in[ns] = append(x.in[ns], a)
		}
	}
	return x
}

// near finds the service account of a namespace with the nearest name, if it is a typo away. Names are indexed when first asked for, since few namespaces lack
// an account. It is not safe for concurrent use.
func (x *otherAccounts) near(namespace, name string, at Scope) (*manifests.ServiceAccount, bool) {
	among := x.in[namespace]
	if len(among) == 0 {
		return nil, false
	}
	index := x.similar[namespace]
	if index == nil {
		built := newNearIndex[*manifests.ServiceAccount]()
		index = &built
		x.similar[namespace] = index
		for _, a := range among {
			index.add(namespace, a.Name, Scope{}, a)
			for _, at := range ScopesOf(a.Object) {
				if at != (Scope{}) {
					index.add(namespace, a.Name, at, a)
				}
			}
		}
	}
	return index.find(namespace, name, at, 1)
}

// ServiceAccount returns the service account with a name in a namespace, or nil. Of several, it returns the nearest to
// the object that names it.
func (p *Planner) ServiceAccount(namespace, name string, near *manifests.Object) *manifests.ServiceAccount {
	a, _ := p.accounts.named.nearest(namespace, name, near)
	return a
}

// ServiceAccountElsewhere returns a service account with a name in any namespace, or nil.
func (p *Planner) ServiceAccountElsewhere(name string, near *manifests.Object) *manifests.ServiceAccount {
	a, _ := p.accounts.others().anywhere.nearest("", name, near)
	return a
}

// ServiceAccountBeside reports whether some service account of a namespace is near an object, and whether any is in
// the input.
func (p *Planner) ServiceAccountBeside(namespace string, near *manifests.Object) (beside, any bool) {
	if p.accounts.count == 0 {
		return false, false
	}
	_, beside = p.accounts.others().any.inScope(namespace, "", near)
	return beside, true
}

// SimilarServiceAccount returns a service account near an object whose name is a typo away from a missing one, or nil.
func (p *Planner) SimilarServiceAccount(namespace, name string, near *manifests.Object) *manifests.ServiceAccount {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, at := range ScopesOf(near) {
		if at == (Scope{}) {
			continue
		}
		if a, ok := p.accounts.others().near(namespace, name, at); ok {
			return a
		}
	}
	return nil
}

// DistantServiceAccount returns a service account whose name is a typo away from a missing one, and which is certainly in the namespace of the object that names
// it, in any folder, or nil.
func (p *Planner) DistantServiceAccount(namespace, name string, o *manifests.Object) *manifests.ServiceAccount {
	p.mu.Lock()
	defer p.mu.Unlock()
	a, ok := p.accounts.others().near(namespace, name, Scope{})
	if !ok || !p.haveNamespaces(a.Namespace, a.Object, o) {
		return nil
	}
	return a
}

// assumedSecrets holds the Secrets that exist according to the user.
type assumedSecrets struct {
	names map[string]bool // NAME or NAMESPACE/NAME
	// bare holds the names given with a namespace, and the type that the kubelet does not use if all have it, else "".
	bare map[string]string
	// other holds such a type by NAME or NAMESPACE/NAME.
	other map[string]string
	globs []assumedGlob
	asked map[lookupKey]bool
	// near finds names without globs by their namespace as given, and all of them under "". patterns are the namespaces that are globs.
	near     nearIndex[assumedName]
	letters  map[assumedName]assumedName // by such a namespace and the letters of the name
	patterns map[string]*glob.Glob
}

// assumedName is a name and its namespace as the user gave it: "*" if the Secret is in every namespace.
type assumedName struct{ namespace, name string }

type assumedGlob struct{ namespace, name *glob.Glob }

func newAssumedSecrets(list []string, types map[string]string) assumedSecrets {
	k := assumedSecrets{names: map[string]bool{}, bare: map[string]string{}, other: map[string]string{}, asked: map[lookupKey]bool{}, near: newNearIndex[assumedName](), letters: map[assumedName]assumedName{}, patterns: map[string]*glob.Glob{}}
	for _, s := range list {
		ns, name := "*", s
		for i := range len(s) {
			if s[i] == '/' {
				ns, name = s[:i], s[i+1:]
				break
			}
		}
		other := types[s]
		if _, ok := pullsecret.KindOf(other); ok {
			other = ""
		}
		if glob.IsPlain(name) && other == "" {
			k.addNear(assumedName{ns, name})
		}
		if !glob.IsPlain(ns) && ns != "*" || !glob.IsPlain(name) {
			k.globs = append(k.globs, assumedGlob{glob.New(ns), glob.New(name)})
			continue
		}
		if ns == "*" {
			k.names[name] = true
			k.setOther(name, other)
			continue
		}
		k.names[ns+"/"+name] = true
		k.setOther(ns+"/"+name, other)
		if was, ok := k.bare[name]; ok && was != other {
			other = ""
		}
		k.bare[name] = other
	}
	return k
}

func (k *assumedSecrets) addNear(n assumedName) {
	if !glob.IsPlain(n.namespace) && k.patterns[n.namespace] == nil {
		k.patterns[n.namespace] = glob.New(n.namespace)
	}
	for _, ns := range slices.Compact([]string{n.namespace, ""}) {
		k.near.add(ns, n.name, Scope{}, n)
		k.near.addWords(ns, n.name, n)
		if at := (assumedName{ns, near.Letters(n.name)}); k.letters[at].name == "" {
			k.letters[at] = n
		}
	}
}

// similar returns a known name that is similar to a missing one in a namespace. If that namespace is unknown, any matches.
func (k *assumedSecrets) similar(namespace, name string) (assumedName, bool) {
	n, ok := k.similarIn(namespace, name)
	if ok || namespace == "" {
		return n, ok
	}
	for _, pattern := range slices.Sorted(maps.Keys(k.patterns)) {
		if !k.patterns[pattern].Match(namespace) {
			continue
		}
		if n, ok = k.similarIn(pattern, name); ok {
			return n, true
		}
	}
	return n, false
}

// similarIn is similar for a namespace as given. Since the list is complete, exchanged letters are a typo even in a short word.
func (k *assumedSecrets) similarIn(namespace, name string) (assumedName, bool) {
	if n, ok := k.near.similar(namespace, name); ok {
		return n, true
	}
	n, ok := k.letters[assumedName{namespace, near.Letters(name)}]
	return n, ok && near.Distance(n.name, name, 1) == 1
}

// has reports whether a Secret exists according to the user. If its namespace is unknown, any namespace matches.
func (k *assumedSecrets) has(namespace, name string) bool {
	if _, ok := k.bare[name]; k.names[name] || k.names[namespace+"/"+name] || namespace == "" && ok {
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

func (k *assumedSecrets) setOther(name, other string) {
	if other != "" {
		k.other[name] = other
	}
}

// otherType returns the type of a Secret that the kubelet does not use for pulls, according to the user; "" if it may have another one.
func (k *assumedSecrets) otherType(namespace, name string) string {
	if namespace != "" {
		if at := namespace + "/" + name; k.names[at] {
			return k.other[at]
		}
		return k.other[name]
	}
	other, ok := k.bare[name]
	switch {
	case !k.names[name]:
		return other
	case !ok || other == k.other[name]:
		return k.other[name]
	}
	return ""
}

// pullSecretInjectorOf finds objects that add pull secrets to namespaces and service accounts at run time.
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

// isInjectedName reports whether an injector creates Secrets with a name by default: imagepullsecret-patcher the
// first, registry-creds the others.
func isInjectedName(name string) bool {
	switch name {
	case "image-pull-secret", "awsecr-cred", "gcr-secret", "dpr-secret", "acr-secret":
		return true
	}
	return false
}
