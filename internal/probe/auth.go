package probe

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"github.com/imagelint-dev/imagelint/internal/facts/registries"
	"github.com/imagelint-dev/imagelint/lint"
)

// challenge is what a registry requires before it answers (RFC 9110, section 11.6.1; the scopes are defined
// by the distribution project).
type challenge struct {
	scheme         string // "basic" or "bearer", in lower case
	realm, service string
	scope, error   string
	// public is true if a publicly reachable host named the realm.
	public bool
}

// parseChallenges returns the first challenge in the WWW-Authenticate headers that can be met.
func parseChallenges(h http.Header) (challenge, bool) {
	var found challenge
	for _, v := range h.Values("WWW-Authenticate") {
		for _, c := range splitChallenges(v) {
			if c.scheme == "bearer" && c.realm != "" {
				return c, true
			}
			if c.scheme == "basic" {
				found = c
			}
		}
	}
	return found, found.scheme != ""
}

// splitChallenges parses one header, which may hold several challenges. Commas separate both challenges and
// the parameters of one.
func splitChallenges(s string) []challenge {
	const limit = 8
	var out []challenge
	for s = strings.TrimLeft(s, ", \t"); s != "" && len(out) < limit; s = strings.TrimLeft(s, ", \t") {
		word := token(s)
		if word == "" {
			break
		}
		rest := strings.TrimLeft(s[len(word):], " \t")
		if !strings.HasPrefix(rest, "=") || len(out) == 0 {
			out = append(out, challenge{scheme: strings.ToLower(word)})
			s = rest
			if strings.HasPrefix(s, "=") {
				break
			}
			continue
		}
		var value string
		value, s = parameter(strings.TrimLeft(rest[1:], " \t"))
		c := &out[len(out)-1]
		switch strings.ToLower(word) {
		case "realm":
			c.realm = value
		case "service":
			c.service = value
		case "scope":
			c.scope = value
		case "error":
			c.error = value
		}
	}
	return out
}

// token returns the token that s begins with (RFC 9110, section 5.6.2).
func token(s string) string {
	i := strings.IndexFunc(s, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
	if i < 0 {
		return s
	}
	return s[:i]
}

// parameter returns the value of a parameter, quoted or not, and the rest of s.
func parameter(s string) (value, rest string) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexAny(s, ", \t")
		if end < 0 {
			end = len(s)
		}
		return s[:end], s[end:]
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), s[i+1:]
		case '\\':
			if i++; i < len(s) {
				b.WriteByte(s[i])
			}
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), ""
}

// authorization returns the Authorization header for a request of a session, given the registry's challenge.
// If there can be none, the answer says why.
func (p *Prober) authorization(ctx context.Context, s *session, c *challenge) (header string, refused *lint.Answer) {
	switch {
	case c == nil:
		return "", nil
	case c.scheme == "basic":
		if s.id.anonymous {
			return "", nil
		}
		l := s.id.login()
		return basic(l), nil
	}
	bearer, refused := p.bearer(ctx, s, c)
	if refused != nil {
		return "", refused
	}
	return "Bearer " + bearer, nil
}

func basic(l login) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(l.user+":"+l.password))
}

// bearer returns the session's token. It is fetched once and reused until it expires.
func (p *Prober) bearer(ctx context.Context, s *session, c *challenge) (string, *lint.Answer) {
	select {
	case s.token <- struct{}{}:
		defer func() { <-s.token }()
	case <-ctx.Done():
		return "", timedOut()
	}
	if s.refused != nil {
		return "", s.refused
	}
	if s.bearer != "" && p.o.Now().Before(s.expires) {
		return s.bearer, nil
	}
	bearer, lasts, refused := p.fetch(ctx, s, c)
	switch {
	case refused == nil:
		s.bearer, s.expires = bearer, p.o.Now().Add(lasts)
	case refused.Outcome != lint.Inconclusive:
		s.refused = refused
	}
	return bearer, refused
}

// fetch requests a token from the token service.
func (p *Prober) fetch(ctx context.Context, s *session, c *challenge) (bearer string, lasts time.Duration, refused *lint.Answer) {
	realm, err := url.Parse(c.realm)
	home := s.url("/")
	if err != nil || !p.wire.mayFollow(home, realm) || realm.User != nil {
		return "", 0, unknown(0, "the registry's token service is not at a public HTTPS address, so it is not contacted")
	}
	r := request{kind: kindToken, method: http.MethodGet, limit: maxTokenBody, guarded: s.guarded || c.public && !sameHost(home, realm)}
	scope := "repository:" + s.repository + ":pull"
	if !s.id.anonymous {
		if !isOwn(s.host, realm) {
			return "", 0, unknown(0, "the registry asks to send the credentials to another host, "+realm.Hostname()+", which they are not for")
		}
		if realm.Scheme != "https" || p.wire.insecure[realm.Host] {
			return "", 0, unknown(0, "credentials are not sent over an insecure connection")
		}
	}
	if l := s.id.login(); l.token != "" {
		r.method = http.MethodPost
		r.form = url.Values{
			"grant_type": {"refresh_token"}, "refresh_token": {l.token}, "service": {c.service}, "client_id": {"imagelint"}, "scope": {scope},
		}
	} else {
		q := realm.Query()
		q.Set("scope", scope)
		if c.service != "" {
			q.Set("service", c.service)
		}
		realm.RawQuery = q.Encode()
		if !s.id.anonymous {
			r.authorization = basic(l)
		}
	}
	r.url = realm
	re, err := p.send(ctx, r)
	s.hold(re, p.o.Now())
	if err != nil {
		a := p.failure(err)
		return "", 0, unknown(0, "the registry's token service cannot be reached: "+a.Detail)
	}
	switch {
	case re.status == http.StatusOK:
		bearer, lasts = parseToken(re.body)
		if bearer == "" {
			return "", 0, unknown(re.status, "the registry's token service answers without a token")
		}
		return bearer, lasts, nil
	case isRefusal(re.status) && isGone(s.words(re)):
		return "", 0, &lint.Answer{Outcome: lint.RepoMissing, Status: re.status, FromTokenService: true, RegistryMessage: s.words(re)}
	case re.status == http.StatusUnauthorized && !s.id.anonymous:
		return "", 0, &lint.Answer{Outcome: lint.Rejected, Status: re.status, FromTokenService: true}
	case re.status == http.StatusUnauthorized, re.status == http.StatusForbidden, re.status == http.StatusNotFound && !s.id.anonymous:
		return "", 0, &lint.Answer{Outcome: lint.Denied, Status: re.status, FromTokenService: true}
	}
	if r, _ := registries.Lookup(s.name); re.status == http.StatusBadRequest && r.MinCertain && strings.Count(s.repository, "/")+1 < r.MinSegments {
		return "", 0, &lint.Answer{Outcome: lint.RepoMissing, Status: re.status}
	}
	a := p.failureOf(re)
	return "", 0, &a
}

// parseToken parses a token service's answer. The name of the field differs between registries; a token
// without a lifetime lasts a minute.
func parseToken(body []byte) (bearer string, lasts time.Duration) {
	var t struct {
		Token       string  `json:"token"`
		AccessToken string  `json:"access_token"`
		ExpiresIn   float64 `json:"expires_in"`
	}
	if json.Unmarshal(body, &t) != nil {
		return "", 0
	}
	bearer = t.Token
	if bearer == "" {
		bearer = t.AccessToken
	}
	if strings.ContainsFunc(bearer, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return "", 0
	}
	seconds := min(max(t.ExpiresIn, 60), 3600)
	return bearer, time.Duration(seconds)*time.Second - 10*time.Second
}

// isOwn reports whether a token service belongs to the registry's operator: it is on the registry's host, on
// its parent domain, or on another host of that domain.
func isOwn(registry string, realm *url.URL) bool {
	reg := &url.URL{Scheme: "https", Host: registry}
	if sameHost(reg, realm) {
		return true
	}
	host, to := strings.ToLower(reg.Hostname()), strings.ToLower(realm.Hostname())
	if portOf(realm) != "443" || reg.Port() != "" && reg.Port() != "443" || isPrivate(host) || isAddress(host) {
		return false
	}
	if r, _ := registries.Lookup(host); slices.Contains(r.Realms, to) {
		return true
	}
	_, domain, ok := strings.Cut(host, ".")
	if !ok || isShared(domain) {
		return false
	}
	return to == domain || strings.HasSuffix(to, "."+domain) && !strings.Contains(strings.TrimSuffix(to, "."+domain), ".")
}

// isAddress reports whether a host is an IP address. Two addresses with the same leading numbers need not
// have the same owner.
func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// isShared reports whether the names in a domain belong to different owners: a public suffix, or a service
// that gives each customer a name.
func isShared(domain string) bool {
	if _, err := publicsuffix.EffectiveTLDPlusOne(domain); err != nil {
		return true
	}
	return registries.IsTenants(domain) || slices.ContainsFunc(hosting, func(h string) bool { return domain == h || strings.HasSuffix(domain, "."+h) })
}

// hosting lists domains in which customers get names and that are not public suffixes. The public suffix list
// omits them because nobody sets cookies on them.
var hosting = []string{
	"cloudapp.azure.com", "azurecontainerapps.io", "core.windows.net", "run.app", "cloudsmith.io", "repositories.cloud.sap", "gitlab-dedicated.com",
	"surge.sh", "nip.io", "sslip.io", "xip.io",
}
