package registries

import (
	"slices"
	"strings"
	"sync"
)

// unknown is the result for hosts without an entry.
var unknown Registry

// index finds entries by host and other keys.
type index struct {
	hosts, suffixes, keys map[string]*Registry
	hub                   *Registry
	mistakes              map[string]Typo
	ends                  []Mistake // mistakes that are suffixes, with Right filled in
	tails                 []tail    // suffixes whose misspellings are recognized
	near                  []string
	users                 map[string]Token
	passwords             []Token
}

var (
	built     index
	buildOnce sync.Once
)

// facts returns the index, built on first use.
func facts() *index {
	buildOnce.Do(func() {
		hosts := 0
		for i := range table {
			hosts += len(table[i].Hosts)
		}
		built = index{hosts: make(map[string]*Registry, hosts), suffixes: map[string]*Registry{}, keys: map[string]*Registry{}, mistakes: map[string]Typo{}, users: map[string]Token{}}
		for i := range table {
			built.add(&table[i])
		}
		slices.Sort(built.near)
		built.hub = built.hosts[hubHost]
	})
	return &built
}

func (x *index) add(r *Registry) {
	for _, h := range r.Hosts {
		x.hosts[h] = r
		if r.Near && (h == r.Hosts[0] || len(h) >= shortHost) {
			x.near = append(x.near, h)
		}
	}
	for _, s := range r.Suffixes {
		x.suffixes[s] = r
		if r.NearSuffixes {
			x.tails = append(x.tails, tail{s, r.shape})
		}
	}
	for _, k := range r.Keys {
		x.keys[k] = r
	}
	for _, t := range r.Users {
		x.users[t.Text] = t
	}
	x.passwords = append(x.passwords, r.Passwords...)
	for _, m := range r.Mistakes {
		x.mistaken(r, m)
	}
}

// entry returns the entry that names a host, or nil, and the host normalized.
func (x *index) entry(host string) (r *Registry, plain string) {
	if host == hubHost { // most images are there
		return x.hub, host
	}
	if r = x.hosts[host]; r != nil { // most hosts are known, and written as in the table
		return r, host
	}
	if plain = plainHost(host); plain != host {
		r = x.hosts[plain]
	}
	return r, plain
}

// shortened returns hosts and suffixes by what is left of them if their top-level domain has only one of its letters. Few runs need it.
var shortened = sync.OnceValue(func() map[string][]string {
	by := map[string][]string{}
	for i := range table {
		r := &table[i]
		if r.Anonymous == AnonymousReserved || r.Anonymous == AnonymousLocal {
			continue
		}
		for _, names := range [][]string{r.Hosts, r.Suffixes} {
			for _, name := range names {
				shorten(by, name)
			}
		}
	}
	return by
})

// shorten adds a host or suffix under what is left of it if its top-level domain has only one of its letters.
func shorten(by map[string][]string, name string) {
	end := topLevel(name)
	if len(end) == len(name) {
		return
	}
	for i := range len(end) {
		if letter := end[i : i+1]; isShortened(letter, end) && strings.IndexByte(end, letter[0]) == i {
			left := strings.TrimSuffix(name, end) + letter
			by[left] = append(by[left], name)
		}
	}
}

func (x *index) mistaken(r *Registry, m Mistake) {
	right := r.Hosts
	if m.Suffix != "" {
		right = r.Suffixes
	}
	if m.Right == "" && len(right) > 0 {
		m.Right = right[0]
	}
	if m.Suffix != "" {
		x.ends = append(x.ends, m)
		return
	}
	if m.Why == "" {
		m.Why = "is a misspelling of \"" + m.Right + "\""
	}
	x.mistakes[m.Host] = Typo{Right: m.Right, Why: m.Why, Except: m.Except}
}

// All returns all entries, sorted by ID.
func All() []Registry { return table[:] }

// Lookup returns the entry of a registry host. The host must be in the form of normalized references, including a port if there is one. A port
// other than 443 makes it another registry, except for local and reserved names. For unknown hosts, it returns the zero Registry and false.
func Lookup(host string) (*Registry, bool) {
	x := facts()
	r, host := x.entry(host)
	if r != nil {
		return r, true
	}
	name, port := cutPort(host)
	if port {
		if r := x.hosts[name]; r != nil && r.AnyPort {
			return r, true
		}
	}
	for i := range len(name) {
		if name[i] != '.' {
			continue
		}
		if r := x.suffixes[name[i:]]; r != nil && (r.AnyPort || !port) && r.shape.fits(name[:i], name[i:]) {
			return r, true
		}
	}
	return &unknown, false
}

// Canonical returns the host that represents all hosts serving the same images.
func Canonical(host string) string {
	r, host := facts().entry(host)
	if r != nil && slices.Contains(r.Same, host) {
		return r.Hosts[0]
	}
	return host
}

// CopyOf returns the original of a repository in a registry that mirrors others: "docker.io/library/nginx". A mirror of all of Docker Hub has its
// official images under their short names, too.
func CopyOf(host, repository string) (of string, ok bool) {
	r, _ := Lookup(host)
	for _, m := range r.Mirrors {
		rest, below := strings.CutPrefix(repository, m.Folder)
		switch {
		case !below || rest == "":
		case m.Of == hub && !strings.Contains(rest, "/"):
			return hubLibrary + rest, true
		default:
			return m.Of + rest, true
		}
	}
	return "", false
}

// OfficialPath returns the repository of a Docker Official Image in a registry that has its copies of them in a folder library, for a repository that is
// beside it: "docker/library/nginx" for "docker/nginx". The image need not be an official one.
func (r *Registry) OfficialPath(repository string) (path, name string, ok bool) {
	for _, m := range r.Mirrors {
		above, isLibrary := strings.CutSuffix(m.Folder, "library/")
		if name, ok = strings.CutPrefix(repository, above); ok && isLibrary && above != "" && m.Of == hubLibrary && !strings.Contains(name, "/") {
			return m.Folder + name, name, true
		}
	}
	return "", "", false
}

// hub and hubLibrary are Docker Hub and its official images as Mirror.Of has them.
const (
	hubHost    = "docker.io"
	hub        = hubHost + "/"
	hubLibrary = hub + "library/"
)

// KeyMeans returns the registry that a pull secret key is evidently meant for although the kubelet does not match it with that registry.
func KeyMeans(host string) (registry string, ok bool) {
	r := facts().keys[host]
	if r == nil {
		return "", false
	}
	return r.Hosts[0], true
}

// UserToken returns the kind of credential that a user name implies.
func UserToken(user string) (Token, bool) {
	t, ok := facts().users[user]
	return t, ok
}

// NewPassword returns a command that prints a new password for the user of a registry whose credentials are short-lived, or "".
func NewPassword(user, host string) string {
	t, ok := UserToken(user)
	r, known := Lookup(host)
	if !ok || t.New == "" || !known || !r.Ambient {
		return ""
	}
	name, rest, _ := strings.Cut(plainHost(host), ".")
	_, region, isECR := cutECR(rest)
	for _, suffix := range r.Suffixes {
		region = strings.TrimSuffix(region, suffix)
	}
	if isECR == (strings.Contains(t.New, "{region}")) {
		return strings.NewReplacer("{name}", name, "{region}", region).Replace(t.New)
	}
	return ""
}

// PasswordToken returns the kind of credential that the prefix of a password implies.
func PasswordToken(password string) (Token, bool) {
	for _, t := range facts().passwords {
		if strings.HasPrefix(password, t.Text) {
			return t, true
		}
	}
	return Token{}, false
}

// IsTenants reports whether subdomains of a domain belong to different customers of a registry.
func IsTenants(domain string) bool {
	return slices.ContainsFunc(table[:], func(r Registry) bool {
		return slices.ContainsFunc(r.Tenants, func(t string) bool { return domain == t || strings.HasSuffix(domain, "."+t) })
	})
}

// maxHost is the maximum length of a host name (RFC 1035) with a port. Longer hosts are not looked up.
const maxHost = 253 + len(":65535")

// plainHost normalizes a host for lookups: lower case, without port 443.
func plainHost(host string) string {
	if len(host) > maxHost {
		return ""
	}
	return strings.TrimSuffix(strings.ToLower(host), ":443")
}

// cutPort removes the port from a host, which may be an IPv6 address in brackets.
func cutPort(host string) (name string, port bool) {
	i := strings.LastIndexByte(host, ':')
	if i < 0 || !all(host[i+1:], isDigit) {
		return host, false
	}
	return host[:i], true
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

func isLower(b byte) bool { return 'a' <= b && b <= 'z' }

// all reports whether s is not empty and pass is true for all its bytes.
func all(s string, pass func(byte) bool) bool {
	for i := range len(s) {
		if !pass(s[i]) {
			return false
		}
	}
	return s != ""
}
