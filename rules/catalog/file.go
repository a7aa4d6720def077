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

// A catalog file consists of the magic line, the CRC-32 (IEEE) of everything after it, the length of the index, the
// index, and the blocks. Numbers before the index are 4 bytes, little-endian. Numbers in the index are uvarints, and
// texts follow their length.
//
// The index stores the architectures, the sets of them (bit i is the i-th architecture), the place of the block of
// common words, the number of sources and images, and the size of both in bytes. A table of 4-byte offsets follows,
// one per image, so that a look-up does not read the other rows. Then come the sources (name, revision, rule, day) and
// the images, sorted by name: name, flags, kind, offset of its source, replacement, number of tags, the month in which
// its last tag was removed (counted as in blocks; 0 if tags are still listed), and the place of its block: offset,
// packed and unpacked length.
//
// A block is raw deflate with a dictionary, or uncompressed if both lengths are equal. block.go describes its content.
const magic = "imagelint catalog 3\n"

const (
	headerSize = len(magic) + 8
	// maxRaw limits the unpacked size of a block, maxTags the number of tags of an image: ten times the largest
	// known.
	maxRaw  = 1 << 20
	maxTags = 250_000
	maxTag  = 128 // the longest tag that the distribution specification allows
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

// ErrNoCatalog reports a file that is not a catalog or has another format version.
var ErrNoCatalog = errors.New("not a catalog of this version of imagelint")

// Catalog is an opened catalog file. It is read-only and safe for concurrent use. Blocks are unpacked on demand.
type Catalog struct {
	arches  func() []string // the sets of architectures, joined by spaces
	places  string          // offset of each image in rows
	rows    string
	sources string
	words   place
	blocks  string
	size    int
	own     map[string]*Image   // images from added lists; they take precedence over those of the file
	copies  map[string][]string // what each place copies; see WithCopies
	// mayBeDamaged is true for a user's file, whose blocks are checked when an image is looked up: the checksum only shows that it is as it was written.
	mayBeDamaged bool

	addedNames []string // keys of own, sorted
	asked      *memos
}

// Source describes where facts come from.
type Source struct {
	Name     string // "github.com/docker-library/official-images"
	Revision string // the commit, if any
	Rule     string // how tags are derived from the source; "" if it lists the tags
	Day      Day    // the facts are complete up to this day
}

type place struct{ offset, packed, raw int }

type entry struct {
	name, replacement string
	flags             int
	kind              ListKind
	source            int // offset of its source
	tags              int
	ended             Month
	place
}

// Open reads the index of a catalog file. It fails if the file is truncated or damaged.
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
	c.mayBeDamaged = true
	return c, nil
}

// open is Open without verifying the checksum and each row; for the embedded catalog.
func open(data string) (*Catalog, error) {
	n := int64(binary.LittleEndian.Uint32([]byte(data[headerSize-4 : headerSize])))
	if n > int64(len(data)-headerSize) {
		return nil, errors.New("the catalog is cut short in its index")
	}
	c := &Catalog{blocks: data[headerSize+int(n):], size: len(data), asked: &memos{}}
	r := reader{b: data[headerSize : headerSize+int(n)]} // all texts are substrings of data
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

// placeSize is the size of an image's offset in bytes.
const placeSize = 4

// len returns the number of images in the file.
func (c *Catalog) len() int { return len(c.places) / placeSize }

// at returns the i-th image of the file, or nil if its row is damaged.
func (c *Catalog) at(i int) *entry {
	r := c.row(i)
	e := &entry{
		name: r.text(), flags: r.number(), kind: ListKind(r.oneByte()), source: r.number(), replacement: r.text(), tags: r.number(), ended: r.month(), place: r.place(),
	}
	if r.bad || e.kind > lastKind || e.tags > maxTags || !c.fits(e.place) {
		return nil
	}
	if _, ok := c.source(e.source); !ok {
		return nil
	}
	return e
}

// row returns a reader at the start of the i-th image.
func (c *Catalog) row(i int) reader {
	p := c.places[placeSize*i:]
	n := int64(p[0]) | int64(p[1])<<8 | int64(p[2])<<16 | int64(p[3])<<24
	return reader{b: c.rows, at: int(min(n, int64(len(c.rows))))}
}

// nameAt returns the name of the i-th image. It is hot: each look-up reads several.
func (c *Catalog) nameAt(i int) string {
	r := c.row(i)
	if at := r.at; at < len(r.b) { // nearly all names have a length of one byte
		if n := int(r.b[at]); n < 0x80 && n < len(r.b)-at {
			return r.b[at+1 : at+1+n]
		}
	}
	return r.text()
}

// source reads the source at offset n.
func (c *Catalog) source(n int) (Source, bool) {
	r := reader{b: c.sources, at: min(n, len(c.sources))}
	s := Source{Name: r.text(), Revision: r.text(), Rule: r.text(), Day: Day(r.number())}
	return s, !r.bad
}

// setsOf turns bit sets into words joined by spaces.
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
	return p.raw <= maxRaw && p.packed <= len(c.blocks) && p.offset <= len(c.blocks)-p.packed
}

// find returns the entry of an image by its catalog name.
func (c *Catalog) find(name string) *entry {
	i, ok := sort.Find(c.len(), func(i int) int { return strings.Compare(name, c.nameAt(i)) })
	if !ok {
		return nil
	}
	return c.at(i)
}

// unpack returns the uncompressed content of a block.
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

// dictionary is the deflate dictionary: endings and edits that many images share.
var dictionary = sync.OnceValue(func() []byte {
	const endings = "-mainline -mantic -lunar -kinetic -impish -hirsute -groovy -noble -jammy -focal -bionic -xenial -trusty -precise -wheezy -jessie -stretch " +
		"-buster -bullseye -bookworm -trixie -sid -oraclelinux -ubi -nonroot -temurin -management -community -enterprise -perl -apache -fpm -cli -zts -jdk " +
		"-jre -onbuild -edge -full -slim -alpine -nanoserver-ltsc2022 -windowsservercore-ltsc2016 -latest "
	const edits = "-alpine3.4 \x815 \xff \xff -windowsservercore -1709 \x82803 \x84ltsc2016 \x82\xff9 \x8222 \x81\xff " +
		"\x82\xff .0 \xff \xff \xff \xff \x82\xff .0 .0 \x84\xff .0 .0 \xff "
	return []byte(strings.ReplaceAll(endings+edits, " ", "\x00"))
})

// inflater is the type that flate.NewReader returns.
type inflater interface {
	io.Reader
	flate.Resetter
}

// inflaters are pooled: one needs more memory than the block that it unpacks.
var inflaters = sync.Pool{New: func() any { return flate.NewReader(nil) }}

// reader decodes an index or a block. After the first error bad is set and all methods return zero values.
type reader struct {
	b   string
	at  int
	bad bool
}

// end reports whether everything was read without an error.
func (r *reader) end() bool { return !r.bad && r.at == len(r.b) }

// number reads a uvarint. It is not inlined; see appendNumbers.
//
//go:noinline
func (r *reader) number() int {
	if r.at < len(r.b) && r.b[r.at] < 0x80 { // the common case
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

// count reads the number of items that follow, each at least one byte long.
func (r *reader) count() int {
	n := r.number()
	if n > len(r.b)-r.at {
		r.bad = true
		return 0
	}
	return n
}

// take returns the next n bytes.
func (r *reader) take(n int) string {
	if n > len(r.b)-r.at {
		r.bad, r.at = true, len(r.b)
		return ""
	}
	r.at += n
	return r.b[r.at-n : r.at]
}

// oneByte returns the next byte.
func (r *reader) oneByte() byte {
	if r.at == len(r.b) {
		r.bad = true
		return 0
	}
	r.at++
	return r.b[r.at-1]
}

func (r *reader) text() string { return r.take(r.count()) }

// month reads a month, counted from beforeFirst; 0 is none.
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
