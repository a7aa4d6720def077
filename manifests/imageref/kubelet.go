package imageref

import "strings"

// What distribution/reference and the digest library behind it say of a reference that they refuse.
const (
	refusedFormat      = "invalid reference format"
	refusedUppercase   = "repository name must be lowercase"
	refusedLong        = "repository name must not be more than 255 characters"
	refusedDigest      = "invalid checksum digest format"
	refusedDigestSize  = "invalid checksum digest length"
	refusedDigestNamed = "unsupported digest algorithm"
)

// refusal is the text with which distribution/reference refuses a reference, of which [scan] said that it does. It takes the library's steps
// in the library's order, without its regular expressions, which cost a program a millisecond at its start even where they are never used;
// the tests hold the two against each other.
func refusal(raw string) string {
	if isImageID(raw) {
		return "invalid repository name (" + raw + "), cannot specify 64-byte hexadecimal strings"
	}
	host, remainder := splitHost(raw)
	remote, _, _ := strings.Cut(remainder, ":")
	if strings.ToLower(remote) != remote {
		return refusedFormat + ": repository name (" + remote + ") must be lowercase"
	}
	whole := host + "/" + remainder
	path, digest, ok := parts(whole)
	switch {
	case !ok:
		if _, _, ok := parts(strings.ToLower(whole)); ok {
			return refusedUppercase
		}
		return refusedFormat
	case len(path) > maxName:
		return refusedLong
	}
	return refusalOfDigest(digest)
}

// splitHost is splitDockerDomain of the library.
func splitHost(raw string) (host, remainder string) {
	first, rest, cut := strings.Cut(raw, "/")
	switch {
	case !cut:
		return hubHost, officialPath + raw
	case first == legacyHubHost:
		host, remainder = hubHost, rest
	case isDotted(first) || strings.ToLower(first) != first:
		host, remainder = first, rest
	default:
		host, remainder = hubHost, raw
	}
	if host == hubHost && strings.IndexByte(remainder, '/') < 0 {
		remainder = officialPath + remainder
	}
	return host, remainder
}

// parts finds the repository and the digest of a reference by the library's grammar, which knows digests of any algorithm; ok is false for
// what does not follow it.
func parts(s string) (path, digest string, ok bool) {
	name, digest, hasDigest := strings.Cut(s, "@")
	if hasDigest && !isDigestOfAny(digest) {
		return "", "", false
	}
	base := strings.LastIndexByte(name, '/') + 1
	if colon := strings.IndexByte(name[base:], ':'); colon >= 0 {
		if !isTag(name[base+colon+1:]) {
			return "", "", false
		}
		name = name[:base+colon]
	}
	if first := firstOf(name); first != "" && isHost(first) && isPath(name[len(first)+1:]) {
		return name[len(first)+1:], digest, true
	}
	return name, digest, isPath(name)
}

// isDigestOfAny reports whether s is a digest of an algorithm, known or not: at least 32 hexadecimal digits behind words that begin with a letter.
func isDigestOfAny(s string) bool {
	algorithm, hex, ok := strings.Cut(s, ":")
	if !ok || len(hex) < 32 || !every(hex, isHex) {
		return false
	}
	for {
		n := runOf(algorithm, isAlnum)
		if n == 0 || isNum(algorithm[0]) {
			return false
		}
		if n == len(algorithm) {
			return true
		}
		if strings.IndexByte("-_+.", algorithm[n]) < 0 {
			return false
		}
		algorithm = algorithm[n+1:]
	}
}

// refusalOfDigest is the text with which the digest library refuses a digest.
func refusalOfDigest(digest string) string {
	algorithm, hex, _ := strings.Cut(digest, ":")
	switch size := hexDigits(algorithm); {
	case size == 0 && indexOf(algorithm, isUpper) >= 0:
		return refusedDigest
	case size == 0:
		return refusedDigestNamed
	case len(hex) != size:
		return refusedDigestSize
	}
	return refusedDigest
}
