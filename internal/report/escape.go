package report

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// visible returns s as a single line that a terminal shows unchanged and that no CI runner obeys. Control
// characters, direction marks, characters of zero or unknown width, and invalid UTF-8 are escaped as by %q,
// and runner commands are broken up.
func visible(s string) string {
	s = escapeCommands(s)
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

// escapeCommands inserts a backslash into the commands that runners look for anywhere in a line,
// "##[command]" and "##vso[command]", before the bracket.
func escapeCommands(s string) string { return broken(s, "#", `\[`) }

// broken replaces the second "#" and the bracket of each command in s.
func broken(s, hash, bracket string) string {
	if strings.IndexByte(s, '[') < 0 { // as in most texts
		return s
	}
	at := commandAt(s, -1)
	if at < 0 {
		return s
	}
	var b strings.Builder
	from := 0
	for ; at >= 0; at = commandAt(s, at) {
		i := from + strings.LastIndexByte(s[from:at], '#')
		b.WriteString(s[from:i] + hash + s[i+1:at] + bracket)
		from = at + 1
	}
	b.WriteString(s[from:])
	return b.String()
}

// commandAt returns the offset of the next bracket after from that ends a runner command: preceded by "##"
// and optionally a word, in any case. It returns -1 if there is none.
func commandAt[T string | []byte](s T, from int) int {
	for i := from + 1; i < len(s); i++ {
		if s[i] != '[' {
			continue
		}
		at := i
		for at > 0 && s[at-1]|0x20 >= 'a' && s[at-1]|0x20 <= 'z' {
			at--
		}
		if at >= 2 && s[at-1] == '#' && s[at-2] == '#' {
			return i
		}
	}
	return -1
}

// IsCommand reports whether a CI runner obeys a line. Leading spaces before "::" do not prevent that.
func IsCommand(line string) bool {
	return strings.HasPrefix(strings.TrimSpace(line), "::") || commandAt(line, -1) >= 0
}

// visiblePath is visible for a file name at the beginning of a line, followed by a colon. The result still
// names that file.
func visiblePath(name string) string {
	if strings.HasPrefix(strings.TrimSpace(name), ":") {
		name = "./" + name
	}
	return visible(name)
}

// lineStart is visible for any other text at the beginning of a line.
func lineStart(s string) string {
	if strings.HasPrefix(strings.TrimSpace(s), "::") {
		s = `\` + s
	}
	return visible(s)
}

// firstHidden returns the offset of the first character that visible escapes, or -1.
func firstHidden(s string) int {
	for i := 0; i < len(s); {
		if c := s[i]; ' ' <= c && c < 0x7F { // as nearly all are
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if !plain(r, n) {
			return i
		}
		i += n
	}
	return -1
}

// plain reports whether a decoded character of n bytes is shown unchanged.
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

// quoted returns s in quotes, on one line, with invisible characters escaped.
func quoted(s string) string { return escapeCommands(strconv.Quote(s)) }

// visibleLines is visible for text that may have several lines. It returns them without line breaks.
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

// encode returns v as JSON on one line, valid until the next call. It also escapes what encoding/json does
// not but a terminal would not show unchanged: DEL, C1 controls and direction marks.
func (e *jsonEncoder) encode(v any) ([]byte, error) {
	e.buf.Reset()
	if err := e.enc.Encode(v); err != nil {
		return nil, err
	}
	b := bytes.TrimSuffix(e.buf.Bytes(), []byte{'\n'})
	if commandAt(b, -1) >= 0 { // JSON, too, is printed to runners' logs
		b = []byte(broken(string(b), `\u0023`, "["))
	}
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
			const first, low, bits = 0x10000, 0xDC00, 10 // surrogate pairs, as JSON escapes need them
			out = appendHex(append(out, `\u`...), 0xD800+(r-first)>>bits, 4)
			out = appendHex(append(out, `\u`...), low+(r-first)&(1<<bits-1), 4)
		default:
			out = appendHex(append(out, `\u`...), r, 4)
		}
		i += n
	}
	return out, nil
}
