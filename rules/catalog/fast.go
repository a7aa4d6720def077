package catalog

import (
	"slices"
	"strings"
)

// Most tags of an image combine a few hundred beginnings and endings. This file computes the history from those parts
// and the listing times, so that it need not build up to 18,000 tag names per image.

// tally records when tags with a common part were listed.
type tally struct {
	seen  seen
	first Month // only for the first number of a tag; 0 if unknown
}

func (t *tally) add(s *span) {
	t.seen.add(seen{s.last, s.current})
	if s.first != 0 && (t.first == 0 || s.first < t.first) {
		t.first = s.first
	}
}

// tallies holds the tallies of all words and numbers.
type tallies struct {
	words   map[string]*tally
	numbers map[numberKey]*tally
	// firsts holds the numbers that come first in a tag, by text.
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

// appendPiece appends the tallies of a piece of a tag. before and behind are the surrounding words, which decide how its
// numbers count.
func (t *tallies) appendPiece(of []*tally, parts []part, before, behind string, numbered bool) []*tally {
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

// state is the part of a beginning that affects how the numbers of an ending are read.
type state struct {
	before   string
	numbered bool
}

// ending is a parsed ending of a block.
type ending struct {
	parts []part
	unit  int // index into units: its first word as a unit of the number before it
}

// readBlock adds all tags of a block, as add adds a single one. ok is false if a tag is cut in the middle of a part, or
// is empty, because the block is damaged.
func (h *history) readBlock(b *block) (all map[numberKey]*seen, ok bool) {
	t := tallies{map[string]*tally{}, map[numberKey]*tally{}, map[string]*tally{}}
	endings, units := endingsOf(b)
	known := map[state][][]*tally{}
	at, own := 0, 0
	var parts []part
	var of []*tally
	for i, s := range b.setOf {
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
			if beginning == "" && text == "" || merges(beginning, text) {
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
				pieces[n] = t.appendPiece(make([]*tally, 0, 2*len(endings[n].parts)), endings[n].parts, after, "", numbered)
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
			of = t.appendPiece(of[:0], parts, "", u.word, false)
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

// unit is a word that gives a unit to the number before it, with the times of the tags of one beginning that continue
// with it.
type unit struct {
	word string
	when span
	used bool
}

// add widens the span to include that of a tag.
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

// endingsOf parses the endings of a block and collects the units that they start with. The first unit is "none".
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

// count counts how a tag begins: with a digit, or with "v" and a digit.
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

// merges reports whether joining two pieces of a tag would join two of their parts into one.
func merges(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	x, y := a[len(a)-1], b[0]
	return isDigit(x) && isDigit(y) || isLetter(x) && isLetter(y) || x == '.' && isDigit(y) || isDigit(x) && y == '.' && len(b) > 1 && isDigit(b[1])
}

// eachName calls visit for the tags whose beginning passes begins. Names are passed in two pieces, with the last month
// in which each was listed.
func (h *history) eachName(begins func(beginning string) bool, visit func(beginning, ending string, last Month)) {
	if h.block == nil {
		for i := range h.tags {
			visit(h.tags[i].Name, "", h.tags[i].Last)
		}
		return
	}
	b := h.block
	at, own := 0, 0
	for i, s := range b.setOf {
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

// eitherIsPrefix reports whether one text is a prefix of the other.
func eitherIsPrefix(a, b string) bool { return strings.HasPrefix(a, b) || strings.HasPrefix(b, a) }
