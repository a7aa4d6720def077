package catalog

import (
	"slices"
	"strings"
)

// The tags of an image with a history are a product of beginnings and endings, and what they tell of its lines is told by beginnings, by endings, and by when
// each tag was listed. So none of the names is put together: an image has up to 18,000 of them, and a few hundred beginnings and endings.

// tally is when something that tags have in common was listed.
type tally struct {
	seen  seen
	first Month // of numbers that are the first in a tag; 0 where not known
}

func (t *tally) add(s *span) {
	t.seen.add(seen{s.last, s.current})
	if s.first != 0 && (t.first == 0 || s.first < t.first) {
		t.first = s.first
	}
}

// tallies are those of all words and numbers, by what they are of.
type tallies struct {
	words   map[string]*tally
	numbers map[numberKey]*tally
	// firsts are the numbers that stand first in a tag, by their text.
	firsts map[string]*tally
}

func tallyOf[K comparable](m map[K]*tally, key K) *tally {
	t := m[key]
	if t == nil {
		t = &tally{}
		m[key] = t
	}
	return t
}

// of appends the tallies of a piece of a tag. What stands in front of the piece and behind it matters to its numbers.
func (t *tallies) of(of []*tally, parts []part, before, behind string, numbered bool) []*tally {
	for _, p := range parts {
		if p.word != "" {
			of = append(of, tallyOf(t.words, p.word))
		}
	}
	walkNumbers(parts, before, behind, func(key, text string) {
		of = append(of, tallyOf(t.numbers, numberKey{key, text}))
		if !numbered {
			of = append(of, tallyOf(t.firsts, text))
		}
		numbered = true
	})
	return of
}

// state is what of a beginning matters to the numbers in an ending.
type state struct {
	before   string
	numbered bool
}

// ending is one of a block, taken apart.
type ending struct {
	parts []part
	unit  int // where its first word says what a number in front of it counts: its place among such words
}

// readBlock reads the tags of a block, as add does one by one; ok is false where a tag is not cut between two of its parts.
func (h *history) readBlock(b *block) (all map[numberKey]*seen, ok bool) {
	t := tallies{map[string]*tally{}, map[numberKey]*tally{}, map[string]*tally{}}
	endings, units := endingsOf(b)
	known := map[state][][]*tally{}
	at, own := 0, 0
	var parts []part
	var of []*tally
	for i, s := range b.of {
		beginning := b.beginnings.at(i)
		parts = appendParts(parts[:0], beginning)
		numbered := slices.ContainsFunc(parts, func(p part) bool { return p.num != "" })
		after := walkNumbers(parts, "", "", func(string, string) {})
		pieces := known[state{after, numbered}]
		if pieces == nil {
			pieces = make([][]*tally, len(endings))
			known[state{after, numbered}] = pieces
		}
		for k := range units {
			units[k].used = false
		}
		for _, n := range b.sets[s].endings {
			text := b.endings.at(n)
			if merges(beginning, text) {
				return nil, false
			}
			when := b.times[i]
			if own < len(b.own) && b.own[own] == at {
				when = b.ownTimes[own]
				own++
			}
			at++
			h.count(beginning, text)
			if pieces[n] == nil {
				pieces[n] = t.of(make([]*tally, 0, 2*len(endings[n].parts)), endings[n].parts, after, "", numbered)
			}
			for _, one := range pieces[n] {
				one.add(&when)
			}
			units[endings[n].unit].add(&when)
		}
		for k := range units {
			u := &units[k]
			if !u.used {
				continue
			}
			of = t.of(of[:0], parts, "", u.word, false)
			for _, one := range of {
				one.add(&u.when)
			}
			h.last, h.current = max(h.last, u.when.last), h.current || u.when.current
			if u.when.first != 0 && (h.begun == 0 || u.when.first < h.begun) {
				h.begun = u.when.first
			}
		}
	}
	for word, one := range t.words {
		h.words[word] = one.seen
	}
	for text, one := range t.firsts {
		if one.first != 0 {
			h.since[text] = one.first
		}
	}
	all = make(map[numberKey]*seen, len(t.numbers))
	for key, one := range t.numbers {
		all[key] = &one.seen
	}
	return all, true
}

// unit is a word behind a number that says what it counts, with when the tags of one beginning were listed that go on with it.
type unit struct {
	word string
	when span
	used bool
}

// add widens the span to that of a tag.
func (u *unit) add(when *span) {
	if !u.used {
		u.used, u.when = true, *when
		return
	}
	if when.first != 0 && (u.when.first == 0 || when.first < u.when.first) {
		u.when.first = when.first
	}
	u.when.last, u.when.current = max(u.when.last, when.last), u.when.current || when.current
}

// endingsOf takes the endings of a block apart, and lists the units in front of them; the first is none.
func endingsOf(b *block) (endings []ending, units []unit) {
	endings, units = make([]ending, b.endings.len()), make([]unit, 1)
	all := make([]part, 0, 4*len(endings))
	for i := range endings {
		e := &endings[i]
		start := len(all)
		all = appendParts(all, b.endings.at(i))
		e.parts = all[start:]
		if len(e.parts) == 0 || !isUnit(e.parts[0].word) {
			continue
		}
		word := e.parts[0].word
		if e.unit = slices.IndexFunc(units, func(u unit) bool { return u.word == word }); e.unit < 0 {
			e.unit = len(units)
			units = append(units, unit{word: word})
		}
	}
	return endings, units
}

// count takes in how a tag begins.
func (h *history) count(beginning, ending string) {
	if len(beginning) < 2 {
		beginning += ending[:min(len(ending), 2)]
	}
	switch {
	case isDigit(beginning[0]):
		h.plain++
	case beginsWithV(beginning):
		h.withV++
	}
}

// merges reports whether the parts of two pieces of a tag are not those of the tag.
func merges(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	x, y := a[len(a)-1], b[0]
	return isDigit(x) && isDigit(y) || isLetter(x) && isLetter(y) || x == '.' && isDigit(y) || isDigit(x) && y == '.' && len(b) > 1 && isDigit(b[1])
}

// eachName visits the tags that begin with what passes, in two pieces, with the last month in which each was listed.
func (h *history) eachName(begins func(beginning string) bool, visit func(beginning, ending string, last Month)) {
	if h.block == nil {
		for i := range h.tags {
			visit(h.tags[i].Name, "", h.tags[i].Last)
		}
		return
	}
	b := h.block
	at, own := 0, 0
	for i, s := range b.of {
		beginning, endings := b.beginnings.at(i), b.sets[s].endings
		if !begins(beginning) {
			for at += len(endings); own < len(b.own) && b.own[own] < at; {
				own++
			}
			continue
		}
		for _, n := range endings {
			last := b.times[i].last
			if own < len(b.own) && b.own[own] == at {
				last = b.ownTimes[own].last
				own++
			}
			at++
			visit(beginning, b.endings.at(n), last)
		}
	}
}

// eitherBegins reports whether one of two texts begins with the other.
func eitherBegins(a, b string) bool { return strings.HasPrefix(a, b) || strings.HasPrefix(b, a) }
