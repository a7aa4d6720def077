package catalog

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
	"sort"
	"strings"
)

// Contents is the input of Encode: everything that a catalog file stores.
type Contents struct {
	Sources []Source
	Images  []ImageTags
}

// ImageTags is an image with its tags. The fields have the meaning of those in Image.
type ImageTags struct {
	Name                     string
	Source                   int // index into Contents.Sources
	Deprecated               bool
	Replacement              string
	Immutable, Partial, Gaps bool
	Kind                     ListKind
	Verified, Rebuilt        bool
	Absent                   bool // not stored in catalog files
	Tags                     []Tag
}

// Contents returns what the catalog stores, in the form that Encode takes.
func (c *Catalog) Contents() (Contents, error) {
	out := Contents{}
	places := c.eachSource(func(s Source) { out.Sources = append(out.Sources, s) })
	for i := range c.len() {
		e := c.at(i)
		if e == nil {
			return Contents{}, errBlock
		}
		im := c.image(e)
		tags, err := im.All()
		if err != nil {
			return Contents{}, fmt.Errorf("read %s: %w", im.Name, err)
		}
		out.Images = append(out.Images, ImageTags{
			Name: im.Name, Source: places[e.source], Deprecated: im.Deprecated, Replacement: im.Replacement,
			Immutable: im.Immutable, Partial: im.Partial, Gaps: im.Gaps, Kind: im.Kind, Verified: im.Verified, Rebuilt: im.Rebuilt, Tags: tags,
		})
	}
	return out, nil
}

// Encode writes a catalog file. Equal contents give equal bytes. deflate compresses a block as raw deflate with a
// dictionary; if it is nil, blocks are stored uncompressed and the file is about four times larger.
func Encode(c Contents, deflate func(raw, dictionary []byte) ([]byte, error)) ([]byte, error) {
	e := encoder{deflate: deflate, arches: allArches(c.Images), sets: map[string]int{}, blocks: map[string]place{}}
	images := slices.Clone(c.Images)
	sort.Slice(images, func(i, j int) bool { return images[i].Name < images[j].Name })
	words := map[string]int{}
	var sources, places, rows []byte
	begins := make([]int, len(c.Sources))
	for i, s := range c.Sources {
		begins[i] = len(sources)
		sources = appendNumbers(appendText(appendText(appendText(sources, s.Name), s.Revision), s.Rule), int(s.Day))
	}
	for k := range images {
		im := &images[k]
		if im.Absent {
			return nil, fmt.Errorf("encode %s: not found", im.Name)
		}
		if im.Source < 0 || im.Source >= len(c.Sources) {
			return nil, fmt.Errorf("encode %s: no source %d", im.Name, im.Source)
		}
		row, err := e.image(im, c.Sources[im.Source].Day.Month(), begins[im.Source])
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", im.Name, err)
		}
		places = binary.LittleEndian.AppendUint32(places, uint32(len(rows))) //nolint:gosec // some hundred kilobytes
		rows = append(rows, row...)
		countWords(words, im.Tags)
	}
	var common []string
	for w, n := range words {
		if n > 1 {
			common = append(common, w)
		}
	}
	slices.Sort(common)
	w, err := e.block([]byte(strings.Join(common, "\n")))
	if err != nil {
		return nil, err
	}
	head := appendNumbers(nil, len(e.arches))
	for _, arch := range e.arches {
		head = appendText(head, arch)
	}
	head = appendNumbers(appendNumbers(head, len(e.order)), e.order...)
	head = appendNumbers(head, w.offset, w.packed, w.raw, len(images), len(sources), len(rows))
	head = slices.Concat(head, places, sources, rows)
	body := binary.LittleEndian.AppendUint32(nil, uint32(len(head))) //nolint:gosec // some hundred kilobytes
	body = slices.Concat(body, head, e.out)
	out := binary.LittleEndian.AppendUint32([]byte(magic), crc32.ChecksumIEEE(body))
	return append(out, body...), nil
}

// encoder collects blocks and sets of architectures.
type encoder struct {
	deflate func(raw, dictionary []byte) ([]byte, error)
	arches  []string
	sets    map[string]int // by their names
	order   []int
	out     []byte
	blocks  map[string]place // by content: images of one release often have the same tags
}

// image returns the index row of an image and adds its block.
func (e *encoder) image(im *ImageTags, end Month, source int) ([]byte, error) {
	raw, digests, err := e.encodeBlock(im.Tags, end)
	if err != nil {
		return nil, err
	}
	p, err := e.block(raw)
	if err != nil {
		return nil, err
	}
	flags := 0
	for i, set := range [...]bool{im.Deprecated, im.Immutable, im.Partial, im.Gaps, digests, im.Verified, im.Rebuilt} { // in the order of the flag constants
		if set {
			flags |= 1 << i
		}
	}
	ended := 0
	for i := range im.Tags {
		if im.Tags[i].Current {
			ended = 0
			break
		}
		ended = max(ended, int(im.Tags[i].Last-beforeFirst))
	}
	row := appendNumbers(appendText(nil, im.Name), flags, int(im.Kind), source)
	return appendNumbers(appendText(row, im.Replacement), len(im.Tags), ended, p.offset, p.packed, p.raw), nil
}

func (e *encoder) block(raw []byte) (place, error) {
	if p, ok := e.blocks[string(raw)]; ok {
		return p, nil
	}
	packed := raw
	if e.deflate != nil {
		var err error
		if packed, err = e.deflate(raw, dictionary()); err != nil {
			return place{}, fmt.Errorf("pack a block: %w", err)
		}
		if len(packed) >= len(raw) {
			packed = raw
		}
	}
	p := place{offset: len(e.out), packed: len(packed), raw: len(raw)}
	e.out = append(e.out, packed...)
	e.blocks[string(raw)] = p
	return p, nil
}

// set returns the number of a set of architectures.
func (e *encoder) set(arches string) byte {
	if arches == "" {
		return byteUnknown
	}
	n, ok := e.sets[arches]
	if !ok {
		set := uint64(0) // int may have 32 bits
		for _, arch := range strings.Fields(arches) {
			i, _ := slices.BinarySearch(e.arches, arch)
			set |= 1 << i
		}
		if n = len(e.order); n >= byteUnknown || set >= 1<<maxArches {
			return byteUnknown // too many sets: "unknown" is always correct
		}
		e.sets[arches] = n
		e.order = append(e.order, int(set))
	}
	return byte(n)
}

// maxArches is the maximum number of architectures: one per bit of a 31-bit number in the index.
const maxArches = 31

// allArches returns all architectures of the tags, sorted.
func allArches(images []ImageTags) []string {
	known := map[string]bool{}
	for i := range images {
		for _, t := range images[i].Tags {
			if !known[t.Architectures] { // split each distinct set only once
				known[t.Architectures] = true
				for _, arch := range strings.Fields(t.Architectures) {
					known[arch] = true
				}
			}
		}
	}
	var out []string
	for arch := range known {
		if arch != "" && !strings.Contains(arch, " ") {
			out = append(out, arch)
		}
	}
	slices.Sort(out)
	return out
}

// countWords adds 1 for each word in the image's tags, so that count ends up as images per word.
func countWords(count map[string]int, tags []Tag) {
	seen := map[string]bool{}
	for _, t := range tags {
		for _, p := range split(t.Name) {
			if p.word != "" && !seen[p.word] {
				seen[p.word] = true
				count[p.word]++
			}
		}
	}
}

// appendNumbers appends uvarints. It is not inlined, because that would copy it to fifty call sites.
//
//go:noinline
func appendNumbers(b []byte, numbers ...int) []byte {
	for _, n := range numbers {
		b = binary.AppendUvarint(b, uint64(n)) //nolint:gosec // never negative
	}
	return b
}

func appendText(b []byte, s string) []byte { return append(appendNumbers(b, len(s)), s...) }
