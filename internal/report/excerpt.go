package report

import (
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/redact"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

const (
	defaultWidth = 120
	// minWidth is the minimum width of an excerpt, even in a narrower terminal.
	minWidth = 20
	// tab replaces tabs: a real tab would shift with the gutter and misplace the carets.
	tab = "    "
	// nearby is how many bytes on either side of a span are considered. More are never shown.
	nearby = 2 << 10
	// cutMark shows where a line is cut.
	cutMark = "..."
)

// cells measures characters. It is our own value because the library's default depends on the locale.
var cells = runewidth.Condition{StrictEmojiNeutral: true}

// width returns the number of terminal cells of s, which has no control characters.
func width(s string) int {
	n := 0
	for _, r := range s {
		n += runeCells(r)
	}
	return n
}

func runeCells(r rune) int {
	if r < utf8.RuneSelf {
		return 1
	}
	return cells.RuneWidth(r)
}

// snippet is one line of source as shown: the text, and its cells [from, to) to underline.
type snippet struct {
	text     string
	from, to int
}

// carets returns the line below the text. It underlines at least one cell.
func (s snippet) carets() string {
	return strings.Repeat(" ", s.from) + "^" + strings.Repeat("~", max(s.to-s.from-1, 0))
}

// excerpt returns the snippet of a span that fits into a number of cells, without secrets on its line.
func excerpt(sp source.Span, fit int) snippet {
	e, start, end := sp.Excerpt(), sp.Start(), sp.End()
	text := strings.TrimRight(e.Text, "\r\n")
	from := clamp(start.Offset-e.Offset, len(text))
	if from > nearby {
		text, from, e.Offset, e.CutLeft = text[from-nearby:], nearby, e.Offset+from-nearby, true
	}
	if len(text)-from > 2*nearby {
		text, e.CutRight = text[:from+2*nearby], true
	}
	if e.CutLeft { // the beginning may be the end of a value whose key is cut off
		part := strings.LastIndexAny(text[:from], ",{[") + 1
		text, from, e.Offset = text[part:], from-part, e.Offset+part
	}
	to := len(text)
	if end.Line == start.Line {
		to = clamp(end.Offset-e.Offset, len(text))
	}
	if sp.IsName() {
		text = redact.Line(text, imageref.Range{Start: from, End: to})
	} else {
		text = redact.Line(text)
	}
	for at := commandAt(text, -1); at >= 0; at = commandAt(text, at+1) { // as in visible, which gets the line in pieces
		text = text[:at] + `\` + text[at:]
		if at < from {
			from++
		}
		if at < to {
			to++
		}
	}
	from, to = wholeRunes(text, from, max(to, from))
	left, right := window(text, from, to, fit, e.CutLeft, e.CutRight)
	var b strings.Builder
	if left > 0 || e.CutLeft {
		b.WriteString(cutMark)
	}
	at := b.Len()
	at += show(&b, text[left:from])
	s := snippet{from: at, to: at + show(&b, text[from:min(to, right)])}
	show(&b, text[min(to, right):right])
	if right < len(text) || e.CutRight {
		b.WriteString(cutMark)
	}
	s.text = strings.TrimRight(b.String(), " ")
	return s
}

// wholeRunes widens text[from:to] to character boundaries.
func wholeRunes(text string, from, to int) (int, int) {
	for n := 1; n < utf8.UTFMax && from > 0 && from < len(text) && !utf8.RuneStart(text[from]); n++ {
		from--
	}
	for n := 1; n < utf8.UTFMax && to < len(text) && !utf8.RuneStart(text[to]); n++ {
		to++
	}
	return from, to
}

func clamp(i, most int) int { return min(max(i, 0), most) }

// window chooses the part [left, right) of text to show around [from, to): everything if it fits, otherwise
// the span with equal parts of its surroundings.
func window(text string, from, to, fit int, cutLeft, cutRight bool) (left, right int) {
	marks := 0
	if cutLeft {
		marks += len(cutMark)
	}
	if cutRight {
		marks += len(cutMark)
	}
	before := reachLeft(text[:from], fit)
	left, right = from-before.bytes, len(text)
	behind, whole := reachRight(text[from:], fit)
	if left == 0 && whole && before.cells+behind.cells+marks <= fit {
		return left, right
	}
	room := fit - 2*len(cutMark)
	span, _ := reachRight(text[from:to], room)
	room -= span.cells
	behind, _ = reachRight(text[from+span.bytes:], room)
	before = reachLeft(text[:from], max(room/2, room-behind.cells))
	behind, _ = reachRight(text[from+span.bytes:], room-before.cells)
	return from - before.bytes, from + span.bytes + behind.bytes
}

// reach is a part of a text, in bytes and in cells. A zero-width character counts as one cell here, so that
// many of them are cut like other text.
type reach struct{ bytes, cells int }

// reachRight returns the longest prefix of text that fits, and whether it is all of it.
func reachRight(text string, fit int) (r reach, whole bool) {
	for r.bytes < len(text) {
		c, n := utf8.DecodeRuneInString(text[r.bytes:])
		w := max(shownCells(c, n), 1)
		if r.cells+w > fit {
			return r, false
		}
		r.bytes, r.cells = r.bytes+n, r.cells+w
	}
	return r, true
}

// reachLeft returns the longest suffix of text that fits.
func reachLeft(text string, fit int) (r reach) {
	for r.bytes < len(text) {
		c, n := utf8.DecodeLastRuneInString(text[:len(text)-r.bytes])
		w := max(shownCells(c, n), 1)
		if r.cells+w > fit {
			break
		}
		r.bytes, r.cells = r.bytes+n, r.cells+w
	}
	return r
}

// shownCells returns the width of what show writes for a character.
func shownCells(c rune, n int) int {
	switch {
	case plain(c, n):
		return runeCells(c)
	case c == '\t':
		return len(tab)
	}
	var scratch [len(`\U0010ffff`)]byte
	return len(appendEscape(scratch[:0], 0, c, n))
}

// show writes text as a terminal can show it, and returns its width in cells.
func show(b *strings.Builder, text string) int {
	n := 0
	for text != "" {
		at := strings.IndexByte(text, '\t')
		if at < 0 {
			at = len(text)
		}
		s := visible(text[:at])
		b.WriteString(s)
		n += width(s)
		if at == len(text) {
			break
		}
		b.WriteString(tab)
		n += len(tab)
		text = text[at+1:]
	}
	return n
}
