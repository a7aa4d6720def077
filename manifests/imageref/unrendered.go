package imageref

import "strings"

// window is the maximum length of a placeholder in bytes. It keeps the search linear.
const window = 256

// unrendered finds text that a tool should have replaced before the manifest was applied.
func unrendered(s string) (fault, bool) {
	f := fault{cause: Unrendered}
	for i := range len(s) {
		if n, is := tokenAt(s, i); n > 0 {
			f.at = Range{i, i + n}
			f.detail = quote(f.at.of(s)) + " " + is
			return f, true
		}
	}
	if n, is := objectAt(s); n > 0 {
		i := strings.IndexByte(s, '{')
		f.at = Range{i, i + n}
		f.detail = quote(f.at.of(s)) + " " + is
		return f, true
	}
	if isAllCaps(s) {
		f.at = Range{0, len(s)}
		f.detail = quote(s) + " " + isFiller
		return f, true
	}
	return placeholder(s)
}

// isAllCaps reports whether s consists of several words in capitals: "FILLED IN BY THE OPERATOR".
func isAllCaps(s string) bool {
	blanks := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ':
			blanks++
		case (c < 'A' || c > 'Z') && c != '_' && c != '-' && c != '\'':
			return false
		}
	}
	return blanks > 0 && len(s) <= window && s[0] != ' ' && s[len(s)-1] != ' '
}

const (
	isTemplate = "is a template that was not rendered"
	isVariable = "is a variable that was not replaced"
	isFiller   = "is a placeholder that was not replaced"
	isMissing  = "is what a template prints for a value that is not set"
)

// tokenAt returns the length of the template syntax at s[i], or 0, and its kind.
func tokenAt(s string, i int) (n int, is string) {
	rest := s[i:]
	switch s[i] {
	case '{':
		switch {
		case strings.HasPrefix(rest, "{{"):
			return nested(rest, "{{", "}}"), isTemplate
		case strings.HasPrefix(rest, "{%"):
			return through(rest, "%}"), isTemplate
		}
	case '[':
		if strings.HasPrefix(rest, "[[") {
			return through(rest, "]]"), isTemplate
		}
	case '(':
		switch {
		case strings.HasPrefix(rest, "(("):
			return through(rest, "))"), isTemplate
		case strings.HasPrefix(rest, "(@"):
			return through(rest, "@)"), isTemplate
		}
	case '$':
		return variable(rest), isVariable
	case '%':
		return percent(rest)
	case '@':
		if n := 1 + runOf(rest[1:], inTag); n > 1 && n < len(rest) && rest[n] == '@' {
			return n + 1, isFiller
		}
	case '#':
		switch {
		case strings.HasPrefix(rest, "#{"):
			return max(through(rest, "}#"), through(rest, "}")), isFiller
		case strings.HasPrefix(rest, "#@"):
			return len(rest), isTemplate
		}
	case '<':
		return angle(rest)
	case '.':
		if strings.HasPrefix(rest, ".Values.") || strings.HasPrefix(rest, ".Chart.") || strings.HasPrefix(rest, ".Release.") {
			return runOf(rest, inTag), isTemplate
		}
	case 'k':
		if i == 0 && strings.HasPrefix(rest, "ko://") {
			return len("ko://"), `names Go code to build, which "ko resolve" replaces with an image`
		}
	case 'm':
		if strings.HasPrefix(rest, "map[") && (i == 0 || !isAlnum(s[i-1])) {
			return nested(rest, "[", "]"), "is a map printed as text instead of one of its fields"
		}
	}
	return 0, ""
}

// variable returns the length of "$X", "${X}", "$(X)", or "${{ X }}" at the start of s.
func variable(s string) int {
	switch {
	case strings.HasPrefix(s, "${{"):
		return 1 + nested(s[1:], "{{", "}}")
	case strings.HasPrefix(s, "${"):
		return nested(s, "{", "}")
	case strings.HasPrefix(s, "$("):
		return nested(s, "(", ")")
	}
	if n := runOf(s[1:], isWord); n > 0 {
		return 1 + n
	}
	return 0
}

// percent returns the length of "%X%", of a Go formatting error such as "%!s(<nil>)", or of an
// unused formatting verb.
func percent(s string) (n int, is string) {
	if strings.HasPrefix(s, "%!") && len(s) > 3 && s[3] == '(' {
		return nested(s, "(", ")"), "is what Go prints for a missing or a wrong value"
	}
	n = 1 + runOf(s[1:], isWord)
	switch {
	case n > 1 && n < len(s) && s[n] == '%' && !isNum(s[1]):
		return n + 1, isVariable
	case n == 2 && strings.IndexByte("sdvq", s[1]) >= 0:
		return n, "is a formatting verb that was not replaced"
	}
	return 0, ""
}

// angle returns the length of "<X>" or "<<X>>".
func angle(s string) (n int, is string) {
	n = through(s, ">")
	if n == 0 || n == 2 {
		return 0, ""
	}
	if strings.HasPrefix(s, "<<") && n < len(s) && s[n] == '>' {
		n++
	}
	switch s[:n] {
	case "<no value>", "<nil>", "<none>", "<invalid>", "<unknown>", "<undefined>":
		return n, isMissing
	}
	return n, isFiller
}

// through returns the length of s up to the end of the first closing, or 0 if none is near.
func through(s, closing string) int {
	if i := strings.Index(s[:min(len(s), window)], closing); i >= 0 {
		return i + len(closing)
	}
	return 0
}

// nested returns the length of s up to the closing that matches its first opening, or the length of
// s if there is none.
func nested(s, opening, closing string) int {
	depth := 0
	for i := 0; i < len(s); {
		switch {
		case strings.HasPrefix(s[i:], opening):
			depth++
			i += len(opening)
		case strings.HasPrefix(s[i:], closing):
			depth--
			i += len(closing)
			if depth <= 0 {
				return i
			}
		default:
			i++
		}
	}
	return len(s)
}

// objectAt returns the length of the first "{...}": a name in braces is a placeholder, and pairs
// are a printed object.
func objectAt(s string) (n int, is string) {
	i := strings.IndexByte(s, '{')
	if i < 0 || strings.LastIndexByte(s, '}') < i {
		return 0, ""
	}
	n = nested(s[i:], "{", "}")
	if strings.IndexByte(s[i:i+n], ':') >= 0 {
		return n, "is an object printed as text instead of one of its fields"
	}
	return n, isFiller
}

// placeholder finds an invalid part of the name that nobody would choose as a name: "IMAGE_URL",
// "None".
func placeholder(s string) (fault, bool) {
	name, _, _ := strings.Cut(s, "@")
	for start := 0; start <= len(name); {
		part, _, more := strings.Cut(name[start:], "/")
		end := start + len(part)
		atFault := !more || start > 0 || !isHost(part)
		part, _, _ = strings.Cut(part, ":")
		if atFault && !isComponent(part) {
			if n, is := fillerIn(part); n != (Range{}) {
				f := fault{cause: Unrendered, at: Range{start + n.Start, start + n.End}}
				f.detail = quote(f.at.of(s)) + " " + is
				return f, true
			}
		}
		start = end + 1
	}
	return fault{}, false
}

// fillerIn finds placeholder text in one part of a name.
func fillerIn(part string) (Range, string) {
	whole := Range{0, len(part)}
	switch strings.ToLower(part) {
	case "none", "null", "nil", "nan", "undefined", "true", "false":
		return whole, isMissing
	case "...", "\u2026":
		return whole, isFiller
	case "":
		return Range{}, ""
	}
	if len(part) > 4 && strings.HasPrefix(part, "__") && strings.HasSuffix(part, "__") {
		return whole, isFiller
	}
	if len(part) > 4 && strings.EqualFold(part[:4], "your") && !isLower(part[4]) && !isNum(part[4]) {
		return whole, isFiller
	}
	if every(part, func(c byte) bool { return !isLower(c) }) && hasFillerWord(part) {
		return whole, isFiller
	}
	// A name in capitals with "_" inside, like a variable, between "-" and ".".
	for start := 0; start < len(part); {
		n := runOf(part[start:], isWord)
		if word := part[start : start+n]; isConstant(word) {
			return Range{start, start + n}, isFiller
		}
		start += n + 1
	}
	return Range{}, ""
}

// isConstant reports whether a word consists of capitals and digits with "_" among them:
// "PROJECT_ID".
func isConstant(word string) bool {
	core := strings.Trim(word, "_")
	return strings.IndexByte(word, '_') >= 0 && len(core) > 1 && isUpper(core[0]) &&
		every(core, func(c byte) bool { return isUpper(c) || isNum(c) || c == '_' })
}

// hasFillerWord reports whether a part in capitals contains a word that describes what to insert.
func hasFillerWord(part string) bool {
	for word := range strings.FieldsFuncSeq(part, func(r rune) bool { return strings.ContainsRune("-_.", r) }) {
		switch word {
		case "IMAGE", "IMAGES", "IMG", "TAG", "VERSION", "REGISTRY", "REGION", "REPO", "REPOSITORY", "NAME", "PROJECT", "PROJECTID",
			"OWNER", "USER", "USERNAME", "ACCOUNT", "NAMESPACE", "YOUR", "HOST", "HOSTNAME", "DOMAIN",
			"CHANGEME", "CHANGE", "REPLACE", "REPLACEME", "INSERT", "PLACEHOLDER", "TODO", "FIXME", "TBD", "XXX", "XXXX":
			return true
		}
	}
	return false
}
