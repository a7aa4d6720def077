package catalog

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"sort"
	"strings"
)

// A catalog file is, in this order: the magic line; the CRC-32 (IEEE) of all that follows; the length of the index; the index; the
// blocks. Numbers before the index are 4 bytes, little-endian; those in it are uvarints, and texts there stand behind their length.
//
// The index lists the sources (name, revision, day), the sets of architectures, where the block of common words is, and the images in
// the alphabet: name, flags, source, replacement, number of tags, and where the block is: offset, packed and unpacked length.
//
// A block is raw deflate. That of an image holds its tags in order, each as the number of bytes that it shares with the one before, the
// number of bytes that follow, and these; then columns of one byte a tag: the month in which it was last listed, for how many months it
// had been, and its set of architectures; and where the image has digests, the positions of the tags that have one, and 32 bytes of each.
const magic = "imagelint catalog 1\n"

const (
	headerSize = len(magic) + 8
	// mostRaw is the most that a block may unpack to, and mostTags the most tags that an image may have: ten times what is known.
	mostRaw  = 8 << 20
	mostTags = 250_000
	mostTag  = 128 // the longest tag that the distribution specification allows
)

// Values of the columns of bytes.
const (
	byteCurrent = 255 // of the last month: listed on the catalog's date
	byteUnknown = 255 // of the number of months and the architectures
)

// Flags of an image in the index.
const (
	flagDeprecated = 1 << iota
	flagImmutable
	flagPartial
	flagGaps
	flagDigests
)

// ErrNoCatalog says that a file is no catalog of a version that this program reads.
var ErrNoCatalog = errors.New("not a catalog of this version of imagelint")

// Catalog is an opened catalog file. It is read-only and safe for use by several goroutines; nothing of it is unpacked before an image
// is asked for.
type Catalog struct {
	sources []Source
	arches  []string
	images  []entry
	words   place
	blocks  []byte
	size    int
}

// Source says where facts are from.
type Source struct {
	Name     string // "github.com/docker-library/official-images"
	Revision string // the commit; "" where there is none
	Day      Day    // the facts hold up to here
}

type place struct{ offset, packed, raw int }

type entry struct {
	name, replacement string
	flags             int
	source            int
	tags              int
	place
}

// Open reads the index of a catalog file, whose bytes it keeps. A file that is cut short or was changed is an error.
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
	return open(data)
}

// open is Open without the checksum, for what is built in.
func open(data []byte) (*Catalog, error) {
	n := int64(binary.LittleEndian.Uint32(data[headerSize-4:]))
	if n > int64(len(data)-headerSize) {
		return nil, errors.New("the catalog is cut short in its index")
	}
	c := &Catalog{blocks: data[headerSize+int(n):], size: len(data)}
	r := reader{b: data[headerSize : headerSize+int(n)]}
	for range r.count() {
		c.sources = append(c.sources, Source{Name: r.text(), Revision: r.text(), Day: Day(r.number())})
	}
	for range r.count() {
		c.arches = append(c.arches, r.text())
	}
	c.words = r.place()
	images := r.count()
	c.images = make([]entry, 0, images)
	for range images {
		c.images = append(c.images, entry{
			name: r.text(), flags: r.number(), source: r.number(), replacement: r.text(), tags: r.number(), place: r.place(),
		})
	}
	if r.bad || len(r.b) > 0 || !c.fits(c.words) {
		return nil, errors.New("the catalog's index is damaged")
	}
	for i, e := range c.images {
		if i > 0 && c.images[i-1].name >= e.name || e.source >= len(c.sources) || e.tags > mostTags || !c.fits(e.place) {
			return nil, fmt.Errorf("the catalog's entry for %q is damaged", e.name)
		}
	}
	return c, nil
}

func (c *Catalog) fits(p place) bool {
	return p.raw <= mostRaw && p.packed <= len(c.blocks) && p.offset <= len(c.blocks)-p.packed
}

// find returns the entry of an image by its name in the catalog.
func (c *Catalog) find(name string) *entry {
	i, ok := sort.Find(len(c.images), func(i int) int { return strings.Compare(name, c.images[i].name) })
	if !ok {
		return nil
	}
	return &c.images[i]
}

// inflate unpacks a block.
func (c *Catalog) inflate(p place) ([]byte, error) {
	raw := make([]byte, p.raw)
	if _, err := io.ReadFull(flate.NewReader(bytes.NewReader(c.blocks[p.offset:p.offset+p.packed])), raw); err != nil {
		return nil, fmt.Errorf("unpack a block of the catalog: %w", err)
	}
	return raw, nil
}

// errBlock says that a block does not hold what the index says.
var errBlock = errors.New("a block of the catalog is damaged")

// columns are the parts of an image's block behind its tags, and what they mean.
type columns struct {
	last, months, arch []byte
	digests            []byte // of 32 bytes each
	with               []int  // the positions of the tags that have one
	end                Month  // what byteCurrent stands for
	arches             []string
}

// tag puts together what is known of the i-th tag.
func (c *columns) tag(i int, name string) Tag {
	t := Tag{Name: name, Last: c.end, Current: c.last[i] == byteCurrent}
	if !t.Current {
		t.Last = firstMonth + Month(c.last[i])
	}
	if c.months[i] != byteUnknown {
		t.First = t.Last - Month(c.months[i])
	}
	if a := int(c.arch[i]); a < len(c.arches) {
		t.Architectures = c.arches[a]
	}
	if k, ok := slices.BinarySearch(c.with, i); ok {
		t.Digest = fmt.Sprintf("sha256:%x", c.digests[32*k:32*k+32])
	}
	return t
}

// walk unpacks an image and calls visit with each of its tags until it returns false. The bytes are only lent.
func (c *Catalog) walk(e *entry, visit func(i int, tag []byte, cols *columns) bool) error {
	raw, err := c.inflate(e.place)
	if err != nil {
		return err
	}
	size, ok := sizeOf(raw, e.tags)
	if !ok {
		return errBlock
	}
	cols := &columns{end: c.sources[e.source].Day.Month(), arches: c.arches}
	rest := raw[size:]
	if len(rest) < 3*e.tags {
		return errBlock
	}
	cols.last, cols.months, cols.arch, rest = rest[:e.tags], rest[e.tags:2*e.tags], rest[2*e.tags:3*e.tags], rest[3*e.tags:]
	if e.flags&flagDigests != 0 && !cols.readDigests(rest, e.tags) {
		return errBlock
	}
	tag := make([]byte, 0, mostTag)
	for i, b := 0, raw[:size]; i < e.tags; i++ {
		shared, n := int(b[0]), int(b[1])
		if shared > len(tag) || shared+n > mostTag {
			return errBlock
		}
		tag = append(tag[:shared], b[2:2+n]...)
		b = b[2+n:]
		if !visit(i, tag, cols) {
			return nil
		}
	}
	return nil
}

// sizeOf is the number of bytes that the given number of tags take.
func sizeOf(raw []byte, tags int) (size int, ok bool) {
	for range tags {
		if len(raw)-size < 2 || len(raw)-size-2 < int(raw[size+1]) {
			return 0, false
		}
		size += 2 + int(raw[size+1])
	}
	return size, true
}

// readDigests reads what stands behind the columns: the number of digests, the step from each tag that has one to the next, the digests.
func (c *columns) readDigests(b []byte, tags int) bool {
	r := reader{b: b}
	at := -1
	for range r.count() {
		at += 1 + r.number()
		if at >= tags {
			return false
		}
		c.with = append(c.with, at)
	}
	c.digests = r.b
	return !r.bad && len(c.digests) == 32*len(c.with)
}

// reader takes the index apart. Once something is wrong, all that it returns is zero, and bad is set.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) number() int {
	v, n := binary.Uvarint(r.b)
	if r.bad = r.bad || n <= 0 || v > 1<<31-1; r.bad {
		return 0
	}
	r.b = r.b[n:]
	return int(v) //nolint:gosec // bounded above
}

// count is the number of the things that follow, of one byte at least.
func (r *reader) count() int {
	n := r.number()
	if n > len(r.b) {
		r.bad = true
		return 0
	}
	return n
}

func (r *reader) text() string {
	n := r.count()
	if r.bad {
		return ""
	}
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

func (r *reader) place() place {
	return place{offset: r.number(), packed: r.number(), raw: r.number()}
}
