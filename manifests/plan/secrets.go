package plan

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// PullSecret is a pull secret of a pod.
type PullSecret struct {
	Ref       *manifests.PullSecretName
	Namespace string
	From      string
	*Match
}

// Match is the result of looking up a pull secret. Pods name thousands of them, and most results are equal.
type Match struct {
	// Secret is the Secret, or nil if it is not in the input.
	Secret *manifests.Secret
	// Known is true if it exists outside of the input, according to the user or because the cluster creates it.
	Known bool
	// KnownType is the type of such a Secret if the kubelet does not use it; "" if it may be a pull secret.
	KnownType string
	// Hidden is true if Helm hid Secrets in the same file, one of which may be this one.
	Hidden bool
	// Elsewhere are Secrets with that name in other namespaces, the nearest first, if there is none in this one. There
	// may be more.
	Elsewhere []*manifests.Secret
	// Problem is why it is not usable; "" if it is usable or that is unknown.
	Problem string
	// Usable is true if its content was read and is effective.
	Usable bool
	// draft is true if all its keys are known, although its credentials are filled in later.
	draft bool
	// Expired is when the last of its credentials expired, if all have; the kubelet still tries them.
	Expired time.Time
	// offered returns what the Secret has that may be used; nil if its keys are not known.
	offered func() *offer
}

// IsOlderType reports whether the Secret has the type kubernetes.io/dockercfg.
func (m *Match) IsOlderType() bool {
	return m.Secret != nil && m.Secret.Type == pullsecret.DockerCfg.Type()
}

// Found reports whether the Secret exists, as far as known.
func (m *Match) Found() bool { return m.Secret != nil || m.Known }

// HasKeys reports whether all registry keys of the Secret are known, and so for which images it is.
func (m *Match) HasKeys() bool { return m.Usable || m.draft }

// hasOtherType reports whether the Secret has a type that the kubelet does not use.
func (m *Match) hasOtherType() bool {
	if m.Secret == nil {
		return m.KnownType != ""
	}
	_, ok := pullsecret.KindOf(m.Secret.Type)
	return !ok
}

// unread reports whether the Secret may exist with unknown content.
func (m *Match) unread() bool {
	if m.Secret == nil {
		return m.Known && m.KnownType == "" || m.Hidden
	}
	return m.Problem == "" && !m.Usable
}

// secretIndex finds Secrets by name and namespace.
type secretIndex struct {
	// If several Secrets exist, as in overlays, the nearest to the object that names it wins, then the class.
	classes [numClasses]firstByKey[*manifests.Secret]
	// hashed holds those with a hash added by kustomize; named those of any namespace, types for pulls first; fillers
	// the objects that write into a Secret.
	hashed         firstByKey[*manifests.Secret]
	rehash         firstByKey[*manifests.Secret] // those whose names end like a kustomize hash, without the hash
	named          [2]firstByKey[*manifests.Secret]
	contentSources firstByKey[*manifests.Secret]
	pull           firstByKey[*manifests.Secret] // of a type for pulls, under no name
	spread         map[string][]*replicatedSecret
	copies         map[copyKey]*manifests.Secret // cached results of spread
	status         map[*manifests.Secret]secretStatus
	sameName       func() map[string][]*manifests.Secret // by name, in any namespace
	near           nearIndex[*manifests.Secret]
	nearOther      nearIndex[*manifests.Secret] // docker configs with other types
}

// Classes of Secrets with the same name, in order of precedence.
const (
	useful = iota
	useless
	numClasses
)

// secretStatus is what is known about a Secret.
type secretStatus struct {
	number  int
	problem string
	expired time.Time
	filled  bool // an operator writes its content
}

// replicatedSecret is a Secret that is copied into namespaces.
type replicatedSecret struct {
	secret   *manifests.Secret
	names    []string
	patterns []*regexp.Regexp
	serves   map[string]bool // cached answers
}

func newSecretIndex(p *Planner, secrets []*manifests.Secret) secretIndex {
	x := secretIndex{
		hashed: firstByKey[*manifests.Secret]{}, rehash: firstByKey[*manifests.Secret]{}, contentSources: firstByKey[*manifests.Secret]{}, pull: firstByKey[*manifests.Secret]{},
		spread: map[string][]*replicatedSecret{}, copies: map[copyKey]*manifests.Secret{}, status: make(map[*manifests.Secret]secretStatus, len(secrets)), near: newNearIndex[*manifests.Secret](), nearOther: newNearIndex[*manifests.Secret](),
	}
	x.sameName = sync.OnceValue(func() map[string][]*manifests.Secret {
		out := map[string][]*manifests.Secret{}
		for _, s := range secrets {
			if !s.Merges && len(out[s.SecretName]) < maxNamesakes {
				out[s.SecretName] = append(out[s.SecretName], s)
			}
		}
		return out
	})
	for i := range x.classes {
		x.classes[i] = firstByKey[*manifests.Secret]{}
	}
	for i := range x.named {
		x.named[i] = firstByKey[*manifests.Secret]{}
	}
	for _, s := range secrets {
		if s.SourceKind != manifests.SourceKindSecret {
			x.contentSources.add(p.Namespace(s.SecretNamespace, s.Object), s.SecretName, s.Object, s)
		}
	}
	for i, s := range secrets {
		if !s.Merges {
			x.add(p, i, s)
		}
	}
	return x
}

func (x *secretIndex) add(p *Planner, number int, s *manifests.Secret) {
	f := secretStatus{number: number, filled: x.contentSource(p.Namespace(s.SecretNamespace, s.Object), s) != nil}
	if f.problem = problem(s, f.filled); f.problem == "" && s.Payload != nil && !f.filled {
		if f.expired = p.expiry(s.Payload.Config.Credentials(s.SecretName)); !f.expired.IsZero() {
			f.problem = "expired on " + dateText(f.expired)
		}
	}
	x.status[s] = f
	class := useful
	if f.problem != "" {
		class = useless
	}
	_, pulls := pullsecret.KindOf(s.Type)
	base, hasHash := WithoutHash(s.SecretName)
	names := p.overlays.Names(s.Object, s.SecretName)
	for _, ns := range p.namespaces(s.SecretNamespace, s.Object) {
		for _, name := range names {
			x.classes[class].add(ns, name, s.Object, s)
			if s.HashSuffix {
				x.hashed.add(ns, name, s.Object, s)
			}
		}
		if pulls || s.Type == "" {
			x.near.add(ns, s.SecretName, Scope{}, s)
			x.near.addWords(ns, s.SecretName, s)
			if s.WrittenName != "" {
				x.near.add(ns, s.WrittenName, Scope{}, s)
				x.near.addWords(ns, s.WrittenName, s)
			}
		} else if isMeantForPulls(s) {
			x.nearOther.add(ns, s.SecretName, Scope{}, s)
			x.nearOther.addWords(ns, s.SecretName, s)
			if hasHash {
				x.nearOther.add(ns, base, Scope{}, s)
				x.nearOther.addWords(ns, base, s)
			}
		}
		if pulls && s.WrittenName != "" {
			x.rehash.add(ns, s.WrittenName, s.Object, s)
		}
		if pulls && hasHash {
			x.rehash.add(ns, base, s.Object, s)
			x.near.add(ns, base, Scope{}, s)
		}
	}
	of := x.named[0]
	if !pulls && s.Type != "" {
		of = x.named[1]
	}
	for _, name := range names {
		of.add("", name, s.Object, s)
	}
	if pulls {
		x.pull.add("", "", s.Object, s)
	}
	if s.AnyNamespace {
		x.spread[s.SecretName] = append(x.spread[s.SecretName], newReplicatedSecret(s))
	}
}

// contentSource returns what writes into a Secret of the input, or nil.
func (x *secretIndex) contentSource(namespace string, s *manifests.Secret) *manifests.Secret {
	if s.SourceKind != manifests.SourceKindSecret {
		return nil
	}
	if namespace != "" {
		f, _ := x.contentSources.nearest(namespace, s.SecretName, s.Object)
		return f
	}
	f, _ := x.contentSources.inScope("", s.SecretName, s.Object) // two distant objects without a namespace may be applied to different ones
	return f
}

// payload returns the data of a Secret for pulls, or nil if unknown.
func (x *secretIndex) payload(s *manifests.Secret) *manifests.Payload {
	if x.status[s].filled {
		return nil
	}
	return s.Payload
}

func newReplicatedSecret(s *manifests.Secret) *replicatedSecret {
	c := &replicatedSecret{secret: s, serves: map[string]bool{}}
	for _, pattern := range s.Namespaces {
		c.names = append(c.names, pattern)
		if re, err := regexp.Compile("^(?:" + pattern + ")$"); err == nil && regexp.QuoteMeta(pattern) != pattern {
			c.patterns = append(c.patterns, re)
		}
	}
	return c
}

// isIn reports whether a copy may be in a namespace.
func (c *replicatedSecret) isIn(namespace string) bool {
	if len(c.names) == 0 || namespace == "" {
		return true
	}
	is, asked := c.serves[namespace]
	if !asked {
		is = slices.Contains(c.names, namespace) || slices.ContainsFunc(c.patterns, func(re *regexp.Regexp) bool { return re.MatchString(namespace) })
		c.serves[namespace] = is
	}
	return is
}

// find returns the Secret with a name that is available in a namespace, or nil.
func (x *secretIndex) find(namespace, name string, near *manifests.Object) *manifests.Secret {
	for _, class := range x.classes {
		if s, ok := class.inScope(namespace, name, near); ok {
			return s
		}
	}
	copied, isNear := x.copied(namespace, name, near)
	if isNear {
		return copied
	}
	if base, ok := WithoutHash(name); ok {
		if s, ok := x.hashed.nearest(namespace, base, near); ok {
			return s
		}
	}
	for class := range x.classes {
		if s, ok := x.classes[class].nearest(namespace, name, near); ok && (class == useful || namespace != "" || isMeantForPulls(s)) {
			return s
		}
	}
	return copied
}

// isMeantForPulls reports whether a Secret has a docker config, whatever its type. Otherwise, a distant Secret without
// a namespace has the same name by chance.
func isMeantForPulls(s *manifests.Secret) bool {
	return slices.ContainsFunc(s.Keys, func(k manifests.SecretKey) bool {
		return k.Name == pullsecret.DockerConfigJSON.DataKey() || k.Name == pullsecret.DockerCfg.DataKey()
	})
}

// copied returns the Secret with a name that is copied into a namespace, and whether it is near, or nil.
func (x *secretIndex) copied(namespace, name string, near *manifests.Object) (s *manifests.Secret, isNear bool) {
	list := x.spread[name]
	if len(list) == 0 {
		return nil, false
	}
	at := ScopesOf(near)
	asked := copyKey{namespace, name, at}
	if s, ok := x.copies[asked]; ok {
		return s, s != nil && InSameScope(s.Object, near)
	}
	for _, c := range list {
		if s != nil && (isNear || !InSameScope(c.secret.Object, near)) || !c.isIn(namespace) {
			continue
		}
		s, isNear = c.secret, InSameScope(c.secret.Object, near)
	}
	x.copies[asked] = s
	return s, isNear
}

// copyKey is the key of a lookup of copies.
type copyKey struct {
	namespace, name string
	at              [3]Scope
}

// elsewhere returns Secrets with a name in other namespaces, the nearest first.
func (x *secretIndex) elsewhere(p *Planner, namespace, name string, near *manifests.Object) []*manifests.Secret {
	var out []*manifests.Secret
	for _, class := range x.named {
		if s, ok := class.nearest("", name, near); ok && (p.Namespace(s.SecretNamespace, s.Object) != namespace || s.AnyNamespace) {
			out = append(out, s)
		}
	}
	return out
}

// problem returns why the kubelet cannot use an existing Secret.
func problem(s *manifests.Secret, filled bool) string {
	if _, ok := pullsecret.KindOf(s.Type); !ok && s.Type != "" {
		return otherTypeText(s.Type)
	}
	content := s.Content()
	if content == nil || filled {
		return ""
	}
	var bad *pullsecret.Malformed
	switch {
	case errors.As(content.Err, &bad):
		return "is malformed: " + bad.Error()
	case content.Err != nil:
		return content.Err.Error()
	}
	if content.Config.HasNoAuths() {
		return "holds no registry credentials that the kubelet reads"
	}
	return ""
}

func otherTypeText(t string) string { return "is of type " + t + ", which the kubelet does not use" }

// Resolve looks up a name in a namespace for an object.
func (p *Planner) Resolve(namespace string, n *manifests.PullSecretName, from string, near *manifests.Object) PullSecret {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.resolve(namespace, n, from, near)
}

func (p *Planner) resolve(namespace string, n *manifests.PullSecretName, from string, near *manifests.Object) PullSecret {
	m := p.match(namespace, n.Name, near)
	key := matchKey{secret: m.Secret, known: m.Known, hidden: m.Hidden, usable: m.Usable, problem: m.Problem, expired: m.Expired}
	copy(key.elsewhere[:], m.Elsewhere)
	shared := p.matches[key]
	if shared == nil {
		shared = &m
		if m.HasKeys() {
			shared.offered = sync.OnceValue(func() *offer { return offerOf(m.Secret) })
		}
		p.matches[key] = shared
	}
	return PullSecret{Ref: n, Namespace: namespace, From: from, Match: shared}
}

// matchKey identifies a Match.
type matchKey struct {
	secret                *manifests.Secret
	elsewhere             [2]*manifests.Secret // the first ones only
	known, hidden, usable bool
	problem               string
	expired               time.Time
}

func (p *Planner) match(namespace, name string, near *manifests.Object) Match {
	namespaces := p.namespacesFor(namespace, near)
	var u Match
	for _, ns := range namespaces {
		if u.Secret = p.secrets.find(ns, name, near); u.Secret != nil {
			break
		}
	}
	known := slices.IndexFunc(namespaces, func(ns string) bool { return p.assumed.has(ns, name) })
	u.Known = known >= 0
	if u.Secret != nil {
		u.Problem, u.Expired = p.secrets.status[u.Secret].problem, p.secrets.status[u.Secret].expired
		u.Usable = u.Problem == "" && p.secrets.payload(u.Secret) != nil
		u.draft = u.Problem == "" && !u.Usable && p.secrets.hasDraft(u.Secret)
		return u
	}
	if u.Known {
		if u.KnownType = p.assumed.otherType(namespaces[known], name); u.KnownType != "" {
			u.Problem = otherTypeText(u.KnownType)
		}
	}
	u.Known = u.Known || IsOpenShift(name) || p.pullSecretInjector != nil && isInjectedName(name)
	switch {
	case u.Known:
	case p.HasHiddenSecrets(near):
		u.Hidden = true
		u.Problem = "not defined in these manifests, from which Helm hid Secrets"
	default:
		u.Problem = "not defined in these manifests"
	}
	if !u.Known {
		u.Elsewhere = p.secrets.elsewhere(p, namespace, name, near)
	}
	return u
}

// namespacesFor returns a namespace and, if it is the object's, those that kustomizations set for the object.
func (p *Planner) namespacesFor(namespace string, o *manifests.Object) []string {
	if o == nil || namespace != p.Namespace(o.Namespace, o) {
		return []string{namespace}
	}
	return p.namespaces(o.Namespace, o)
}

// HasOtherSecret reports whether the input has a Secret with a name, in any namespace, that is not a pull secret.
func (p *Planner) HasOtherSecret(name string) bool {
	_, ok := p.secrets.named[1][lookupKey{name: name}]
	return ok
}

// PullSecretNear returns a pull secret near an object, or nil.
func (p *Planner) PullSecretNear(near *manifests.Object) *manifests.Secret {
	s, _ := p.secrets.pull.inScope("", "", near)
	return s
}

// ContentSource returns what writes the content of a Secret, such as an ExternalSecret, or nil. The content in the
// Secret's own manifest is then a placeholder.
func (p *Planner) ContentSource(s *manifests.Secret) *manifests.Secret {
	return p.secrets.contentSource(p.Namespace(s.SecretNamespace, s.Object), s)
}

// MergingSource returns what only adds to an existing Secret, or nil.
func (p *Planner) MergingSource(namespace, name string, near *manifests.Object) *manifests.Secret {
	if f, ok := p.secrets.contentSources.nearest(namespace, name, near); ok && f.Merges {
		return f
	}
	return nil
}

// WithHashSuffix returns a Secret in a namespace whose name is the given one plus a kustomize hash, or which people call so and a kustomization otherwise,
// or nil.
func (p *Planner) WithHashSuffix(namespace, name string, near *manifests.Object) *manifests.Secret {
	s, _ := p.secrets.rehash.inScope(namespace, name, near)
	return s
}

// SimilarSecret returns a pull secret in a namespace whose name is a typo away from a missing one, and that name:
// the one that people write, or without the hash from kustomize if only that is similar. It returns nil if there is none.
func (p *Planner) SimilarSecret(namespace, name string) (near *manifests.Secret, as string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, ok := p.secrets.near.similar(namespace, name)
	if !ok || s.WrittenName == name {
		return nil, ""
	}
	if s.WrittenName != "" {
		return s, s.WrittenName
	}
	if base, hasHash := WithoutHash(s.SecretName); hasHash && len(name) < len(s.SecretName)-2 {
		if base == name {
			return nil, "" // found by WithHashSuffix
		}
		return s, base
	}
	return s, s.SecretName
}

// SimilarOther returns a Secret in a namespace with a docker config, a type that the kubelet does not use, and a name
// similar to a missing one, and that name: without the hash from kustomize if it has one. It returns nil if there is none.
func (p *Planner) SimilarOther(namespace, name string) (s *manifests.Secret, as string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, ok := p.secrets.nearOther.similar(namespace, name)
	if !ok {
		return nil, ""
	}
	if base, hasHash := WithoutHash(s.SecretName); hasHash && len(name) < len(s.SecretName)-2 {
		return s, base
	}
	return s, s.SecretName
}

// SimilarKnown returns a name of Options.Known that is similar to a missing one in a namespace, or in one that a kustomization sets for the object that
// names it, or "". It is certain if that Secret is in the pod's namespace for sure, and not only in one that the pod may have.
func (p *Planner) SimilarKnown(namespace, name string, o *manifests.Object) (as string, certain bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, ns := range p.namespacesFor(namespace, o) {
		if known, ok := p.assumed.similar(ns, name); ok {
			return known.name, i == 0 && namespace != "" || known.namespace == anyNamespace
		}
	}
	return "", false
}

// similar returns a pull secret as SimilarSecret does, or else one as SimilarOther does. isPull is true for the former.
func (p *Planner) similar(namespace, name string) (s *manifests.Secret, as string, isPull bool) {
	if s, as = p.SimilarSecret(namespace, name); s != nil {
		return s, as, true
	}
	s, as = p.SimilarOther(namespace, name)
	return s, as, false
}

// NameToWrite returns the name by which people refer to a Secret: without what a kustomization adds to it.
func NameToWrite(s *manifests.Secret) string {
	if s.WrittenName != "" {
		return s.WrittenName
	}
	if base, ok := WithoutHash(s.SecretName); ok && strings.Trim(s.SecretName[len(base)+1:], hashLetters) == "" {
		return base
	}
	return s.SecretName
}

// hashLetters are all that kustomize's hashes have. Other names end in words of ten letters.
const hashLetters = "2456789bcdfghkmt"

// WithoutHash removes the hash of a generated name: a hyphen and ten characters.
func WithoutHash(name string) (base string, ok bool) {
	const hash = 10
	i := len(name) - hash - 1
	if i < 1 || name[i] != '-' || !isLowerOrDigit(name[i+1:]) {
		return "", false
	}
	return name[:i], true
}

// IsOpenShift reports whether a name is that of a pull secret that OpenShift creates for every service account:
// NAME-dockercfg-xxxxx.
func IsOpenShift(name string) bool {
	const random = 5
	base := name[:max(0, len(name)-random)]
	account, ok := strings.CutSuffix(base, "-dockercfg-")
	return ok && account != "" && isLowerOrDigit(name[len(base):])
}

func isLowerOrDigit(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }) < 0
}
