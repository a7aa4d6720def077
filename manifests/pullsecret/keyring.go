package pullsecret

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// NamedConfig is a Config and the Secret that it comes from, as "namespace/name" or any
// other text for messages.
type NamedConfig struct {
	Secret string
	Config Config
}

// Keyring holds the credentials of all pull Secrets of a pod, as the kubelet
// merges them. It is immutable and safe for concurrent use; the zero Keyring
// is empty.
type Keyring struct {
	inner func() *ring
}

type ring struct {
	slots   []slot            // reverse-sorted by normalized key, as the kubelet tries them
	exact   map[address]int   // first slot of a plain host and path
	next    []int             // for each slot, the next one of the same address, or -1
	lengths map[address][]int // path lengths of a host, except for "", ascending
	globs   map[globShape][]globSlot
	hub     int      // slot of "index.docker.io", or -1
	all     []holder // all entries, including those that the kubelet skips
	intents func() *intentIndex
	slips   func() []hostTypo
}

// slot is one normalized key, with all entries that normalize to it, in the
// order of the Secrets.
type slot struct {
	normal  string
	holders []holder
}

type holder struct {
	secret string
	entry  *entry
	store  bool // the payload names a credential store or helper
	hub    bool // normalizes to "index.docker.io"
}

// address is the lookup key of a plain registry key. A key's path is a prefix of the
// name's, and the keys of one host have few path lengths, so each length needs one
// lookup.
type address struct{ host, port, path string }

// globShape is what a name must have in common with a pattern. tail is the end of the
// host after the last label with a pattern.
type globShape struct {
	port   string
	labels int
	tail   string
}

// maxTails limits how many ends of a name are looked up. Beyond that, all patterns with
// the same number of labels are checked.
const maxTails = 16

// globSlot is a slot whose host is a pattern.
type globSlot struct {
	slot    int
	pattern pattern
}

// Credential is one entry that the kubelet tries for an image.
type Credential struct {
	Secret   string // as in Named
	Key      string // as in [Key].Written
	Username string // as in [Key].Username
	Defect   string // as in [Key].Defect
	// Contradiction is as in [Key].Contradiction.
	Contradiction string
	login         func() (username, password string)
}

// Login returns username and password as sent to the registry. They are for the transport
// only: never for a message, a log or a file.
func (c Credential) Login() (username, password string) {
	if c.login == nil {
		return "", ""
	}
	return c.login()
}

// Password returns the password. It is for the transport only: never for a
// message, a log or a file.
func (c Credential) Password() string {
	_, password := c.Login()
	return password
}

// Anonymous reports whether the runtime pulls without credentials when given this one:
// containerd and CRI-O both do if the username is empty. It still counts as an attempt,
// and no other anonymous attempt follows.
func (c Credential) Anonymous() bool {
	username, _ := c.Login()
	return username == ""
}

// NewKeyring merges the Secrets of a pod, given in the order of its imagePullSecrets. If
// the kubelet leaves the order undefined (two keys of one Secret that normalize to the
// same), NewKeyring uses the order written.
func NewKeyring(secrets []NamedConfig) Keyring {
	r := &ring{
		exact: make(map[address]int), lengths: make(map[address][]int), globs: make(map[globShape][]globSlot), hub: -1,
	}
	for _, s := range secrets {
		inner := s.Config.get()
		for i := range inner.entries {
			r.all = append(r.all, holder{secret: s.Secret, entry: &inner.entries[i], store: len(inner.ignored) > 0})
		}
	}
	r.fill()
	r.index()
	r.intents = sync.OnceValue(func() *intentIndex { return newIntentIndex(r.all) })
	r.slips = sync.OnceValue(func() []hostTypo { return slipsOf(r.all) })
	return Keyring{inner: func() *ring { return r }}
}

func (r *ring) fill() {
	places := make(map[string]int)
	for n := range r.all {
		h := &r.all[n]
		host, path, err := normalize(h.entry.written)
		if err != nil {
			continue
		}
		normal := host + path
		h.hub = normal == hubIndex
		i, ok := places[normal]
		if !ok {
			i = len(r.slots)
			places[normal] = i
			r.slots = append(r.slots, slot{normal: normal})
		}
		r.slots[i].holders = append(r.slots[i].holders, *h)
	}
	slices.SortFunc(r.slots, func(a, b slot) int { return cmp.Compare(b.normal, a.normal) })
}

func (r *ring) index() {
	r.next = make([]int, len(r.slots))
	for i, s := range r.slots {
		r.next[i] = -1
		if s.normal == hubIndex {
			r.hub = i
		}
		p, ok := compile(s.normal)
		if !ok {
			continue
		}
		if p.glob {
			shape := globShape{p.port, len(p.labels), globTail(p.labels)}
			r.globs[shape] = append(r.globs[shape], globSlot{i, p})
			continue
		}
		at := address{p.host, p.port, p.path}
		if first, ok := r.exact[at]; ok {
			r.next[i] = first
		}
		r.exact[at] = i
		if p.path != "" {
			at.path = ""
			r.lengths[at] = append(r.lengths[at], len(p.path))
		}
	}
	for at, lengths := range r.lengths {
		slices.Sort(lengths)
		r.lengths[at] = slices.Compact(lengths)
	}
}

// Lookup returns the credentials that the kubelet tries for an image, in its order: the
// first success wins, and if there is any credential, there is no anonymous attempt. The
// name is the image's registry and repository, normalized and without tag and digest:
// "docker.io/library/nginx".
//
// Keys of all Secrets are in reverse order of their text, so a longer path comes before
// its host, whichever Secret has it. Equal keys are in the order of the Secrets. Only if
// nothing matches does an image of Docker Hub get the entry for "index.docker.io".
func (k Keyring) Lookup(name string) []Credential {
	if k.inner == nil {
		return nil
	}
	r := k.inner()
	found := r.find(name)
	if len(found) == 0 && r.hub >= 0 && isHub(name) {
		found = []int{r.hub}
	}
	var creds []Credential
	for _, i := range found {
		for _, h := range r.slots[i].holders {
			creds = append(creds, h.credential())
		}
	}
	return creds
}

// find returns the slots that match as URLs, in order.
func (r *ring) find(name string) []int {
	t, ok := compile(name)
	if !ok {
		return nil
	}
	var found []int
	add := func(path string) {
		i, ok := r.exact[address{t.host, t.port, path}]
		for ; ok && i >= 0; i = r.next[i] {
			found = append(found, i)
		}
	}
	add("")
	for _, n := range r.lengths[address{host: t.host, port: t.port}] {
		if n > len(t.path) {
			break
		}
		add(t.path[:n])
	}
	for _, tail := range nameTails(t.labels) {
		for _, g := range r.globs[globShape{t.port, len(t.labels), tail}] {
			if g.pattern.matches(t) {
				found = append(found, g.slot)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found) // a tail of empty labels is found twice
}

func globTail(labels []string) string {
	i := len(labels)
	for i > 0 && !isGlob(labels[i-1]) {
		i--
	}
	if len(labels) > maxTails {
		i = len(labels)
	}
	return strings.Join(labels[i:], ".")
}

// nameTails returns every end that a pattern matching the labels can have.
func nameTails(labels []string) []string {
	if len(labels) > maxTails {
		return []string{""}
	}
	tails := make([]string, len(labels))
	for i := range labels {
		tails[i] = strings.Join(labels[i+1:], ".")
	}
	return tails
}

func (h holder) credential() Credential {
	e := h.entry
	return Credential{
		Secret: h.secret, Key: mask(e.written), Username: e.displayUser(), Defect: e.defect(h.store), Contradiction: e.contradiction,
		login: func() (string, string) { return e.username, e.password },
	}
}

// Credentials returns one credential for each key, in the order written, whether or not
// an image matches the key.
func (c Config) Credentials(secret string) []Credential {
	inner := c.get()
	out := make([]Credential, len(inner.entries))
	for i := range inner.entries {
		out[i] = holder{secret: secret, entry: &inner.entries[i], store: len(inner.ignored) > 0}.credential()
	}
	return out
}
