package catalog

import (
	"slices"
	"sort"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/near"
)

// minNear is the minimum length of a name for a suggestion: "base" is one letter from "bash", "host" from "ghost".
// With one letter less, only transposed letters count.
const minNear = 5

// NearOfficial returns the official image that name misspells by one edit: an inserted, missing, replaced or
// transposed letter. Transposed letters win, then equal length, then alphabetical order. It ignores official names,
// names with an Alias, short names, differences in digits ("redis2", "java8"), and words that people use as names of
// their own images ("store", "proton"). With these limits, it misjudged no name in the manifests of 125 repositories.
func (c *Catalog) NearOfficial(name string) (string, bool) {
	if len(name) < minNear-1 {
		return "", false
	}
	best := nearest(name, c.officialNames())
	if best == "" || c.isDistinct(name) {
		return "", false
	}
	return best, true
}

// nearest returns the best match among images, which are sorted, or "".
func nearest(name string, images []string) string {
	best, bestKind := "", near.NoEdit
	for _, right := range images {
		if max(len(name)-len(right), len(right)-len(name)) > 1 {
			continue
		}
		kind, got, want := near.SingleEdit(name, right)
		if kind == near.NoEdit || isDigit(got) || isDigit(want) || min(len(name), len(right)) < minNear && kind != near.Transposed {
			continue
		}
		if bestKind == near.NoEdit || kind < bestKind && kind <= near.Substituted {
			best, bestKind = right, kind
		}
	}
	return best
}

// isDistinct reports whether a name is a known one of its own, however close to an official name.
func (c *Catalog) isDistinct(name string) bool {
	if c.find(name) != nil {
		return true
	}
	if _, ok := Alias(name); ok {
		return true
	}
	_, ok := slices.BinarySearch(distinctTable[:], name)
	return ok
}

// alias is a row of aliasTable.
type alias struct{ name, target string }

// Alias returns where software is really published whose bare name people take for an official image: Alias("kafka")
// is "apache/kafka". The target is a reference without a tag, or "" for "scratch", which no registry serves. No name
// with an alias is or was an official image.
func Alias(name string) (target string, ok bool) {
	i, ok := sort.Find(len(aliasTable), func(i int) int { return strings.Compare(name, aliasTable[i].name) })
	if !ok {
		return "", false
	}
	return aliasTable[i].target, true
}

// officialNames returns the names of the Docker Official Images.
func (c *Catalog) officialNames() []string {
	o := &c.asked.official
	o.read.Do(func() {
		for i := range c.len() {
			if name := c.nameAt(i); !strings.Contains(name, "/") {
				o.names = append(o.names, name)
			}
		}
	})
	return o.names
}
