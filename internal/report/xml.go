package report

import (
	"bufio"
	"strconv"
	"strings"
	"unicode/utf8"
)

// xmlText escapes text for elements and attributes. What XML cannot represent becomes U+FFFD. What a terminal
// would not show unchanged becomes a character reference, so that a reader still gets it. Between tags, line breaks and
// quotes are left as they are, because people read logs, too.
func xmlText(s string, betweenTags bool) string {
	at := 0
	for at < len(s) && isXMLPlain(s[at], betweenTags) {
		at++
	}
	if at == len(s) {
		return broken(s, "&#35;", "[")
	}
	var b strings.Builder
	b.Grow(len(s) + len(s)/8 + len("&#x10ffff;"))
	b.WriteString(s[:at])
	for at < len(s) {
		r, n := utf8.DecodeRuneInString(s[at:])
		switch {
		case r < utf8.RuneSelf && isXMLPlain(s[at], betweenTags):
			b.WriteByte(s[at])
		case xmlEntities[r] != "":
			b.WriteString(xmlEntities[r])
		case !isXMLChar(r) || r == utf8.RuneError:
			b.WriteRune(utf8.RuneError)
		case plain(r, n):
			b.WriteString(s[at : at+n])
		default:
			b.WriteString("&#x" + strconv.FormatInt(int64(r), 16) + ";")
		}
		at += n
	}
	return broken(b.String(), "&#35;", "[")
}

// xmlEntities are the escapes of characters with a meaning in XML.
var xmlEntities = map[rune]string{'"': "&quot;", '\'': "&#39;", '&': "&amp;", '<': "&lt;", '>': "&gt;", '\t': "&#x9;", '\n': "&#xA;", '\r': "&#xD;"}

// isXMLPlain reports whether an ASCII character needs no escape.
func isXMLPlain(c byte, betweenTags bool) bool {
	switch c {
	case '&', '<', '>':
		return false
	case '"', '\'', '\n':
		return betweenTags
	}
	return ' ' <= c && c < 0x7F
}

// isXMLChar reports whether XML can represent a character: https://www.w3.org/TR/xml/#charsets
func isXMLChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= utf8.MaxRune
}

// xmlPrinter writes elements, one per line.
type xmlPrinter struct{ textPrinter }

func newXMLPrinter(w *bufio.Writer) *xmlPrinter {
	x := &xmlPrinter{textPrinter{Writer: w}}
	x.line(`<?xml version="1.0" encoding="UTF-8"?>`)
	return x
}

// open writes a start tag with attributes, as alternating names and values.
func (x *xmlPrinter) open(indent, name string, attributes ...string) {
	x.tag(indent, name, attributes)
	x.line(">")
}

// element writes an element with text, or an empty one.
func (x *xmlPrinter) element(indent, name, text string, attributes ...string) {
	x.tag(indent, name, attributes)
	if text == "" {
		x.line("/>")
		return
	}
	x.line(">", xmlText(text, true), "</", name, ">")
}

// tag writes a start tag without its end.
func (x *xmlPrinter) tag(indent, name string, attributes []string) {
	x.text(indent, "<", name)
	for i := 0; i+1 < len(attributes); i += 2 {
		x.text(" ", attributes[i], `="`, xmlText(attributes[i+1], false), `"`)
	}
}
