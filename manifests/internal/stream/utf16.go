package stream

import (
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// utf16Reader converts UTF-16 to UTF-8.
type utf16Reader struct {
	r       io.Reader
	little  bool
	in, out []byte // out is a part of text
	text    []byte
	buf     []byte
	eof     bool
	read    *int64 // counts the bytes of r
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		if u.eof {
			return 0, io.EOF
		}
		if u.buf == nil {
			u.buf = make([]byte, 32<<10)
		}
		n, err := u.r.Read(u.buf)
		u.in = append(u.in, u.buf[:n]...)
		*u.read += int64(n)
		if errors.Is(err, io.EOF) {
			u.eof = true
		} else if err != nil {
			return 0, err
		}
		u.decode()
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

func (u *utf16Reader) unit(i int) rune {
	if u.little {
		return rune(u.in[i]) | rune(u.in[i+1])<<8
	}
	return rune(u.in[i+1]) | rune(u.in[i])<<8
}

// ascii converts what is ASCII from an offset on, four code units at once, and returns how many bytes of it that are. Nearly all of a manifest is.
func (u *utf16Reader) ascii(from int) int {
	beyond, shift := uint64(0x80FF80FF80FF80FF), 8 // the bits that no ASCII has, and where the others begin
	if u.little {
		beyond, shift = 0xFF80FF80FF80FF80, 0
	}
	i, out := from, u.out
	for ; i+8 <= len(u.in); i += 8 {
		units := binary.LittleEndian.Uint64(u.in[i:])
		if units&beyond != 0 {
			break
		}
		units >>= shift
		out = append(out, byte(units), byte(units>>16), byte(units>>32), byte(units>>48))
	}
	u.out = out
	return i - from
}

// decode converts complete code points from in to out.
func (u *utf16Reader) decode() {
	i := 0
	u.out = u.text[:0]
	for i+1 < len(u.in) {
		if n := u.ascii(i); n > 0 {
			i += n
			continue
		}
		r := u.unit(i)
		if utf16.IsSurrogate(r) {
			if i+3 >= len(u.in) && !u.eof {
				break
			}
			if i+3 < len(u.in) {
				if pair := utf16.DecodeRune(r, u.unit(i+2)); pair != utf8.RuneError {
					u.out = utf8.AppendRune(u.out, pair)
					i += 4
					continue
				}
			}
			r = utf8.RuneError
		}
		u.out = utf8.AppendRune(u.out, r)
		i += 2
	}
	u.in = append(u.in[:0], u.in[i:]...)
	if u.eof && len(u.in) > 0 {
		u.out = utf8.AppendRune(u.out, utf8.RuneError)
		u.in = nil
	}
	u.text = u.out
}
