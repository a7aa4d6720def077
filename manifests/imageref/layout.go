package imageref

import "strings"

// Range is a half-open range of byte offsets in a reference: [Start, End). An empty range is a position between two
// characters.
type Range struct{ Start, End int }

// of returns the text of the range in s.
func (r Range) of(s string) string { return s[r.Start:r.End] }

// Layout has the ranges of the written parts of a reference, without ":", "/" and "@". A part that is not written has
// the zero Range, such as the Registry of "nginx".
type Layout struct{ Registry, Repository, Tag, Digest Range }

// Locate returns the layout of a reference, or the zero Layout if it is invalid.
func Locate(raw string) Layout {
	l, _ := scan(raw)
	return l
}

// HasHost reports whether a reference, valid or not, begins with what looks like a registry.
func HasHost(raw string) bool { return isDotted(firstOf(raw)) }

// MayBeOn reports whether a reference that cannot be parsed may be meant for a registry: it does not plainly begin with the host of another one, nor is
// it a name without a host, which is on Docker Hub. registry is as in Ref.
func MayBeOn(raw, registry string) bool {
	text := strings.ToLower(strings.Trim(raw, " \t\r\n\"'"))
	if _, rest, ok := strings.Cut(text, "://"); ok {
		text = rest
	}
	if host := firstOf(text); isDotted(host) {
		return !isHost(host) || host == registry || registry == hubHost && host == legacyHubHost
	}
	first := text
	if end := strings.IndexAny(text, "/:@"); end >= 0 {
		first = text[:end]
	}
	isName := every(first, func(c byte) bool { return isNum(c) || c >= 'a' && c <= 'z' || strings.IndexByte("._-", c) >= 0 })
	return registry == hubHost || !isName
}

// scan finds the parts of a reference, and returns false exactly if distribution/reference rejects it. It implements
// the same grammar without regular expressions, about fifty times faster; tests compare the two.
func scan(raw string) (Layout, bool) {
	var l Layout
	name := raw
	if at := strings.IndexByte(name, '@'); at >= 0 {
		if !isDigest(name[at+1:]) {
			return Layout{}, false
		}
		l.Digest = Range{at + 1, len(raw)}
		name = name[:at]
	}
	base := strings.LastIndexByte(name, '/') + 1
	if colon := strings.IndexByte(name[base:], ':'); colon >= 0 {
		colon += base
		if !isTag(name[colon+1:]) {
			return Layout{}, false
		}
		l.Tag = Range{colon + 1, len(name)}
		name = name[:colon]
	}
	start := 0
	first := firstOf(name)
	if looksLikeHost(first) && isHost(first) {
		l.Registry = Range{0, len(first)}
		start = len(first) + 1
	}
	l.Repository = Range{start, len(name)}
	if !isPath(name[start:]) || normalizedLen(first, name, start) > maxName || isImageID(raw) {
		return Layout{}, false
	}
	return l, true
}

// normalizedLen returns the length of the repository name[start:] with "library/" added to single-part Docker Hub
// names.
func normalizedLen(first, name string, start int) int {
	n := len(name) - start
	onHub := first == "" || start > 0 && (first == hubHost || first == legacyHubHost)
	if onHub && strings.IndexByte(name[start:], '/') < 0 {
		n += len(officialPath)
	}
	return n
}
