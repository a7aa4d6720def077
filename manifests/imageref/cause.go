package imageref

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Cause is the kind of mistake in an invalid reference; the most specific one that applies.
type Cause int

// Values of Cause, each with an example.
const (
	Empty              Cause = iota // an empty reference
	Whitespace                      // leading or trailing spaces, or only white space
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
	HexName                         // only 64 hexadecimal digits
	NameTooLong                     // a repository over 255 characters
	IllegalChar                     // any other character that is not allowed there
)

// String returns the name in kebab-case, such as "empty-tag".
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

// Error is why a reference cannot be parsed.
type Error struct {
	// Raw is the text as [Redact] shows it.
	Raw   string
	Cause Cause
	// At is the smallest range of Raw that shows the mistake, on character boundaries if Raw is valid UTF-8. It is
	// empty only if Raw is.
	At Range
	// Detail describes the mistake in a clause, in lower case and without a full stop. It quotes at most 80 bytes of
	// Raw.
	Detail string
	// Corrected is the whole reference without the mistake, which parses; "" if no correction is likely.
	Corrected string
	// Safe is true if Corrected is certainly what was meant.
	Safe bool
	// message is what Kubelet returns; "" if that follows from Raw.
	message string
}

// Kubelet returns the parser's message, the end of the kubelet's InvalidImageName message. It is exact for a Raw of up
// to 4096 bytes; for longer ones it has the same form, with only the beginning quoted.
func (e *Error) Kubelet() string {
	if e.message == "" {
		return refusal(e.Raw)
	}
	return e.message
}

// Error implements error, for logs. Findings are worded from the fields.
func (e *Error) Error() string {
	return fmt.Sprintf("parse image reference %s: %s", quote(e.Raw), e.Detail)
}

// AsError returns the diagnosis in an error from Parse. It is never nil.
func AsError(err error) *Error {
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Detail: "it is not an image reference", message: err.Error()}
	}
	return e
}

// quote quotes s like Go, escapes invisible characters, and truncates long text.
func quote(s string) string { return strconv.Quote(truncate(s, 72)) }

// truncate truncates s to about size bytes at a character boundary and appends "...".
func truncate(s string, size int) string {
	if len(s) <= size {
		return s
	}
	for size > 0 && !utf8.RuneStart(s[size]) {
		size--
	}
	return s[:size] + cutMark
}

// cutMark marks truncated text.
const cutMark = "..."

// newError builds the error for a reference. The message is the kubelet's, or "" for the one that follows from raw.
func newError(raw, message string) *Error {
	found := leaks(raw)
	if len(found) == 0 {
		f := diagnose(firstFault(raw))
		return &Error{Raw: raw, Cause: f.cause, At: f.at, Detail: f.detail, Corrected: f.try, Safe: f.safe, message: message}
	}
	if message == "" {
		message = refusal(raw)
	}
	f, shown := diagnose(credentials(raw, found)), Redact(raw)
	if len(leaks(f.try)) > 0 {
		f.try, f.safe = "", false
	}
	return &Error{Raw: shown, Cause: f.cause, At: f.at, Detail: f.detail, Corrected: f.try, Safe: f.safe, message: maskSecret(message, raw, shown)}
}

// newLongError builds the error for a long reference, with the kubelet's message for its beginning. scan alone has
// shown that it is invalid.
func newLongError(raw string) *Error {
	e := newError(raw, "invalid reference format")
	remote := raw
	if first := firstOf(raw); looksLikeHost(first) {
		remote = raw[len(first)+1:]
	}
	remote, _, _ = strings.Cut(remote, ":")
	switch {
	case strings.ToLower(remote) != remote:
		e.message = maskSecret(fmt.Sprintf("invalid reference format: repository name (%s) must be lowercase", truncate(remote, maxName)), raw, e.Raw)
	case e.Cause == NameTooLong:
		e.message = "repository name must not be more than 255 characters"
	}
	return e
}
