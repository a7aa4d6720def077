package catalog

import (
	"slices"
	"sort"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/near"
)

// NearName is a known repository that another name is near.
type NearName struct {
	// Name is that of the known repository, with its registry.
	Name string
	// Closed says that all repositories of the owner are known, so that one that is not known is not there.
	Closed bool
}

// closedOwners are those whose repositories are all on lists; known on HandDate, by their release notes and manifests.
var closedOwners = [...]string{"ghcr.io/fluxcd", "quay.io/argoproj", "quay.io/jetstack"}

// Limits of what is taken for a slip in the name of a repository.
const (
	slipName  = 5 // letters of a name in which one slip is seen
	slipsName = 9 // and of one in which two are
)

// NearRepository returns the known repository whose name is one slip from that of an unknown one, with the same owner: a slip of the keyboard, or the
// same words in another order or with another dash; else one of the same name with an owner one slip away. It stays silent where digits differ, and on
// names that are too short to tell.
func (c *Catalog) NearRepository(registry, repository string) (NearName, bool) {
	found := c.asked.near.of(registry, repository, c.nearRepository)
	return found, found.Name != ""
}

func (c *Catalog) nearRepository(registry, repository string) NearName {
	full := nameOf(registry, repository)
	i := strings.LastIndexByte(full, '/')
	if i < 0 || len(full) > near.Longest || !strings.Contains(full[:i], "/") && !isOwnHost(full[:i]) {
		return NearName{} // a Docker Official Image, or a name without an owner
	}
	if im, known := c.Lookup(registry, repository); known && !im.Absent {
		return NearName{}
	}
	owner, name := full[:i], full[i+1:]
	best, least := "", slipsLimit+1
	for _, known := range c.namesBelow(owner + "/") {
		right := known[len(owner)+1:]
		if d := slipsBetween(name, right); !strings.Contains(right, "/") && (d < least || d == least && known < best) {
			best, least = known, d
		}
	}
	if best != "" {
		return NearName{Name: best, Closed: least == 1 && slices.Contains(closedOwners[:], owner)}
	}
	host, _, _ := strings.Cut(full, "/")
	found := NearName{}
	c.eachBelow(host+"/", func(known string) {
		cut, same := strings.CutSuffix(known, full[i:])
		if !same || found.Name != "" || len(cut) <= len(host) || len(owner) <= len(host) {
			return
		}
		if right := cut[len(host)+1:]; len(right) >= slipName && isSlip(owner[len(host)+1:], right, 1) {
			found.Name = known
		}
	})
	return found
}

// isOwnHost reports whether a host is one of a single publisher, whose images need no owner in their names.
func isOwnHost(host string) bool {
	switch host {
	case "registry.k8s.io", "docker.elastic.co", "docker.n8n.io", "registry.opensource.zalan.do":
		return true
	}
	return false
}

// namesBelow are the names of images that begin with a text, in the alphabet.
func (c *Catalog) namesBelow(begin string) []string {
	var out []string
	c.eachBelow(begin, func(name string) { out = append(out, name) })
	if len(c.own) > 0 {
		slices.Sort(out)
		out = slices.Compact(out)
	}
	return out
}

// eachBelow visits the names of images that begin with a text: those of the file in the alphabet, then those of other lists.
func (c *Catalog) eachBelow(begin string, visit func(name string)) {
	n, _ := sort.Find(c.len(), func(i int) int { return strings.Compare(begin, c.nameAt(i)) })
	for ; n < c.len(); n++ {
		name := c.nameAt(n)
		if !strings.HasPrefix(name, begin) {
			break
		}
		visit(name)
	}
	for _, name := range c.ownNames {
		if strings.HasPrefix(name, begin) && !c.own[name].Absent {
			visit(name)
		}
	}
}

// slipsLimit is the most slips that two names may be apart.
const slipsLimit = 2

// slipsBetween is 1 or 2 where a name is a misspelling of another one, by how far they are apart; more where it is none.
func slipsBetween(name, right string) int {
	switch {
	case len(right) < slipName:
	case isSlip(name, right, 1):
		return 1
	case len(right) >= slipsName && isSlip(name, right, 2):
		return 2
	case name != right && sameWords(name, right):
		return 2
	}
	return slipsLimit + 1
}

// isSlip reports whether two names are so many slips apart, or fewer, and not in their digits alone.
func isSlip(name, right string, most int) bool {
	d := near.Distance(name, right, most)
	return d > 0 && d <= most && withoutDigits(name) != withoutDigits(right)
}

func withoutDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return -1
		}
		return r
	}, s)
}

// sameWords reports whether two names are made of the same words, in another order or with other dashes between them.
func sameWords(a, b string) bool {
	if len(a) == len(b) && strings.IndexByte(a, '-') > 0 {
		x, y := strings.Split(a, "-"), strings.Split(b, "-")
		slices.Sort(x)
		slices.Sort(y)
		if slices.Equal(x, y) {
			return true
		}
	}
	return sameButDashes(a, b)
}

// sameButDashes reports whether two names are the same once dashes are left out.
func sameButDashes(a, b string) bool {
	for {
		for a != "" && isDash(a[0]) {
			a = a[1:]
		}
		for b != "" && isDash(b[0]) {
			b = b[1:]
		}
		if a == "" || b == "" || a[0] != b[0] {
			return a == b
		}
		a, b = a[1:], b[1:]
	}
}

func isDash(c byte) bool { return c == '-' || c == '_' || c == '.' }
