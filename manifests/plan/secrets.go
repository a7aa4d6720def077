package plan

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/manifests"
	"github.com/imagelint-dev/imagelint/manifests/pullsecret"
)

// PullSecret is one pull secret of a pod.
type PullSecret struct {
	Ref       *manifests.PullSecretName
	Namespace string
	From      string
	*Match
}

// Match is the result of looking up a pull secret. Pods name thousands of them, and what comes of most is the same.
type Match struct {
	// Secret is the one that is there; nil where the input holds none.
	Secret *manifests.Secret
	// Known is true if it exists although the input does not hold it: the user says so, or the cluster makes it by itself.
	Known bool
	// Hidden is true if Helm hid Secrets where the name stands, so that it may be one of them.
	Hidden bool
	// Elsewhere are Secrets of that name in other namespaces, the nearest first, where there is none in this one. There may be more.
	Elsewhere []*manifests.Secret
	// Problem says why it is of no use; "" where it is of use, or where that is not known.
	Problem string
	// Usable is true if its content was read and counts.
	Usable bool
	// Expired is when the last of its credentials ended, where all of them have; the kubelet tries them all the same.
	Expired time.Time
}

// Found reports whether the Secret exists, as far as can be told.
func (m *Match) Found() bool { return m.Secret != nil || m.Known }

// unread reports whether the Secret may exist, with a content that the input does not tell.
func (m *Match) unread() bool {
	if m.Secret == nil {
		return m.Known || m.Hidden
	}
	return m.Problem == "" && !m.Usable
}

// secretIndex finds Secrets by name and namespace.
type secretIndex struct {
	// Of several Secrets that are there, as overlays have them, the one that is near the object which names it counts, and then the class.
	classes [numClasses]firstByKey[*manifests.Secret]
	// hashed holds those to whose names kustomize adds a hash; named those of any namespace, those of a type for pulls before others; fillers
	// the objects that write into a Secret.
	hashed         firstByKey[*manifests.Secret]
	rehash         firstByKey[*manifests.Secret] // those whose names end as if kustomize had added a hash, without it
	named          [2]firstByKey[*manifests.Secret]
	contentSources firstByKey[*manifests.Secret]
	pull           firstByKey[*manifests.Secret] // of a type for pulls, under no name
	spread         map[string][]*replicatedSecret
	copies         map[copyKey]*manifests.Secret // what was asked of spread already
	status         map[*manifests.Secret]secretStatus
	near           nearIndex[*manifests.Secret]
	nearOther      nearIndex[*manifests.Secret] // of docker configs whose type is not one for pulls
}

// Classes of Secrets of one name, from the one that counts on.
const (
	useful = iota
	useless
	numClasses
)

// secretStatus is what is known of one Secret.
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
	serves   map[string]bool // what was asked already
}

func newSecretIndex(p *Planner, secrets []*manifests.Secret) secretIndex {
	x := secretIndex{
		hashed: firstByKey[*manifests.Secret]{}, rehash: firstByKey[*manifests.Secret]{}, contentSources: firstByKey[*manifests.Secret]{}, pull: firstByKey[*manifests.Secret]{},
		spread: map[string][]*replicatedSecret{}, copies: map[copyKey]*manifests.Secret{}, status: make(map[*manifests.Secret]secretStatus, len(secrets)), near: newNearIndex[*manifests.Secret](), nearOther: newNearIndex[*manifests.Secret](),
	}
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
	base, hasHash := withoutHash(s.SecretName)
	for _, ns := range p.namespaces(s.SecretNamespace, s.Object) {
		x.classes[class].add(ns, s.SecretName, s.Object, s)
		if s.HashSuffix {
			x.hashed.add(ns, s.SecretName, s.Object, s)
		}
		if pulls || s.Type == "" {
			x.near.add(ns, s.SecretName, Scope{}, s)
			x.near.addWords(ns, s.SecretName, s)
		} else if isMeantForPulls(s) {
			x.nearOther.add(ns, s.SecretName, Scope{}, s)
			x.nearOther.addWords(ns, s.SecretName, s)
		}
		if pulls && hasHash {
			x.rehash.add(ns, base, s.Object, s)
			x.near.add(ns, base, Scope{}, s)
		}
	}
	if pulls || s.Type == "" {
		x.named[0].add("", s.SecretName, s.Object, s)
	} else {
		x.named[1].add("", s.SecretName, s.Object, s)
	}
	if pulls {
		x.pull.add("", "", s.Object, s)
	}
	if s.AnyNamespace {
		x.spread[s.SecretName] = append(x.spread[s.SecretName], newReplicatedSecret(s))
	}
}

// contentSource is what writes into a Secret of the input; nil where nothing does.
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

// payload is what a pull would use of a Secret; nil where that cannot be told.
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

// find returns the Secret of a name that serves a namespace; nil where there is none.
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
	if base, ok := withoutHash(name); ok {
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

// isMeantForPulls reports whether a Secret holds a docker config, whatever its type. What does not, and stands far from an object that writes no
// namespace either, has its name by chance.
func isMeantForPulls(s *manifests.Secret) bool {
	return slices.ContainsFunc(s.Keys, func(k manifests.SecretKey) bool {
		return k.Name == pullsecret.DockerConfigJSON.DataKey() || k.Name == pullsecret.DockerCfg.DataKey()
	})
}

// copied returns the Secret of a name that is copied into a namespace, and whether it is near; nil where there is none.
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

// copyKey is what one asks for among copies.
type copyKey struct {
	namespace, name string
	at              [3]Scope
}

// elsewhere returns Secrets of a name in other namespaces, the nearest first.
func (x *secretIndex) elsewhere(p *Planner, namespace, name string, near *manifests.Object) []*manifests.Secret {
	var out []*manifests.Secret
	for _, class := range x.named {
		if s, ok := class.nearest("", name, near); ok && (p.Namespace(s.SecretNamespace, s.Object) != namespace || s.AnyNamespace) {
			out = append(out, s)
		}
	}
	return out
}

// problem says why a Secret that exists is of no use to the kubelet.
func problem(s *manifests.Secret, filled bool) string {
	if _, ok := pullsecret.KindOf(s.Type); !ok && s.Type != "" {
		return "is of type " + s.Type + ", which the kubelet does not use"
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

// Resolve looks one name up in a namespace for an object that names it.
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
		p.matches[key] = shared
	}
	return PullSecret{Ref: n, Namespace: namespace, From: from, Match: shared}
}

// matchKey tells one Match from another.
type matchKey struct {
	secret                *manifests.Secret
	elsewhere             [2]*manifests.Secret // no more are looked up
	known, hidden, usable bool
	problem               string
	expired               time.Time
}

func (p *Planner) match(namespace, name string, near *manifests.Object) Match {
	u := Match{Known: p.assumed.has(namespace, name)}
	for _, ns := range p.namespacesFor(namespace, near) {
		if u.Secret = p.secrets.find(ns, name, near); u.Secret != nil {
			break
		}
	}
	if u.Secret != nil {
		u.Problem, u.Expired = p.secrets.status[u.Secret].problem, p.secrets.status[u.Secret].expired
		u.Usable = u.Problem == "" && p.secrets.payload(u.Secret) != nil
		return u
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

// namespacesFor returns a namespace and, if it is the object's, those that kustomizations give to the object.
func (p *Planner) namespacesFor(namespace string, o *manifests.Object) []string {
	if o == nil || namespace != p.Namespace(o.Namespace, o) {
		return []string{namespace}
	}
	return p.namespaces(o.Namespace, o)
}

// HasOtherSecret reports whether the input holds a Secret of a name, in whatever namespace, that is not a pull secret.
func (p *Planner) HasOtherSecret(name string) bool {
	_, ok := p.secrets.named[1][lookupKey{name: name}]
	return ok
}

// PullSecretNear returns a pull secret of the input that is near an object; nil where there is none.
func (p *Planner) PullSecretNear(near *manifests.Object) *manifests.Secret {
	s, _ := p.secrets.pull.inScope("", "", near)
	return s
}

// ContentSource returns what writes the content of a Secret, or adds to it: an ExternalSecret and the like; nil where nothing in the input does. What
// the Secret's own manifest holds is then a placeholder.
func (p *Planner) ContentSource(s *manifests.Secret) *manifests.Secret {
	return p.secrets.contentSource(p.Namespace(s.SecretNamespace, s.Object), s)
}

// MergingSource returns what only adds to a Secret that has to exist already; nil where nothing in the input does.
func (p *Planner) MergingSource(namespace, name string, near *manifests.Object) *manifests.Secret {
	if f, ok := p.secrets.contentSources.nearest(namespace, name, near); ok && f.Merges {
		return f
	}
	return nil
}

// WithHashSuffix returns a Secret of a namespace whose name is the given one with the hash behind it that kustomize adds; nil where there is none.
func (p *Planner) WithHashSuffix(namespace, name string, near *manifests.Object) *manifests.Secret {
	s, _ := p.secrets.rehash.inScope(namespace, name, near)
	return s
}

// SimilarSecret returns a pull secret of a namespace whose name is a slip away from one that is missing, and that name: without the hash that kustomize
// adds, where it is near without it alone. It returns nil where there is none.
func (p *Planner) SimilarSecret(namespace, name string) (near *manifests.Secret, as string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, ok := p.secrets.near.find(namespace, name, Scope{}, 2)
	if !ok {
		s, ok = p.secrets.near.sameWords(namespace, name)
	}
	if !ok {
		return nil, ""
	}
	if base, hasHash := withoutHash(s.SecretName); hasHash && len(name) < len(s.SecretName)-2 {
		if base == name {
			return nil, "" // WithHashSuffix finds it
		}
		return s, base
	}
	return s, s.SecretName
}

// SimilarOther returns a Secret of a namespace that holds a docker config, has a type that the kubelet does not use, and whose name is similar to one that
// is missing; nil where there is none.
func (p *Planner) SimilarOther(namespace, name string) *manifests.Secret {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, ok := p.secrets.nearOther.find(namespace, name, Scope{}, 2)
	if !ok {
		s, _ = p.secrets.nearOther.sameWords(namespace, name)
	}
	return s
}

// withoutHash cuts off what kustomize adds to a generated name: a hyphen and ten characters.
func withoutHash(name string) (base string, ok bool) {
	const hash = 10
	i := len(name) - hash - 1
	if i < 1 || name[i] != '-' || !isLowerOrDigit(name[i+1:]) {
		return "", false
	}
	return name[:i], true
}

// IsOpenShift reports whether a name is that of a pull secret which OpenShift makes for every service account: NAME-dockercfg-xxxxx.
func IsOpenShift(name string) bool {
	const random = 5
	base := name[:max(0, len(name)-random)]
	account, ok := strings.CutSuffix(base, "-dockercfg-")
	return ok && account != "" && isLowerOrDigit(name[len(base):])
}

func isLowerOrDigit(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }) < 0
}
