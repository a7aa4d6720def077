package stream

import (
	"bytes"
	"errors"
	"io"
)

// maxIdleReads is how often in a row a reader may return nothing before it counts as broken.
const maxIdleReads = 100

// A buffer has one of these sizes first, and then grows by doubling: each step costs the memory of all before it, while
// memory that nothing was read into costs nothing.
const (
	firstBuffer  = 64 << 10
	secondBuffer = 1 << 20
)

// fill reads more data, making room first.
func (s *Splitter) fill() error {
	if s.start > 0 && (len(s.buf) == cap(s.buf) || s.start > len(s.buf)/2) {
		s.place(s.start)
		n := copy(s.buf, s.buf[s.start:])
		s.placed = 0
		s.scanned -= s.start
		s.lf, s.cr, s.word = max(s.lf-s.start, 0), max(s.cr-s.start, 0), max(s.word-s.start, 0)
		s.dots.line, s.dots.searched = s.dots.line-s.start, s.dots.searched-s.start
		s.buf, s.start = s.buf[:n], 0
	}
	if len(s.buf) == cap(s.buf) {
		size := firstBuffer
		if cap(s.buf) > 0 {
			size = max(secondBuffer, min(2*cap(s.buf), s.limit+largeHead), cap(s.buf)+largeHead)
		}
		grown := make([]byte, len(s.buf), size)
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

// open reads the first bytes and detects the encoding.
func (s *Splitter) open() error {
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
		s.base.Offset, s.placed = s.start, s.start
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
