package probe

import (
	"context"
	"net/http"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
)

// authorized sends a request as a session's identity, first with the authentication that the registry is
// known to require, and again if it answers with a challenge.
func (p *Prober) authorized(ctx context.Context, s *session, r request) (reply, *lint.Answer) {
	c := s.known()
	for attempt := 0; ; attempt++ {
		header, refused := p.authorization(ctx, s, c)
		if refused != nil {
			return reply{}, refused
		}
		r.authorization = header
		re, err := p.send(ctx, r)
		if err != nil && s.fallBack(p.failure(err)) {
			to := s.url(r.url.Path)
			to.RawQuery, r.url = r.url.RawQuery, to
			re, err = p.send(ctx, r)
		}
		if err != nil {
			a := p.failure(err)
			return reply{}, &a
		}
		if re.status != http.StatusUnauthorized || attempt > 0 {
			return re, nil
		}
		next, ok := parseChallenges(re.header)
		next.public = re.public
		if re.foreign {
			return p.followRedirect(ctx, s, r, re, next, ok)
		}
		switch {
		case !ok, next.scheme == "basic" && (s.id.anonymous || header != ""):
			return re, nil
		case strings.HasPrefix(header, "Bearer "):
			if next.error != "invalid_token" {
				return re, nil
			}
			s.forget(header)
		}
		c = &next
		s.setChallenge(c)
	}
}

// followRedirect asks the host that a registry redirected to and that requires its own token. It sends no
// credentials.
func (p *Prober) followRedirect(ctx context.Context, s *session, r request, re reply, c challenge, ok bool) (reply, *lint.Answer) {
	if !ok || c.scheme != "bearer" {
		return re, nil
	}
	there := &registry{name: re.from.Host, host: re.from.Host, scheme: re.from.Scheme, guarded: re.public, sessions: map[sessionKey]*session{}}
	repository := s.repository
	if _, rest, ok := strings.Cut(c.scope, ":"); ok && strings.HasSuffix(rest, ":pull") {
		repository = strings.TrimSuffix(rest, ":pull")
	}
	bearer, _, refused := p.fetch(ctx, there.session(repository, anonymousIdentity()), &c)
	if refused != nil {
		return re, nil
	}
	r.url, r.authorization, r.guarded = re.from, "Bearer "+bearer, re.public
	re, err := p.send(ctx, r)
	if err != nil {
		a := p.failure(err)
		return reply{}, &a
	}
	return re, nil
}

// setChallenge records the registry's challenge.
func (r *registry) setChallenge(c *challenge) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.challenge == nil {
		r.challenge = c
	}
}

// forget drops a token that the registry no longer accepts.
func (s *session) forget(header string) {
	s.token <- struct{}{}
	defer func() { <-s.token }()
	if "Bearer "+s.bearer == header {
		s.bearer = ""
	}
}

// fallBack switches to plain HTTP for a registry that the user marked insecure and that does not speak TLS.
func (r *registry) fallBack(a lint.Answer) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.insecure || r.scheme == "http" || a.Outcome != lint.PlainHTTP && a.Outcome != lint.Unreachable && a.Detail != notTLS {
		return false
	}
	r.scheme = "http"
	return true
}
