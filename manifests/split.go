package manifests

import (
	"bytes"
	"errors"
	"io"
	"slices"
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
	// item says that the document is an item of a List that is read item by item; apiVersion and kind are what the list says of it.
	item             bool
	apiVersion, kind string
	// values says that the document is values of a chart where it is no object.
	values bool
}

// splitter cuts a stream of YAML or JSON into documents. A line "---" or "..." that is followed by a blank or an end ends a document
// wherever it stands (YAML 1.2.2, 9.1.2), so the cut needs no parser and one broken document cannot hide the next.
type splitter struct {
	r     io.Reader
	file  *source.File
	buf   []byte
	start int // buf[start:] is not handed out yet
	// scanned says for each of the boundaries that none begins in buf[start:scanned]: no byte is searched twice for the same.
	scanned [len(boundaries)]int
	dots    struct{ line, searched int } // a line "..." whose end is not buffered yet, and up to where that was looked for
	by      byte                         // what the boundary found last is made of: '-' or '.', 0 for the end of the stream
	eof     bool
	opened  bool
	base    source.Pos // of buf[start]
	limit   int
	list    *listState // inside a List that is read item by item
	read    int64      // bytes of the stream, as they are stored
}

// boundaries begin a line that ends a document, with the break before it.
var boundaries = [...]string{"\n---", "\r---", "\n...", "\r..."}

// newSplitter starts a splitter; buf is scratch space and may be nil.
func newSplitter(r io.Reader, file *source.File, buf []byte) *splitter {
	return &splitter{r: r, file: file, buf: buf[:0], base: source.Pos{Line: 1, Col: 1}, limit: maxDocument}
}

// next returns the next document. Its Data is valid until the call after it. At the end of the stream it returns io.EOF.
func (s *splitter) next() (chunk, error) {
	if !s.opened {
		if err := s.open(); err != nil {
			return chunk{}, err
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
			return chunk{}, err
		}
		if end == s.start {
			return chunk{}, io.EOF
		}
		data := s.buf[s.start:end]
		// What stands before the first "---" and holds no content belongs to the document behind it.
		if s.by == '-' && !isMarker(data, '-') && onlyComments(data) {
			s.pass(end)
			continue
		}
		if n := markedBOM(data); n > 0 {
			s.advance(s.start + n)
			data = data[n:]
		}
		c := chunk{Text: source.Text{File: s.file, Data: data, Base: s.base}}
		s.advance(end)
		return c, nil
	}
}

// pass says that no boundary begins before end.
func (s *splitter) pass(end int) {
	for i := range s.scanned {
		s.scanned[i] = max(s.scanned[i], end)
	}
}

// advance hands out the bytes up to end.
func (s *splitter) advance(end int) {
	data := s.buf[s.start:end]
	s.base.Offset += len(data)
	s.base.Line += source.CountBreaks(data)
	s.base.Col = 1
	s.start = end
	s.pass(end)
}

var errTooLarge = errors.New("document too large")

// boundary is the offset in buf at which the document that begins at start ends: a line "---" (which begins the next one), the
// line behind "...", or the end of the stream. How the stream is cut does not depend on how much of it each read returns.
func (s *splitter) boundary() (int, error) {
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
		if !asked && s.list == nil && len(s.buf)-s.start > bigList {
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

// find looks for the nearest boundary in what is buffered and returns where it ends the document. Where it found none, it returns the
// nearest place at which there may still be one.
func (s *splitter) find() (end int, found bool) {
	end = len(s.buf)
	least := end
	for m, mark := range boundaries {
		at, stop, whole := s.scanned[m], -1, false
		for ; stop < 0; at++ {
			i := -1
			if at < end {
				i = bytes.Index(s.buf[at:end], []byte(mark))
			}
			if i < 0 {
				break
			}
			at += i
			if stop, whole = s.lineEnd(at+1, mark[1]); stop >= 0 {
				break
			}
		}
		switch {
		case stop < 0:
			at = max(at, end-len(mark)+1)
			least = min(least, at+1)
		case whole:
			end, found, s.by = stop, true, mark[1]
		default:
			least = min(least, stop)
		}
		s.scanned[m] = at
	}
	if !found {
		end = least
	}
	return end, found
}

// lineEnd says where the line at line, which begins with a marker of the character c, ends a document: before it for "---", behind it
// for "..."; -1 where it is no marker. whole is false where more must be read to know; then end is the least it can be.
func (s *splitter) lineEnd(line int, c byte) (end int, whole bool) {
	end = line + len("---")
	switch {
	case end < len(s.buf) && !blankOrBreak(s.buf[end]):
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
		return end, false // a CR may be half of a CR LF
	}
	if end < len(s.buf) {
		end += source.BreakLen(s.buf, end)
	}
	return end, true
}

func blankOrBreak(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// isMarker reports whether data begins with the line "---" or "...".
func isMarker(data []byte, c byte) bool {
	return len(data) >= 3 && data[0] == c && data[1] == c && data[2] == c && (len(data) == 3 || blankOrBreak(data[3]))
}

// markedBOM is how much of data is a "---" line and a byte order mark right behind it, 0 where there is none. Files that begin with the
// mark are concatenated so; kubectl, which takes "---" lines off, does not see the mark either.
func markedBOM(data []byte) int {
	if !isMarker(data, '-') || len(data) < 5 {
		return 0
	}
	n := len("---") + source.BreakLen(data, len("---"))
	if n == len("---") || !bytes.HasPrefix(data[n:], []byte(bom)) {
		return 0
	}
	return n + len(bom)
}

// onlyComments reports whether data holds nothing but blank lines, comments, directives and ends of documents.
func onlyComments(data []byte) bool {
	for len(data) > 0 {
		var line []byte
		line, data = cutLine(data)
		if len(line) > 0 && line[0] == '%' || isMarker(line, '.') {
			continue
		}
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	return true
}

// cutLine cuts the first line off data, at any break that YAML knows. The break goes with neither part.
func cutLine(data []byte) (line, rest []byte) {
	for i := 0; i < len(data); i++ {
		if w := source.BreakLen(data, i); w > 0 {
			return data[:i], data[i+w:]
		}
	}
	return data, nil
}

// maxIdleReads is how often in a row a reader may return nothing before it is taken for broken.
const maxIdleReads = 100

// fill reads more, making room first.
func (s *splitter) fill() error {
	if s.start > 0 && (len(s.buf) == cap(s.buf) || s.start > len(s.buf)/2) {
		n := copy(s.buf, s.buf[s.start:])
		for i := range s.scanned {
			s.scanned[i] -= s.start
		}
		s.dots.line, s.dots.searched = s.dots.line-s.start, s.dots.searched-s.start
		s.buf, s.start = s.buf[:n], 0
	}
	if len(s.buf) == cap(s.buf) {
		grown := make([]byte, len(s.buf), max(64<<10, min(2*cap(s.buf), s.limit+largeHead), cap(s.buf)+largeHead))
		copy(grown, s.buf)
		s.buf = grown
	}
	for range maxIdleReads {
		n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		if !s.file.UTF16 {
			s.read += int64(n)
		}
		if errors.Is(err, io.EOF) {
			s.eof = true
			return nil
		}
		if n > 0 || err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// bom is the byte order mark in UTF-8.
const bom = "\uFEFF"

// open reads the first bytes and deals with the encoding.
func (s *splitter) open() error {
	s.opened = true
	for len(s.buf) < 3 && !s.eof {
		if err := s.fill(); err != nil {
			return err
		}
	}
	switch {
	case bytes.HasPrefix(s.buf, []byte(bom)):
		s.start = len(bom)
		s.pass(s.start)
		s.base.Offset = s.start
	case bytes.HasPrefix(s.buf, []byte("\xFF\xFE")), bytes.HasPrefix(s.buf, []byte("\xFE\xFF")):
		s.file.UTF16 = true
		little := s.buf[0] == 0xFF
		rest := bytes.Clone(s.buf[2:])
		s.read = 2
		s.r = &utf16Reader{r: io.MultiReader(bytes.NewReader(rest), s.r), little: little, read: &s.read}
		s.buf, s.eof = s.buf[:0], false
	}
	return nil
}

// largeHead is how much is kept of a document beyond the limit, in bytes: enough to tell what it is.
const largeHead = 64 << 10

// skipLarge drops a document beyond the limit and returns its beginning.
func (s *splitter) skipLarge() (chunk, error) {
	head := bytes.Clone(s.buf[s.start : s.start+min(largeHead, s.limit)])
	c := chunk{Text: source.Text{File: s.file, Data: head, Base: s.base}, tooLarge: true}
	for {
		if end, found := s.find(); found {
			s.advance(end)
			return c, nil
		}
		if s.eof {
			s.advance(len(s.buf))
			return c, nil
		}
		s.advance(s.searched())
		if err := s.fill(); err != nil {
			return chunk{}, err
		}
	}
}

// searched is up to where nothing of a boundary was found; it does not part a line break.
func (s *splitter) searched() int {
	end := max(s.start, slices.Min(s.scanned[:])-len("\u2028"))
	for end > s.start && (!utf8.RuneStart(s.buf[end]) || s.buf[end-1] == '\r') {
		end--
	}
	return end
}
