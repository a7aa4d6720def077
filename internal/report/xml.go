package report

import (
	"bufio"
	"encoding/xml"
	"strconv"
	"strings"
	"unicode/utf8"
)

// xmlText escapes text for elements and attributes. What XML cannot represent becomes U+FFFD. What a terminal
// would not show unchanged becomes a character reference, so that a reader still gets it.
func xmlText(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return "" // a strings.Builder does not fail
	}
	escaped := broken(strings.ReplaceAll(b.String(), "&#34;", "&quot;"), "&#35;", "[")
	if firstHidden(escaped) < 0 {
		return escaped
	}
	b.Reset()
	for _, r := range escaped {
		if plain(r, utf8.RuneLen(r)) || r == utf8.RuneError {
			b.WriteRune(r)
		} else {
			b.WriteString("&#x" + strconv.FormatInt(int64(r), 16) + ";")
		}
	}
	return b.String()
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
	x.line(indent, "<", name, xmlAttributes(attributes), ">")
}

// element writes an element with text, or an empty one.
func (x *xmlPrinter) element(indent, name, text string, attributes ...string) {
	if text == "" {
		x.line(indent, "<", name, xmlAttributes(attributes), "/>")
		return
	}
	x.line(indent, "<", name, xmlAttributes(attributes), ">", betweenTags.Replace(xmlText(text)), "</", name, ">")
}

// betweenTags undoes escapes that only attributes need, because people read logs, too.
var betweenTags = strings.NewReplacer("&#xA;", "\n", "&quot;", `"`, "&#39;", "'")

func xmlAttributes(pairs []string) string {
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		b.WriteString(" " + pairs[i] + `="` + xmlText(pairs[i+1]) + `"`)
	}
	return b.String()
}
