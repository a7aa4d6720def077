package imageref

import (
	"net/netip"
	"strings"
)

// fault is one mistake in a refused reference, as a check sees it.
type fault struct {
	cause  Cause
	at     Range
	detail string
	try    string // what the reference would be without this mistake; it may hold others
	safe   bool   // try is certain to be what was meant
}

// diagnose fixes as much of a refused reference as it takes to make it parse. f is its first fault.
func diagnose(f fault) fault {
	safe := f.safe
	next := f.try
	// Two mistakes in one reference are common ("https://" before capitals); more than three are no longer corrected, but guessed.
	for range 2 {
		if next == "" || isValid(next) {
			break
		}
		g := firstFault(next)
		next, safe = g.try, safe && g.safe
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

// firstFault finds the most specific mistake. The order is that of usefulness: text that was never rendered explains all
// that follows from it, an empty value explains the characters around it, and capitals explain only themselves.
func firstFault(raw string) fault {
	if raw == "" {
		return fault{cause: Empty, detail: "nothing is written"}
	}
	core := strings.TrimSpace(raw)
	if core == "" {
		return fault{cause: Whitespace, at: Range{0, len(raw)}, detail: "nothing but blanks is written"}
	}
	if isValid(core) {
		return blankEnd(raw, core)
	}
	start := strings.Index(raw, core)
	for _, check := range []func(string) (fault, bool){
		unrendered, scheme, invisible, quotes, imageID, blanks,
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
	// The checks together know the whole grammar: what gets here would be a mistake in one of them.
	return fault{cause: IllegalChar, at: Range{start, start + len(core)}, detail: "the reference does not follow the grammar"}
}

// blankEnd is the fault of raw whose only mistake is spaces around core. The API server refuses them in a Pod, too.
func blankEnd(raw, core string) fault {
	f := fault{cause: Whitespace, try: core, safe: true}
	n := strings.Index(raw, core)
	switch {
	case n > 0 && n+len(core) < len(raw):
		f.at, f.detail = Range{0, n}, "blanks stand before and after the reference"
	case n > 0:
		f.at, f.detail = Range{0, n}, blankName(raw[:n])+" stands before the reference"
	default:
		f.at = Range{len(core), len(raw)}
		f.detail = blankName(raw[len(core):]) + " stands after the reference"
	}
	return f
}

// scheme finds a transport in front of the reference, or in front of a registry inside it.
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
	switch lower := strings.ToLower(name); {
	case ofHub:
		f.detail = "the address of a Docker Hub web page is not a reference"
		f.try = strings.TrimPrefix(strings.TrimPrefix(web, "r/"), "_/")
	case strings.IndexByte(f.try, '/') < 0 && (lower != "docker" || isDotted(nameOnly(f.try))):
		f.try = "" // a host alone would be taken for a name on Docker Hub
	case lower == "https", lower == "http", lower == "oci", lower == "docker":
		f.safe = start == 0
	case name != "":
		f.try = ""
	}
	return f, true
}

// transport finds the prefixes without "//" that skopeo and its kin put before a reference, and a "//" that lost a slash.
func transport(s string) (fault, bool) {
	for _, t := range []string{"docker-daemon:", "docker-archive:", "oci-archive:", "containers-storage:", "https:/", "http:/"} {
		if len(s) > len(t) && strings.EqualFold(s[:len(t)], t) {
			return fault{cause: Scheme, at: Range{0, len(t)}, try: s[len(t):], detail: quote(s[:len(t)]) + " is not part of a reference"}, true
		}
	}
	return fault{}, false
}

// imageID finds 64 hexadecimal digits, also with capitals, which the parser would complain of first.
func imageID(s string) (fault, bool) {
	return fault{
		cause: HexName, at: Range{0, len(s)},
		detail: "64 hexadecimal digits alone are an image ID, not a name",
	}, len(s) == 64 && every(s, isHex)
}

// ipv6 finds an IPv6 address without brackets, and one with a zone.
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
	f.detail = "the IPv6 address " + quote(host) + " stands without brackets"
	f.try = "[" + host + "]" + s[len(host):]
	return f, true
}

// missingName finds a reference that begins where its registry or its name has to stand.
func missingName(s string) (fault, bool) {
	switch s[0] {
	case '/':
		n := runOf(s, func(c byte) bool { return c == '/' })
		f := fault{cause: LeadingSlash, at: Range{0, n}, try: s[n:], detail: `nothing stands before "/", where the registry or the owner goes`}
		switch {
		case len(s) == n:
			f.detail = `nothing stands before and after "/"`
		case s[n:] == ":":
			f.detail, f.try = "registry, name and tag are all empty", ""
		case strings.HasSuffix(s, ":"):
			f.detail, f.try = `the registry before "/" and the tag after ":" are both empty`, ""
		}
		return f, true
	case ':', '@':
		f := fault{cause: EmptyPathSegment, at: Range{0, 1}, detail: "nothing stands before " + quote(s[:1]) + ", where the name goes"}
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
		f.at, f.detail = Range{i, i + n}, `nothing stands between "/" and "/"`
		f.try = s[:i+1] + s[i+n:]
		return f, true
	}
	i := strings.LastIndexByte(s, '/')
	if i < 0 {
		return fault{}, false
	}
	switch rest := s[i+1:]; {
	case rest == "":
		f.at, f.detail = Range{i, i + 1}, `nothing stands after "/"`
	case rest == ":":
		f.at, f.detail = Range{i, i + 2}, `the name after "/" and the tag after ":" are both empty`
		return f, true
	case rest[0] == ':', rest[0] == '@' && strings.IndexByte(rest, ':') > 0:
		f.at, f.detail = Range{i, i + 2}, "nothing stands between \"/\" and "+quote(rest[:1])
	default:
		return fault{}, false
	}
	// Without its "/" a registry would become a name on Docker Hub.
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
		// The digest decides what is pulled, with or without a tag.
		f.at, f.detail = Range{i, i + 1}, `nothing stands between ":" and "@", where the tag goes`
		f.try, f.safe = s[:i]+s[i+1:], true
	case !strings.HasSuffix(s, ":"):
		return fault{}, false
	case strings.IndexByte(s, '@') >= 0:
		body := s[strings.IndexByte(s, '@'):]
		if strings.Count(body, ":") == 1 {
			return fault{}, false // it is the digest that is cut off
		}
		f.at, f.detail = Range{len(s) - 1, len(s)}, `nothing stands after the last ":"`
		f.try, f.safe = s[:len(s)-1], true
	default:
		f.at, f.detail = Range{len(s) - 1, len(s)}, `nothing stands after ":", where the tag goes`
	}
	return f, true
}
