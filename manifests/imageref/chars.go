package imageref

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// invisible finds invisible characters: zero-width ones, byte order marks, text direction marks.
func invisible(s string) (fault, bool) {
	i := strings.IndexFunc(s, isInvisible)
	if i < 0 {
		return fault{}, false
	}
	r, n := utf8.DecodeRuneInString(s[i:])
	return fault{
		cause: IllegalChar, at: Range{i, i + n},
		detail: fmt.Sprintf("the invisible character %U is not allowed", r),
		try:    drop(s, isInvisible), safe: true,
	}, true
}

func isInvisible(r rune) bool { return unicode.Is(unicode.Cf, r) }

func drop(s string, bad func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if bad(r) {
			return -1
		}
		return r
	}, s)
}

// quotes finds quotation marks, usually of a value that was quoted twice.
func quotes(s string) (fault, bool) {
	i := strings.IndexFunc(s, isQuote)
	if i < 0 {
		return fault{}, false
	}
	r, n := utf8.DecodeRuneInString(s[i:])
	f := fault{cause: IllegalChar, at: Range{i, i + n}, try: drop(s, isQuote)}
	f.detail = "the quotation mark " + nameOf(r) + " is part of the value"
	last, size := utf8.DecodeLastRuneInString(s)
	f.safe = i == 0 && isQuote(last) && n < len(s)-size && strings.IndexFunc(s[n:len(s)-size], isQuote) < 0
	return f, true
}

func isQuote(r rune) bool { return strings.ContainsRune("\"'`\u2018\u2019\u201c\u201d\u00ab\u00bb", r) }

// blanks finds white space inside a reference.
func blanks(s string) (fault, bool) {
	i := strings.IndexFunc(s, unicode.IsSpace)
	if i < 0 {
		return fault{}, false
	}
	end := len(s) - len(strings.TrimLeftFunc(s[i:], unicode.IsSpace))
	f := fault{cause: IllegalChar, at: Range{i, end}, detail: spaceName(s[i:end]) + " is inside the reference"}
	switch fields := strings.Fields(s); {
	case s[end] == '#':
		f.detail, f.try = "a comment is part of the value", s[:i]
	case allAtSeparators(fields):
		f.try = strings.Join(fields, "")
	}
	return f, true
}

// allAtSeparators reports whether the white space is next to a ":", "/" or "@", as when a template left a space
// between its values.
func allAtSeparators(fields []string) bool {
	for i := range len(fields) - 1 {
		left, right := fields[i], fields[i+1]
		if strings.IndexByte(":/@", left[len(left)-1]) < 0 && strings.IndexByte(":/@", right[0]) < 0 {
			return false
		}
	}
	return true
}

// spaceName returns the name of the first white space character.
func spaceName(s string) string {
	switch r, _ := utf8.DecodeRuneInString(s); r {
	case ' ':
		return "a space"
	case '\t':
		return "a tab"
	case '\n', '\r':
		return "a line break"
	default:
		return fmt.Sprintf("the space character %U", r)
	}
}

// illegalChar finds characters that are not allowed anywhere in a reference, except in a tag, which is left to
// [tagFault].
func illegalChar(s string) (fault, bool) {
	tag := len(s)
	if i := strings.LastIndexByte(s, ':'); i > strings.LastIndexByte(s, '/') {
		tag = i
	}
	for i, r := range s {
		if r < utf8.RuneSelf && (isAlnum(byte(r)) || strings.ContainsRune("._-/:@+[]", r)) || i > tag && strings.ContainsRune("~^=!<>", r) {
			continue
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		f := fault{cause: IllegalChar, at: Range{i, i + n}}
		f.detail, f.try = charDetail(s, i, r)
		if r == '?' || r == '#' {
			f.at.End = len(s)
		}
		return f, true
	}
	return fault{}, false
}

// charDetail describes the mistake with the character r at s[i], and returns s without it.
func charDetail(s string, i int, r rune) (detail, try string) {
	detail = nameOf(r) + " is not allowed in a reference"
	switch r {
	case '?':
		return "the query " + quote(s[i:]) + " is not part of a reference", s[:i]
	case '#':
		return "the fragment " + quote(s[i:]) + " is not part of a reference", s[:i]
	case '*':
		return `"*" is not allowed: a reference names one image, not a pattern`, ""
	case ',', '|':
		if i == len(s)-1 {
			return detail, s[:i]
		}
		return nameOf(r) + " is not allowed: a reference names one image, not a list", ""
	case ';':
		if i == len(s)-1 {
			return detail, s[:i]
		}
		return detail, s[:i] + ":" + s[i+1:]
	case '\\':
		if rest := s[i+1:]; rest == "" || rest == "n" || strings.IndexByte(":/@", rest[0]) >= 0 {
			return detail, s[:i] + strings.TrimPrefix(rest, "n")
		}
		return detail, strings.ReplaceAll(s, `\`, "/")
	case utf8.RuneError:
		if !strings.HasPrefix(s[i:], "\uFFFD") {
			return fmt.Sprintf("the byte 0x%02x is not UTF-8", s[i]), ""
		}
	}
	if like := lookAlike(r); like != 0 {
		detail = nameOf(r) + " is used instead of " + nameOf(like)
		try = strings.Map(func(r rune) rune {
			if like := lookAlike(r); like != 0 {
				return like
			}
			return r
		}, s)
	}
	return detail, try
}

// lookAlike returns the ASCII character that r looks like, or 0.
func lookAlike(r rune) rune {
	switch r {
	case '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2015', '\u2212', '\ufe63', '\uff0d':
		return '-'
	case '\u2236', '\ua789', '\uff1a':
		return ':'
	case '\u2044', '\u2215', '\uff0f':
		return '/'
	case '\u3002', '\uff0e':
		return '.'
	case '\uff20':
		return '@'
	}
	if 0xFF01 <= r && r <= 0xFF5E && inTag(byte(r-0xFEE0)) {
		return r - 0xFEE0 // full-width forms
	}
	const cyrillic, latin = "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501", "aeopcyxijsd"
	if i := strings.IndexRune(cyrillic, r); i >= 0 {
		return rune(latin[i/2])
	}
	return 0
}

// nameOf returns a character in quotes, its code point if it is invisible, or both if it is not ASCII.
func nameOf(r rune) string {
	switch {
	case !unicode.IsPrint(r):
		return fmt.Sprintf("the character %U", r)
	case r >= utf8.RuneSelf:
		return fmt.Sprintf("\"%c\" (%U)", r, r)
	case r == '"':
		return `'"'`
	}
	return `"` + string(r) + `"`
}
