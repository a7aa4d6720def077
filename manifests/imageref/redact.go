package imageref

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Redact masks what looks like credentials in an invalid reference, character by character, so that offsets stay the
// same. Valid references are returned unchanged, because they cannot contain credentials. People write credentials
// there anyway, and they must not be shown. Redact is idempotent: text next to a mask may look like credentials only
// after masking, and is then masked too.
func Redact(raw string) string {
	for {
		masked := Mask(raw, SecretRanges(raw))
		if masked == raw {
			return raw
		}
		raw = masked // terminates, because each round masks more characters
	}
}

// SecretRanges returns the ranges that [Redact] masks. They may overlap.
func SecretRanges(raw string) []Range {
	found := leaks(raw)
	out := make([]Range, len(found))
	for i, l := range found {
		out[i] = l.secret
	}
	return out
}

// ContainsToken reports whether a text contains a token of a known service.
func ContainsToken(text string) bool { return holdsToken(text) }

// masks replace characters of one to four bytes, so that byte and character counts stay the same.
var masks = [utf8.UTFMax + 1]string{"", "*", "\u00d7", "\u2217", "\U0001f7c9"}

// Mask replaces the characters in some ranges with others of the same width in bytes.
func Mask(text string, at []Range) string {
	if len(at) == 0 {
		return text
	}
	hidden := make([]bool, len(text))
	for _, r := range at {
		for i := r.Start; i < r.End; i++ {
			hidden[i] = true
		}
	}
	var out strings.Builder
	for i := 0; i < len(text); {
		_, n := utf8.DecodeRuneInString(text[i:])
		if hidden[i] {
			out.WriteString(masks[n])
		} else {
			out.WriteString(text[i : i+n])
		}
		i += n
	}
	return out.String()
}

// credentials returns the fault of a text with credentials, without quoting them. No other check sees such a text,
// because it might quote the secret.
func credentials(raw string, found []credentialSpan) fault {
	f := fault{cause: IllegalChar, at: found[0].whole, detail: found[0].what}
	if f.at == (Range{}) {
		f.at = found[0].secret
	}
	keep := make([]bool, len(raw))
	for i := range keep {
		keep[i] = true
	}
	for _, l := range found {
		for i := l.whole.Start; i < l.whole.End; i++ {
			keep[i] = false
		}
	}
	var rest strings.Builder
	for i := range len(raw) {
		if keep[i] {
			rest.WriteByte(raw[i])
		}
	}
	f.try = rest.String()
	for _, l := range found {
		if slices.Contains(keep[l.secret.Start:l.secret.End], true) {
			f.try = "" // the rest would belong to the secret
		}
	}
	if strings.IndexByte(f.try, '/') < 0 && isDotted(nameOnly(f.try)) || len(leaks(f.try)) > 0 {
		f.try = "" // a host alone would be read as a name on Docker Hub
	}
	if g, ok := scheme(raw); ok && g.at.Start == 0 && transports().FindString(raw) == g.at.of(raw) {
		f.cause, f.at, f.detail = Scheme, g.at, quote(g.at.of(raw))+" and credentials are not part of a reference"
		if found[0].what == leakQuery {
			f.detail = quote(g.at.of(raw)) + " and a query are not part of a reference"
		}
	}
	return f
}

// maskSecret masks secrets in the parser's message, which quotes parts of the text verbatim, if any.
func maskSecret(kubelet, raw, shown string) string {
	const before, behind = "repository name (", ") must be lowercase"
	i := strings.Index(kubelet, before)
	if i < 0 || !strings.HasSuffix(kubelet, behind) {
		return kubelet
	}
	i += len(before)
	name := strings.TrimPrefix(kubelet[i:len(kubelet)-len(behind)], officialPath)
	i = len(kubelet) - len(behind) - len(name)
	text := strings.TrimSuffix(name, cutMark)
	at := strings.Index(raw, text)
	if at < 0 {
		return kubelet[:i] + cutMark + behind
	}
	return kubelet[:i] + shown[at:at+len(text)] + name[len(text):] + behind
}
