package stream

import (
	"bytes"
	"encoding/binary"
)

// ListBreak returns the offset of the next LF, from at on, behind which an item of a List in the first column or the key "items" may begin; the length
// of the data if there is none.
func ListBreak(data []byte, at int) int {
	if !canSkim {
		return outerBreak(data, at)
	}
	for ; at < len(data); at++ {
		if at += skim(data[at:]); at < len(data) && data[at] == '\n' {
			return at
		}
	}
	return len(data)
}

// outerBreak returns the offset of the first LF, from at on, that a byte other than a space follows, or that ends the data; the length of the data if
// there is none. Most lines of a manifest are indented. It passes over them 32 bytes at a time, which takes about half as long as a search for each LF.
func outerBreak(data []byte, at int) int {
	const (
		ones   = 0x0101010101010101
		lows   = 0x7f * ones
		feeds  = '\n' * ones
		spaces = ' ' * ones
	)
	for len(data)-at > 32 {
		b := (*[33]byte)(data[at:])
		h0, h1 := binary.LittleEndian.Uint64(b[0:])^feeds, binary.LittleEndian.Uint64(b[8:])^feeds
		h2, h3 := binary.LittleEndian.Uint64(b[16:])^feeds, binary.LittleEndian.Uint64(b[24:])^feeds
		n0, n1 := binary.LittleEndian.Uint64(b[1:])^spaces, binary.LittleEndian.Uint64(b[9:])^spaces
		n2, n3 := binary.LittleEndian.Uint64(b[17:])^spaces, binary.LittleEndian.Uint64(b[25:])^spaces
		// The highest bit of each byte: in the first part, whether there is a LF, or also if one is below it; in the second, whether no space is next.
		found := (h0-ones)&^h0&((n0&lows+lows)|n0) | (h1-ones)&^h1&((n1&lows+lows)|n1) |
			(h2-ones)&^h2&((n2&lows+lows)|n2) | (h3-ones)&^h3&((n3&lows+lows)|n3)
		if found&^lows != 0 {
			break
		}
		at += 32
	}
	for ; at < len(data); at++ {
		i := bytes.IndexByte(data[at:], '\n')
		if i < 0 {
			break
		}
		if at += i; at+1 == len(data) || data[at+1] != ' ' {
			return at
		}
	}
	return len(data)
}
