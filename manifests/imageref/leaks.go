package imageref

import (
	"bytes"
	"net/netip"
	"regexp"
	"strings"
	"unicode"

	"github.com/imagelint-dev/imagelint/internal/lazy"
)

// credentialSpan is a part of a text that looks like credentials.
type credentialSpan struct {
	secret Range // the text to hide
	whole  Range // the text to remove to get a reference; the zero Range if unknown
	what   string
}

// Descriptions of leaks, for Error.Detail.
const (
	leakUser  = `credentials before "@" are not part of a reference`
	leakAfter = `credentials after "@" are not part of a reference`
	leakQuery = `the query after "?" is not part of a reference`
	leakOther = `credentials are not part of a reference`
)

// leaks finds what looks like credentials in an invalid reference.
func leaks(raw string) []credentialSpan {
	if !strings.ContainsAny(raw, "@?#=% \t\n") && !holdsToken(raw) || isValid(strings.TrimSpace(raw)) {
		return nil
	}
	s := strings.TrimRightFunc(raw, unicode.IsSpace)
	b := withoutPlaceholders(s)
	out := inPlaceholders(s, b)
	out = append(out, aroundAt(s, b)...)
	out = append(out, inQuery(s, b)...)
	if mayHoldToken(s) {
		out = appendMatches(out, s, token())
	}
	if strings.IndexByte(s, '=') >= 0 {
		out = appendMatches(out, s, keyed())
	}
	if strings.IndexByte(s, '-') >= 0 {
		out = appendMatches(out, s, flagged())
	}
	return out
}

// appendMatches appends the matches of a pattern.
func appendMatches(out []credentialSpan, s string, pattern *regexp.Regexp) []credentialSpan {
	for _, m := range pattern.FindAllStringSubmatchIndex(s, -1) {
		if at := (Range{m[2], m[3]}); !isVariables(at.of(s)) {
			out = append(out, credentialSpan{secret: at, what: leakOther})
		}
	}
	return out
}

// holdsToken reports whether a text contains a token of a known service.
func holdsToken(s string) bool { return mayHoldToken(s) && token().MatchString(s) }

// mayHoldToken is a cheap pre-check for the pattern token.
func mayHoldToken(s string) bool {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '_': // "ghp_", "github_pat_", "dckr_pat_", "npm_", "hf_"
			switch before := s[max(i-3, 0):i]; {
			case before == "pat", before == "oat", before == "npm", strings.HasPrefix(before, "gh"), strings.HasSuffix(before, "hf"):
				return true
			}
		case 'l':
			if s[i-1] == 'g' { // "glpat-", "gldt-", "glrt-"
				return true
			}
		case 'o':
			if s[i-1] == 'x' { // "xoxb-"
				return true
			}
		case 'y':
			if s[i-1] == 'e' { // "eyJ"
				return true
			}
		case 'K', 'S':
			if s[i-1] == 'A' { // "AKIA", "ASIA"
				return true
			}
		}
	}
	return false
}

var (
	// token matches tokens of services with known prefixes.
	token = lazy.Regexp(`(?:^|[^A-Za-z0-9])((?:gh[pousr]_|github_pat_|glpat-|gldt-|glrt-|dckr_[po]at_|xox[abposr]-|eyJ)[A-Za-z0-9_.+/=-]{6,}|(?:npm|hf)_[A-Za-z0-9]{20,}|A[KS]IA[A-Z0-9]{16})`)
	// keyed matches a value with its name, as in a URL or a shell command.
	keyed = lazy.Regexp(`(?i)(?:pass|token|secret|pwd|auth|credential|api_?key)[a-z_-]*=["']?([^&;,\s"']+)`)
	// flagged matches a value of a flag, as of docker login.
	flagged = lazy.Regexp(`(?i)(?:^|\s)(?:-p|--?[a-z-]*(?:pass|token|secret)[a-z-]*)[\s=]+["']?([^\s"']+)`)
	// someToken matches a long word, which may be a token.
	someToken = lazy.Regexp(`[A-Za-z0-9+/=_-]{12,}`)
	// variables matches text that consists only of variables and fields, which reveal nothing.
	variables = lazy.Regexp(`^(?:\$\{\w+\}|\$\(\w+\)|\$?\{\{-?\s*[.$]?[\w.$ -]*?-?\}\}|<[\w -]+>|@[\w.-]+@)+$`)
	// version matches text that is far more likely a tag than a password or a host.
	version = lazy.Regexp(`^(?:v?[0-9]+(?:[._+-].*)?|latest|stable|edge|main|master|dev|prod|nightly|alpine|slim|digest)$`)
	// digestName matches names of algorithms, known or not, that people write in place of a digest.
	digestName = lazy.Regexp(`(?i)^(?:sha|md|blake|crc|hash|digest)[\w+-]*$`)
	// transports matches the start of a text that is an address instead of a reference.
	transports = lazy.Regexp(`(?i)^["'\s]*(?:[a-z][a-z0-9+.-]*://|(?:https?|oci|docker|docker-daemon|docker-archive|oci-archive|containers-storage):)?[/\\]*`)
)

func isVariables(s string) bool { return variables().MatchString(s) }

// maxPlaceholder is the maximum length of a placeholder whose content is left alone.
const maxPlaceholder = 256

// withoutPlaceholders returns s with spaces for ":", "@" and "?" inside placeholders, where they are not separators,
// and with "@" and ":" for their escapes.
func withoutPlaceholders(s string) []byte {
	b := []byte(s)
	for i := 0; i < len(s); i++ {
		near := s[:min(len(s), i+maxPlaceholder)] // limit each search, because many placeholders may never end
		if n, _ := tokenAt(near, i); n > 1 && (i+n < len(near) || len(near) == len(s)) && isClosed(s, i, n) {
			for j := i; j < min(i+n, len(s)); j++ {
				if strings.IndexByte(":@?#", s[j]) >= 0 {
					b[j] = ' '
				}
			}
			i += n - 1
			continue
		}
		switch {
		case strings.HasPrefix(s[i:], "%40"):
			b[i] = '@'
		case len(s) >= i+3 && strings.EqualFold(s[i:i+3], "%3A"):
			b[i+2] = ':'
		}
	}
	return b
}

// isClosed reports whether the n bytes at s[i] are a complete placeholder. "@WORD@" must be bounded on both sides; one
// that begins with "#@" is the whole text.
func isClosed(s string, i, n int) bool {
	if i == 0 && strings.HasPrefix(s, "#@ ") {
		return true
	}
	if s[i] != '@' {
		return i+n < len(s) || strings.IndexByte("})]>%#", s[len(s)-1]) >= 0
	}
	return (i == 0 || strings.IndexByte("/:._-@", s[i-1]) >= 0) && (i+n == len(s) || strings.IndexByte("/:._-@", s[i+n]) >= 0)
}

// insidePlaceholder matches credentials in a placeholder, as in "${IMAGE:-user:password@ghcr.io/app}".
var insidePlaceholder = lazy.Regexp(`[^\s"'{}(<:=-]*:(?://)?([^\s"'{}(<]+)@`)

// inPlaceholders finds credentials that are hidden by withoutPlaceholders.
func inPlaceholders(s string, b []byte) []credentialSpan {
	if strings.Count(s, "@") == bytes.Count(b, []byte("@")) {
		return nil
	}
	var out []credentialSpan
	for _, m := range insidePlaceholder().FindAllStringSubmatchIndex(s, -1) {
		if b[m[3]] != '@' && isHostLike(s[m[3]+1:min(len(s), m[3]+1+maxName)]) {
			out = append(out, credentialSpan{secret: Range{m[2], m[3]}, what: leakOther})
		}
	}
	return out
}

// aroundAt finds credentials before and after the last "@" that does not begin a digest.
func aroundAt(s string, b []byte) []credentialSpan {
	at, right := lastAt(s, b)
	if at.End == 0 {
		return nil
	}
	start := len(transports().FindString(s[:at.Start]))
	address := strings.Contains(s[:start], ":")
	for start < at.Start { // "${REGISTRY}/user:password@..."
		n, _ := tokenAt(s, start)
		if n == 0 || start+n >= at.Start || s[start+n] != '/' {
			break
		}
		start += n + 1
	}
	var out []credentialSpan
	info, seen := s[start:at.Start], string(b[start:at.Start])
	if !address && isName(info, seen, right) || strings.Trim(info, "@#") == "" {
		return after(out, s, b, at.End, at.End+len(right))
	}
	secret := Range{start, at.Start}
	if colon := strings.IndexByte(seen, ':'); colon >= 0 && isUser(info[:colon]) && colon+1 < len(info) && !isEmptyPassword(info[colon+1:]) {
		secret.Start += colon + 1
	}
	if !isVariables(secret.of(s)) {
		out = append(out, credentialSpan{secret, Range{start, at.End}, leakUser})
	}
	return after(out, s, b, at.End, at.End+len(right))
}

// lastAt returns the last "@" without a digest after it, and the text up to a digest; the zero Range if there is none.
func lastAt(s string, b []byte) (at Range, right string) {
	for end := len(s); ; {
		i := bytes.LastIndexByte(b[:end], '@')
		if i < 0 {
			return Range{}, ""
		}
		n := 1
		if s[i] == '%' {
			n = len("%40")
		}
		if right = s[i+n : end]; right != "" && !isDigestLike(right) {
			return Range{i, i + n}, right
		}
		end = i
	}
}

// isName reports whether the text before an "@" is the name of an image or a file, so that the rest is a malformed
// digest, a revision, or the scope of a package. seen is the name with blanked placeholders.
func isName(info, seen, right string) bool {
	if someOpaque(info) || holdsToken(info) {
		return false
	}
	colon := strings.LastIndexByte(seen, ':')
	if strings.IndexByte(right, '/') >= 0 {
		return colon < 0 && strings.IndexByte(info, '/') > 0 && (strings.HasSuffix(info, "/") && HasHost(info) || !isHostLike(right))
	}
	if isHostLike(right) {
		return false
	}
	return colon < 0 || version().MatchString(right) || isVariables(right) || version().MatchString(info[colon+1:]) || isVariables(info[colon+1:])
}

// after finds credentials directly after an "@", where a registry may have a port: "ghcr.io/app@user:password".
func after(out []credentialSpan, s string, b []byte, from, to int) []credentialSpan {
	if from == to || s[from] == '[' {
		return out
	}
	end, more := to, false
	if i := strings.IndexAny(s[from:to], "/\\"); i >= 0 {
		end, more = from+i, true
	}
	colon := bytes.IndexByte(b[from:end], ':')
	if colon < 0 {
		return out
	}
	at := Range{from + colon + 1, end}
	if text := at.of(s); text != "" && !isPort(text) && !isVariables(text) && (more || !version().MatchString(text)) {
		out = append(out, credentialSpan{secret: at, what: leakAfter})
	}
	return out
}

func isPort(s string) bool { return len(s) <= 5 && every(s, isNum) }

// inQuery finds the values of a URL query.
func inQuery(s string, b []byte) []credentialSpan {
	from := bytes.IndexByte(b, '?')
	if from < 0 {
		return nil
	}
	whole := Range{from, len(s)}
	if bytes.IndexByte(b[from:], '@') >= 0 { // an "@" may belong to a password, before or after the "?"
		if value := strings.IndexByte(s[from:], '='); value > 0 && from+value+1 < len(s) {
			return []credentialSpan{{secret: Range{from + value + 1, len(s)}, what: leakQuery}}
		}
		return nil
	}
	var out []credentialSpan
	for at := from + 1; at < len(s); {
		end := at + runOf(s[at:], func(c byte) bool { return c != '&' && c != ';' })
		value := at + strings.IndexByte(s[at:end], '=') + 1
		if text := s[value:end]; text != "" && !isVariables(text) {
			out = append(out, credentialSpan{Range{value, end}, whole, leakQuery})
			whole = Range{}
		}
		at = end + 1
	}
	return out
}

// isHostLike reports whether a text begins with something that must be a registry: a domain name, an address, or a
// name with a port.
func isHostLike(s string) bool {
	host := s[:runOf(s, func(c byte) bool { return c != '/' && c != '\\' })]
	name, port, hasPort := strings.Cut(host, ":")
	if strings.HasPrefix(host, "[") || name == "localhost" || hasPort && isPort(port) {
		return true
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	last := name[strings.LastIndexByte(name, '.')+1:]
	return len(last) > 1 && len(last) < len(name) && every(last, func(c byte) bool { return isLower(c) || isUpper(c) }) && !version().MatchString(name)
}

// isDigestLike reports whether the text after an "@" was meant as a digest.
func isDigestLike(s string) bool {
	if _, n := algorithmAt(s); n > 0 {
		return len(s) > n && s[n] == ':' || !strings.ContainsAny(s, "/.")
	}
	name, hex, pair := strings.Cut(s, ":")
	if !pair {
		hex = s
	}
	return pair && digestName().MatchString(name) || every(hex, isHex) && (len(hex) > 5 && (name == "" || !pair) || len(hex) >= 32)
}

// isUser reports whether the text before the ":" of credentials may be shown, because it looks like a name and not
// like a token.
func isUser(s string) bool {
	return s != "" && len(s) <= 64 && !holdsToken(s) && !someOpaque(s)
}

// isEmptyPassword reports whether a password is meaningless, so that the user name before it is the secret.
func isEmptyPassword(s string) bool {
	return s == "x-oauth-basic" || s == "x" || s == "oauth2"
}

// someOpaque reports whether a text contains a long word with letters of both cases and digits, which nobody would
// choose.
func someOpaque(s string) bool {
	for _, word := range someToken().FindAllString(s, -1) {
		if indexOf(word, isLower) >= 0 && indexOf(word, isUpper) >= 0 && indexOf(word, isNum) >= 0 {
			return true
		}
	}
	return false
}
