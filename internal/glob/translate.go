package glob

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Check returns an error if pattern is not a valid glob.
func Check(pattern string) error {
	if _, err := translate(pattern); err != nil {
		return fmt.Errorf("%q is not a valid glob: %w", pattern, err)
	}
	return nil
}

// maxDepth is the maximum nesting of braces. Package regexp has a limit, too.
const maxDepth = 100

// translate compiles a glob to a regular expression whose length is linear in that of the glob.
func translate(pattern string) (string, error) {
	t := translator{pattern: pattern, closing: map[int]int{}}
	if err := t.braces(); err != nil {
		return "", err
	}
	t.part(true)
	return t.out.String(), nil
}

type translator struct {
	pattern string
	i       int
	closing map[int]int // the closing brace of each opening one
	open    []int       // closing braces of the braces around i
	out     strings.Builder
}

var (
	errBracket = errors.New("a bracket is not closed or empty")
	errBrace   = errors.New("a brace is not closed or not opened")
)

// braces matches the braces.
func (t *translator) braces() error {
	var open []int
	for i := 0; i < len(t.pattern); i++ {
		switch t.pattern[i] {
		case '\\':
			if i++; i == len(t.pattern) {
				return errors.New("the last backslash escapes nothing")
			}
		case '[':
			n := class(t.pattern[i:])
			if n == 0 {
				return errBracket
			}
			i += n - 1
		case '{':
			if open = append(open, i); len(open) > maxDepth {
				return fmt.Errorf("braces are more than %d deep", maxDepth)
			}
		case '}':
			if len(open) == 0 {
				return errBrace
			}
			t.closing[open[len(open)-1]] = i
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return errBrace
	}
	return nil
}

// class returns the length of the bracket expression at the start of s, or 0 if it is not closed or empty.
func class(s string) int {
	i := 1
	if i < len(s) && (s[i] == '!' || s[i] == '^') {
		i++
	}
	for first := i; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case s[i] == ']' && i == first:
			return 0
		case s[i] == ']':
			return i + 1
		}
	}
	return 0
}

// part translates up to the end of the pattern or alternative. fresh is true at the start of a path element, where ** differs from *. It
// returns fresh for what follows.
func (t *translator) part(fresh bool) bool {
	for t.i < len(t.pattern) {
		c, rest := t.pattern[t.i], t.pattern[t.i:]
		switch {
		case len(t.open) > 0 && (c == ',' || c == '}'):
			return fresh
		case strings.HasPrefix(rest, "/**") && t.endsAt(t.i+3): // also matches the folder itself
			t.write(3, `(?:/.*)?`)
			fresh = false
		case fresh && strings.HasPrefix(rest, "**/"):
			for strings.HasPrefix(t.pattern[t.i:], "**/") { // several are the same as one
				t.i += 3
			}
			t.write(0, `(?:.*/)?`)
		case fresh && strings.HasPrefix(rest, "**") && t.endsAt(t.i+2):
			t.write(2, `.*`)
			fresh = false
		case c == '*':
			for t.i < len(t.pattern) && t.pattern[t.i] == '*' {
				t.i++
			}
			t.write(0, `[^/]*`)
			fresh = false
		case c == '?':
			t.write(1, `[^/]`)
			fresh = false
		case c == '[':
			t.class()
			fresh = false
		case c == '{':
			fresh = t.alternatives(fresh)
		default:
			if c == '\\' {
				t.i++
			}
			r, n := utf8.DecodeRuneInString(t.pattern[t.i:])
			t.i += n
			t.rune(r)
			fresh = r == '/'
		}
	}
	return fresh
}

// endsAt reports whether only closing braces follow at a position.
func (t *translator) endsAt(i int) bool {
	for depth := len(t.open) - 1; depth >= 0; depth-- {
		if i == len(t.pattern) || t.pattern[i] != ',' && t.pattern[i] != '}' {
			return false
		}
		i = t.open[depth] + 1
	}
	return i == len(t.pattern)
}

func (t *translator) write(n int, re string) {
	t.i += n
	t.out.WriteString(re)
}

// rune writes a literal character. Invalid UTF-8 arrives as single characters, as in package regexp.
func (t *translator) rune(r rune) { fmt.Fprintf(&t.out, `\x{%X}`, r) }

func (t *translator) alternatives(fresh bool) bool {
	end := t.closing[t.i]
	t.open = append(t.open, end)
	t.write(1, "(?:")
	all := true
	for {
		f := t.part(fresh)
		all = all && f
		if t.i >= end {
			break
		}
		t.write(1, "|") // for the comma
	}
	t.write(1, ")")
	t.open = t.open[:len(t.open)-1]
	return all
}

// class translates a bracket expression, which braces has validated.
func (t *translator) class() {
	n := class(t.pattern[t.i:])
	s := []rune(t.pattern[t.i+1 : t.i+n-1])
	t.i += n
	not := s[0] == '!' || s[0] == '^'
	if not {
		s = s[1:]
	}
	next := func() (r rune) {
		if s[0] == '\\' {
			s = s[1:]
		}
		r, s = s[0], s[1:]
		return r
	}
	var ranges strings.Builder
	for len(s) > 0 {
		lo := next()
		hi := lo
		if len(s) > 1 && s[0] == '-' {
			s = s[1:]
			hi = next()
		}
		if lo <= hi { // a reversed range is empty
			fmt.Fprintf(&ranges, `\x{%X}-\x{%X}`, lo, hi)
		}
	}
	switch {
	case ranges.Len() == 0 && not:
		t.out.WriteByte('.')
	case ranges.Len() == 0:
		t.out.WriteString(`[^\x{0}-\x{10FFFF}]`)
	case not:
		t.out.WriteString("[^" + ranges.String() + "]")
	default:
		t.out.WriteString("[" + ranges.String() + "]")
	}
}
