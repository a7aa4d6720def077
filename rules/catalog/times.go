package catalog

import "slices"

// span is the time in which a tag was listed.
type span struct {
	first, last Month
	current     bool
}

// Codes for the last month of a tag whose beginning has tags with different times.
const (
	ownNone  = 0 // same as the beginning
	ownSame  = 1 // same as the previous tag with its own times
	ownOther = 2 // offset of other values
)

// times reads the times of each beginning, from the last to the first. different marks those whose tags have different
// times.
func (r *reader) times(b *block, end Month) (different string) {
	n := b.beginnings.len()
	if different = r.take(n); r.bad {
		return ""
	}
	b.times = make([]span, n)
	lasts, lengths := make([]int, n), make([]int, n)
	for i := range n {
		lasts[i] = r.number()
	}
	for i := range n {
		lengths[i] = r.number()
	}
	came := end
	for i := range n {
		t := spanOf(lasts[i], lengths[i], came, end)
		b.times[n-1-i] = t
		came = t.firstListed()
	}
	return different
}

// ownTimes reads the times of tags that differ from their beginning.
func (r *reader) ownTimes(b *block, different string, end Month) {
	type own struct{ tag, beginning, last int }
	var all []own
	at := 0
	for i, s := range b.setOf {
		for range b.sets[s].endings {
			if different[len(different)-1-i] != 0 {
				if last := r.number(); last > ownNone {
					all = append(all, own{at, i, last})
				}
			}
			at++
		}
	}
	b.own, b.ownTimes = make([]int, len(all)), make([]span, len(all))
	before, beginning := span{}, -1
	for i, o := range all {
		if o.beginning != beginning {
			before, beginning = b.times[o.beginning], o.beginning
		}
		if o.last > ownSame {
			before = spanOf(o.last-ownOther, r.number(), before.last, end)
		}
		b.own[i], b.ownTimes[i] = o.tag, before
	}
}

// firstListed returns the month in which a tag was first listed, or the earliest known one.
func (s *span) firstListed() Month {
	if s.first == 0 {
		return s.last
	}
	return s.first
}

// spanOf decodes a last month and a length.
func spanOf(last, length int, came, end Month) span {
	s := span{last: end, current: last == 0}
	if last > 0 {
		s.last = max(came-Month(unfold(last-1)), 0)
	}
	if length > 0 {
		s.first = max(s.last-Month(length-1), 0)
	}
	return s
}

// fold zigzag-codes a number: 0, -1, 1, -2 become 0, 1, 2, 3.
func fold(n int) int {
	if n < 0 {
		return -2*n - 1
	}
	return 2 * n
}

func unfold(n int) int {
	if n%2 == 1 {
		return -(n + 1) / 2
	}
	return n / 2
}

// codes returns the encoded last month and length; see block.go.
func (s *span) codes(came, end Month) (last, length int) {
	until := end
	if !s.current {
		until = s.last
		last = 1 + fold(int(came-s.last))
	}
	if s.first != 0 {
		length = 1 + int(until-s.first)
	}
	return last, length
}

// appendTimes appends the times of the tags.
func appendTimes(b []byte, groups []group, end Month) []byte {
	var lasts, lengths, own, ownLengths []byte
	came := end
	for i := len(groups) - 1; i >= 0; i-- {
		g := &groups[i]
		different := byte(0)
		if g.different {
			different = 1
		}
		b = append(b, different)
		last, length := g.main.codes(came, end)
		lasts, lengths = appendNumbers(lasts, last), appendNumbers(lengths, length)
		came = g.main.firstListed()
	}
	for i := range groups {
		g := &groups[i]
		before := g.main
		for k := range g.tags {
			switch t := &g.tags[k]; {
			case !g.different:
			case t.span == g.main:
				own = appendNumbers(own, ownNone)
			case t.span == before:
				own = appendNumbers(own, ownSame)
			default:
				last, length := t.span.codes(before.last, end)
				own, ownLengths = appendNumbers(own, ownOther+last), appendNumbers(ownLengths, length)
				before = t.span
			}
		}
	}
	return slices.Concat(b, lasts, lengths, own, ownLengths)
}
