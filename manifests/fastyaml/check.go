package fastyaml

import (
	"encoding/binary"
	"unicode/utf8"
)

// ones has every byte set to 1, so that ones*c has every byte set to c.
const ones = 0x0101010101010101

// check examines every byte once and reports whether all characters of the document are plain: line breaks are LF or
// CRLF, there is no control character except the tab, and no other character that YAML 1.1 treats as a line break.
func (d *document) check() bool {
	data, i := d.data, 0
	for ; i+8 <= len(data); i += 8 {
		w := binary.LittleEndian.Uint64(data[i:])
		// For bytes under 0x80, no sum carries over into the next byte, and the high bit of each byte is the result: it
		// is not a control character; it is not an LF; it is a DEL.
		printable, other, del := w+ones*0x60, w^ones*'\n'+ones*0x7F, w+ones
		if (w|^printable&other|del)&(ones*0x80) == 0 {
			continue
		}
		for j := i; j < i+8; j++ {
			if !d.checkByte(j) {
				return false
			}
		}
	}
	for ; i < len(data); i++ {
		if !d.checkByte(i) {
			return false
		}
	}
	return !d.wide || plainUnicode(data)
}

// checkByte is check for one byte, except that non-ASCII bytes are only noted.
func (d *document) checkByte(i int) bool {
	c := d.data[i]
	d.wide = d.wide || c >= utf8.RuneSelf
	return c >= 0x20 && c != 0x7F || breakOrTab(d.data, i)
}

// breakOrTab reports whether data[i] belongs to a line break or is a tab.
func breakOrTab(data []byte, i int) bool {
	c := data[i]
	return c == '\n' || c == '\t' || c == '\r' && i+1 < len(data) && data[i+1] == '\n'
}

// plainUnicode reports whether data is UTF-8 without control characters, line breaks or byte order marks outside ASCII, and without
// the code points that YAML excludes (YAML 1.2.2, 5.1).
func plainUnicode(data []byte) bool {
	for i := 0; i < len(data); {
		if data[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, w := utf8.DecodeRune(data[i:])
		switch {
		case r == utf8.RuneError && w == 1, r < 0xA0, r == 0x2028, r == 0x2029, r == 0xFEFF, r == 0xFFFE, r == 0xFFFF:
			return false
		}
		i += w
	}
	return true
}
