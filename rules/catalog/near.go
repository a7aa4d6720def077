package catalog

import (
	"cmp"
	"sort"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/near"
)

// Limits of what is taken for a slip in a word of a tag. In a short word, only swapped and doubled letters are one: "meta" is not
// "beta". Code names of distributions come and go, so a strange word by itself says nothing.
const (
	leastWord = 3 // letters of a word in which swapped and doubled letters are seen
	plainWord = 5 // letters of a word in which any one slip is
	longWord  = 8 // letters of a word in which two are, behind the first letter
)

// nearWord returns the word of a set that another one misspells, "" for none. Of several, the nearest wins, then the alphabet.
func nearWord(word string, words map[string]seen) string {
	best, least := "", 3
	for right := range words {
		n := min(len(word), len(right))
		limit := 0
		switch {
		case n >= longWord && word[0] == right[0]:
			limit = 2
		case n >= leastWord:
			limit = 1
		}
		if limit == 0 || n < plainWord && !sameLetters(word, right) {
			continue
		}
		if d := near.Distance(word, right, limit); d <= limit && (d < least || d == least && right < best) {
			best, least = right, d
		}
	}
	return best
}

// sameLetters reports whether two words are made of the same letters, however often each stands there.
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

// mostSlips is how far a tag may be from the one that is proposed for it.
const mostSlips = 2

// near returns the known tag that was probably meant: the tag with what is wrong mended; else the nearest; else the version that its line
// ended with.
func (h *history) near(tag string, f finding) string {
	switch f.Reason {
	case Combination, NoSuchDay, NoSuchBuild:
		if near := h.beginning(tag); near != "" { // another variant, or another day, is another thing
			return near
		}
		return h.variant(tag)
	}
	if h.has(f.instead) {
		return f.instead
	}
	best, least, common, last := "", mostSlips+1, -1, Month(0)
	begins := func(beginning string) bool {
		limit := min(least, mostSlips)
		return near.Beginning(beginning, tag, limit) <= limit
	}
	h.eachName(begins, func(beginning, ending string, when Month) {
		if n := len(beginning) + len(ending) - len(tag); n > least || -n > least {
			return
		}
		t := beginning + ending
		d := near.Distance(tag, t, min(least, mostSlips))
		if d > mostSlips || d > least {
			return
		}
		// Of those that are equally near, one of the line, then the one that was built last, then the one with more of the beginning, which
		// people get right.
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

// beginning is the longest known tag that a tag begins with, up to the end of one of its parts.
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

// variant is a known tag that a tag is the beginning of: the one that was built last, then the first in the alphabet.
func (h *history) variant(tag string) string {
	best, last, start := "", Month(0), tag+"-"
	h.eachName(func(beginning string) bool { return eitherBegins(beginning, start) }, func(beginning, ending string, when Month) {
		if name := beginning + ending; strings.HasPrefix(name, start) && (best == "" || cmp.Or(cmp.Compare(when, last), strings.Compare(best, name)) > 0) {
			best, last = name, when
		}
	})
	return best
}

// shared is the length of what two texts begin with.
func shared(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// farthest is the distance at which two tags have nothing to do with each other.
const farthest = 8

// Near returns at most n of the image's tags: the nearest to a tag; without one, those that came last of the current ones.
func (i *Image) Near(tag string, n int) ([]Tag, error) {
	all, err := i.All()
	if err != nil {
		return nil, err
	}
	far := make(map[string]int, len(all))
	for k := range all {
		far[all[k].Name] = near.Distance(tag, all[k].Name, farthest)
	}
	sort.Slice(all, func(i, j int) bool {
		a, b := &all[i], &all[j]
		if tag == "" {
			return cmp.Or(newest(b)-newest(a), len(a.Name)-len(b.Name), strings.Compare(b.Name, a.Name)) < 0
		}
		return cmp.Or(far[a.Name]-far[b.Name], shared(tag, b.Name)-shared(tag, a.Name), newest(b)-newest(a), strings.Compare(a.Name, b.Name)) < 0
	})
	return all[:min(n, len(all))], nil
}

// newest orders tags: the current ones by when they came, in front of the others, by when they went.
func newest(t *Tag) int {
	if t.Current {
		return int(t.Last) + 1 + int(t.First)
	}
	return int(t.Last)
}
