package catalog

import (
	"slices"
	"sort"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/near"
)

// minNear is the length below which a name is too short for a guess: "base" is one letter from "bash", "host" from
// "ghost". At one less, two swapped letters still say enough.
const minNear = 5

// NearOfficial returns the official image that name misspells by one slip: a letter too many, too few, another or two
// swapped. Of several, swapped letters win, then equal length, then the alphabet. It stays silent on official names, on
// names with an Alias, on short ones, where digits differ ("redis2", "java8"), and on words that people do call their own
// images ("store", "proton"); with these limits no name in the manifests of 125 repositories was mistaken for a slip.
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

// nearest returns the best of the images that name misspells, "" for none; they stand in the alphabet.
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

// isDistinct reports whether a name stands for itself, however near an official one it is.
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

// Alias returns where the software that a bare name means is really published, for names that people take for
// official images: Alias("kafka") is "apache/kafka". The target is a reference without a tag, and "" for "scratch", which
// no registry serves. No name with an alias is or was an official image.
func Alias(name string) (target string, ok bool) {
	i, ok := sort.Find(len(aliasTable), func(i int) int { return strings.Compare(name, aliasTable[i].name) })
	if !ok {
		return "", false
	}
	return aliasTable[i].target, true
}

// officialNames are the names of the Docker Official Images.
func (c *Catalog) officialNames() []string {
	var names []string
	for i := range c.len() {
		if name := c.nameAt(i); !strings.Contains(name, "/") {
			names = append(names, name)
		}
	}
	return names
}
