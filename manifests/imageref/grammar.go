package imageref

import "strings"

// The grammar follows regexp.go and normalize.go of distribution/reference, and its digest library.

func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
func isNum(c byte) bool   { return '0' <= c && c <= '9' }
func isAlnum(c byte) bool { return isLower(c) || isUpper(c) || isNum(c) }
func isHex(c byte) bool   { return isNum(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F' }
func isSep(c byte) bool   { return c == '.' || c == '_' || c == '-' }
func isWord(c byte) bool  { return isAlnum(c) || c == '_' }

// every reports whether s is not empty and ok holds for each byte.
func every(s string, ok func(byte) bool) bool {
	return s != "" && runOf(s, ok) == len(s)
}

// runOf returns the number of leading bytes for which ok holds.
func runOf(s string, ok func(byte) bool) int {
	for i := range len(s) {
		if !ok(s[i]) {
			return i
		}
	}
	return len(s)
}

// indexOf returns the offset of the first byte for which ok holds, or -1.
func indexOf(s string, ok func(byte) bool) int {
	for i := range len(s) {
		if ok(s[i]) {
			return i
		}
	}
	return -1
}

// looksLikeHost reports whether the parser reads the first of several parts as a registry instead of a Docker Hub
// owner. Capitals make it a host too, because a repository cannot have them.
func looksLikeHost(first string) bool {
	return isDotted(first) || indexOf(first, isUpper) >= 0
}

// isDotted reports whether a part also looks like a host to people.
func isDotted(s string) bool { return s == "localhost" || strings.ContainsAny(s, ".:") }

// isHost reports whether s is a domain name, an IPv4 address or a bracketed IPv6 address, with or without a port.
func isHost(s string) bool {
	if strings.HasPrefix(s, "[") {
		inner, port, ok := strings.Cut(s[1:], "]")
		return ok && every(inner, func(c byte) bool { return isHex(c) || c == ':' }) &&
			(port == "" || port[0] == ':' && every(port[1:], isNum))
	}
	host, port, hasPort := strings.Cut(s, ":")
	if hasPort && !every(port, isNum) {
		return false
	}
	for {
		label, rest, more := strings.Cut(host, ".")
		if !isLabel(label) {
			return false
		}
		if !more {
			return true
		}
		host = rest
	}
}

func isLabel(s string) bool {
	return every(s, func(c byte) bool { return isAlnum(c) || c == '-' }) && s[0] != '-' && s[len(s)-1] != '-'
}

// isPath reports whether s is a repository: components separated by "/".
func isPath(s string) bool {
	for {
		component, rest, more := strings.Cut(s, "/")
		if !isComponent(component) {
			return false
		}
		if !more {
			return true
		}
		s = rest
	}
}

// isComponent is true exactly if s is not empty, and separator finds no fault in it. It is hot, so it looks at each byte once.
func isComponent(s string) bool {
	for i := range len(s) {
		c := s[i]
		switch {
		case isLower(c) || isNum(c):
			continue
		case !isSep(c) || i == 0 || i == len(s)-1:
			return false
		}
		if before := s[i-1]; isSep(before) && (before != c || c == '.' || c == '_' && s[i-2] == '_') {
			return false
		}
	}
	return s != ""
}

func notInPath(c byte) bool { return !isLower(c) && !isNum(c) && !isSep(c) }

// badSeparator returns the first invalid run of ".", "_" and "-" in a path component: at either end, or other than one
// ".", one or two "_", or any number of "-".
func badSeparator(s string) Range {
	for i := 0; i < len(s); i++ {
		if !isSep(s[i]) {
			continue
		}
		end := i + runOf(s[i:], isSep)
		if run := s[i:end]; i == 0 || end == len(s) || run != "." && run != "_" && run != "__" && strings.Trim(run, "-") != "" {
			return Range{i, end}
		}
		i = end
	}
	return Range{}
}

func isTag(s string) bool {
	return len(s) <= maxTag && every(s, inTag) && s[0] != '.' && s[0] != '-'
}

func inTag(c byte) bool { return isAlnum(c) || isSep(c) }

// hexDigits returns the number of hexadecimal digits of an algorithm, 0 for an unsupported one.
func hexDigits(algorithm string) int {
	switch algorithm {
	case "sha256":
		return 64
	case "sha384":
		return 96
	case "sha512":
		return 128
	}
	return 0
}

func isDigest(s string) bool {
	algorithm, hex, ok := strings.Cut(s, ":")
	return ok && len(hex) == hexDigits(algorithm) && every(hex, func(c byte) bool { return isHex(c) && !isUpper(c) })
}

// isImageID reports whether s is 64 lower-case hexadecimal digits, which the parser rejects as a name.
func isImageID(s string) bool {
	return len(s) == 64 && every(s, func(c byte) bool { return isHex(c) && !isUpper(c) })
}
