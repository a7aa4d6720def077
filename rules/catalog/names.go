package catalog

import (
	"slices"
	"sort"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/near"
)

// NearName is a known repository with a similar name.
type NearName struct {
	// Name is the name of the known repository, with its registry.
	Name string
	// Here is the same repository in the mirror that the name is in; Name if it is not in one.
	Here string
	// Closed is true if all repositories of the owner are known, so that an unknown one does not exist.
	Closed bool
}

// closedOwners lists owners whose repositories are all known, checked against their release notes and manifests on
// HandDate.
var closedOwners = [...]string{"ghcr.io/fluxcd", "quay.io/argoproj", "quay.io/jetstack"}

// Minimum lengths of repository names in which misspellings are recognized.
const (
	minOneTypo  = 5 // for one edit
	minTwoTypos = 9 // for two edits
)

// NearRepository returns the known repository that an unknown one probably misspells. It looks first for the same
// owner and a name that is a typing mistake away, or that has the same words in another order or with other
// separators; then for the same name under an owner one edit away. It ignores names that differ only in digits and
// names that are too short.
func (c *Catalog) NearRepository(registry, repository string) (NearName, bool) {
	found := c.asked.near.get(registry, repository, c.nearRepositoryOrCopy)
	return found, found.Name != ""
}

func (c *Catalog) nearRepositoryOrCopy(registry, repository string) NearName {
	found := c.nearRepository(registry, repository)
	if found.Name != "" {
		found.Here = found.Name
		return found
	}
	if im, known := c.Lookup(registry, repository); known && !im.Absent {
		return NearName{}
	}
	for of := range c.Originals(registry, repository) {
		found = c.nearRepository(of.Registry, of.Repository)
		here, copied := of.Here(found.Name)
		if copied {
			// A mirror may have more repositories than its original, even where all of those are known.
			return NearName{Name: found.Name, Here: here}
		}
	}
	return NearName{}
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
	best, least := "", maxNameTypos+1
	for _, known := range c.namesBelow(owner + "/") {
		right := known[len(owner)+1:]
		if d := typosBetween(name, right); !strings.Contains(right, "/") && (d < least || d == least && known < best) {
			best, least = known, d
		}
	}
	if best != "" {
		return NearName{Name: best, Closed: least == 1 && slices.Contains(closedOwners[:], owner)}
	}
	host, folder, below := strings.Cut(owner, "/")
	if !below {
		return NearName{}
	}
	for _, known := range c.asked.below.get(host, "", func(host, _ string) []string { return c.namesBelow(host + "/") }) {
		if len(known) < len(full)-1 || len(known) > len(full)+1 { // most of a registry's names: more than one edit away
			continue
		}
		cut, same := strings.CutSuffix(known[len(host)+1:], full[i:])
		if same && len(cut) >= minOneTypo && isTypo(folder, cut, 1) {
			return NearName{Name: known}
		}
	}
	return NearName{}
}

// isOwnHost reports whether a registry belongs to a single publisher, whose image names need no owner.
func isOwnHost(host string) bool {
	switch host {
	case "registry.k8s.io", "docker.elastic.co", "docker.n8n.io", "registry.opensource.zalan.do":
		return true
	}
	return false
}

// namesBelow returns the image names with a prefix: first those of the file, sorted, then those of added lists, which may be the same.
func (c *Catalog) namesBelow(begin string) []string {
	from := sort.Search(c.len(), func(i int) bool { return c.nameAt(i) >= begin })
	n := sort.Search(c.len()-from, func(i int) bool { return !strings.HasPrefix(c.nameAt(from+i), begin) })
	out := make([]string, 0, n)
	for i := range n {
		out = append(out, c.nameAt(from+i))
	}
	for _, name := range c.addedNames {
		if strings.HasPrefix(name, begin) && !c.own[name].Absent {
			out = append(out, name)
		}
	}
	return out
}

// maxNameTypos is the maximum number of edits between two names.
const maxNameTypos = 2

// typosBetween returns 1 or 2 for a misspelling, depending on the distance, and a greater number otherwise.
func typosBetween(name, right string) int {
	switch {
	case len(right) < minOneTypo:
	case isTypo(name, right, 1):
		return 1
	case len(right) >= minTwoTypos && isTypo(name, right, 2):
		return 2
	case name != right && sameWords(name, right):
		return 2
	}
	return maxNameTypos + 1
}

// isTypo reports whether two names are 1 to most edits apart and differ in more than their digits.
func isTypo(name, right string, limit int) bool {
	d := near.Distance(name, right, limit)
	return d > 0 && d <= limit && withoutDigits(name) != withoutDigits(right)
}

func withoutDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return -1
		}
		return r
	}, s)
}

// sameWords reports whether two names have the same words in another order or with other separators.
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

// sameButDashes reports whether two names are equal without separators.
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
