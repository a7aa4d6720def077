package imageref

import (
	"fmt"
	"strings"
)

// algorithmAt finds a supported digest algorithm at the start of s, in any spelling, and returns its length.
func algorithmAt(s string) (algorithm string, n int) {
	for _, a := range []string{"sha256", "sha384", "sha512", "sha-256", "sha-384", "sha-512", "sha_256", "sha_384", "sha_512"} {
		if len(s) >= len(a) && strings.EqualFold(s[:len(a)], a) && (len(s) == len(a) || !isAlnum(s[len(a)])) {
			return "sha" + a[len(a)-3:], len(a)
		}
	}
	return "", 0
}

func algorithmOf(s string) string {
	algorithm, _ := algorithmAt(s)
	return algorithm
}

// algorithmFor returns the algorithm whose digests have a number of hexadecimal digits.
func algorithmFor(digits int) string {
	for _, a := range []string{"sha256", "sha384", "sha512"} {
		if hexDigits(a) == digits {
			return a
		}
	}
	return ""
}

// digestAsTag finds "name:sha256:HEX" and "name:sha256@HEX".
func digestAsTag(s string) (fault, bool) {
	for i := strings.LastIndexByte(s, '/') + 1; i < len(s); i++ {
		if s[i] != ':' || i == 0 {
			continue
		}
		algorithm, n := algorithmAt(s[i+1:])
		end := i + 1 + n
		if n == 0 || end == len(s) || s[end] != ':' && (s[end] != '@' || algorithmOf(s[end+1:]) != "") {
			continue
		}
		return fault{
			cause: DigestMalformed, at: Range{i, end + 1},
			detail: `the digest follows ":" instead of "@"`,
			try:    s[:i] + "@" + algorithm + ":" + s[end+1:], safe: true,
		}, true
	}
	return fault{}, false
}

// malformedDigest finds text after "@" that is not a digest.
func malformedDigest(s string) (fault, bool) {
	left, right, cut := strings.Cut(s, "@")
	if !cut || isDigest(right) {
		return fault{}, false
	}
	after := len(left) + 1
	f := fault{cause: DigestMalformed, at: Range{after, len(s)}}
	algorithm, n := algorithmAt(right)
	again := strings.IndexByte(right, '@')
	switch {
	case right == "":
		f.at, f.detail, f.try = Range{after - 1, after}, `the digest after "@" is empty`, left
	case again >= 0:
		f.at.Start += again
		f.detail = `there are two "@"`
		if right[:again] == right[again+1:] {
			f.try, f.safe = s[:after+again], true
		}
	case n > 0:
		spelledDigest(&f, left, right, algorithm, n)
	case strings.IndexByte(right, '/') >= 0:
		f = fault{cause: IllegalChar, at: Range{after - 1, after}, detail: `"@" is not followed by a digest`, try: left + right}
	default:
		otherDigest(&f, left, right)
	}
	return f, true
}

// spelledDigest checks a digest with a supported algorithm in any spelling.
func spelledDigest(f *fault, left, right, algorithm string, n int) {
	after := f.at.Start
	if n == len(right) {
		f.detail = "the digest has no hexadecimal digits"
		return
	}
	body := right[n+1:]
	f.at.Start += n + 1
	want := hexDigits(algorithm)
	if right[:n+1] != algorithm+":" {
		f.at = Range{after, after + n + 1}
		f.detail = fmt.Sprintf("the digest begins with %s, not with %q", quote(right[:n+1]), algorithm+":")
		f.try, f.safe = left+"@"+algorithm+":"+body, true
		return
	}
	hex := runOf(body, isHex)
	switch {
	case hex < len(body) && body[hex] == ':':
		tag := body[hex:]
		f.at.Start += hex
		f.detail = "the tag comes after the digest"
		name := strings.TrimSuffix(left, tag)
		f.safe = tagColon(name) < 0
		if f.safe {
			name += tag
		}
		f.try = name + "@" + algorithm + ":" + body[:hex]
	case hex < len(body):
		f.at = Range{f.at.Start + hex, f.at.Start + hex + 1}
		f.detail = quote(body[hex:hex+1]) + " is not a hexadecimal digit"
	case hex != want:
		f.detail = fmt.Sprintf("the %s digest has %d hexadecimal digits instead of %d", algorithm, hex, want)
		if hex == 0 {
			f.at.Start, f.detail = after, "the digest has no hexadecimal digits"
		}
	default:
		f.detail = "the digest has upper-case letters"
		f.try, f.safe = left+"@"+algorithm+":"+strings.ToLower(body), true
	}
}

// otherDigest checks text after "@" that does not begin with a supported algorithm.
func otherDigest(f *fault, left, right string) {
	name, hex, isPair := strings.Cut(right, ":")
	if !isPair {
		hex = right
	}
	switch {
	case isPair && name != "":
		f.at.End = f.at.Start + len(name)
		f.detail = quote(name) + " is not a supported digest algorithm: use sha256, sha384 or sha512"
	case isPair, len(hex) > 5 && every(hex, isHex):
		f.detail = "the digest has no algorithm"
		if isPair {
			f.at.End = f.at.Start + 1
		}
		if algorithm := algorithmFor(len(hex)); algorithm != "" {
			f.try, f.safe = left+"@"+algorithm+":"+hex, algorithm == "sha256"
		}
	default:
		f.detail = quote(right) + " is not a digest"
		if isTag(right) && tagColon(left) < 0 && right != "digest" {
			f.detail += `; a tag is written after ":"`
			f.try = left + ":" + right
		}
	}
}
