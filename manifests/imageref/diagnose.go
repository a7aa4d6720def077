package imageref

import (
	"net/netip"
	"strings"
)

// fault is one mistake in an invalid reference.
type fault struct {
	cause  Cause
	at     Range
	detail string
	try    string // the reference without this mistake; it may have others
	safe   bool   // try is certainly what was meant
}

// diagnose corrects as many mistakes as needed for the reference to parse. f is the first one.
func diagnose(f fault) fault {
	safe := f.safe
	next := f.try
	// Two mistakes are common ("https://" and capitals); correcting more than three would be guessing.
	for range 2 {
		if next == "" || isValid(next) {
			break
		}
		g := firstFault(next)
		next, safe = g.try, safe && g.safe
	}
	if _, image, isPage := WebPage(next); isPage {
		next, safe = image, false
	}
	if next == "" || !isValid(next) {
		next, safe = "", false
	}
	f.try, f.safe = next, safe
	return f
}

func isValid(raw string) bool {
	_, ok := scan(raw)
	return ok
}

// firstFault finds the most specific mistake. The order is by usefulness: unrendered text explains everything after
// it, an empty value explains the surrounding characters, and capitals explain only themselves.
func firstFault(raw string) fault {
	if raw == "" {
		return fault{cause: Empty, detail: "the reference is empty"}
	}
	core := strings.TrimSpace(raw)
	if core == "" {
		return fault{cause: Whitespace, at: Range{0, len(raw)}, detail: "the reference is only white space"}
	}
	if isValid(core) {
		return blankEnd(raw, core)
	}
	start := strings.Index(raw, core)
	for _, check := range []func(string) (fault, bool){
		unrendered, scheme, invisible, quotes, imageID, blanks, webAddress,
		ipv6, missingName, emptySegment, emptyTag,
		scientific, illegalChar, digestAsTag, malformedDigest,
		colons, tagFault, hostFault, uppercase, separator, tooLong,
	} {
		if f, found := check(core); found {
			f.at.Start += start
			f.at.End += start
			return f
		}
	}
	// The checks cover the whole grammar: getting here is a bug in one of them.
	return fault{cause: IllegalChar, at: Range{start, start + len(core)}, detail: "the reference does not follow the grammar"}
}

// blankEnd returns the fault of a reference whose only mistake is surrounding spaces. The API server rejects them in a
// Pod.
func blankEnd(raw, core string) fault {
	f := fault{cause: Whitespace, try: core, safe: true}
	n := strings.Index(raw, core)
	switch {
	case n > 0 && n+len(core) < len(raw):
		f.at, f.detail = Range{0, n}, "there are spaces before and after the reference"
	case n > 0:
		f.at, f.detail = Range{0, n}, "there is "+spaceName(raw[:n])+" before the reference"
	default:
		f.at = Range{len(core), len(raw)}
		f.detail = "there is " + spaceName(raw[len(core):]) + " after the reference"
	}
	return f
}

// scheme finds a transport before the reference, or before a registry in it.
func scheme(s string) (fault, bool) {
	i := strings.Index(s, "://")
	if i < 0 {
		return transport(s)
	}
	start := strings.LastIndexByte(s[:i], '/') + 1
	name := s[start:i]
	if indexOf(name, func(c byte) bool { return !isAlnum(c) && c != '+' && c != '-' && c != '.' }) >= 0 {
		return fault{}, false
	}
	f := fault{cause: Scheme, at: Range{start, i + len("://")}, try: strings.TrimLeft(s[i+3:], "/")}
	f.detail = quote(f.at.of(s)) + " is not part of a reference"
	web, ofHub := strings.CutPrefix(f.try, "hub.docker.com/")
	what, image, isPage := WebPage(f.try)
	switch lower := strings.ToLower(name); {
	case isPage:
		f.detail, f.try = pageDetail(what), image
	case ofHub:
		f.detail, f.try = pageDetail("a web page of Docker Hub"), web
	case strings.IndexByte(f.try, '/') < 0 && (lower != "docker" || isDotted(nameOnly(f.try))):
		f.try = "" // a host alone would be read as a name on Docker Hub
	case lower == "https", lower == "http", lower == "oci", lower == "docker":
		f.safe = start == 0
	case name != "":
		f.try = ""
	}
	return f, true
}

// transport finds the prefixes without "//" that skopeo and similar tools use, and a "//" that lost a slash.
func transport(s string) (fault, bool) {
	for _, t := range []string{"docker-daemon:", "docker-archive:", "oci-archive:", "containers-storage:", "https:/", "http:/"} {
		if len(s) > len(t) && strings.EqualFold(s[:len(t)], t) {
			return fault{cause: Scheme, at: Range{0, len(t)}, try: s[len(t):], detail: quote(s[:len(t)]) + " is not part of a reference"}, true
		}
	}
	return fault{}, false
}

// imageID finds 64 hexadecimal digits, also with capitals, which the parser would report first.
func imageID(s string) (fault, bool) {
	return fault{
		cause: HexName, at: Range{0, len(s)},
		detail: "64 hexadecimal digits alone are an image ID, not a name",
	}, len(s) == 64 && every(s, isHex)
}

// ipv6 finds an IPv6 address without brackets or with a zone.
func ipv6(s string) (fault, bool) {
	host := firstOf(s)
	f := fault{cause: IllegalChar, at: Range{0, len(host)}}
	if strings.HasPrefix(host, "[") && strings.IndexByte(host, ']') < 0 {
		f.at, f.detail = Range{0, 1}, `"[" is not closed by a "]"`
		return f, true
	}
	if inner, port, ok := strings.Cut(strings.TrimPrefix(host, "["), "]"); ok && host[0] == '[' {
		address, zone, hasZone := strings.Cut(inner, "%")
		if !hasZone {
			return fault{}, false
		}
		f.at = Range{1 + len(address), 1 + len(inner)}
		f.detail = "the IPv6 zone " + quote("%"+zone) + " is not allowed in a reference"
		f.try = "[" + address + "]" + port + s[len(host):]
		return f, true
	}
	if strings.Count(host, ":") < 2 || len(host) > 64 {
		return fault{}, false
	}
	if _, err := netip.ParseAddr(host); err != nil {
		return fault{}, false
	}
	f.detail = "the IPv6 address " + quote(host) + " has no brackets"
	f.try = "[" + host + "]" + s[len(host):]
	return f, true
}

// missingName finds a reference that begins where the registry or name is expected.
func missingName(s string) (fault, bool) {
	switch s[0] {
	case '/':
		n := runOf(s, func(c byte) bool { return c == '/' })
		f := fault{cause: LeadingSlash, at: Range{0, n}, try: s[n:], detail: `the registry or owner before "/" is empty`}
		switch {
		case len(s) == n:
			f.detail = `both sides of "/" are empty`
		case s[n:] == ":":
			f.detail, f.try = "registry, name and tag are all empty", ""
		case strings.HasSuffix(s, ":"):
			f.detail, f.try = `the registry before "/" and the tag after ":" are both empty`, ""
		}
		return f, true
	case ':', '@':
		f := fault{cause: EmptyPathSegment, at: Range{0, 1}, detail: "the name before " + quote(s[:1]) + " is empty"}
		if s == ":" {
			f.detail = "the name and the tag are both empty"
		}
		return f, true
	}
	return fault{}, false
}

// emptySegment finds "//", and "/" before the tag, the digest or the end.
func emptySegment(s string) (fault, bool) {
	f := fault{cause: EmptyPathSegment}
	if i := strings.Index(s, "//"); i >= 0 {
		n := runOf(s[i:], func(c byte) bool { return c == '/' })
		f.at, f.detail = Range{i, i + n}, `the part between "/" and "/" is empty`
		f.try = s[:i+1] + s[i+n:]
		return f, true
	}
	i := strings.LastIndexByte(s, '/')
	if i < 0 {
		return fault{}, false
	}
	switch rest := s[i+1:]; {
	case rest == "":
		f.at, f.detail = Range{i, i + 1}, `the name after "/" is empty`
	case rest == ":":
		f.at, f.detail = Range{i, i + 2}, `the name after "/" and the tag after ":" are both empty`
		return f, true
	case rest[0] == ':', rest[0] == '@' && strings.IndexByte(rest, ':') > 0:
		f.at, f.detail = Range{i, i + 2}, `the name between "/" and `+quote(rest[:1])+" is empty"
	default:
		return fault{}, false
	}
	// Without its "/", a registry would be read as a name on Docker Hub.
	if !isDotted(s[:i]) || strings.IndexByte(s[:i], '/') >= 0 {
		f.try = s[:i] + s[i+1:]
	}
	return f, true
}

// emptyTag finds ":" with nothing after it.
func emptyTag(s string) (fault, bool) {
	f := fault{cause: EmptyTag}
	switch i := strings.Index(s, ":@"); {
	case i >= 0:
		// With a digest, the tag does not matter.
		f.at, f.detail = Range{i, i + 1}, `the tag between ":" and "@" is empty`
		f.try, f.safe = s[:i]+s[i+1:], true
	case !strings.HasSuffix(s, ":"):
		return fault{}, false
	case strings.IndexByte(s, '@') >= 0:
		body := s[strings.IndexByte(s, '@'):]
		if strings.Count(body, ":") == 1 {
			return fault{}, false // the digest is truncated
		}
		f.at, f.detail = Range{len(s) - 1, len(s)}, `the tag after the last ":" is empty`
		f.try, f.safe = s[:len(s)-1], true
	default:
		f.at, f.detail = Range{len(s) - 1, len(s)}, `the tag after ":" is empty`
	}
	return f, true
}
