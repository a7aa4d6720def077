package report

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// visible returns s as one line that a terminal shows as what it is: control characters, direction marks, characters without
// width or of unknown width, and bytes that are not UTF-8 are written as escapes, as %q writes them.
func visible(s string) string {
	at := firstHidden(s)
	if at < 0 {
		return s
	}
	b := append(make([]byte, 0, len(s)+len(s)/8+16), s[:at]...)
	for i := at; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if plain(r, n) {
			b = append(b, s[i:i+n]...)
		} else {
			b = appendEscape(b, s[i], r, n)
		}
		i += n
	}
	return string(b)
}

// firstHidden is the offset of the first character that visible escapes, -1 where there is none.
func firstHidden(s string) int {
	for i := 0; i < len(s); {
		r, n := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(s[i:])
		}
		if !plain(r, n) {
			return i
		}
		i += n
	}
	return -1
}

// plain reports whether a decoded character of n bytes shows as itself.
func plain(r rune, n int) bool {
	if r < utf8.RuneSelf {
		return ' ' <= r && r < 0x7F
	}
	return (r != utf8.RuneError || n > 1) && unicode.IsPrint(r)
}

// appendEscape appends the escape of a character; first is its first byte.
func appendEscape(b []byte, first byte, r rune, n int) []byte {
	switch {
	case r == '\n':
		return append(b, `\n`...)
	case r == '\r':
		return append(b, `\r`...)
	case r == '\t':
		return append(b, `\t`...)
	case r < utf8.RuneSelf || r == utf8.RuneError && n <= 1:
		return append(b, '\\', 'x', hexDigits[first>>4], hexDigits[first&15])
	case r > 0xFFFF:
		b = append(b, `\U`...)
		return appendHex(b, r, 8)
	default:
		b = append(b, `\u`...)
		return appendHex(b, r, 4)
	}
}

const hexDigits = "0123456789abcdef"

func appendHex(b []byte, r rune, digits int) []byte {
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		b = append(b, hexDigits[r>>shift&15])
	}
	return b
}

// quoted is s in quotes, on one line, with escapes for what does not show.
func quoted(s string) string { return strconv.Quote(s) }

// visibleLines is visible for text that may have several lines, each given back without its break.
func visibleLines(s string) []string {
	s = strings.Trim(s, "\n")
	if s == "" {
		return nil
	}
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = visible(strings.TrimRight(strings.ReplaceAll(l, "\t", "    "), " \r"))
	}
	return lines
}

// jsonEncoder encodes values one at a time, so that a report is never in memory as a whole.
type jsonEncoder struct {
	buf bytes.Buffer
	enc *json.Encoder
}

func newJSONEncoder() *jsonEncoder {
	e := &jsonEncoder{}
	e.enc = json.NewEncoder(&e.buf)
	e.enc.SetEscapeHTML(false)
	return e
}

// encode returns v as JSON on one line; the bytes are good until the next call. What a terminal would not show as itself is
// escaped further than encoding/json does, which leaves DEL, the C1 controls and direction marks as they are.
func (e *jsonEncoder) encode(v any) ([]byte, error) {
	e.buf.Reset()
	if err := e.enc.Encode(v); err != nil {
		return nil, err
	}
	b := bytes.TrimSuffix(e.buf.Bytes(), []byte{'\n'})
	if !bytes.ContainsFunc(b, func(r rune) bool { return !plain(r, utf8.RuneLen(r)) }) {
		return b, nil
	}
	out := make([]byte, 0, len(b)+len(b)/8)
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		switch {
		case plain(r, n):
			out = append(out, b[i:i+n]...)
		case r > 0xFFFF:
			const first, low, bits = 0x10000, 0xDC00, 10 // UTF-16, as JSON escapes count
			out = appendHex(append(out, `\u`...), 0xD800+(r-first)>>bits, 4)
			out = appendHex(append(out, `\u`...), low+(r-first)&(1<<bits-1), 4)
		default:
			out = appendHex(append(out, `\u`...), r, 4)
		}
		i += n
	}
	return out, nil
}
