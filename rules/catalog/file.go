package catalog

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"sort"
	"strings"
	"sync"
)

// A catalog file is, in this order: the magic line; the CRC-32 (IEEE) of all that follows; the length of the index; the index; the
// blocks. Numbers before the index are 4 bytes, little-endian; those in it are uvarints, and texts there stand behind their length.
//
// The index lists the architectures, the sets of them (bit i of a number is the i-th), where the block of common words is, the number of
// sources and of images, and how many bytes the sources and the images take. Behind it, where each image begins stands in 4 bytes, so that one of
// thousands is found without reading the others. Then come the sources (name, revision, rule of derivation, day) and the images in the alphabet:
// name, flags, kind, where its source begins among the sources, replacement, number of tags, the month in which the last one was taken off
// the list (counted as in blocks; 0 while one stands there), and where the block is: offset, packed and unpacked length.
//
// A block is raw deflate with a dictionary, or as it is where both lengths are the same. What that of an image holds is told in block.go.
const magic = "imagelint catalog 3\n"

const (
	headerSize = len(magic) + 8
	// mostRaw is the most that a block may unpack to, and mostTags the most tags that an image may have: ten times what is known.
	mostRaw  = 1 << 20
	mostTags = 250_000
	mostTag  = 128 // the longest tag that the distribution specification allows
)

// Flags of an image in the index.
const (
	flagDeprecated = 1 << iota
	flagImmutable
	flagPartial
	flagGaps
	flagDigests
	flagVerified
	flagRebuilt
)

// ErrNoCatalog says that a file is no catalog of a version that this program reads.
var ErrNoCatalog = errors.New("not a catalog of this version of imagelint")

// Catalog is an opened catalog file. It is read-only and safe for use by several goroutines; nothing of it is unpacked before an image
// is asked for.
type Catalog struct {
	arches  func() []string // the sets of architectures, with spaces between
	places  string          // where each image begins in rows
	rows    string
	sources string
	words   place
	blocks  string
	size    int
	own     map[string]*Image // images of other lists, which lie over those of the file
	copies  []Copy

	ownNames []string // of own, in the alphabet
	asked    *memos
}

// Source says where facts are from.
type Source struct {
	Name     string // "github.com/docker-library/official-images"
	Revision string // the commit; "" where there is none
	Rule     string // how tags are made of what stands there; "" where it holds the tags
	Day      Day    // the facts hold up to here
}

type place struct{ offset, packed, raw int }

type entry struct {
	name, replacement string
	flags             int
	kind              ListKind
	source            int // where it begins
	tags              int
	ended             Month
	place
}

// Open reads the index of a catalog file. A file that is cut short or was changed is an error.
func Open(data []byte) (*Catalog, error) {
	if !bytes.HasPrefix(data, []byte(magic)) {
		return nil, ErrNoCatalog
	}
	if len(data) < headerSize {
		return nil, errors.New("the catalog is cut short in its header")
	}
	if crc32.ChecksumIEEE(data[headerSize-4:]) != binary.LittleEndian.Uint32(data[len(magic):]) {
		return nil, errors.New("the catalog is cut short or damaged: its checksum differs")
	}
	c, err := open(string(data))
	if err != nil {
		return nil, err
	}
	last := ""
	for i := range c.len() {
		e := c.at(i)
		if e == nil || i > 0 && last >= e.name {
			return nil, fmt.Errorf("the catalog's entry after %q is damaged", last)
		}
		last = e.name
	}
	return c, nil
}

// open is Open without the checksum and a look at each image, for what is built in.
func open(data string) (*Catalog, error) {
	n := int64(binary.LittleEndian.Uint32([]byte(data[headerSize-4 : headerSize])))
	if n > int64(len(data)-headerSize) {
		return nil, errors.New("the catalog is cut short in its index")
	}
	c := &Catalog{blocks: data[headerSize+int(n):], size: len(data), asked: &memos{}}
	r := reader{b: data[headerSize : headerSize+int(n)]} // all texts are parts of this one
	arches := make([]string, r.count())
	for i := range arches {
		arches[i] = r.text()
	}
	sets := make([]int, r.count())
	for i := range sets {
		sets[i] = r.number()
	}
	c.arches = sync.OnceValue(func() []string { return setsOf(arches, sets) })
	c.words = r.place()
	images, sources, rows := r.number(), r.number(), r.number()
	if images <= len(r.b)/placeSize {
		c.places = r.take(placeSize * images)
	}
	c.sources, c.rows = r.take(sources), r.take(rows)
	if !r.end() || len(c.places) != placeSize*images || !c.fits(c.words) {
		return nil, errors.New("the catalog's index is damaged")
	}
	return c, nil
}

// placeSize is how many bytes tell where an image begins.
const placeSize = 4

// len is the number of images in the file.
func (c *Catalog) len() int { return len(c.places) / placeSize }

// at reads the i-th image of the file; nil where it is damaged.
func (c *Catalog) at(i int) *entry {
	r := c.row(i)
	e := &entry{
		name: r.text(), flags: r.number(), kind: ListKind(r.octet()), source: r.number(), replacement: r.text(), tags: r.number(), ended: r.month(), place: r.place(),
	}
	if r.bad || e.kind > lastKind || e.tags > mostTags || !c.fits(e.place) {
		return nil
	}
	if _, ok := c.source(e.source); !ok {
		return nil
	}
	return e
}

// row reads from the beginning of the i-th image on.
func (c *Catalog) row(i int) reader {
	p := c.places[placeSize*i:]
	n := int64(p[0]) | int64(p[1])<<8 | int64(p[2])<<16 | int64(p[3])<<24
	return reader{b: c.rows, at: int(min(n, int64(len(c.rows))))}
}

// nameAt is the name of the i-th image of the file.
func (c *Catalog) nameAt(i int) string {
	r := c.row(i)
	return r.text()
}

// source reads the source that begins at n.
func (c *Catalog) source(n int) (Source, bool) {
	r := reader{b: c.sources, at: min(n, len(c.sources))}
	s := Source{Name: r.text(), Revision: r.text(), Rule: r.text(), Day: Day(r.number())}
	return s, !r.bad
}

// setsOf spells sets of words.
func setsOf(words []string, sets []int) []string {
	out := make([]string, len(sets))
	for i, set := range sets {
		var in []string
		for bit, word := range words {
			if set>>bit&1 != 0 {
				in = append(in, word)
			}
		}
		out[i] = strings.Join(in, " ")
	}
	return out
}

func (c *Catalog) fits(p place) bool {
	return p.raw <= mostRaw && p.packed <= len(c.blocks) && p.offset <= len(c.blocks)-p.packed
}

// find returns the entry of an image by its name in the catalog.
func (c *Catalog) find(name string) *entry {
	i, ok := sort.Find(c.len(), func(i int) int { return strings.Compare(name, c.nameAt(i)) })
	if !ok {
		return nil
	}
	return c.at(i)
}

// unpack returns what a block holds.
func (c *Catalog) unpack(p place) (string, error) {
	packed := c.blocks[p.offset : p.offset+p.packed]
	if p.packed == p.raw {
		return packed, nil
	}
	raw := make([]byte, p.raw)
	r := inflaters.Get().(inflater) //nolint:forcetypeassert // nothing else is in there
	defer inflaters.Put(r)
	err := r.Reset(strings.NewReader(packed), dictionary())
	if err == nil {
		_, err = io.ReadFull(r, raw)
	}
	if err != nil {
		return "", fmt.Errorf("unpack a block of the catalog: %w", err)
	}
	return string(raw), nil
}

// dictionary is what the blocks of most images have in common: endings, and edits that go on from one version to the next.
var dictionary = sync.OnceValue(func() []byte {
	const endings = "-mainline -mantic -lunar -kinetic -impish -hirsute -groovy -noble -jammy -focal -bionic -xenial -trusty -precise -wheezy -jessie -stretch " +
		"-buster -bullseye -bookworm -trixie -sid -oraclelinux -ubi -nonroot -temurin -management -community -enterprise -perl -apache -fpm -cli -zts -jdk " +
		"-jre -onbuild -edge -full -slim -alpine -nanoserver-ltsc2022 -windowsservercore-ltsc2016 -latest "
	const edits = "-alpine3.4 \x815 \xff \xff -windowsservercore -1709 \x82803 \x84ltsc2016 \x82\xff9 \x8222 \x81\xff " +
		"\x82\xff .0 \xff \xff \xff \xff \x82\xff .0 .0 \x84\xff .0 .0 \xff "
	return []byte(strings.ReplaceAll(endings+edits, " ", "\x00"))
})

// inflater is what flate.NewReader returns.
type inflater interface {
	io.Reader
	flate.Resetter
}

// inflaters are kept: one needs more memory than the block that it unpacks.
var inflaters = sync.Pool{New: func() any { return flate.NewReader(nil) }}

// reader takes an index or a block apart. Once something is wrong, all that it returns is zero, and bad is set.
type reader struct {
	b   string
	at  int
	bad bool
}

// end reports whether all has been read, and nothing was wrong.
func (r *reader) end() bool { return !r.bad && r.at == len(r.b) }

// number reads a uvarint. It is kept out of line, as appendNumbers is.
//
//go:noinline
func (r *reader) number() int {
	if r.at < len(r.b) && r.b[r.at] < 0x80 { // nearly all
		r.at++
		return int(r.b[r.at-1])
	}
	v := uint64(0)
	for i := 0; i < 5 && r.at+i < len(r.b); i++ {
		c := r.b[r.at+i]
		if v |= uint64(c&0x7f) << (7 * i); c < 0x80 && v <= 1<<31-1 {
			r.at += i + 1
			return int(v)
		}
	}
	r.bad, r.at = true, len(r.b)
	return 0
}

// count is the number of the things that follow, of one byte at least.
func (r *reader) count() int {
	n := r.number()
	if n > len(r.b)-r.at {
		r.bad = true
		return 0
	}
	return n
}

// take is the next n bytes.
func (r *reader) take(n int) string {
	if n > len(r.b)-r.at {
		r.bad, r.at = true, len(r.b)
		return ""
	}
	r.at += n
	return r.b[r.at-n : r.at]
}

// octet is the next byte.
func (r *reader) octet() byte {
	if r.at == len(r.b) {
		r.bad = true
		return 0
	}
	r.at++
	return r.b[r.at-1]
}

func (r *reader) text() string { return r.take(r.count()) }

// month is a month that is counted from the first one of any catalog; 0 is none.
func (r *reader) month() Month {
	n := r.number()
	if n == 0 {
		return 0
	}
	return beforeFirst + Month(n)
}

func (r *reader) place() place {
	return place{offset: r.number(), packed: r.number(), raw: r.number()}
}
