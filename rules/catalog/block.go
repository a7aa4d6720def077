package catalog

import (
	"encoding/hex"
	"errors"
	"slices"
	"strings"
)

// The tags of an image are close to a product of versions and variants: "1.27.3" exists alone and with "-alpine",
// "-perl" and others, and so does "1.27.4". cutTag therefore cuts each tag into a beginning and an ending. A block
// stores, in columns:
//
//   - the number of endings, sets, and beginnings;
//   - the endings, each as an edit of the previous one;
//   - the sets of endings, each as changes to an earlier set: how many sets back that one is (0: the empty set), the
//     number of changes, and for each change the step from the previously changed ending and a byte: 0 removes the
//     ending, any other value is 1 plus the set of architectures that its tags were last built for;
//   - the beginnings, each as an edit of the previous one; each combines with all endings of one set;
//   - for each beginning its set; then, from the last beginning to the first, whether its tags have different times,
//     the last month of all (or most) of its tags, and for how long they had been listed;
//   - for each tag whose times differ its own last month, and then for each that has one its own length;
//   - if the image has digests: the number of tags with a digest, the steps between them, and 32 bytes each.
//
// A last month is 0 if the tag is still listed, else 1 plus the months before the next beginning came, zigzag-coded: a
// version is usually removed when the next one comes. A tag's own last month is 0 if its times are those of the
// beginning, 1 if they equal those of the previous tag with its own times, else 2 plus the months before that tag's
// last month. A length is 0 if unknown, else 1 plus the number of months.
//
// An edit ends with a zero byte. It consists of bytes to append, 0x80 and a number of bytes to cut off, or byteNext,
// which increments the number at the end.
const (
	byteCut  = 0x80
	byteNext = 0xff
	// byteUnknown marks an unknown set of architectures.
	byteUnknown = 0xfe
)

// block holds the unpacked tags of an image. Tags are numbered by beginning, then by ending.
type block struct {
	endings, beginnings texts
	sets                []set
	setOf               []int  // index into sets, for each beginning
	rest                reader // the unread part behind the sets: times and digests
	tags                int

	times      []span // for each beginning
	own        []int  // tags whose times differ from those of their beginning
	ownTimes   []span
	withDigest []int
	digests    []string
}

// set is a set of endings and the architectures of each.
type set struct {
	endings []int
	arches  []byte // for each ending
}

// errBlock reports a block that does not match its index entry.
var errBlock = errors.New("a block of the catalog is damaged")

// blockOf returns the block of an image with its tag names, which nobody may change. Times and digests are read by facts, which adds them to
// the caller's copy.
func (c *Catalog) blockOf(e *entry) (*block, error) {
	b, err := c.asked.blocks.get(e.place, func() (*block, error) { return c.readBlock(e) })
	if err != nil {
		return nil, err
	}
	if b.tags != e.tags { // it is damaged, or shared with an image of another number of tags
		return nil, errBlock
	}
	own := *b
	return &own, nil
}

// readBlock unpacks the block of an image and reads its tag names.
func (c *Catalog) readBlock(e *entry) (*block, error) {
	raw, err := c.unpack(e.place)
	if err != nil {
		return nil, err
	}
	r := reader{b: raw}
	b := &block{}
	endings, sets, beginnings := r.count(), r.count(), r.count()
	b.endings = r.texts(endings)
	r.sets(b, sets, e.tags)
	b.beginnings = r.texts(beginnings)
	tags := r.setsOf(b, beginnings, e.tags)
	if r.bad {
		return nil, errBlock
	}
	b.rest, b.tags = r, tags
	return b, nil
}

// facts reads the times and digests of a block.
func (c *Catalog) facts(e *entry, b *block) error {
	r := &b.rest
	source, _ := c.source(e.source)
	end := source.Day.Month()
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

// sets reads n sets of endings. Each set is used at least once, so together they have at most as many endings as the
// image has tags.
func (r *reader) sets(b *block, n, limit int) {
	b.sets = make([]set, 0, n)
	var endings []int // backing array of all sets
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
			if arch := r.oneByte(); arch > 0 {
				endings, arches = append(endings, at), append(arches, arch-1)
			}
		}
		endings, arches = append(endings, base.endings[min(k, len(base.endings)):]...), append(arches, base.arches[min(k, len(base.arches)):]...)
		if r.bad = r.bad || at >= b.endings.len() || len(endings) == start || len(endings) > limit; r.bad {
			return
		}
		b.sets = append(b.sets, set{endings: endings[start:], arches: arches[start:]})
	}
}

// setsOf reads the set of each beginning and counts the tags.
func (r *reader) setsOf(b *block, n, limit int) (tags int) {
	b.setOf = make([]int, n)
	for i := range b.setOf {
		s := r.number()
		if s >= len(b.sets) || tags > limit {
			r.bad = true
			return 0
		}
		b.setOf[i] = s
		tags += len(b.sets[s].endings)
	}
	return tags
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

// tag builds the i-th tag, which combines a beginning with the e-th ending of its set.
func (b *block) tag(i, beginning, e int, name string, arches []string) Tag {
	s := b.times[beginning]
	if k, ok := slices.BinarySearch(b.own, i); ok {
		s = b.ownTimes[k]
	}
	t := Tag{Name: name, First: s.first, Last: s.last, Current: s.current}
	if a := int(b.sets[b.setOf[beginning]].arches[e]); a < len(arches) {
		t.Architectures = arches[a]
	}
	if k, ok := slices.BinarySearch(b.withDigest, i); ok {
		t.Digest = "sha256:" + hex.EncodeToString([]byte(b.digests[k]))
	}
	return t
}

// find looks up a tag by name. It returns its number, its beginning, and its ending in the set of the beginning.
func (b *block) find(name string) (i, beginning, e int, ok bool) {
	for beginning, s := range b.setOf {
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

// all returns every tag in block order.
func (b *block) all(tags int, arches []string) ([]Tag, error) {
	out := make([]Tag, 0, tags)
	var names strings.Builder // all names share one allocation
	for i, s := range b.setOf {
		for _, ending := range b.sets[s].endings {
			names.WriteString(b.beginnings.at(i))
			names.WriteString(b.endings.at(ending))
		}
	}
	rest := names.String()
	for i, s := range b.setOf {
		for e, ending := range b.sets[s].endings {
			n := len(b.beginnings.at(i)) + len(b.endings.at(ending))
			if n == 0 || n > maxTag {
				return nil, errBlock
			}
			out = append(out, b.tag(len(out), i, e, rest[:n], arches))
			rest = rest[n:]
		}
	}
	return out, nil
}
