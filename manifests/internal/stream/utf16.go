package stream

import (
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

// decode converts complete code points from in to out.
func (u *utf16Reader) decode() {
	i := 0
	u.out = u.text[:0]
	for i+1 < len(u.in) {
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
