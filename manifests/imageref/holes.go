package imageref

// A state is a place in a reference. The names of bits with 0 are right after a separator, where something has to follow.
type states uint8

const (
	first0 states = 1 << iota // the first part, which may be a registry
	first1
	path0 // a later part of the name
	path1
	tag0
	tag1
	digest0
	digest1
)

const whole = first1 | path1 | tag1 | digest1 // where a reference may end

// Fits reports whether any texts in the holes of raw, which are in order, may make it a valid reference. If none do, at is the byte that is wrong, or
// len(raw) if something is missing there. It knows less than the grammar: true may be wrong, false never is.
func Fits(raw string, holes []Range) (at int, ok bool) {
	s := first0
	for i := 0; i < len(raw); i++ {
		if len(holes) > 0 && i == holes[0].Start {
			s = s.anything()
			i, holes = holes[0].End-1, holes[1:]
			continue
		}
		if s = s.after(raw[i]); s == 0 {
			return i, false
		}
	}
	return len(raw), s&whole != 0
}

// anything returns where any text leads, also an empty one.
func (s states) anything() states {
	switch {
	case s&(first0|first1) != 0:
		s |= first1 | path0 | path1 | tag0 | tag1 | digest0 | digest1
	case s&(path0|path1) != 0:
		s |= path0 | path1 | tag0 | tag1 | digest0 | digest1
	case s&(tag0|tag1) != 0:
		s |= tag1 | digest0 | digest1
	case s&digest0 != 0:
		s |= digest1
	}
	return s
}

// after returns where a byte leads, or 0 if it is wrong.
func (s states) after(c byte) (to states) {
	name := isLower(c) || isNum(c) || c == '.' || c == '_' || c == '-'
	if s&(first0|first1) != 0 && (name || isUpper(c) || c == ':' || c == '[' || c == ']') {
		to |= first1
	}
	if s&(path0|path1) != 0 && name {
		to |= path1
	}
	if s&(tag0|tag1) != 0 && (name || isUpper(c)) {
		to |= tag1
	}
	if s&(digest0|digest1) != 0 && (name || isUpper(c) || c == ':' || c == '+') {
		to |= digest1
	}
	switch {
	case c == '/' && s&(first1|path1) != 0:
		to |= path0
	case c == ':' && s&(first1|path1) != 0:
		to |= tag0
	case c == '@' && s&(first1|path1|tag1) != 0:
		to |= digest0
	}
	return to
}
