package fastyaml

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf8"
)

const (
	// ones has every byte set to 1, so that ones*c has every byte set to c.
	ones = 0x0101010101010101
	// high has the high bit of every byte set.
	high = ones * 0x80
)

// blockOf32 is the size of the blocks that are examined at once.
const blockOf32 = 32

// check examines every byte once, and finds the lines. It reports whether all characters of the document are plain: line breaks are LF or
// CRLF, there is no control character except the tab, and no other character that YAML 1.1 treats as a line break.
func (d *document) check() bool {
	d.lines = append(d.lines, 0)
	i := 0
	for i < len(d.data) {
		if cap(d.lines)-len(d.lines) < 2*blockOf32 { // for all lines at once
			d.lines = slices.Grow(d.lines, bytes.Count(d.data[i:], []byte("\n"))+4*blockOf32)
		}
		size, found := scan(d.data[i:], i, d.lines[len(d.lines):cap(d.lines)])
		d.lines = d.lines[:len(d.lines)+found]
		i += size
		if i = d.checkEach(i, min(i+blockOf32, len(d.data))); i < 0 {
			return false
		}
	}
	if d.lines[len(d.lines)-1] < i {
		d.lines = append(d.lines, i+1) // as if the last line had a line break
	}
	return true
}

// checkEach is check for the characters that begin between from and to. It returns the offset behind them, or -1 if one
// is not plain.
func (d *document) checkEach(from, to int) int {
	i := from
	for i < to {
		switch c := d.data[i]; {
		case c == '\n':
			d.lines = append(d.lines, i+1)
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRune(d.data[i:])
			if !plainRune(r) || r == utf8.RuneError && size == 1 {
				return -1
			}
			d.wide = true
			i += size - 1
		case c == '\t':
			d.tabs = true
		case c == '\r' && i+1 < len(d.data) && d.data[i+1] == '\n':
			d.returns = true
		case c < 0x20 || c == 0x7F:
			return -1
		}
		i++
	}
	return i
}

// plainRune reports whether a character outside of ASCII is neither a control character, a line break nor a byte order mark, and none of
// those that YAML excludes (YAML 1.2.2, 5.1).
func plainRune(r rune) bool {
	return r >= 0xA0 && r != 0x2028 && r != 0x2029 && r != 0xFEFF && r != 0xFFFE && r != 0xFFFF
}

// scanWords is scan for any processor; it examines eight bytes at once.
func scanWords(data []byte, from int, lines []int) (size, found int) {
	for ; size+8 <= len(data) && found+8 <= len(lines); size += 8 {
		w := binary.LittleEndian.Uint64(data[size:])
		// For bytes under 0x80, no sum carries over into the next byte, and the high bit of each byte is the result: it
		// is not a control character; it is not an LF; it is a DEL.
		printable, other, del := w+ones*0x60, w^ones*'\n'+ones*0x7F, w+ones
		if (w|^printable&other|del)&high != 0 {
			break
		}
		for breaks := ^other & high; breaks != 0; breaks &= breaks - 1 {
			lines[found] = from + size + bits.TrailingZeros64(breaks)/8 + 1
			found++
		}
	}
	return size, found
}
