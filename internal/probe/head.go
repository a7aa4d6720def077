package probe

import (
	"context"
	"net/http"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/imagelint-dev/imagelint/lint"
)

// head asks whether a manifest exists.
func (p *Prober) head(ctx context.Context, s *session, reference string) lint.Answer {
	if a, ok := s.heads.Load(reference); ok {
		return a.(lint.Answer) //nolint:forcetypeassert // nothing else is stored
	}
	if e, ok := p.cache.load(s, reference); ok {
		p.count(kindHit, s.host, "")
		return e.answer()
	}
	met := s.meet(ctx)
	defer met()
	if a, ok := s.broken(); ok {
		return a
	}
	a := p.answer(ctx, s, reference)
	if ctx.Err() != nil && a.Outcome == lint.Inconclusive && a.Status == 0 {
		a = *timedOut()
	}
	s.learn(a, isFinal(a))
	if a.Outcome != lint.Inconclusive {
		s.heads.Store(reference, a)
		if a.RegistryMessage == "" { // the cache keeps no messages
			p.cache.store(s, reference, a)
		}
	}
	return a
}

// answer makes the requests needed for an answer.
func (p *Prober) answer(ctx context.Context, s *session, reference string) lint.Answer {
	x := p.exchange(s, kindHead, 0)
	err := x.head(ctx, reference)
	if err != nil && x.refused != nil {
		return *x.refused
	}
	missing := lint.Answer{Outcome: lint.TagMissing, Status: x.reply.status}
	if strings.Contains(reference, ":") {
		missing.Outcome = lint.DigestMissing
	}
	switch x.reply.status {
	case http.StatusOK:
		return served(x.reply, reference)
	case http.StatusNotFound:
		if s.name == hub {
			return missing // answers 401 if the repository does not exist
		}
		return p.tagOrRepository(ctx, s, reference, missing)
	case http.StatusUnauthorized:
		return refusal(s, x.reply)
	case http.StatusForbidden, http.StatusBadRequest:
		if s.name == hub {
			return refusal(s, x.reply)
		}
		return p.again(ctx, s, reference, missing)
	}
	if s.name != hub && (isRefusal(x.reply.status) || x.reply.status == http.StatusNotImplemented) {
		// Some registries refuse HEAD and serve GET, and only the refusal of a GET has a body. Docker Hub
		// serves HEAD and counts each GET.
		return p.again(ctx, s, reference, missing)
	}
	return p.failureOf(x.reply)
}

// served returns the answer for a manifest that exists.
func served(re reply, reference string) lint.Answer {
	a := lint.Answer{Outcome: lint.Exists, Status: re.status, Digest: re.header.Get("Docker-Content-Digest")}
	a.MediaType, _, _ = strings.Cut(re.header.Get("Content-Type"), ";")
	a.MediaType = strings.ToLower(strings.TrimSpace(a.MediaType))
	if t, err := http.ParseTime(re.header.Get("Last-Modified")); err == nil {
		a.Modified = t.UTC()
	}
	if !isDigest(a.Digest) {
		a.Digest = ""
	}
	if a.Digest == "" && isPage(re.header) {
		return *unknown(re.status, notRegistry)
	}
	if strings.Contains(reference, ":") && a.Digest != "" && a.Digest != reference {
		return *unknown(re.status, "the registry answers with a different digest")
	}
	return a
}

const notRegistry = "a web page answers, not a registry"

// isPage reports whether an answer is a web page for people.
func isPage(h http.Header) bool {
	return strings.HasPrefix(strings.ToLower(h.Get("Content-Type")), "text/html")
}

// isDigest reports whether text from a registry is a digest of a supported algorithm.
func isDigest(s string) bool {
	_, err := v1.NewHash(s)
	return err == nil
}

// refusal converts a 401, a 403, or a 400 to credentials, to an answer.
func refusal(s *session, re reply) lint.Answer {
	a := lint.Answer{Outcome: lint.Denied, Status: re.status}
	c, ok := parseChallenges(re.header)
	switch {
	case s.id.anonymous:
		if re.status == http.StatusBadRequest {
			return *unknown(re.status, "the registry does not understand the request (400)")
		}
	case re.status == http.StatusBadRequest, isExpired(re.body), ok && c.error == "invalid_token":
		a.Outcome = lint.Rejected
	case re.status == http.StatusUnauthorized && ok && c.scheme == "basic":
		a.Outcome = lint.Rejected
	}
	return a
}

// again repeats the request with GET to get a body.
func (p *Prober) again(ctx context.Context, s *session, reference string, missing lint.Answer) lint.Answer {
	x := p.exchange(s, kindGet, maxManifest)
	_, err := x.get(ctx, reference)
	if err != nil && x.refused != nil {
		return *x.refused
	}
	switch missing.Status = x.reply.status; missing.Status {
	case http.StatusOK:
		return served(x.reply, reference)
	case http.StatusNotFound:
		if says(err, codeNameUnknown) {
			missing.Outcome = lint.RepoMissing
		}
		return missing
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusBadRequest:
		a := refusal(s, x.reply)
		if w, ok := s.worded(x.reply); ok && a.Outcome != lint.Rejected {
			return w
		}
		return a
	}
	if a, ok := s.worded(x.reply); ok {
		return a
	}
	return p.failureOf(x.reply)
}

// tagOrRepository distinguishes a missing tag from a missing repository, which a reply to HEAD,
// having no body, cannot.
func (p *Prober) tagOrRepository(ctx context.Context, s *session, reference string, missing lint.Answer) lint.Answer {
	if missing.Outcome == lint.TagMissing && p.mayList(s) {
		switch l := p.tagList(ctx, s); l.state {
		case listed:
			return missing
		case noRepository:
			missing.Outcome = lint.RepoMissing
			return missing
		}
	}
	x := p.exchange(s, kindGet, maxManifest)
	_, err := x.get(ctx, reference)
	switch {
	case says(err, codeNameUnknown):
		missing.Outcome = lint.RepoMissing
	case x.reply.status == http.StatusNotFound && isPage(x.reply.header):
		return *unknown(x.reply.status, notRegistry) // it would say that about any repository
	}
	return missing
}
