package imageref

import "strings"

// Messages of distribution/reference and its digest library for invalid references.
const (
	refusedFormat      = "invalid reference format"
	refusedUppercase   = "repository name must be lowercase"
	refusedLong        = "repository name must not be more than 255 characters"
	refusedDigest      = "invalid checksum digest format"
	refusedDigestSize  = "invalid checksum digest length"
	refusedDigestNamed = "unsupported digest algorithm"
)

// refusal returns the message of distribution/reference for a reference that [scan] found invalid. It follows the
// library's steps in order, but without its regular expressions, which cost a millisecond at start even if unused.
// Tests compare the two.
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

// splitHost is the library's splitDockerDomain.
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

// parts returns the repository and digest of a reference by the library's grammar, which allows digests of any
// algorithm; ok is false if it does not match.
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

// isDigestOfAny reports whether s is a digest of any algorithm: words that begin with a letter, and at least 32
// hexadecimal digits.
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

// refusalOfDigest returns the digest library's message for an invalid digest.
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
