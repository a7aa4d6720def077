package imageref

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Cause is the kind of mistake for which a reference cannot be parsed; the most specific one that fits.
type Cause int

// The causes, each with an example.
const (
	Empty              Cause = iota // nothing at all
	Whitespace                      // spaces at an end, or nothing but white space
	EmptyTag                        // "nginx:"
	LeadingSlash                    // "/nginx:1"
	EmptyPathSegment                // "a//b", "a/:1", "a/", and a missing name: ":1"
	Uppercase                       // "ghcr.io/Org/app"
	Scheme                          // "https://ghcr.io/org/app"
	Unrendered                      // "${IMAGE}", "<no value>:1", "map[tag:1]", "IMAGE_URL"
	TagScientific                   // "nginx:1.2e+06"; also where the number is in the host
	TagInvalid                      // "nginx:1.0+build", "nginx:feature/x", "nginx:-1", a tag over 128 characters
	DoubleTag                       // "nginx:1:1"
	DigestMalformed                 // "nginx:sha256:...", "nginx@sha256:abcd", "nginx@latest"
	RegistryDuplicated              // "docker.io/registry:5000/app"
	HexName                         // 64 hexadecimal digits alone
	NameTooLong                     // a repository over 255 characters
	IllegalChar                     // any other character where the grammar has no place for it
)

// String names the cause in kebab-case, as "empty-tag".
func (c Cause) String() string {
	names := [...]string{
		"empty", "whitespace", "empty-tag", "leading-slash", "empty-path-segment", "uppercase", "scheme", "unrendered",
		"tag-scientific", "tag-invalid", "double-tag", "digest-malformed", "registry-duplicated", "hex-name", "name-too-long",
		"illegal-char",
	}
	if c < 0 || int(c) >= len(names) {
		return "cause-" + strconv.Itoa(int(c))
	}
	return names[c]
}

// Error says why a reference cannot be parsed.
type Error struct {
	// Raw is the text as [Redact] shows it.
	Raw   string
	Cause Cause
	// At is the smallest range of Raw that shows the mistake, on character boundaries where Raw is valid UTF-8. It is empty
	// only where Raw is.
	At Range
	// Detail is a clause that states the mistake, in lower case and without a full stop. It quotes at most 80 bytes of Raw.
	Detail string
	// Corrected is the whole reference without the mistake, and parses; "" where no correction is likely to be what was meant.
	Corrected string
	// Safe is true where Corrected is certain to be what was meant.
	Safe bool
	// Kubelet is the parser's own text, which ends the message of the kubelet's InvalidImageName. It is exact for a Raw of up
	// to 4096 bytes; for a longer one it is of the same kind, and quotes no more than the beginning.
	Kubelet string
}

// Error implements error, for logs; findings are worded from the fields.
func (e *Error) Error() string {
	return fmt.Sprintf("parse image reference %s: %s", quote(e.Raw), e.Detail)
}

// AsError is the diagnosis in what Parse returns, which is never nil.
func AsError(err error) *Error {
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Detail: "it is not an image reference", Kubelet: err.Error()}
	}
	return e
}

// quote is s in Go's quotes, all of it invisible escaped, cut where it is long.
func quote(s string) string { return strconv.Quote(truncate(s, 72)) }

// truncate cuts s to about size bytes, between characters, and says so by "...".
func truncate(s string, size int) string {
	if len(s) <= size {
		return s
	}
	for size > 0 && !utf8.RuneStart(s[size]) {
		size--
	}
	return s[:size] + cutMark
}

// cutMark is where a text is cut.
const cutMark = "..."

func newError(raw, kubelet string) *Error {
	found := leaks(raw)
	if len(found) == 0 {
		f := diagnose(firstFault(raw))
		return &Error{Raw: raw, Cause: f.cause, At: f.at, Detail: f.detail, Corrected: f.try, Safe: f.safe, Kubelet: kubelet}
	}
	f, shown := diagnose(credentials(raw, found)), Redact(raw)
	if len(leaks(f.try)) > 0 {
		f.try, f.safe = "", false
	}
	return &Error{Raw: shown, Cause: f.cause, At: f.at, Detail: f.detail, Corrected: f.try, Safe: f.safe, Kubelet: maskSecret(kubelet, raw, shown)}
}

// newLongError words the kubelet's text about a long reference, of which it quotes no more than the beginning. That such a reference is invalid is certain from scan alone.
func newLongError(raw string) *Error {
	e := newError(raw, "invalid reference format")
	remote := raw
	if first := firstOf(raw); looksLikeHost(first) {
		remote = raw[len(first)+1:]
	}
	remote, _, _ = strings.Cut(remote, ":")
	switch {
	case strings.ToLower(remote) != remote:
		e.Kubelet = maskSecret(fmt.Sprintf("invalid reference format: repository name (%s) must be lowercase", truncate(remote, maxName)), raw, e.Raw)
	case e.Cause == NameTooLong:
		e.Kubelet = "repository name must not be more than 255 characters"
	}
	return e
}
