package catalog

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"slices"
	"sort"
	"strings"
)

// Contents is what a catalog file is made from.
type Contents struct {
	Sources []Source
	Images  []ImageTags
}

// ImageTags is an image and its tags, for a catalog file to be made. The fields are those of Image.
type ImageTags struct {
	Name                     string
	Source                   int // index into Contents.Sources
	Deprecated               bool
	Replacement              string
	Immutable, Partial, Gaps bool
	Tags                     []Tag
}

// Encode makes a catalog file. The same contents give the same bytes.
func Encode(c Contents) ([]byte, error) {
	e := encoder{sets: map[string]int{}, blocks: map[string]place{}}
	images := slices.Clone(c.Images)
	sort.Slice(images, func(i, j int) bool { return images[i].Name < images[j].Name })
	words := map[string]int{}
	var index []byte
	for k := range images {
		im := &images[k]
		if im.Source < 0 || im.Source >= len(c.Sources) {
			return nil, fmt.Errorf("encode %s: no source %d", im.Name, im.Source)
		}
		p, digests, err := e.image(im, c.Sources[im.Source].Day.Month())
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", im.Name, err)
		}
		countWords(words, im.Tags)
		flags := 0
		for i, set := range [...]bool{im.Deprecated, im.Immutable, im.Partial, im.Gaps, digests} { // in the order of the constants
			if set {
				flags |= 1 << i
			}
		}
		index = appendText(index, im.Name)
		index = appendNumbers(index, flags, im.Source)
		index = appendText(index, im.Replacement)
		index = appendNumbers(index, len(im.Tags), p.offset, p.packed, p.raw)
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
	head := appendNumbers(nil, len(c.Sources))
	for _, s := range c.Sources {
		head = appendNumbers(appendText(appendText(head, s.Name), s.Revision), int(s.Day))
	}
	head = appendNumbers(head, len(e.order))
	for _, set := range e.order {
		head = appendText(head, set)
	}
	head = appendNumbers(head, w.offset, w.packed, w.raw, len(images))
	body := binary.LittleEndian.AppendUint32(nil, uint32(len(head)+len(index))) //nolint:gosec // some kilobytes
	body = append(append(append(body, head...), index...), e.out...)
	out := binary.LittleEndian.AppendUint32([]byte(magic), crc32.ChecksumIEEE(body))
	return append(out, body...), nil
}

// encoder collects blocks and sets of architectures.
type encoder struct {
	sets   map[string]int
	order  []string
	out    []byte
	blocks map[string]place // by what they hold: images of one release have the same tags
}

func (e *encoder) block(raw []byte) (place, error) {
	if p, ok := e.blocks[string(raw)]; ok {
		return p, nil
	}
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err == nil {
		_, err = w.Write(raw)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return place{}, fmt.Errorf("pack a block: %w", err)
	}
	p := place{offset: len(e.out), packed: b.Len(), raw: len(raw)}
	e.out = append(e.out, b.Bytes()...)
	e.blocks[string(raw)] = p
	return p, nil
}

// set is the number of a set of architectures.
func (e *encoder) set(arches string) byte {
	if arches == "" {
		return byteUnknown
	}
	n, ok := e.sets[arches]
	if !ok {
		n = len(e.order)
		if n >= byteUnknown {
			return byteUnknown // a rare set; not known is always true
		}
		e.sets[arches] = n
		e.order = append(e.order, arches)
	}
	return byte(n)
}

// image packs the tags of an image.
func (e *encoder) image(im *ImageTags, end Month) (p place, digests bool, err error) {
	tags := slices.Clone(im.Tags)
	sort.Slice(tags, func(i, j int) bool { return tags[i].Name < tags[j].Name })
	var names, last, months, arch, steps, sums []byte
	previous, with, at := "", 0, -1
	for i, t := range tags {
		if t.Name == "" || len(t.Name) > mostTag || i > 0 && t.Name == previous {
			return place{}, false, fmt.Errorf("tag %q is none, or stands twice", t.Name)
		}
		n := 0
		for n < len(previous) && n < len(t.Name) && previous[n] == t.Name[n] {
			n++
		}
		names = append(append(names, byte(n), byte(len(t.Name)-n)), t.Name[n:]...)
		previous = t.Name
		until, code := end, byte(byteCurrent)
		if !t.Current {
			if t.Last < firstMonth || t.Last > end {
				return place{}, false, fmt.Errorf("tag %q was last listed in %s", t.Name, t.Last)
			}
			until, code = t.Last, byte(min(t.Last-firstMonth, byteCurrent-1))
		}
		last = append(last, code)
		long := byte(byteUnknown)
		if t.First != 0 {
			long = byte(max(0, min(until-t.First, byteUnknown-1)))
		}
		months = append(months, long)
		arch = append(arch, e.set(t.Architectures))
		if t.Digest != "" {
			sum, err := hex.DecodeString(strings.TrimPrefix(t.Digest, "sha256:"))
			if err != nil || len(sum) != 32 {
				return place{}, false, fmt.Errorf("tag %q has the digest %q", t.Name, t.Digest)
			}
			steps, sums = appendNumbers(steps, i-at-1), append(sums, sum...)
			with, at = with+1, i
		}
	}
	raw := slices.Concat(names, last, months, arch)
	if with > 0 {
		raw = slices.Concat(appendNumbers(raw, with), steps, sums)
	}
	p, err = e.block(raw)
	return p, with > 0, err
}

// countWords counts, for each word, the images that have it in a tag.
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

func appendNumbers(b []byte, numbers ...int) []byte {
	for _, n := range numbers {
		b = binary.AppendUvarint(b, uint64(n)) //nolint:gosec // never negative
	}
	return b
}

func appendText(b []byte, s string) []byte { return append(appendNumbers(b, len(s)), s...) }
