package catalog

import (
	"encoding/hex"
	"errors"
	"slices"
	"strings"
)

// The tags of an image are a product: "1.27.3" stands there alone and before "-alpine", "-perl" and others, and "1.27.4" with the same
// ones. So a tag is cut in two (cutTag), and a block holds, in columns:
//
//   - how many endings, sets, and beginnings there are;
//   - the endings, each as an edit of the one before;
//   - the sets, each as changes to one before: how many back that one is (0: the empty set), how many changes, and for each the step from
//     the ending that was changed before and a byte: 0 where the ending is taken out, else 1 and the set of architectures that tags with
//     it were last built for;
//   - the beginnings, each as an edit of the one before; each stands with all the endings of one set;
//   - for each beginning its set; for each, from the last to the first, whether its tags have different times; the last month of its tags
//     (or of most), and for how long they had been listed;
//   - for each tag of those that have different times its own last month, and then for each that has one for how long it had been listed;
//   - where the image has digests, the number of tags that have one, the steps between them, and 32 bytes of each.
//
// A last month is 0 where the tag is still listed, else 1 and the months back from where the next beginning came, folded to be positive: a
// version is taken off when the next one comes. A tag's own is 0 where its times are those of the beginning, 1 where they are those of the
// tag before that has its own, else 2 and the months back from the last of that one. A length is 0 where it is not known, else 1 and the
// number of months.
//
// An edit is, up to a byte 0: the bytes of a tag, to be added; 0x80 and a number of bytes to be cut off; or byteNext, which adds one to the
// number at the end.
const (
	byteCut  = 0x80
	byteNext = 0xff
	// byteUnknown stands for a set of architectures that is not known.
	byteUnknown = 0xfe
)

// mostTexts is the most that all endings or all beginnings of an image may have, in bytes.
const mostTexts = 4 << 20

// What stands for the last month of a tag of a beginning with different times.
const (
	ownNone  = 0 // that of the beginning
	ownSame  = 1 // that of the one before that has its own
	ownOther = 2 // and what is added to it
)

// block is what is known of the tags of an image, unpacked. The tags are counted in the order of beginnings, then of endings.
type block struct {
	endings, beginnings texts
	sets                []set
	of                  []int  // the set of each beginning
	rest                reader // what stands behind the sets: times and digests

	times      []span // of each beginning
	own        []int  // tags that have other times than their beginning
	ownTimes   []span
	withDigest []int
	digests    []string
}

// set is a set of endings, with architectures for each.
type set struct {
	endings []int
	arches  []byte // of each
}

// span says from when to when a tag was listed.
type span struct {
	first, last Month
	current     bool
}

// texts are many texts in one.
type texts struct {
	all  string
	ends []int
}

func (t *texts) len() int { return len(t.ends) }

func (t *texts) at(i int) string {
	start := 0
	if i > 0 {
		start = t.ends[i-1]
	}
	return t.all[start:t.ends[i]]
}

// errBlock says that a block does not hold what the index says.
var errBlock = errors.New("a block of the catalog is damaged")

// blockOf unpacks the block of an image, and reads the names in it.
func (c *Catalog) blockOf(e *entry) (*block, error) {
	raw, err := c.unpack(e.place)
	if err != nil {
		return nil, err
	}
	r := reader{b: string(raw)}
	b := &block{}
	endings, sets, beginnings := r.count(), r.count(), r.count()
	b.endings = r.texts(endings)
	r.sets(b, sets, e.tags)
	b.beginnings = r.texts(beginnings)
	tags := r.setsOf(b, beginnings, e.tags)
	if r.bad || tags != e.tags {
		return nil, errBlock
	}
	b.rest = r
	return b, nil
}

// facts reads what is known of the names of a block.
func (c *Catalog) facts(e *entry, b *block) error {
	r := &b.rest
	end := c.sources[e.source].Day.Month()
	if different := r.times(b, end); !r.bad {
		r.ownTimes(b, different, end)
	}
	if e.flags&flagDigests != 0 {
		r.digests(b, e.tags)
	}
	if !r.end() {
		return errBlock
	}
	return nil
}

// texts reads n texts, each of them an edit of the one before.
func (r *reader) texts(n int) texts {
	var all strings.Builder
	out := texts{ends: make([]int, 0, n)}
	text := make([]byte, 0, mostTag+1)
	for range n {
		for !r.bad {
			c := r.octet()
			if c == 0 {
				break
			}
			switch {
			case c == byteNext:
				text = next(text)
			case c < byteCut:
				text = append(text, c)
			case int(c-byteCut) > len(text):
				r.bad = true
			default:
				text = text[:len(text)-int(c-byteCut)]
			}
			r.bad = r.bad || len(text) > mostTag
		}
		all.Write(text)
		r.bad = r.bad || all.Len() > mostTexts
		out.ends = append(out.ends, all.Len())
	}
	out.all = all.String()
	return out
}

// next adds one to the number at the end of a text, and keeps its zeros in front.
func next(text []byte) []byte {
	i := len(text) - 1
	for ; i >= 0 && isDigit(text[i]); i-- {
		if text[i] != '9' {
			text[i]++
			return text
		}
		text[i] = '0'
	}
	if i == len(text)-1 {
		return text
	}
	text = append(text, '0')
	text[i+1] = '1'
	return text
}

// sets reads sets of endings. Each is used at least once, so that together they do not have more than the image has tags.
func (r *reader) sets(b *block, n, most int) {
	b.sets = make([]set, 0, n)
	var endings []int // of all sets
	var arches []byte
	for range n {
		var base set
		back, changes := r.number(), r.count()
		if back > len(b.sets) {
			r.bad = true
		} else if back > 0 {
			base = b.sets[len(b.sets)-back]
		}
		start, at, k := len(endings), -1, 0
		for range changes {
			at += 1 + r.number()
			for ; k < len(base.endings) && base.endings[k] < at; k++ {
				endings, arches = append(endings, base.endings[k]), append(arches, base.arches[k])
			}
			if k < len(base.endings) && base.endings[k] == at {
				k++
			}
			if arch := r.octet(); arch > 0 {
				endings, arches = append(endings, at), append(arches, arch-1)
			}
		}
		endings, arches = append(endings, base.endings[min(k, len(base.endings)):]...), append(arches, base.arches[min(k, len(base.arches)):]...)
		if r.bad = r.bad || at >= b.endings.len() || len(endings) == start || len(endings) > most; r.bad {
			return
		}
		b.sets = append(b.sets, set{endings: endings[start:], arches: arches[start:]})
	}
}

// setsOf reads the set of each beginning, and counts the tags.
func (r *reader) setsOf(b *block, n, most int) (tags int) {
	b.of = make([]int, n)
	for i := range b.of {
		s := r.number()
		if s >= len(b.sets) || tags > most {
			r.bad = true
			return 0
		}
		b.of[i] = s
		tags += len(b.sets[s].endings)
	}
	return tags
}

// times reads when the tags of each beginning were listed, and which have different times: from the last to the first.
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
		came = t.came()
	}
	return different
}

// ownTimes reads when the tags were listed that have other times than their beginning.

func (r *reader) ownTimes(b *block, different string, end Month) {
	type own struct{ tag, beginning, last int }
	var all []own
	at := 0
	for i, s := range b.of {
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

// came is the month in which a tag was first listed, or of which it is known that it was.
func (s *span) came() Month {
	if s.first == 0 {
		return s.last
	}
	return s.first
}

// spanOf reads a last month, and a length.
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

// fold makes a number that can be negative a positive one, in which 0, -1, 1, -2 come in turn.
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

func (r *reader) digests(b *block, tags int) {
	b.withDigest = make([]int, r.count())
	b.digests = make([]string, len(b.withDigest))
	at := -1
	for i := range b.withDigest {
		at += 1 + r.number()
		b.withDigest[i] = at
	}
	r.bad = r.bad || at >= tags
	for i := range b.digests {
		b.digests[i] = r.take(32)
	}
}

// tag puts together what is known of the i-th tag: of the e-th ending of a set behind a beginning.
func (b *block) tag(i, beginning, e int, name string, arches []string) Tag {
	s := b.times[beginning]
	if k, ok := slices.BinarySearch(b.own, i); ok {
		s = b.ownTimes[k]
	}
	t := Tag{Name: name, First: s.first, Last: s.last, Current: s.current}
	if a := int(b.sets[b.of[beginning]].arches[e]); a < len(arches) {
		t.Architectures = arches[a]
	}
	if k, ok := slices.BinarySearch(b.withDigest, i); ok {
		t.Digest = "sha256:" + hex.EncodeToString([]byte(b.digests[k]))
	}
	return t
}

// find looks for a tag: the i-th, of the e-th ending of a set behind a beginning.
func (b *block) find(name string) (i, beginning, e int, ok bool) {
	for beginning, s := range b.of {
		endings := b.sets[s].endings
		if rest, begins := strings.CutPrefix(name, b.beginnings.at(beginning)); begins {
			for e, ending := range endings {
				if b.endings.at(ending) == rest {
					return i + e, beginning, e, true
				}
			}
		}
		i += len(endings)
	}
	return 0, 0, 0, false
}

// all returns every tag, in the order of the block.
func (b *block) all(tags int, arches []string) ([]Tag, error) {
	out := make([]Tag, 0, tags)
	var names strings.Builder // all of them in one piece of memory
	for i, s := range b.of {
		for _, ending := range b.sets[s].endings {
			names.WriteString(b.beginnings.at(i))
			names.WriteString(b.endings.at(ending))
		}
	}
	rest := names.String()
	for i, s := range b.of {
		for e, ending := range b.sets[s].endings {
			n := len(b.beginnings.at(i)) + len(b.endings.at(ending))
			if n == 0 || n > mostTag {
				return nil, errBlock
			}
			out = append(out, b.tag(len(out), i, e, rest[:n], arches))
			rest = rest[n:]
		}
	}
	return out, nil
}
