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

// errBlock says that a block does not hold what the index says.
var errBlock = errors.New("a block of the catalog is damaged")

// blockOf unpacks the block of an image, and reads the names in it.
func (c *Catalog) blockOf(e *entry) (*block, error) {
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
	if r.bad || tags != e.tags {
		return nil, errBlock
	}
	b.rest = r
	return b, nil
}

// facts reads what is known of the names of a block.
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
