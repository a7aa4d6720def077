package source

import (
	"math"
	"unicode/utf8"
)

// Span is the text [Start, End) of a file. The zero Span has no position.
//
// Runs keep many spans, so a span is small: it holds positions relative to the line on which it starts, and the spans on
// one line share that line. Compare spans with Equal, since equal spans may have different lines in memory.
type Span struct {
	line       *line
	start, end place
	lines      int32 // line breaks between start and end
	exact      bool
	name       bool
}

// place is a position relative to a line: bytes after its first byte, and the column.
type place struct{ offset, col int32 }

// line is the line of a file on which spans start, or the shown part of it.
type line struct {
	file              *File
	text              string // of the excerpt
	offset            int    // of the first byte of text in the file
	number            int
	col               int32 // of the first byte of text; 0 without an excerpt
	cutLeft, cutRight bool
}

// Excerpt is one line of a file, cut where it is very long.
type Excerpt struct {
	Text string
	// Offset and Col are the place of Text's first byte: the line's beginning, unless CutLeft.
	Offset, Col       int
	CutLeft, CutRight bool
}

// NewSpan returns the span [start, end) of a file, which is not exact, with the line to show for it.
func NewSpan(f *File, start, end Pos, shown Excerpt) Span {
	if f == nil {
		return Span{}
	}
	return newLine(f, start, shown).span(start, end)
}

// Whole returns the span of a file as a whole, without a position in it.
func Whole(f *File) Span { return NewSpan(f, Pos{}, Pos{}, Excerpt{}) }

// newLine returns the line of a position. Without an excerpt, it begins at the position.
func newLine(f *File, at Pos, e Excerpt) *line {
	if e == (Excerpt{}) {
		e.Offset = at.Offset
	}
	return &line{file: f, text: e.Text, offset: e.Offset, number: at.Line, col: small(e.Col), cutLeft: e.CutLeft, cutRight: e.CutRight}
}

// shows reports whether a line is the given one.
func (l *line) shows(f *File, number int, e Excerpt) bool {
	return l.file == f && l.number == number && l.offset == e.Offset && l.text == e.Text && l.cutLeft == e.CutLeft && l.cutRight == e.CutRight && int(l.col) == e.Col
}

func (l *line) span(start, end Pos) Span {
	return Span{line: l, start: l.place(start), end: l.place(end), lines: small(end.Line - start.Line)}
}

func (l *line) place(p Pos) place { return place{small(p.Offset - l.offset), small(p.Col)} }

// small narrows a number that is relative to a document, whose size is limited.
func small(n int) int32 { return int32(min(max(n, math.MinInt32), math.MaxInt32)) } //nolint:gosec // it fits

// IsZero reports whether the span is not a place.
func (s Span) IsZero() bool { return s.File() == nil }

// File returns the file, or nil for the zero Span.
func (s Span) File() *File {
	if s.line == nil {
		return nil
	}
	return s.line.file
}

// Start returns the position of the first byte.
func (s Span) Start() Pos { return s.pos(s.start, 0) }

// End returns the position after the last byte.
func (s Span) End() Pos { return s.pos(s.end, s.lines) }

func (s Span) pos(p place, below int32) Pos {
	if s.line == nil {
		return Pos{}
	}
	return Pos{s.line.offset + int(p.offset), s.line.number + int(below), int(p.col)}
}

// Excerpt returns the line on which the span starts.
func (s Span) Excerpt() Excerpt {
	l := s.line
	if l == nil || l.text == "" && l.col == 0 {
		return Excerpt{}
	}
	return Excerpt{l.text, l.offset, int(l.col), l.cutLeft, l.cutRight}
}

// Exact reports whether the bytes of the span are the value itself, so that a part of the value is the same part of the
// span.
func (s Span) Exact() bool { return s.exact }

// WithExact returns the span, exact or not.
func (s Span) WithExact(exact bool) Span {
	s.exact, s.name = exact, s.name && exact
	return s
}

// Text returns the text of a span on one line; "" if its excerpt does not show all of it.
func (s Span) Text() string {
	if s.line == nil || s.lines != 0 || s.start.offset < 0 || s.end.offset < s.start.offset || int(s.end.offset) > len(s.line.text) {
		return ""
	}
	return s.line.text[s.start.offset:s.end.offset]
}

// IsName reports whether the text is known to be a name, such as that of a Secret or an image, and so not a secret,
// whatever its key is called.
func (s Span) IsName() bool { return s.name }

// AsName returns the span, known to be a name if its text is the value itself.
func (s Span) AsName() Span {
	s.name = s.exact
	return s
}

// WithExcerpt returns the span with another line to show.
func (s Span) WithExcerpt(e Excerpt) Span {
	return NewSpan(s.File(), s.Start(), s.End(), e).like(s)
}

// InFile returns the same place in another file.
func (s Span) InFile(f *File) Span {
	return NewSpan(f, s.Start(), s.End(), s.Excerpt()).like(s)
}

// like returns the span with what is known about the text of another one.
func (s Span) like(other Span) Span {
	s.exact, s.name = other.exact, other.name
	return s
}

// SameText reports whether two spans are the same stretch of the same file.
func (s Span) SameText(other Span) bool {
	return s.File() == other.File() && s.Start() == other.Start() && s.End() == other.End()
}

// Equal reports whether two spans are the same in all respects. Whether one is known to be a name depends on where its text was seen.
func (s Span) Equal(other Span) bool {
	return s.SameText(other) && s.exact == other.exact && s.Excerpt() == other.Excerpt()
}

// Sub narrows an exact span to the bytes [from, to) of its value; any other span is returned as it is.
// A part that spans nothing is widened to the character before it, so that there is something to point at.
func (s Span) Sub(from, to int) Span {
	if !s.exact || from < 0 || to < from || to > int(s.end.offset-s.start.offset) || s.lines != 0 {
		return s
	}
	at := int(s.start.offset)
	if at < 0 || at+to > len(s.line.text) {
		return s
	}
	text := s.line.text[at:]
	if from == to && from > 0 {
		_, w := utf8.DecodeLastRuneInString(text[:from])
		from -= w
	}
	s.end = s.start.plus(text[:to])
	s.start = s.start.plus(text[:from])
	return s
}

// plus moves a place over text that holds no line break.
func (p place) plus(text string) place {
	return place{p.offset + small(len(text)), p.col + small(utf8.RuneCountInString(text))}
}
