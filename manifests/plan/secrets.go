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

// Use is one pull secret of a pod.
type Use struct {
	Ref       *manifests.SecretName
	Namespace string
	From      string
	*Match
}

// Match is what came of looking a pull secret up. Pods name thousands of them, and what comes of most is the same.
type Match struct {
	// Secret is the one that is there; nil where the input holds none.
	Secret *manifests.Secret
	// Known says that it exists although the input does not hold it: the user vouches for it, or the cluster makes it by itself.
	Known bool
	// Hidden says that Helm hid Secrets where the name stands, so that it may be one of them.
	Hidden bool
	// Elsewhere are Secrets of that name in other namespaces, the nearest first, where there is none in this one. There may be more.
	Elsewhere []*manifests.Secret
	// Problem says why it is of no use; "" where it is of use, or where that is not known.
	Problem string
	// Usable says that its content was read and counts.
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
	// Of several Secrets that are there, as overlays have them, the one that stands near the object which names it counts, and then the class.
	classes [numClasses]first[*manifests.Secret]
	// hashed holds those to whose names kustomize adds a hash; named those of any namespace, those of a type for pulls before others; fillers
	// the objects that write into a Secret.
	hashed  first[*manifests.Secret]
	rehash  first[*manifests.Secret] // those whose names end as if kustomize had added a hash, without it
	named   [2]first[*manifests.Secret]
	fillers first[*manifests.Secret]
	pull    first[*manifests.Secret] // of a type for pulls, under no name
	spread  map[string][]*spread
	copies  map[copyKey]*manifests.Secret // what was asked of spread already
	facts   map[*manifests.Secret]standing
	near    nearIndex[*manifests.Secret]
}

// Classes of Secrets of one name, from the one that counts on.
const (
	useful = iota
	useless
	numClasses
)

// standing is what is known of one Secret.
type standing struct {
	number  int
	problem string
	expired time.Time
	filled  bool // an operator writes its content
}

// spread is a Secret that is copied into namespaces.
type spread struct {
	secret   *manifests.Secret
	names    []string
	patterns []*regexp.Regexp
	serves   map[string]bool // what was asked already
}

func newSecretIndex(p *Planner, secrets []*manifests.Secret) secretIndex {
	x := secretIndex{
		hashed: first[*manifests.Secret]{}, rehash: first[*manifests.Secret]{}, fillers: first[*manifests.Secret]{}, pull: first[*manifests.Secret]{},
		spread: map[string][]*spread{}, copies: map[copyKey]*manifests.Secret{}, facts: make(map[*manifests.Secret]standing, len(secrets)), near: newNearIndex[*manifests.Secret](),
	}
	for i := range x.classes {
		x.classes[i] = first[*manifests.Secret]{}
	}
	for i := range x.named {
		x.named[i] = first[*manifests.Secret]{}
	}
	for _, s := range secrets {
		if s.Provider != manifests.ProviderSecret {
			x.fillers.add(p.Namespace(s.SecretNamespace, s.Object), s.Name, s.Object, s)
		}
	}
	for i, s := range secrets {
		if !s.Merges {
			x.file(p, i, s)
		}
	}
	return x
}

func (x *secretIndex) file(p *Planner, number int, s *manifests.Secret) {
	f := standing{number: number, filled: x.filler(p.Namespace(s.SecretNamespace, s.Object), s) != nil}
	if f.problem = problem(s, f.filled); f.problem == "" && s.Payload != nil && !f.filled {
		if f.expired = p.expiry(s.Payload.Config.Credentials(s.Name)); !f.expired.IsZero() {
			f.problem = "expired on " + dateText(f.expired)
		}
	}
	x.facts[s] = f
	class := useful
	if f.problem != "" {
		class = useless
	}
	_, pulls := pullsecret.KindOf(s.Type)
	base, hasHash := withoutHash(s.Name)
	for _, ns := range p.namespaces(s.SecretNamespace, s.Object) {
		x.classes[class].add(ns, s.Name, s.Object, s)
		if s.Hashed {
			x.hashed.add(ns, s.Name, s.Object, s)
		}
		if pulls || s.Type == "" {
			x.near.add(ns, s.Name, Place{}, s)
		}
		if pulls && hasHash {
			x.rehash.add(ns, base, s.Object, s)
			x.near.add(ns, base, Place{}, s)
		}
	}
	if pulls || s.Type == "" {
		x.named[0].add("", s.Name, s.Object, s)
	} else {
		x.named[1].add("", s.Name, s.Object, s)
	}
	if pulls {
		x.pull.add("", "", s.Object, s)
	}
	if s.AnyNamespace {
		x.spread[s.Name] = append(x.spread[s.Name], newSpread(s))
	}
}

// filler is what writes into a Secret of the input; nil where nothing does.
func (x *secretIndex) filler(namespace string, s *manifests.Secret) *manifests.Secret {
	if s.Provider != manifests.ProviderSecret {
		return nil
	}
	if namespace != "" {
		f, _ := x.fillers.near(namespace, s.Name, s.Object)
		return f
	}
	f, _ := x.fillers.beside("", s.Name, s.Object) // two distant objects without a namespace may be applied to different ones
	return f
}

// payload is what a pull would use of a Secret; nil where that cannot be told.
func (x *secretIndex) payload(s *manifests.Secret) *manifests.Payload {
	if x.facts[s].filled {
		return nil
	}
	return s.Payload
}

func newSpread(s *manifests.Secret) *spread {
	c := &spread{secret: s, serves: map[string]bool{}}
	for _, pattern := range s.Namespaces {
		c.names = append(c.names, pattern)
		if re, err := regexp.Compile("^(?:" + pattern + ")$"); err == nil && regexp.QuoteMeta(pattern) != pattern {
			c.patterns = append(c.patterns, re)
		}
	}
	return c
}

// isIn reports whether a copy may be in a namespace.
func (c *spread) isIn(namespace string) bool {
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
		if s, ok := class.beside(namespace, name, near); ok {
			return s
		}
	}
	copied, isNear := x.copied(namespace, name, near)
	if isNear {
		return copied
	}
	if base, ok := withoutHash(name); ok {
		if s, ok := x.hashed.near(namespace, base, near); ok {
			return s
		}
	}
	for class := range x.classes {
		if s, ok := x.classes[class].near(namespace, name, near); ok && (class == useful || namespace != "" || isMeantForPulls(s)) {
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

// copied returns the Secret of a name that is copied into a namespace, and whether it stands near; nil where there is none.
func (x *secretIndex) copied(namespace, name string, near *manifests.Object) (s *manifests.Secret, isNear bool) {
	list := x.spread[name]
	if len(list) == 0 {
		return nil, false
	}
	at := Places(near)
	asked := copyKey{namespace, name, at}
	if s, ok := x.copies[asked]; ok {
		return s, s != nil && Near(s.Object, near)
	}
	for _, c := range list {
		if s != nil && (isNear || !Near(c.secret.Object, near)) || !c.isIn(namespace) {
			continue
		}
		s, isNear = c.secret, Near(c.secret.Object, near)
	}
	x.copies[asked] = s
	return s, isNear
}

// copyKey is what one asks for among copies.
type copyKey struct {
	namespace, name string
	at              [3]Place
}

// elsewhere returns Secrets of a name in other namespaces, the nearest first.
func (x *secretIndex) elsewhere(p *Planner, namespace, name string, near *manifests.Object) []*manifests.Secret {
	var out []*manifests.Secret
	for _, class := range x.named {
		if s, ok := class.near("", name, near); ok && (p.Namespace(s.SecretNamespace, s.Object) != namespace || s.AnyNamespace) {
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
	if content.Config.NoAuths() {
		return "holds no registry credentials that the kubelet reads"
	}
	return ""
}

// Use looks one name up in a namespace for an object that names it.
func (p *Planner) Use(namespace string, n *manifests.SecretName, from string, near *manifests.Object) Use {
	m := p.match(namespace, n.Name, near)
	key := matchKey{secret: m.Secret, known: m.Known, hidden: m.Hidden, usable: m.Usable, problem: m.Problem, expired: m.Expired}
	copy(key.elsewhere[:], m.Elsewhere)
	shared := p.matches[key]
	if shared == nil {
		shared = &m
		p.matches[key] = shared
	}
	return Use{Ref: n, Namespace: namespace, From: from, Match: shared}
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
	u := Match{Known: p.known.has(namespace, name)}
	for _, ns := range p.beside(namespace, near) {
		if u.Secret = p.secrets.find(ns, name, near); u.Secret != nil {
			break
		}
	}
	if u.Secret != nil {
		u.Problem, u.Expired = p.secrets.facts[u.Secret].problem, p.secrets.facts[u.Secret].expired
		u.Usable = u.Problem == "" && p.secrets.payload(u.Secret) != nil
		return u
	}
	u.Known = u.Known || IsOpenShift(name) || p.patcher != nil && isPatched(name)
	switch {
	case u.Known:
	case p.Hidden(near):
		u.Hidden = true
		u.Problem = "not in the given manifests, in whose output Helm hid Secrets"
	default:
		u.Problem = "not in the given manifests"
	}
	if !u.Known {
		u.Elsewhere = p.secrets.elsewhere(p, namespace, name, near)
	}
	return u
}

// beside are a namespace and, where it is that of an object, those that kustomizations give to the object.
func (p *Planner) beside(namespace string, o *manifests.Object) []string {
	if o == nil || namespace != p.Namespace(o.Namespace, o) {
		return []string{namespace}
	}
	return p.namespaces(o.Namespace, o)
}

// HasNamesake reports whether the input holds a Secret of a name, in whatever namespace, that is no pull secret.
func (p *Planner) HasNamesake(name string) bool {
	_, ok := p.secrets.named[1][key{name: name}]
	return ok
}

// Supplied returns a pull secret of the input that stands near an object; nil where there is none.
func (p *Planner) Supplied(near *manifests.Object) *manifests.Secret {
	s, _ := p.secrets.pull.beside("", "", near)
	return s
}

// Filler returns what writes the content of a Secret, or adds to it: an ExternalSecret and the like; nil where nothing in the input does. What
// the Secret's own manifest holds is then a stand-in.
func (p *Planner) Filler(s *manifests.Secret) *manifests.Secret {
	return p.secrets.filler(p.Namespace(s.SecretNamespace, s.Object), s)
}

// Merger returns what only adds to a Secret that has to exist already; nil where nothing in the input does.
func (p *Planner) Merger(namespace, name string, near *manifests.Object) *manifests.Secret {
	if f, ok := p.secrets.fillers.near(namespace, name, near); ok && f.Merges {
		return f
	}
	return nil
}

// Rehashed returns a Secret of a namespace whose name is the given one with the hash behind it that kustomize adds; nil where there is none.
func (p *Planner) Rehashed(namespace, name string, near *manifests.Object) *manifests.Secret {
	s, _ := p.secrets.rehash.beside(namespace, name, near)
	return s
}

// NearSecret returns a pull secret of a namespace whose name is a slip away from one that is missing, and that name: without the hash that kustomize
// adds, where it is near without it alone. It returns nil where there is none.
func (p *Planner) NearSecret(namespace, name string) (near *manifests.Secret, as string) {
	s, ok := p.secrets.near.find(namespace, name, Place{}, 2)
	if !ok {
		return nil, ""
	}
	if base, hasHash := withoutHash(s.Name); hasHash && len(name) < len(s.Name)-2 {
		if base == name {
			return nil, "" // Rehashed finds it
		}
		return s, base
	}
	return s, s.Name
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
