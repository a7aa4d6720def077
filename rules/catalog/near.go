package catalog

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/near"
)

// Minimum lengths of words in which misspellings are recognized. In short words only transposed and doubled letters
// count: "meta" is not "beta"; any other edit only if the tag with the right word is known. An unknown word alone proves
// nothing, because distributions add code names.
const (
	minWord   = 3 // transposed and doubled letters; any single edit if the corrected tag is known
	plainWord = 5 // any single edit
	longWord  = 8 // two edits, after the first letter
)

// nearWord returns the word of the set that another one misspells, or "". The nearest wins, then alphabetical order.
// isKnown reports whether the tag with a word of the set instead is known.
func nearWord(word string, words map[string]seen, isKnown func(right string) bool) string {
	best, least := "", 3
	for right := range words {
		n := min(len(word), len(right))
		limit := 0
		switch {
		case n >= longWord && word[0] == right[0]:
			limit = 2
		case n >= minWord:
			limit = 1
		}
		if limit == 0 {
			continue
		}
		if d := near.Distance(word, right, limit); d <= limit && (d < least || d == least && right < best) && (n >= plainWord || sameLetters(word, right) || isKnown(right)) {
			best, least = right, d
		}
	}
	return best
}

// sameLetters reports whether two words consist of the same letters, in any number.
func sameLetters(a, b string) bool {
	for i := range len(a) {
		if strings.IndexByte(b, a[i]) < 0 {
			return false
		}
	}
	for i := range len(b) {
		if strings.IndexByte(a, b[i]) < 0 {
			return false
		}
	}
	return true
}

// maxTypos is the maximum edit distance of a suggested tag.
const maxTypos = 2

// near returns the known tag that was probably meant: the corrected tag, else the nearest tag, else the last version
// of its line.
func (h *history) near(tag string, f finding) string {
	switch f.Reason {
	case Combination, NoSuchDay, NoSuchBuild:
		if near := h.beginning(tag); near != "" { // another variant or day is a different image, so do not search by distance
			return near
		}
		return h.variant(tag)
	}
	if h.has(f.instead) {
		return f.instead
	}
	best, least, common, last := "", maxTypos+1, -1, Month(0)
	begins := func(beginning string) bool {
		limit := min(least, maxTypos)
		return near.Beginning(beginning, tag, limit) <= limit
	}
	h.eachName(begins, func(beginning, ending string, when Month) {
		if n := len(beginning) + len(ending) - len(tag); n > least || -n > least {
			return
		}
		t := beginning + ending
		d := near.Distance(tag, t, min(least, maxTypos))
		if d > maxTypos || d > least {
			return
		}
		// On equal distance prefer the same line, then the latest build, then the longest common prefix, which people
		// usually get right.
		n := shared(tag, t)
		if c := cmp.Or(least-d, min(n, f.line)-min(common, f.line), int(when-last), n-common, strings.Compare(t, best)); c > 0 {
			best, least, common, last = t, d, n, when
		}
	})
	if best != "" {
		return best
	}
	return h.beginning(f.instead)
}

// beginning returns the longest known tag that is a prefix of tag and ends at a part boundary.
func (h *history) beginning(tag string) string {
	best := ""
	h.eachName(func(beginning string) bool { return strings.HasPrefix(tag, beginning) }, func(beginning, ending string, _ Month) {
		n := len(beginning) + len(ending)
		if n > len(best) && n <= len(tag) && tag[:len(beginning)] == beginning && tag[len(beginning):n] == ending && (n == len(tag) || tag[n] != '.' && (!isDigit(tag[n]) || !isDigit(tag[n-1]))) {
			best = tag[:n]
		}
	})
	return best
}

// has reports whether a tag is known.
func (h *history) has(tag string) bool {
	if h.block != nil {
		_, _, _, ok := h.block.find(tag)
		return ok
	}
	for i := range h.tags {
		if h.tags[i].Name == tag {
			return true
		}
	}
	return false
}

// variant returns a known tag that begins with tag and a dash: the latest build, then the first in alphabetical order.
func (h *history) variant(tag string) string {
	best, last, start := "", Month(0), tag+"-"
	h.eachName(func(beginning string) bool { return eitherIsPrefix(beginning, start) }, func(beginning, ending string, when Month) {
		if name := beginning + ending; strings.HasPrefix(name, start) && (best == "" || cmp.Or(cmp.Compare(when, last), strings.Compare(best, name)) > 0) {
			best, last = name, when
		}
	})
	return best
}

// shared returns the length of the common prefix.
func shared(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// maxDistance is the distance from which two tags count as unrelated.
const maxDistance = 8

// Near returns up to n tags of the image: the nearest to tag, or the newest ones as in compareNewest if tag is empty.
func (i *Image) Near(tag string, n int) ([]Tag, error) {
	all, err := i.All()
	if err != nil {
		return nil, err
	}
	if tag == "" {
		slices.SortFunc(all, func(a, b Tag) int { return compareNewest(&a, &b) })
		return all[:min(n, len(all))], nil
	}
	far := make(map[string]int, len(all))
	for k := range all {
		far[all[k].Name] = near.Distance(tag, all[k].Name, maxDistance)
	}
	sort.Slice(all, func(i, j int) bool {
		a, b := &all[i], &all[j]
		return cmp.Or(far[a.Name]-far[b.Name], shared(tag, b.Name)-shared(tag, a.Name), newest(b)-newest(a), strings.Compare(a.Name, b.Name)) < 0
	})
	return all[:min(n, len(all))], nil
}

// newest returns a sort key: current tags by when they were published, before the others by when they were removed.
func newest(t *Tag) int {
	if t.Current {
		return int(t.Last) + 1 + int(t.First)
	}
	return int(t.Last)
}
