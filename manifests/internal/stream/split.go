// Package stream splits a byte stream into YAML or JSON documents, whatever its encoding, and large Lists into their
// items. It recognizes lines and the words that begin them; it does not parse.
package stream

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// MaxDocument is the maximum size of one document in bytes. Kubernetes objects are under 3 MiB (etcd's request limit is
// 1.5 MiB); the margin is for lists of them, which are only read item by item if formatted as kubectl prints them.
const MaxDocument = 64 << 20

// Doc is one document of a stream, as bytes.
type Doc struct {
	source.Text
	// TooLarge is true if Data is only the beginning of a document beyond MaxDocument.
	TooLarge bool
	// Item is true if the document is an item of a List that is read item by item. APIVersion and
	// Kind are what the list implies for it.
	Item             bool
	APIVersion, Kind string

	roots rootLines
	at    int // offset in the Splitter's buffer
}

// Splitter splits a stream of YAML or JSON into documents. A line "---" or "..." followed by white space or the end
// ends a document wherever it is (YAML 1.2.2, 9.1.2), so splitting needs no parser, and one broken document cannot hide
// the next.
type Splitter struct {
	r       io.Reader
	file    *source.File
	buf     []byte
	start   int // buf[start:] has not been returned yet
	scanned int // no boundary begins in buf[start:scanned], so no byte is searched twice
	skims   bool
	// lf and cr are offsets before which buf[scanned:] has no LF and no CR: either there is one at
	// the offset, or the search continues there. They are not used to skim.
	lf, cr int
	word   int                          // 1 + the offset of a backslash or what may be the beginning of directiveWord, whose end is not buffered yet; 0 for none
	dots   struct{ line, searched int } // a line "..." whose end is not buffered yet, and the offset up to which the end was searched for
	by     byte                         // kind of the last boundary: '-' or '.', 0 for the end of the stream
	eof    bool
	opened bool
	base   source.Pos // of buf[start], or of buf[placed] if placed is less
	mixed  bool       // there may be other line breaks than LF in buf[placed:start]
	placed int        // lines in buf[placed:start] are not counted yet, since most documents are not asked for their position
	roots  rootLines  // of buf[start:]
	limit  int
	list   *listState // inside a List that is read item by item
	read   int64      // bytes read from the stream, before decoding
}

// New returns a Splitter.
func New(r io.Reader, file *source.File) *Splitter {
	s := &Splitter{}
	s.Reset(r, file)
	return s
}

// Reset begins with another stream. It reuses the memory of the one before.
func (s *Splitter) Reset(r io.Reader, file *source.File) {
	*s = Splitter{r: r, file: file, buf: s.buf[:0], base: source.Pos{Line: 1, Col: 1}, limit: MaxDocument, skims: canSkim}
}

// Next returns the next document. Its Data is valid until the call after it, and so is its position, which only Place fills in. At the end of the
// stream it returns io.EOF.
func (s *Splitter) Next() (Doc, error) {
	if !s.opened {
		if err := s.open(); err != nil {
			return Doc{}, err
		}
	}
	if s.list != nil {
		return s.nextItem()
	}
	for {
		end, err := s.boundary()
		if errors.Is(err, errList) {
			return s.nextItem()
		}
		if errors.Is(err, errTooLarge) {
			return s.skipLarge()
		}
		if err != nil {
			return Doc{}, err
		}
		if end == s.start {
			return Doc{}, io.EOF
		}
		data := s.buf[s.start:end]
		// Anything before the first "---" without content belongs to the document after it.
		if s.by == '-' && s.roots.n == 0 && !IsMarker(data, '-') && onlyComments(data, s.roots.cut()) {
			s.pass(end)
			continue
		}
		if n := markedBOM(data); n > 0 {
			s.advance(s.start + n)
			s.roots.unclear = true
			data = data[n:]
		}
		c := Doc{Text: source.Text{File: s.file, Data: data}, roots: s.roots, at: s.start}
		s.mixed = s.mixed || !s.roots.noted || s.roots.unclear || s.roots.breaks
		s.start, s.roots, s.word = end, rootLines{}, 0
		s.pass(end)
		return c, nil
	}
}

// Read returns how many bytes of the stream were read, before decoding.
func (s *Splitter) Read() int64 { return s.read }

// Release ends the use of a stream, and keeps at most limit bytes of memory for the next one.
func (s *Splitter) Release(limit int) {
	s.r, s.file = nil, nil
	if cap(s.buf) > limit {
		s.buf = nil
	}
}

// pass records that no boundary begins before end.
func (s *Splitter) pass(end int) {
	s.scanned = max(s.scanned, end)
}

// advance returns the bytes up to end.
func (s *Splitter) advance(end int) {
	s.place(end)
	s.base.Col = 1
	s.start, s.roots, s.word = end, rootLines{}, 0
	s.pass(end)
}

// Place sets the position of the document that Next returned last.
func (s *Splitter) Place(c *Doc) {
	if c.Base.Line == 0 {
		s.place(c.at)
		c.Base = s.base
	}
}

// place counts the lines up to an offset.
func (s *Splitter) place(to int) {
	if data := s.buf[s.placed:to]; len(data) > 0 {
		s.base.Offset += len(data)
		if s.mixed || to > s.start {
			s.base.Line += source.CountBreaks(data)
		} else {
			s.base.Line += bytes.Count(data, []byte{'\n'})
		}
		s.base.Col = 1
		s.placed, s.mixed = to, to < s.start && s.mixed
	}
}

var errTooLarge = errors.New("document too large")

// boundary returns the offset in buf at which the document that begins at start ends: at a line "---" (which begins the
// next one), after the line "...", or at the end of the stream. The result does not depend on how much of the stream
// each read returns.
func (s *Splitter) boundary() (int, error) {
	asked := false
	for {
		end, found := s.find()
		if !found && s.eof {
			end, found, s.by = len(s.buf), true, 0
		}
		if end-s.start > s.limit {
			return 0, errTooLarge
		}
		if found {
			return end, nil
		}
		if !asked && s.list == nil && len(s.buf)-s.start > BigList {
			asked = true
			if s.startList() {
				return 0, errList
			}
		}
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
}

// find looks for the next boundary in the buffered data and returns where it ends the document. If there is none, it
// returns the first offset at which there may still be one.
func (s *Splitter) find() (end int, found bool) {
	end = len(s.buf)
	at := s.scanned
	for at < end {
		switch {
		case s.skims:
			at = s.plainLines(at)
		case s.nextByte('\r', &s.cr, at) == end:
			at = s.nextBreak(s.plainLines(at))
		default:
			s.roots.unclear = true
			at = s.nextBreak(at)
		}
		if at == end {
			break
		}
		rest := s.buf[at+1 : min(at+1+len("---"), end)]
		if len(rest) > 0 && rest[0] != '-' && rest[0] != '.' || len(rest) > 1 && rest[1] != rest[0] || len(rest) > 2 && rest[2] != rest[0] {
			at++
			continue
		}
		if len(rest) < len("---") { // may become a marker
			break
		}
		stop, whole := s.lineEnd(at+1, rest[0])
		if stop < 0 {
			at++
			continue
		}
		s.scanned = at
		if !whole {
			return stop, false
		}
		if s.by = rest[0]; s.by == '.' {
			s.roots.noted = false // the rest of the line was not looked at
		}
		return stop, true
	}
	s.scanned = at
	return min(at+1, end), false
}

// plainLines returns the offset of the next LF, starting at at, after which a marker may begin, or the offset of the
// end. It notes the lines that may begin with a root key, and what else the look-ahead asks for. It stops at a CR,
// too, if it skims; otherwise there is none before the end.
func (s *Splitter) plainLines(at int) int {
	switch {
	case !s.skims:
		at = max(at, s.lf)
	case s.word > 0:
		at, s.word = s.word-1, 0
	}
	s.roots.noted = s.skims
	for ; ; at++ {
		if s.skims {
			at += skim(s.buf[at:])
		} else {
			at = outerBreak(s.buf, at)
		}
		if at >= len(s.buf) {
			s.lf = len(s.buf)
			return s.lf
		}
		switch s.buf[at] {
		case '\n':
			if at+1 == len(s.buf) {
				s.lf = at
				return at
			}
			switch c := s.buf[at+1]; c {
			case ' ', '\n':
			case '-', '.':
				s.lf = at
				return at
			default:
				s.roots.add(c, at+1-s.start)
			}
		case '\r':
			s.roots.unclear = true
			return at
		case '\\':
			if at+1 == len(s.buf) {
				s.word, s.lf = at+1, len(s.buf)
				return s.lf
			}
			s.roots.escapes = s.roots.escapes || strings.IndexByte(hiding, s.buf[at+1]) >= 0
		case 0xC2, 0xE2:
			s.roots.breaks = s.roots.breaks || mayBreak(s.buf[at:])
		case 'g', 'G':
			rest := s.buf[at:min(at+len(directiveWord), len(s.buf))]
			switch {
			case !strings.EqualFold(string(rest), directiveWord[:len(rest)]):
			case len(rest) < len(directiveWord):
				s.word, s.lf = at+1, len(s.buf)
				return s.lf
			case string(rest) == directiveWord:
				s.roots.directive = true
			default:
				s.roots.shout = true
			}
		}
	}
}

// mayBreak reports whether a text begins with a line break of YAML 1.1, or may do so when more of it is known.
func mayBreak(text []byte) bool {
	switch {
	case len(text) < 3:
		return true
	case text[0] == 0xC2:
		return text[1] == 0x85
	}
	return text[1] == 0x80 && text[2]&^1 == 0xA8
}

// nextBreak returns the offset of the next LF or CR, starting at at, or the offset of the end. It
// searches for each separately: most streams have no CR, and some no LF.
func (s *Splitter) nextBreak(at int) int {
	return min(s.nextByte('\n', &s.lf, at), s.nextByte('\r', &s.cr, at))
}

// nextByte returns the offset of the next c, starting at at, or the offset of the end. There is
// none before known.
func (s *Splitter) nextByte(c byte, known *int, at int) int {
	if *known = max(*known, at); *known < len(s.buf) && s.buf[*known] != c {
		if i := bytes.IndexByte(s.buf[*known:], c); i >= 0 {
			*known += i
		} else {
			*known = len(s.buf)
		}
	}
	return *known
}

// lineEnd returns where the line at line, which begins with a marker of the character c, ends a document: before it for
// "---", after it for "..."; -1 if it is not a marker. whole is false if more data is needed; then end is the lower
// bound.
func (s *Splitter) lineEnd(line int, c byte) (end int, whole bool) {
	end = line + len("---")
	switch {
	case end < len(s.buf) && !source.IsSpace(s.buf[end]):
		return -1, true
	case c == '-':
		return line, end < len(s.buf) || s.eof
	}
	if s.dots.line == line {
		end = s.dots.searched
	}
	if i := bytes.IndexAny(s.buf[end:], "\r\n"); i >= 0 {
		end += i
	} else {
		end = len(s.buf)
	}
	if end+1 >= len(s.buf) && !s.eof {
		s.dots.line, s.dots.searched = line, end
		return end, false // the CR may be half of a CR LF
	}
	if end < len(s.buf) {
		end += source.BreakLen(s.buf, end)
	}
	return end, true
}

// largeHead is how many bytes are kept of a document over the limit: enough to identify it.
const largeHead = 64 << 10

// skipLarge skips a document over the limit and returns its beginning.
func (s *Splitter) skipLarge() (Doc, error) {
	s.place(s.start)
	head := bytes.Clone(s.buf[s.start : s.start+min(largeHead, s.limit)])
	c := Doc{Text: source.Text{File: s.file, Data: head, Base: s.base}, TooLarge: true}
	for {
		end, found := s.find()
		s.roots.noted = false // a part was looked at before the last advance
		if found {
			s.advance(end)
			return c, nil
		}
		if s.eof {
			s.advance(len(s.buf))
			return c, nil
		}
		s.advance(s.searched())
		if err := s.fill(); err != nil {
			return Doc{}, err
		}
	}
}

// searched returns the offset up to which no part of a boundary was found. It does not split a line
// break.
func (s *Splitter) searched() int {
	end := max(s.start, s.scanned-len("\u2028"))
	for end > s.start && (!utf8.RuneStart(s.buf[end]) || s.buf[end-1] == '\r') {
		end--
	}
	return end
}
