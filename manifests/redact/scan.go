package redact

import (
	"regexp"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/lazy"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// scanner reads a line and records which parts of it are secret.
type scanner struct {
	text   string
	hidden []imageref.Range
	names  []imageref.Range // known to be no secrets
	depth  int              // nesting of text in text
}

// maxDepth limits the nesting of text in text, such as JSON in a quoted value. It keeps the work
// linear.
const maxDepth = 3

// level is the content of an open bracket or, at first, the line.
type level struct {
	flow   bool
	secret bool   // everything in it is secret, except under a plain key
	key    string // the key whose value comes next
	flag   bool   // the previous value is a flag such as --password, whose value comes next
	named  bool   // a name in it marks its value as secret
	values []imageref.Range
	text   bool // a value has begun
	opens  bool // it ends within a secret value, which may continue on the next line
}

// scan reads text[from:to]. top is the state before it. scan returns the state after it.
func (s *scanner) scan(from, to int, top level) level {
	levels := []level{top}
	for i := from; i < to; {
		l := &levels[len(levels)-1]
		switch c := s.text[i]; {
		case isSpace(c), c == '-' && i+1 < to && isSpace(s.text[i+1]) && l.key == "":
			i++
		case c == '#' && (i == from || isSpace(s.text[i-1])):
			s.finish(l)
			levels = []level{{}}
			i++
		case (c == '{' || c == '[') && !strings.HasPrefix(s.text[i:to], "{{"):
			levels = append(levels, level{flow: true, secret: l.within(), flag: c == '[' && l.flag})
			i++
		case c == '}' || c == ']':
			s.finish(l)
			if len(levels) > 1 {
				levels = levels[:len(levels)-1]
				levels[len(levels)-1].key = ""
			}
			i++
		case c == ',':
			l.key = ""
			i++
		default:
			i = s.token(l, i, to)
		}
	}
	end := level{}
	for i := range levels {
		l := &levels[i]
		s.finish(l)
		end.opens = end.opens || l.within() && (l.key != "" || i > 0)
	}
	last := levels[len(levels)-1]
	end.flag, end.text, end.opens = last.flag, last.text, end.opens || last.opens
	return end
}

// within reports whether the current key's value is secret.
func (l *level) within() bool {
	return l.secret && !isPlainKey(l.key) || isSecretKey(l.key)
}

// finish masks the values of a level whose name marks them as secret.
func (s *scanner) finish(l *level) {
	if l.named {
		s.hidden = append(s.hidden, l.values...)
	}
	l.values = nil
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' }

// token reads a key or a value at text[i] and returns its end.
func (s *scanner) token(l *level, i, to int) int {
	if quote := quoteAt(s.text[i:to]); quote != "" {
		begin := i + len(quote)
		end := closing(s.text[begin:to], quote)
		inner, next := imageref.Range{Start: begin, End: begin + end}, min(begin+end+len(quote), to)
		rest := strings.TrimLeft(s.text[next:to], " ")
		if strings.HasPrefix(rest, ":") && l.key == "" {
			l.key = s.text[inner.Start:inner.End]
			return to - len(rest) + 1
		}
		s.value(l, inner)
		return next
	}
	end, colon := word(s.text[i:to], l.flow)
	end += i
	if colon {
		name := lastName(s.text[i:end])
		if l.key != "" { // as in "password: a, user: b" without visible brackets around it
			s.value(l, imageref.Range{Start: i, End: i + len(strings.TrimRight(s.text[i:end-len(name)], " \t,"))})
		}
		l.key, l.text = name, false
		return end + 1
	}
	s.value(l, imageref.Range{Start: i, End: i + len(strings.TrimRight(s.text[i:end], " \t"))})
	return max(end, i+1)
}

// quoteAt returns the quotation mark at the start of a text, or "". In quoted text, it has a
// backslash.
func quoteAt(s string) string {
	switch {
	case s[0] == '"' || s[0] == '\'':
		return s[:1]
	case strings.HasPrefix(s, `\"`):
		return s[:2]
	}
	return ""
}

// closing returns the offset of the closing quotation mark, or the end of the text if there is
// none.
func closing(s, quote string) int {
	for i := 0; i < len(s); i++ {
		switch {
		case quote == `"` && s[i] == '\\':
			i++
		case strings.HasPrefix(s[i:], quote):
			if quote != "'" || !strings.HasPrefix(s[i+1:], "'") {
				return i
			}
			i++
		}
	}
	return len(s)
}

// placeholder limits the length in bytes of a placeholder. It keeps the search for its end linear.
const placeholder = 256

// word returns the length of a plain word, and whether it is a key, followed by a colon.
func word(s string, flow bool) (end int, colon bool) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case strings.HasPrefix(s[i:], "{{"):
			if n := strings.Index(s[i:min(i+placeholder, len(s))], "}}"); n > 0 {
				i += n + 1
			}
		case c == '$' && i+1 < len(s) && (s[i+1] == '{' || s[i+1] == '('):
			if n := strings.IndexAny(s[i:min(i+placeholder, len(s))], "})"); n > 0 {
				i += n
			}
		case c == ':' && (i+1 == len(s) || isSpace(s[i+1]) || flow && strings.IndexByte(`,{}[]"'`, s[i+1]) >= 0):
			return i, true
		case c == '#' && i > 0 && isSpace(s[i-1]):
			return i, false
		case flow && strings.IndexByte(",{}[]", c) >= 0:
			return i, false
		}
	}
	return len(s), false
}

// lastName returns the name at the end of a text: "password" in "the old password".
func lastName(s string) string {
	s = strings.Trim(s, " \t\"'`*")
	i := len(s)
	for i > 0 && (s[i-1] == '_' || s[i-1] == '-' || s[i-1] == '.' || s[i-1] == '/' || s[i-1] >= '0' && s[i-1] <= '9' || s[i-1]|0x20 >= 'a' && s[i-1]|0x20 <= 'z') {
		i--
	}
	return s[i:]
}

// value reads the text in the position of a value.
func (s *scanner) value(l *level, r imageref.Range) {
	text, key, flag := s.text[r.Start:r.End], l.key, l.flag
	secret := l.within()
	name := strings.TrimLeft(text, "-")
	l.key, l.text = "", true
	l.flag = len(name) < len(text) && !strings.ContainsAny(name, "= ") && isSecretKey(name)
	switch {
	case isHarmless(text), isReference(text) && !s.isQuoted(r):
		if l.text = text != ""; secret && blockMark().MatchString(text) {
			l.opens = true
		}
	case secret, flag && !strings.HasPrefix(text, "-"):
		if l.opens = secret && !l.flow && key != ""; s.isName(r) {
			s.redact(r)
			s.inside(r, key)
		} else {
			s.hidden = append(s.hidden, r)
		}
	case key == "name":
		l.named = isSecretKey(text)
	default:
		if key == "value" && !s.isName(r) {
			l.values = append(l.values, r)
		}
		s.inside(r, key)
	}
}

var (
	// blockMark matches the start of a block scalar, whose text is on the next lines.
	blockMark = lazy.Regexp(`^[|>][0-9+-]*$`)
	// harmless matches values that are never secret, whatever their key: switches, empty values,
	// and placeholders.
	harmless = lazy.Regexp(`^(?:true|false|null|yes|no|on|off|~|[|>][0-9+-]*|\$[A-Z_][A-Z0-9_]*|\$?\{\{[^{}"']*\}\}|\$\{\w+\}|\$\(\w+\)|ENC\[.*|vault:.*|ref\+.*|<[\w:/. -]+>)$`)
	// pairs match a value after "=". flags match a value after a flag and a space.
	pairs = lazy.Regexp(`([A-Za-z][\w.-]*)\s*=\s*["']?([^\s,;&"']+)`)
	flags = lazy.Regexp(`--?([A-Za-z][\w-]*)[ \t]+["']?([^\s"'-][^\s"']*)`)
	// addressed matches text that may contain credentials under any key.
	addressed = lazy.Regexp(`://[^\s]*@|[^\s:@]:[^\s@]+@[\w-]+[.:]`)
)

var reference = lazy.Regexp(`^(?:[*&][\w.-]+|!!?[a-z]*)$`)

func isHarmless(text string) bool {
	return text == "" || strings.IndexByte("tfnyo~|>${Evr<", text[0]) >= 0 && harmless().MatchString(text)
}

// isReference reports whether a text stands for a value, or is to come before it, where no quotes are around it.
func isReference(text string) bool {
	return text != "" && strings.IndexByte("*&!", text[0]) >= 0 && reference().MatchString(text)
}

// isQuoted reports whether a value stands in quotes.
func (s *scanner) isQuoted(r imageref.Range) bool {
	return r.Start > 0 && (s.text[r.Start-1] == '"' || s.text[r.Start-1] == '\'')
}

// isName reports whether a value is known to be a name: all of it, or one word of which a part is known.
func (s *scanner) isName(r imageref.Range) bool {
	return slices.ContainsFunc(s.names, func(n imageref.Range) bool {
		return n.Start <= r.Start && r.End <= n.End || r.Start <= n.Start && n.End <= r.End && n.Start < n.End && !strings.ContainsAny(s.text[r.Start:r.End], " \t,;={}[]\"'")
	})
}

// inside looks into a value that is not secret as a whole.
func (s *scanner) inside(r imageref.Range, key string) {
	text := s.text[r.Start:r.End]
	switch all, _ := words(key); {
	case strings.Contains(all, "image"), strings.Contains(all, "repository"), strings.Contains(all, "registry"), all == "newname":
		s.redact(r)
	default:
		s.addresses(r)
	}
	// Most values hold neither, which is quicker to see than that no pattern matches.
	if strings.IndexByte(text, '=') >= 0 {
		s.named(r, pairs())
	}
	if i := strings.IndexByte(text, '-'); i >= 0 && strings.ContainsAny(text[i:], " \t") {
		s.named(r, flags())
	}
	if s.depth < maxDepth && strings.IndexByte(text, ':') >= 0 && !isPlainWord(text) {
		s.depth++
		s.scan(r.Start, r.End, level{key: "", flow: false})
		s.depth--
	}
}

// isPlainWord reports whether a text, such as a reference, is a single word without a key in it. It would be found again as the only value of itself.
func isPlainWord(text string) bool {
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c|0x20 && c|0x20 <= 'z', '-' <= c && c <= '9', c == '_', c == '@', c == ':' && i+1 < len(text): // "-./" and digits
		default:
			return false
		}
	}
	return true
}

// named masks the secret values after the names that match a pattern.
func (s *scanner) named(r imageref.Range, pattern *regexp.Regexp) {
	text := s.text[r.Start:r.End]
	for _, m := range pattern.FindAllStringSubmatchIndex(text, -1) {
		if isSecretKey(text[m[2]:m[3]]) && !isHarmless(text[m[4]:m[5]]) {
			s.hidden = append(s.hidden, imageref.Range{Start: r.Start + m[4], End: r.Start + m[5]})
		}
	}
}

// addresses hides the credentials in each word of a text.
func (s *scanner) addresses(r imageref.Range) {
	at := r.Start
	for _, part := range strings.Fields(s.text[r.Start:r.End]) {
		at += strings.Index(s.text[at:r.End], part)
		if strings.IndexByte(part, '@') >= 0 && addressed().MatchString(part) || imageref.ContainsToken(part) {
			s.redact(imageref.Range{Start: at, End: at + len(part)})
		}
		at += len(part)
	}
}

// redact hides the credentials of a text that was meant as a reference or an address.
func (s *scanner) redact(r imageref.Range) {
	for _, at := range imageref.SecretRanges(s.text[r.Start:r.End]) {
		s.hidden = append(s.hidden, imageref.Range{Start: r.Start + at.Start, End: r.Start + at.End})
	}
}
