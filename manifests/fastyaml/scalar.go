package fastyaml

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v4"
)

// start is what a byte begins in block style.
type start byte

const (
	startsPlain start = iota
	startsQuote
	startsText
	startsFlow
	startsAnchor
	startsAlias
	startsJoined // plain text, unless a space or the line's end follows
	startsOther  // something outside of the subset
)

// starts is what each byte begins.
var starts = [256]start{
	'"': startsQuote, '\'': startsQuote, '|': startsText, '>': startsText, '[': startsFlow, '{': startsFlow,
	'&': startsAnchor, '*': startsAlias, '-': startsJoined, '?': startsJoined, ':': startsJoined,
	',': startsOther, ']': startsOther, '}': startsOther, '#': startsOther, '!': startsOther, '%': startsOther, '@': startsOther, '`': startsOther,
}

// stop is what ends the plain text on a line.
type stop int

const (
	stopLine    stop = iota // the line's end
	stopColon               // a ":" before a space or the line's end
	stopComment             // a "#" after a space
	stopRefuse              // something outside of the subset
)

// plainEnd finds the end of the plain text that begins at p.pos in block style, without trailing
// spaces, and the offset of what stops it.
func (p *parser) plainEnd() (end, at int, why stop) {
	if s := starts[p.data[p.pos]]; s != startsPlain && (s != startsJoined || p.blankAt(p.pos+1)) {
		return 0, 0, stopRefuse
	}
	if end, at, why = p.textEnd(); p.hasTab(end) {
		return 0, 0, stopRefuse
	}
	return end, at, why
}

// hasTab reports whether a tab is between p.pos and end.
func (d *document) hasTab(end int) bool {
	return d.tabs && bytes.IndexByte(d.data[d.pos:end], '\t') >= 0
}

// textEnd is plainEnd for text that may begin with any character, and may have tabs.
func (d *document) textEnd() (end, at int, why stop) {
	line, i := d.data[:d.end], d.pos
search:
	for ; i < len(line); i++ {
		for i >= 0 && i < len(line) && i < len(d.data)-7 {
			// With the high bit of each byte set, nothing is borrowed from the next one, and the bit is kept unless all others are 0.
			w := binary.LittleEndian.Uint64(d.data[i:]) | high
			found := ^((w ^ ones*':' - ones) & (w ^ ones*'#' - ones)) & high
			if found != 0 {
				i += bits.TrailingZeros64(found) / 8
				break
			}
			i += 8
		}
		if i >= len(line) {
			i = len(line)
			break
		}
		switch line[i] {
		case ':':
			if d.blankAt(i + 1) {
				why = stopColon
				break search
			}
		case '#':
			if i > d.pos && line[i-1] == ' ' {
				why = stopComment
				break search
			}
		}
	}
	end = i
	for end > d.pos && line[end-1] == ' ' {
		end--
	}
	return end, i, why
}

// plain returns a node for the plain text from p.pos to end, which is followed by why, and for the
// lines that continue it: those indented deeper than parent.
func (p *parser) plain(parent, end int, why stop) *yaml.Node {
	if why != stopLine && why != stopComment {
		return nil
	}
	n := p.newNode(yaml.ScalarNode, 0, p.line, p.column(p.pos))
	from := p.pos
	var text []byte // if it continues on the next line
	switch {
	case !p.load():
		p.finish()
	case why == stopLine && (p.pos == p.end || p.pos-p.start > parent):
		if !p.plainLines(p.data[from:end], parent) {
			return nil
		}
		text = p.buf
	case !p.reach():
		return nil
	}
	if text == nil {
		text = p.data[from:end]
	}
	n.Value = p.keep(text)
	if n.Tag = tagOf(n.Value); n.Tag == "" {
		return nil
	}
	return n
}

// plainLines joins in p.buf first and the lines that continue it, from the current line on, and moves to the next line of content. It
// returns false to reject the document.
func (p *parser) plainLines(first []byte, parent int) bool {
	p.buf = append(p.buf[:0], first...)
	blank := 0
	for more := true; more; more = p.load() {
		if p.pos == p.end {
			blank++
			continue
		}
		comment := p.data[p.pos] == '#' // which ends the text
		if !p.reach() {
			return false
		}
		if comment || p.indent <= parent {
			return true
		}
		end, _, why := p.textEnd()
		if why == stopColon || p.hasTab(end) {
			return false
		}
		p.join(blank)
		blank = 0
		p.buf = append(p.buf, p.data[p.pos:end]...)
		if why == stopComment {
			return p.advance()
		}
	}
	p.finish()
	return true
}

// join folds a line break and the blank lines after it into the value in p.buf.
func (p *parser) join(blank int) {
	if blank == 0 {
		p.buf = append(p.buf, ' ')
		return
	}
	for range blank {
		p.buf = append(p.buf, '\n')
	}
}

// quoted reads a quoted scalar and ends after the closing quote.
func (p *parser) quoted() *yaml.Node {
	quote := p.data[p.pos]
	style := yaml.SingleQuotedStyle
	if quote == '"' {
		style = yaml.DoubleQuotedStyle
	}
	n := p.newNode(yaml.ScalarNode, style, p.line, p.column(p.pos))
	n.Tag = tagStr
	from := p.pos + 1
	size := bytes.IndexByte(p.data[from:p.end], quote)
	if size >= 0 {
		text := p.data[from : from+size]
		simple := quote == '"' && bytes.IndexByte(text, '\\') < 0
		if quote == '\'' {
			simple = from+size+1 == p.end || p.data[from+size+1] != '\''
		}
		if simple {
			n.Value = p.keep(text)
			p.pos = from + size + 1
			return n
		}
	}
	if !p.quotedLines(quote) {
		return nil
	}
	n.Value = p.keep(p.buf)
	return n
}

// quotedLines assembles in p.buf the text of a quoted scalar with escapes or several lines.
func (p *parser) quotedLines(quote byte) bool {
	p.buf = p.buf[:0]
	solid := 0 // p.buf[solid:] is white space that a line break would remove
	i := p.pos + 1
	for {
		escaped := false
		for i < p.end {
			c := p.data[i]
			i++
			switch {
			case c == quote:
				if quote == '"' || i == p.end || p.data[i] != '\'' {
					p.pos = i
					return true
				}
				i++
			case c == '\\' && quote == '"':
				if i == p.end {
					escaped = true
					solid = len(p.buf)
					continue
				}
				if i = p.escape(i); i < 0 {
					return false
				}
				solid = len(p.buf)
				continue
			}
			p.buf = append(p.buf, c)
			if c != ' ' && c != '\t' {
				solid = len(p.buf)
			}
		}
		p.buf = p.buf[:solid]
		blank, ok := p.quotedBreak()
		if !ok {
			return false
		}
		if blank > 0 || !escaped {
			p.join(blank)
		}
		solid = len(p.buf)
		i = p.pos
	}
}

// quotedBreak moves to the next non-blank line within a quoted scalar, and counts the blank ones.
func (p *parser) quotedBreak() (blank int, ok bool) {
	for p.load() {
		for p.pos < p.end && (p.data[p.pos] == ' ' || p.data[p.pos] == '\t') {
			p.pos++
		}
		if p.pos < p.end {
			return blank, !p.marker()
		}
		blank++
	}
	return 0, false
}

// escape appends the character of the escape sequence after a backslash, at offset i, and returns the offset after it,
// or -1 if the escape is outside of the subset.
func (p *parser) escape(i int) int {
	c := p.data[i]
	switch c {
	case 'n':
		c = '\n'
	case 't', '\t':
		c = '\t'
	case 'r':
		c = '\r'
	case '0':
		c = 0
	case 'e':
		c = 0x1B
	case '"', '\\', '/', ' ':
	case 'x':
		return p.escapeHex(i+1, 2)
	case 'u':
		return p.escapeHex(i+1, 4)
	case 'U':
		return p.escapeHex(i+1, 8)
	default:
		return -1
	}
	p.buf = append(p.buf, c)
	return i + 1
}

// escapeHex appends the code point given by the size hexadecimal digits from offset i on, and
// returns the offset after them.
func (p *parser) escapeHex(i, size int) int {
	if i+size > p.end {
		return -1
	}
	r := rune(0)
	for _, c := range p.data[i : i+size] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	if !utf8.ValidRune(r) {
		return -1
	}
	p.buf = utf8.AppendRune(p.buf, r)
	return i + size
}
