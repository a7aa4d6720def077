package catalog

import (
	"slices"
	"sort"
	"strings"
)

// Official is what is known of one Docker Official Image, one that is or was served as docker.io/library/NAME.
// The source is the history of docker-library/official-images up to OfficialDate.
type Official struct {
	// Name stands without "library/".
	Name string
	// First is the day on which the image was first listed, YYYY-MM-DD.
	First string
	// Retired says that no tag is published any more. What was published before still pulls as a rule.
	Retired bool
	// RetiredSince is the last day on which a tag was listed, "" unless Retired.
	RetiredSince string
	// Deprecated says that its maintainers advise against the image. All retired images are, and some that still publish.
	Deprecated bool
	// Replacement is the image that its maintainers name instead, "" where they name none. It may be no official
	// image and may hold a tag.
	Replacement string
	// Alternatives are further images that they name. Read only.
	Alternatives []string
	// NoLatest says that the tag "latest" was never published, so that a reference without a tag cannot be pulled.
	NoLatest bool
	// LatestUntil is the last day on which the tag "latest" was listed, where that was more than a year before
	// OfficialDate: since then "latest" is out of date or absent. Otherwise "".
	LatestUntil string
}

// LookupOfficial returns the official image of that name, retired ones included. The name stands without "library/".
func LookupOfficial(name string) (Official, bool) {
	i, ok := sort.Find(len(officialTable), func(i int) int { return strings.Compare(name, officialTable[i].Name) })
	if !ok {
		return Official{}, false
	}
	return officialTable[i], true
}

// minNear is the length below which a name is too short for a guess: "base" is one letter from "bash", "host" from
// "ghost". At one less, two swapped letters still say enough.
const minNear = 5

// NearOfficial returns the official image that name misspells by one slip: a letter too many, too few, another or two
// swapped. Of several, swapped letters win, then equal length, then the alphabet. It stays silent on official names, on
// names with an Alias, on short ones, where digits differ ("redis2", "java8"), and on words that people do call their own
// images ("store", "proton"); with these limits no name in the manifests of 125 repositories was mistaken for a slip.
func NearOfficial(name string) (string, bool) {
	if len(name) < minNear-1 || len(name) > maxOfficial+1 {
		return "", false
	}
	best := nearest(name, officialTable[:])
	if best == "" || isDistinct(name) {
		return "", false
	}
	return best, true
}

// nearest returns the best of the images that name misspells, "" for none; the table stands in the alphabet.
func nearest(name string, table []Official) string {
	best, bestKind := "", noEdit
	for i := range table {
		right := table[i].Name
		kind, got, want := oneEdit(name, right)
		if kind == noEdit || isDigit(got) || isDigit(want) || min(len(name), len(right)) < minNear && kind != transposed {
			continue
		}
		if bestKind == noEdit || kind < bestKind && kind <= substituted {
			best, bestKind = right, kind
		}
	}
	return best
}

// isDistinct reports whether a name stands for itself, however near an official one it is.
func isDistinct(name string) bool {
	if _, ok := LookupOfficial(name); ok {
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
