package walk

import "strings"

// ignoreGlob is a parsed .gitignore pattern. It matches bytes, as git does.
type ignoreGlob []piece

type piece struct {
	kind pieceKind
	c    byte       // for one
	set  *[256]bool // for oneOf
}

type pieceKind uint8

const (
	one   pieceKind = iota // this byte
	any1                   // "?": any byte but "/"
	oneOf                  // "[a-z]"
	star                   // "*": any number of bytes but "/"
	dirs                   // "**/": any number of whole folders
	rest                   // "**" at the end: everything that is left
)

// parseGlob parses a pattern; ok is false if it can match nothing, because a bracket is not closed or nothing
// follows a backslash.
func parseGlob(s string) (g ignoreGlob, ok bool) {
	for i := 0; i < len(s); {
		switch s[i] {
		case '\\':
			if i+1 == len(s) {
				return nil, false
			}
			g = append(g, piece{kind: one, c: s[i+1]})
			i += 2
		case '?':
			g = append(g, piece{kind: any1})
			i++
		case '[':
			set, n := parseSet(s[i:])
			if n == 0 {
				return nil, false
			}
			g = append(g, piece{kind: oneOf, set: set})
			i += n
		case '*':
			from := i
			for i < len(s) && s[i] == '*' {
				i++
			}
			alone := i-from > 1 && (from == 0 || s[from-1] == '/')
			switch {
			case alone && i == len(s):
				g = append(g, piece{kind: rest})
			case alone && s[i] == '/':
				g = append(g, piece{kind: dirs})
				i++
			default:
				g = append(g, piece{kind: star})
			}
		default:
			g = append(g, piece{kind: one, c: s[i]})
			i++
		}
	}
	return g, true
}

// inClass reports whether a byte is in a named character class, and whether that class exists.
func inClass(name string, c byte) (in, known bool) {
	lower, upper, digit := c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9'
	graph := c > ' ' && c < 0x7f
	switch name {
	case "alnum":
		return lower || upper || digit, true
	case "alpha":
		return lower || upper, true
	case "blank":
		return c == ' ' || c == '\t', true
	case "cntrl":
		return c < ' ' || c == 0x7f, true
	case "digit":
		return digit, true
	case "graph":
		return graph, true
	case "lower":
		return lower, true
	case "print":
		return graph || c == ' ', true
	case "punct":
		return graph && !lower && !upper && !digit, true
	case "space":
		return c == ' ' || c >= '\t' && c <= '\r', true
	case "upper":
		return upper, true
	case "xdigit":
		return digit || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F', true
	}
	return false, false
}

// addClass adds a named class to a set; it reports whether that class exists.
func addClass(set *[256]bool, name string) (known bool) {
	for c := range set {
		var in bool
		in, known = inClass(name, byte(c))
		set[c] = set[c] || in
	}
	return known
}

// parseSet parses a bracket expression; n is its length, or 0 if it is not one. No set contains a slash.
func parseSet(s string) (set *[256]bool, n int) {
	set = new([256]bool)
	i := 1
	negated := i < len(s) && (s[i] == '!' || s[i] == '^')
	if negated {
		i++
	}
	for first := true; ; first = false {
		if i >= len(s) {
			return nil, 0
		}
		if s[i] == ']' && !first {
			break
		}
		if strings.HasPrefix(s[i:], "[:") {
			end := strings.IndexByte(s[i+2:], ']')
			if end < 0 {
				return nil, 0
			}
			if name, ok := strings.CutSuffix(s[i+2:i+2+end], ":"); ok {
				if !addClass(set, name) {
					return nil, 0
				}
				i += 2 + end + 1
				continue
			}
		}
		lo, w := setByte(s[i:])
		i += w
		hi := lo
		if i+1 < len(s) && s[i] == '-' && s[i+1] != ']' {
			hi, w = setByte(s[i+1:])
			i += 1 + w
		}
		if w == 0 {
			return nil, 0
		}
		for c := int(lo); c <= int(hi); c++ {
			set[c] = true
		}
	}
	for c := range set {
		set[c] = set[c] != negated
	}
	set['/'] = false
	return set, i + 1
}

// setByte parses one byte of a bracket expression, which may be escaped with a backslash; w is 0 if there is
// none.
func setByte(s string) (c byte, w int) {
	if s[0] != '\\' {
		return s[0], 1
	}
	if len(s) < 2 {
		return 0, 0
	}
	return s[1], 2
}

// match reports whether the whole text matches. After a mismatch it backtracks to the last star or, if that
// cannot extend over a slash, to the last "**/". No other choice can help, so the time is bounded by the
// product of the lengths.
func (g ignoreGlob) match(text string) bool {
	i, j := 0, 0
	starI, starJ := -1, 0 // the last star: where the text after it began to match, and the piece after it
	dirsI, dirsJ := -1, 0 // the same for the last "**/"
	for {
		switch {
		case j < len(g) && g[j].kind == rest:
			return true
		case j < len(g) && g[j].kind == star:
			j++
			starI, starJ = i, j
			continue
		case j < len(g) && g[j].kind == dirs:
			j++
			dirsI, dirsJ = i, j
			starI = -1
			continue
		case j == len(g) && i == len(text):
			return true
		case j < len(g) && i < len(text) && g[j].matches(text[i]):
			i, j = i+1, j+1
			continue
		}
		if starI >= 0 && starI < len(text) && text[starI] != '/' {
			starI++
			i, j = starI, starJ
			continue
		}
		if dirsI < 0 {
			return false
		}
		slash := strings.IndexByte(text[dirsI:], '/')
		if slash < 0 {
			return false
		}
		dirsI += slash + 1
		i, j, starI = dirsI, dirsJ, -1
	}
}

func (p *piece) matches(c byte) bool {
	switch p.kind {
	case one:
		return c == p.c
	case any1:
		return c != '/'
	case oneOf:
		return p.set[c]
	}
	return false
}
