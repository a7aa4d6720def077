package imageref

import (
	"fmt"
	"strings"
)

// tagColon returns the offset of the tag's ":" in a reference without digest, or -1. It is the first ":" without a
// port after it; the text after it need not be a valid tag.
func tagColon(s string) int {
	start := 0
	if strings.HasPrefix(s, "[") {
		start = strings.IndexByte(s, ']') + 1
	}
	colon := strings.IndexByte(s[start:], ':')
	if colon < 0 {
		return -1
	}
	colon += start
	slash := strings.IndexByte(s, '/')
	if slash > colon && every(s[colon+1:slash], isNum) {
		if colon = strings.IndexByte(s[slash:], ':'); colon >= 0 {
			colon += slash
		}
	}
	return colon
}

// colons finds a ":" in the position of a tag that is really a port's: of a port that is not a number, or of a second
// registry.
func colons(s string) (fault, bool) {
	name, _, _ := strings.Cut(s, "@")
	colon := tagColon(name)
	if colon < 0 {
		return fault{}, false
	}
	port, behind, cut := strings.Cut(name[colon+1:], "/")
	if !cut {
		return fault{}, false
	}
	start := strings.LastIndexByte(name[:colon], '/') + 1
	host := name[start:colon]
	tagBehind := strings.IndexByte(behind, ':') >= 0
	f := fault{cause: IllegalChar, at: Range{colon + 1, colon + 1 + len(port)}}
	switch {
	case port == "":
		f.at = Range{colon, colon + 1}
		f.detail = `the port after ":" is empty`
		f.try = s[:colon] + s[colon+1:]
	case start > 0:
		if !every(port, isNum) || !isHost(host) || host != "localhost" && !tagBehind && !isLikelyPort(port) {
			return fault{}, false
		}
		f.cause, f.at.Start = RegistryDuplicated, start
		f.detail = fmt.Sprintf("the registry %s follows the registry %s", quote(truncate(f.at.of(s), 36)), quote(truncate(firstOf(s), 36)))
		if !isDotted(firstOf(s)) {
			f.detail = "the registry " + quote(f.at.of(s)) + " is inside the path"
		}
		f.try = s[start:]
	case isDotted(host), tagBehind:
		f.detail = "the port " + quote(port) + " is not a number"
	default:
		return fault{}, false
	}
	return f, true
}

// isLikelyPort distinguishes a port from the digits of a version or year.
func isLikelyPort(digits string) bool {
	switch len(digits) {
	case 2, 3:
		return digits == "80" || digits == "443"
	case 4:
		return digits[:2] != "19" && digits[:2] != "20"
	}
	return len(digits) == 5
}

// tagFault finds mistakes in the text after the name.
func tagFault(s string) (fault, bool) {
	name, digest := s, ""
	if at := strings.IndexByte(s, '@'); at >= 0 {
		name, digest = s[:at], s[at:]
	}
	colon := tagColon(name)
	if colon < 0 || isTag(name[colon+1:]) {
		return fault{}, false
	}
	start := colon + 1
	tag := name[start:]
	bad := indexOf(tag, func(c byte) bool { return !inTag(c) })
	f := fault{cause: TagInvalid, at: Range{start + bad, start + bad + 1}}
	switch {
	case bad < 0 && len(tag) > maxTag:
		f.at = Range{start + maxTag, len(name)}
		f.detail = fmt.Sprintf("the tag is %d characters long, at most %d are allowed", len(tag), maxTag)
	case bad < 0:
		f.at = Range{start, start + 1}
		f.detail = "a tag cannot begin with " + quote(tag[:1])
	case tag[bad] == ':':
		doubleTag(&f, name, digest, start, bad)
	case bad == 0 && strings.IndexByte("^~<>=!", tag[0]) >= 0:
		f.at.End = len(name)
		f.detail = quote(tag) + " is a range of versions, and a tag names a single version"
	default:
		f.detail = quote(tag[bad:bad+1]) + " is not allowed in a tag"
		switch tag[bad] {
		case '+': // as Helm writes a version in a chart label, and as most publishers write it in a tag
			f.try = name[:start] + strings.ReplaceAll(tag, "+", "_") + digest
		case '/':
			f.try = name[:start] + strings.ReplaceAll(tag, "/", "-") + digest
		}
	}
	return f, true
}

// doubleTag checks a second ":" at name[start+second], where the tag begins at name[start].
func doubleTag(f *fault, name, digest string, start, second int) {
	f.cause = DoubleTag
	tag := name[start:]
	if second == 0 {
		n := runOf(tag, func(c byte) bool { return c == ':' })
		f.at = Range{start - 1, start + n}
		f.detail = "the tag follows " + quote(f.at.of(name))
		f.try = name[:start] + tag[n:] + digest
		return
	}
	first, rest := tag[:second], tag[second+1:]
	f.at = Range{start + second, len(name)}
	f.detail = fmt.Sprintf("there are two tags, %s and %s", quote(truncate(first, 30)), quote(truncate(rest, 30)))
	if strings.ReplaceAll(":"+rest, ":"+first, "") == "" {
		f.detail = "the tag " + quote(first) + " appears twice"
		f.try, f.safe = name[:start+second]+digest, true
	}
}
