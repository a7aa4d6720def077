// Package source knows files, bytes, lines and columns. It knows no YAML and no Kubernetes.
package source

import (
	"bytes"
	"encoding/binary"
	"math"
	"sort"
	"unicode/utf8"
)

// File is one input. Its bytes are not kept: what a finding shows is carried by its Span.
type File struct {
	// Name is the path as the user typed it or as the walk found it, "<stdin>" for "-".
	Name string
	// InMemory is true if there is no file on disk behind Name.
	InMemory bool
	// UTF16 is true if the file is UTF-16; offsets count bytes of its UTF-8 form.
	UTF16 bool
}

// Pos is a place in a file: Offset in bytes from 0, Line from 1, Col in Unicode code points from 1.
type Pos struct{ Offset, Line, Col int }

// Text is a stretch of a file that is in memory, such as one document. It turns places inside Data into places in the file.
// The zero value with Data set is ready for use; it is not safe for concurrent use.
type Text struct {
	File *File
	Data []byte
	Base Pos   // the place of Data[0]
	line []int // offsets in Data at which lines begin, made on first use

	found int // the line of the last place, 0 for none

	// A line of megabytes, as minified JSON has, is counted through once and not once for each place on it.
	marked int    // the line that marks are of, 0 for none
	marks  []mark // every markEvery bytes of it, as far as it was counted

	excerpt   string // the last excerpt, and what its neighbors may want
	excerptAt int    // its offset in Data
	last      *line  // of the last span
}

// mark is an offset in Data and its column (from 1).
type mark struct{ off, col int }

// markEvery is how many bytes of a long line lie between two marks.
const markEvery = 512

// BreakLen is the length of the line break at data[i], or 0. Breaks are those that YAML 1.1 and its parsers know:
// LF, CR, CR LF, NEL (U+0085), LS (U+2028) and PS (U+2029).
func BreakLen(data []byte, i int) int {
	switch data[i] {
	case '\n':
		return 1
	case '\r':
		if i+1 < len(data) && data[i+1] == '\n' {
			return 2
		}
		return 1
	case 0xC2:
		if i+1 < len(data) && data[i+1] == 0x85 {
			return 2
		}
	case 0xE2:
		if i+2 < len(data) && data[i+1] == 0x80 && (data[i+2] == 0xA8 || data[i+2] == 0xA9) {
			return 3
		}
	}
	return 0
}

// IsSpace reports whether c is a space, a tab, or a byte of the breaks LF and CR.
func IsSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

var (
	lf  = []byte{'\n'}
	nel = []byte{0xC2, 0x85}
	seg = []byte{0xE2, 0x80} // first bytes of LS and PS, and of most quotation marks
)

// countSegments counts LS and PS, up to limit of them.
func countSegments(data []byte, limit int) int {
	n := 0
	for n < limit {
		i := bytes.Index(data, seg)
		if i < 0 || i+len(seg) == len(data) {
			break
		}
		if c := data[i+len(seg)]; c == 0xA8 || c == 0xA9 {
			n++
		}
		data = data[i+len(seg):]
	}
	return n
}

// countReturns counts the CRs that are breaks by themselves, and not half of one.
func countReturns(data []byte) int {
	n := 0
	for {
		i := bytes.IndexByte(data, '\r')
		if i < 0 {
			return n
		}
		if data = data[i+1:]; len(data) == 0 || data[0] != '\n' {
			n++
		}
	}
}

// hasOtherBreaks reports whether data holds other line breaks than LF.
func hasOtherBreaks(data []byte) bool {
	return bytes.IndexByte(data, '\r') >= 0 || HasWideBreaks(data)
}

// HasWideBreaks reports whether data holds line breaks of several bytes: NEL, LS or PS.
func HasWideBreaks(data []byte) bool {
	return bytes.Contains(data, nel) || countSegments(data, 1) > 0
}

// CountBreaks counts the line breaks of data.
func CountBreaks(data []byte) int {
	return bytes.Count(data, lf) + countReturns(data) + bytes.Count(data, nel) + countSegments(data, len(data))
}

// SetLines says at which offsets in Data its lines begin, for who has met them already; nil forgets it.
func (t *Text) SetLines(starts []int) { t.line = starts }

func (t *Text) lines() []int {
	if t.line == nil {
		t.line = findLines(t.Data)
	}
	return t.line
}

// findLines returns the offsets at which the lines of a text begin.
func findLines(data []byte) []int {
	if !hasOtherBreaks(data) {
		out := append(make([]int, 0, 1+bytes.Count(data, lf)), 0)
		for at := 0; ; {
			i := bytes.IndexByte(data[at:], '\n')
			if i < 0 {
				return out
			}
			at += i + 1
			out = append(out, at)
		}
	}
	out := append(make([]int, 0, 64), 0)
	for i := 0; i < len(data); {
		c := data[i]
		if c > '\r' && c < 0xC2 || c == ' ' {
			i++
			continue
		}
		if w := BreakLen(data, i); w > 0 {
			i += w
			out = append(out, i)
		} else {
			i++
		}
	}
	return out
}

// Lines is the number of lines; a text that ends with a break has an empty last one.
func (t *Text) Lines() int { return len(t.lines()) }

// LineStart is the offset in Data at which line n (from 1) begins; it is clamped to the text.
func (t *Text) LineStart(n int) int {
	l := t.lines()
	switch {
	case n < 1:
		return 0
	case n > len(l):
		return len(t.Data)
	}
	return l[n-1]
}

// LineEnd is the offset in Data at which line n ends, its break not counted.
func (t *Text) LineEnd(n int) int {
	_, end := t.Line(n)
	return end
}

// Line is the stretch of Data that line n takes up, its break not counted.
func (t *Text) Line(n int) (start, end int) {
	start, end = t.LineStart(n), t.LineStart(n+1)
	if n >= t.Lines() || end == start {
		return start, end
	}
	switch t.Data[end-1] {
	case '\n':
		end--
		if end > start && t.Data[end-1] == '\r' {
			end--
		}
	case '\r':
		end--
	case 0x85:
		end -= len(nel)
	default: // LS or PS
		end -= len(seg) + 1
	}
	return start, end
}

// LineAt is the line (from 1) that holds the offset.
func (t *Text) LineAt(off int) int {
	l := t.lines()
	if n := t.found; n > 0 && n <= len(l) && l[n-1] <= off && (n == len(l) || off < l[n]) { // places are asked for in turn
		return n
	}
	lo, hi := 0, len(l)
	for hi-lo > 1 {
		mid := lo + (hi-lo)/2
		if l[mid] <= off {
			lo = mid
		} else {
			hi = mid
		}
	}
	t.found = lo + 1
	return t.found
}

// near is the last place on a line, which takes up the bytes [start, end), from which counting to an offset or a column, whichever comes first, can
// start.
func (t *Text) near(line, start, end, off, col int) mark {
	if end-start <= markEvery {
		return mark{start, 1}
	}
	if t.marked != line {
		t.marked, t.marks = line, append(t.marks[:0], mark{start, 1})
	}
	for {
		last := t.marks[len(t.marks)-1]
		if last.off > off || last.col > col || last.off+markEvery >= end {
			break
		}
		next := runeStart(t.Data, last.off+markEvery)
		t.marks = append(t.marks, mark{next, last.col + utf8.RuneCount(t.Data[last.off:next])})
	}
	past := sort.Search(len(t.marks), func(i int) bool { return t.marks[i].off > off || t.marks[i].col > col })
	return t.marks[max(past-1, 0)]
}

// Offset is the offset in Data of a line and a column in code points, both from 1, as a YAML parser counts them that was
// given Data alone. It is clamped to the line.
func (t *Text) Offset(line, col int) int {
	start, end := t.Line(line)
	m := t.near(line, start, end, math.MaxInt, col)
	if m.col < col {
		n := ascii(t.Data[m.off:min(m.off+col-m.col, end)])
		m.off, m.col = m.off+n, m.col+n
	}
	for ; m.col < col && m.off < end; m.col++ {
		_, w := utf8.DecodeRune(t.Data[m.off:end])
		m.off += w
	}
	return m.off
}

// Pos is the place in the file of an offset in Data.
func (t *Text) Pos(off int) Pos {
	off = min(max(off, 0), len(t.Data))
	line := t.LineAt(off)
	start, end := t.Line(line)
	return t.pos(line, start, end, off)
}

// pos is Pos for an offset in a line, which takes up the bytes [start, end) and a break.
func (t *Text) pos(line, start, end, off int) Pos {
	p := Pos{Offset: t.Base.Offset + off, Line: t.Base.Line + line - 1, Col: 1}
	if off > start {
		m := t.near(line, start, end, off, math.MaxInt)
		n := ascii(t.Data[m.off:off])
		p.Col = m.col + n + utf8.RuneCount(t.Data[m.off+n:off])
	}
	if line == 1 {
		p.Col += t.Base.Col - 1
	}
	return p
}

// ascii is how many bytes at the beginning of a text are ASCII, so that each is a code point. Nearly all texts have nothing else.
func ascii(text []byte) int {
	n := 0
	for n+8 <= len(text) && binary.LittleEndian.Uint64(text[n:])&0x8080808080808080 == 0 {
		n += 8
	}
	for n < len(text) && text[n] < utf8.RuneSelf {
		n++
	}
	return n
}

// maxExcerpt is how many bytes of a line an Excerpt holds at most on each side of its span.
const maxExcerpt = 240

// Span is the stretch [from, to) of Data as a span of the file, with the line on which it starts.
func (t *Text) Span(from, to int) Span {
	from = min(max(from, 0), len(t.Data))
	to = min(max(to, from), len(t.Data))
	line := t.LineAt(from)
	start, end := t.Line(line)
	a, b := start, end
	e := Excerpt{}
	if from-a > maxExcerpt {
		a = runeStart(t.Data, from-maxExcerpt)
		e.CutLeft = true
	}
	if stop := max(min(to, b), from); b-stop > maxExcerpt {
		b = runeStart(t.Data, stop+maxExcerpt)
		e.CutRight = true
	}
	if b-a > 4*maxExcerpt {
		b = runeStart(t.Data, a+4*maxExcerpt)
		e.CutRight = true
	}
	if b < a {
		b = a
	}
	first := t.pos(line, start, end, a)
	e.Text, e.Offset, e.Col = t.text(a, b, end), first.Offset, first.Col
	if t.last == nil || !t.last.shows(t.File, first.Line, e) {
		t.last = newLine(t.File, first, e)
	}
	if to > end {
		return t.last.span(t.pos(line, start, end, from), t.Pos(to))
	}
	return t.last.span(t.pos(line, start, end, from), t.pos(line, start, end, to))
}

// text is a copy of the bytes [a, b), which the excerpts of places beside each other share: a line with a thousand names is not kept a thousand
// times.
func (t *Text) text(a, b, lineEnd int) string {
	inside := a >= t.excerptAt && a < t.excerptAt+len(t.excerpt)
	if inside && b <= t.excerptAt+len(t.excerpt) {
		return t.excerpt[a-t.excerptAt : b-t.excerptAt]
	}
	end := b
	if inside {
		end = max(b, min(b+4*maxExcerpt, lineEnd))
	}
	t.excerpt, t.excerptAt = string(t.Data[a:end]), a
	return t.excerpt[:b-a]
}

// runeStart is the nearest offset at or before i at which a code point, or a byte that is part of none, begins.
func runeStart(data []byte, i int) int {
	for n := range utf8.UTFMax {
		if i-n <= 0 || utf8.RuneStart(data[i-n]) {
			return max(i-n, 0)
		}
	}
	return i // four bytes that only go on: the last of them belongs to nothing before it
}
