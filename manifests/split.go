package manifests

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// maxDocument is the most bytes that one document may have. Kubernetes objects are under 3 MiB (etcd's request limit is 1.5 MiB);
// the margin is for lists of them, which are read item by item where they are laid out as kubectl prints them.
const maxDocument = 64 << 20

// chunk is one document of a stream, as bytes.
type chunk struct {
	source.Text
	// tooLarge says that Data is only the beginning of a document beyond maxDocument.
	tooLarge bool
}

// splitter cuts a stream of YAML or JSON into documents. A line "---" or "..." that is followed by a blank or an end ends a document
// wherever it stands (YAML 1.2.2, 9.1.2), so the cut needs no parser and one broken document cannot hide the next.
type splitter struct {
	r       io.Reader
	file    *source.File
	buf     []byte
	start   int // buf[start:] is not handed out yet
	scanned int // buf[start:scanned] holds no boundary
	eof     bool
	base    source.Pos // of buf[start]
	limit   int
	read    int64
}

// newSplitter starts a splitter; buf is scratch space and may be nil.
func newSplitter(r io.Reader, file *source.File, buf []byte) *splitter {
	return &splitter{r: r, file: file, buf: buf[:0], base: source.Pos{Line: 1, Col: 1}, limit: maxDocument}
}

// next returns the next document. Its Data is valid until the call after it. At the end of the stream it returns io.EOF.
func (s *splitter) next() (chunk, error) {
	if s.read == 0 && !s.eof {
		if err := s.open(); err != nil {
			return chunk{}, err
		}
	}
	for {
		end, err := s.boundary()
		if errors.Is(err, errTooLarge) {
			return s.skipLarge()
		}
		if err != nil {
			return chunk{}, err
		}
		if end == s.start {
			return chunk{}, io.EOF
		}
		data := s.buf[s.start:end]
		// What stands before the first "---" and holds no content belongs to the document behind it.
		if end < len(s.buf) && !isMarker(data, '-') && onlyComments(data) {
			s.scanned = end + len("---")
			continue
		}
		c := chunk{Text: source.Text{File: s.file, Data: data, Base: s.base}}
		s.advance(end)
		return c, nil
	}
}

// advance hands out the bytes up to end.
func (s *splitter) advance(end int) {
	data := s.buf[s.start:end]
	s.base.Offset += len(data)
	s.base.Line += source.CountBreaks(data)
	s.base.Col = 1
	s.start, s.scanned = end, max(end, s.scanned)
}

var errTooLarge = errors.New("document too large")

// boundary is the offset in buf at which the document that begins at start ends: a line "---" (which begins the next one), the
// line behind "...", or the end of the stream.
func (s *splitter) boundary() (int, error) {
	for {
		if end := s.find(); end > 0 {
			return end, nil
		}
		if s.eof {
			return len(s.buf), nil
		}
		// A marker may straddle the end of the buffer.
		s.scanned = max(s.start, len(s.buf)-len("\r\n---")-utf8.UTFMax)
		if len(s.buf)-s.start > s.limit {
			return 0, errTooLarge
		}
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
}

// find looks for a boundary in what is buffered; 0 where there is none yet.
func (s *splitter) find() int {
	from := s.scanned
	best := 0
	for _, mark := range [...]string{"\n---", "\n...", "\r---", "\r..."} {
		limit := len(s.buf)
		if best > 0 {
			limit = best
		}
		if mark[0] == '\r' && bytes.IndexByte(s.buf[from:limit], '\r') < 0 {
			continue
		}
		for at := from; at < limit; {
			i := bytes.Index(s.buf[at:limit], []byte(mark))
			if i < 0 {
				break
			}
			line := at + i + 1
			after := line + len("---")
			if after >= len(s.buf) && !s.eof {
				break
			}
			if after < len(s.buf) && !blankOrBreak(s.buf[after]) {
				at = line
				continue
			}
			if mark[1] == '-' {
				best = line
				break
			}
			// The line "..." still belongs to the document that it ends.
			end := after
			for end < len(s.buf) && s.buf[end] != '\n' && s.buf[end] != '\r' {
				end++
			}
			if end >= len(s.buf) && !s.eof {
				break
			}
			if end < len(s.buf) {
				end += source.BreakLen(s.buf, end)
			}
			best = end
			break
		}
	}
	if best >= len(s.buf) && !s.eof {
		return 0
	}
	return best
}

func blankOrBreak(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// isMarker reports whether data begins with the line "---" or "...".
func isMarker(data []byte, c byte) bool {
	return len(data) >= 3 && data[0] == c && data[1] == c && data[2] == c && (len(data) == 3 || blankOrBreak(data[3]))
}

// onlyComments reports whether data holds nothing but blank lines, comments and directives.
func onlyComments(data []byte) bool {
	for len(data) > 0 {
		line := data
		if i := bytes.IndexByte(data, '\n'); i >= 0 {
			line, data = data[:i], data[i+1:]
		} else {
			data = nil
		}
		directive := len(line) > 0 && line[0] == '%'
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' && !directive {
			return false
		}
	}
	return true
}

// fill reads more, making room first.
func (s *splitter) fill() error {
	if s.start > 0 && (len(s.buf) == cap(s.buf) || s.start > len(s.buf)/2) {
		n := copy(s.buf, s.buf[s.start:])
		s.buf, s.scanned, s.start = s.buf[:n], s.scanned-s.start, 0
	}
	if len(s.buf) == cap(s.buf) {
		grown := make([]byte, len(s.buf), max(64<<10, 2*cap(s.buf)))
		copy(grown, s.buf)
		s.buf = grown
	}
	n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
	s.buf = s.buf[:len(s.buf)+n]
	s.read += int64(n)
	if errors.Is(err, io.EOF) {
		s.eof = true
		return nil
	}
	return err
}

// open reads the first bytes and deals with the encoding.
func (s *splitter) open() error {
	for len(s.buf) < 4 && !s.eof {
		if err := s.fill(); err != nil {
			return err
		}
	}
	switch {
	case bytes.HasPrefix(s.buf, []byte("\xEF\xBB\xBF")):
		s.start, s.scanned = 3, 3
		s.base.Offset = 3
	case bytes.HasPrefix(s.buf, []byte("\xFF\xFE")), bytes.HasPrefix(s.buf, []byte("\xFE\xFF")):
		s.file.UTF16 = true
		little := s.buf[0] == 0xFF
		rest := append([]byte(nil), s.buf[2:]...)
		s.r = &utf16Reader{r: io.MultiReader(bytes.NewReader(rest), s.r), little: little}
		s.buf, s.eof = s.buf[:0], false
	}
	return nil
}

// skipLarge drops a document beyond the limit and returns its beginning.
func (s *splitter) skipLarge() (chunk, error) {
	head := append([]byte(nil), s.buf[s.start:s.start+min(64<<10, len(s.buf)-s.start)]...)
	c := chunk{Text: source.Text{File: s.file, Data: head, Base: s.base}, tooLarge: true}
	for {
		// Keep the tail: a marker may straddle it.
		keep := max(s.start, len(s.buf)-16)
		s.advance(keep)
		s.scanned = s.start
		if err := s.fill(); err != nil {
			return chunk{}, err
		}
		if end := s.find(); end > 0 {
			s.advance(end)
			return c, nil
		}
		if s.eof {
			s.advance(len(s.buf))
			return c, nil
		}
	}
}

// utf16Reader turns UTF-16 into UTF-8.
type utf16Reader struct {
	r       io.Reader
	little  bool
	in, out []byte
	eof     bool
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		if u.eof {
			return 0, io.EOF
		}
		buf := make([]byte, 32<<10)
		n, err := u.r.Read(buf)
		u.in = append(u.in, buf[:n]...)
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

// decode moves whole code points from in to out.
func (u *utf16Reader) decode() {
	i := 0
	u.out = u.out[:0]
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
}
