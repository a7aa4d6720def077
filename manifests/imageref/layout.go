package imageref

import "strings"

// Range is a half-open range of byte offsets in a reference: [Start, End). Start equals End where the place between two
// characters is meant.
type Range struct{ Start, End int }

// of is the text of the range in s.
func (r Range) of(s string) string { return s[r.Start:r.End] }

// Layout says where each written part of a reference stands, without the ":", "/" and "@" between them. A part that is not
// written has the zero Range; the Registry of "nginx" is not written.
type Layout struct{ Registry, Repository, Tag, Digest Range }

// Locate finds the parts of a reference. For one that Parse refuses it is the zero Layout.
func Locate(raw string) Layout {
	l, _ := scan(raw)
	return l
}

// KustomizeName is the name by which kustomize knows an image, sound or not: what stands before the first ":" or "@" behind the first "/"
// (api/internal/image in sigs.k8s.io/kustomize).
func KustomizeName(raw string) string {
	from := max(strings.IndexByte(raw, '/'), 0)
	if end := strings.IndexAny(raw[from:], ":@"); end >= 0 {
		return raw[:from+end]
	}
	return raw
}

// HasHost reports whether a reference, sound or not, begins with what people read as a registry.
func HasHost(raw string) bool { return isDotted(firstOf(raw)) }

// scan finds the parts of a reference, and is false exactly where distribution/reference refuses it. It is the same grammar
// without regular expressions, some fifty times faster; the tests hold the two against each other.
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

// normalizedLen is the length of the repository name[start:] once "library/" stands before the single part of a Docker Hub name.
func normalizedLen(first, name string, start int) int {
	n := len(name) - start
	onHub := first == "" || start > 0 && (first == hubHost || first == legacyHubHost)
	if onHub && strings.IndexByte(name[start:], '/') < 0 {
		n += len(officialPath)
	}
	return n
}
