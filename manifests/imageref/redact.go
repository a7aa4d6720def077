package imageref

import "strings"

// Redact replaces the password of a reference that begins with credentials ("user:password@host/app"), character by character, so that
// places in it stay what they are. Any other reference is returned as it is. No runtime takes such a reference, but people write it, and
// what they wrote must not be shown.
func Redact(raw string) string {
	at := strings.IndexByte(raw, '@')
	if at <= 0 {
		return raw
	}
	from := 0
	if i := strings.Index(raw[:at], "://"); i >= 0 {
		from = i + len("://")
	}
	colon := strings.IndexByte(raw[from:at], ':')
	if colon < 0 || strings.ContainsAny(raw[from:at], "/") || isDigestText(raw[at+1:]) {
		return raw
	}
	colon += from
	return raw[:colon+1] + strings.Repeat("*", at-colon-1) + raw[at:]
}

// isDigestText reports whether what follows an "@" begins as a digest does: an algorithm and a colon.
func isDigestText(s string) bool {
	algorithm, _, found := strings.Cut(s, ":")
	return found && !strings.ContainsAny(algorithm, "./")
}
