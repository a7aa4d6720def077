package lsp

import (
	"sort"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// encoding is the unit in which a client counts the characters of a line.
type encoding string

// The encodings that the server offers. UTF-16 is the protocol's default.
const (
	encodingUTF8  encoding = "utf-8"
	encodingUTF16 encoding = "utf-16"
	encodingUTF32 encoding = "utf-32"
)

// units returns the length of text in this encoding.
func (e encoding) units(text string) int {
	switch e {
	case encodingUTF8:
		return len(text)
	case encodingUTF32:
		return utf8.RuneCountInString(text)
	}
	n := 0
	for _, r := range text {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// offset converts a number of units to a byte offset in the line: at most the line's length, and never within
// a character.
func (e encoding) offset(line string, units int) int {
	if units <= 0 {
		return 0
	}
	if e == encodingUTF8 {
		n := min(units, len(line))
		for n > 0 && n < len(line) && !utf8.RuneStart(line[n]) {
			n--
		}
		return n
	}
	n := 0
	for i, r := range line {
		if n >= units {
			return i
		}
		n += e.units(string(r))
	}
	return len(line)
}

// document is a text that is open in the editor. It is immutable: each edit makes a new one.
type document struct {
	uri, path string
	version   *int
	text      string
	// modified is different for each text received.
	modified time.Time
	starts   []int // line offsets
}

func newDocument(uri, path string, version *int, text string, change int64) *document {
	return &document{uri: uri, path: path, version: version, text: text, modified: time.Unix(0, change), starts: lineStarts(text)}
}

// lineStarts returns the offsets at which lines begin. The protocol has three line breaks; YAML has
// more.
func lineStarts(text string) []int {
	out := []int{0}
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\r':
			if i+1 < len(text) && text[i+1] == '\n' {
				i++
			}
			out = append(out, i+1)
		case '\n':
			out = append(out, i+1)
		}
	}
	return out
}

// line returns line n, counted from 0, without its break; "" if there is no such line.
func (d *document) line(n int) string {
	if n < 0 || n >= len(d.starts) {
		return ""
	}
	end := len(d.text)
	if n+1 < len(d.starts) {
		end = d.starts[n+1]
	}
	return strings.TrimRight(d.text[d.starts[n]:end], "\r\n")
}

// offset returns the byte offset of a position.
func (d *document) offset(p position, e encoding) int {
	switch {
	case p.Line < 0:
		return 0
	case p.Line >= len(d.starts):
		return len(d.text)
	}
	return d.starts[p.Line] + e.offset(d.line(p.Line), p.Character)
}

// position returns the position of a byte offset.
func (d *document) position(offset int, e encoding) position {
	offset = min(max(offset, 0), len(d.text))
	n := sort.SearchInts(d.starts, offset+1) - 1
	return position{n, e.units(d.text[d.starts[n]:offset])}
}

// textRange returns the range of bytes from..to.
func (d *document) textRange(from, to int, e encoding) textRange {
	return textRange{d.position(from, e), d.position(max(from, to), e)}
}

// changed returns the document after applying changes in order.
func (d *document) changed(changes []contentChange, version *int, change int64, e encoding) *document {
	for _, c := range changes {
		text := c.Text
		if c.Range != nil {
			from := d.offset(c.Range.Start, e)
			to := max(from, d.offset(c.Range.End, e))
			text = d.text[:from] + c.Text + d.text[to:]
		}
		d = newDocument(d.uri, d.path, version, text, change)
	}
	return newDocument(d.uri, d.path, version, d.text, change)
}
