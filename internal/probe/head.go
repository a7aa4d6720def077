package probe

import (
	"context"
	"net/http"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
)

// accept lets a registry answer with whatever it has, schema 1 too: what there is shall be known.
const accept = typeIndex + ", " + typeList + ", " + typeManifest + ", " + typeDocker + ", " + typeSchema1 + ", " + typeUnsigned + ", */*"

// head asks whether a manifest is there.
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
		a = *late()
	}
	s.learn(a, isFinal(a))
	if a.Outcome != lint.Inconclusive {
		s.heads.Store(reference, a)
		p.cache.store(s, reference, a)
	}
	return a
}

// answer sends what it takes to know.
func (p *Prober) answer(ctx context.Context, s *session, reference string) lint.Answer {
	path := "/v2/" + s.repository + "/manifests/" + reference
	re, refused := p.authorized(ctx, s, request{kind: kindHead, method: http.MethodHead, url: s.url(path), accept: accept})
	if refused != nil {
		return *refused
	}
	isDigest := strings.Contains(reference, ":")
	missing := lint.Answer{Outcome: lint.TagMissing, Status: re.status}
	if isDigest {
		missing.Outcome = lint.DigestMissing
	}
	switch re.status {
	case http.StatusOK:
		return served(re, reference)
	case http.StatusNotFound:
		if s.name == hub {
			return missing // it answers 401 where there is no repository
		}
		return p.whatIsMissing(ctx, s, path, missing)
	case http.StatusUnauthorized:
		return refusal(s, re)
	case http.StatusForbidden, http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		// Some refuse HEAD and serve GET, and the refusal of a GET has a body. Docker Hub is none of them, and counts each GET.
		if s.name == hub {
			return refusal(s, re)
		}
		return p.again(ctx, s, path, reference, missing)
	}
	return p.trouble(re)
}

// served is the answer where a manifest is there.
func served(re reply, reference string) lint.Answer {
	a := lint.Answer{Outcome: lint.Exists, Status: re.status, Digest: re.header.Get("Docker-Content-Digest")}
	a.MediaType, _, _ = strings.Cut(re.header.Get("Content-Type"), ";")
	a.MediaType = strings.ToLower(strings.TrimSpace(a.MediaType))
	if !isDigest(a.Digest) {
		a.Digest = ""
	}
	if a.Digest == "" && strings.HasPrefix(a.MediaType, "text/") {
		return *unknown(re.status, "a web page answers, and no registry")
	}
	if strings.Contains(reference, ":") && a.Digest != "" && a.Digest != reference {
		return *unknown(re.status, "the registry answers with another digest than the one asked for")
	}
	return a
}

// isDigest reports whether text from a registry is a digest.
func isDigest(s string) bool {
	algorithm, text, ok := strings.Cut(s, ":")
	size := map[string]int{"sha256": 64, "sha384": 96, "sha512": 128}[algorithm]
	return ok && size > 0 && len(text) == size && strings.Trim(text, "0123456789abcdef") == ""
}

// refusal is the answer of a 401, a 403 or a 400 to credentials.
func refusal(s *session, re reply) lint.Answer {
	a := lint.Answer{Outcome: lint.Denied, Status: re.status}
	c, ok := parseChallenges(re.header)
	switch {
	case s.id.anonymous:
		if re.status == http.StatusBadRequest {
			return *unknown(re.status, "the registry does not understand the request (400)")
		}
	case re.status == http.StatusBadRequest, parseError(re.body).isExpired(), ok && c.error == "invalid_token":
		a.Outcome = lint.Rejected
	case re.status == http.StatusUnauthorized && ok && c.scheme == "basic":
		a.Outcome = lint.Rejected
	}
	return a
}

// again asks with GET, for the sake of the body.
func (p *Prober) again(ctx context.Context, s *session, path, reference string, missing lint.Answer) lint.Answer {
	re, refused := p.authorized(ctx, s, request{kind: kindGet, method: http.MethodGet, url: s.url(path), accept: accept, limit: maxErrorBody})
	if refused != nil {
		return *refused
	}
	switch re.status {
	case http.StatusOK:
		return served(re, reference)
	case http.StatusNotFound:
		if e := parseError(re.body); e.has("NAME_UNKNOWN") {
			missing.Outcome = lint.RepoMissing
		}
		missing.Status = re.status
		return missing
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusBadRequest:
		return refusal(s, re)
	}
	return p.trouble(re)
}

// whatIsMissing tells a missing tag from a missing repository: a HEAD has no body that would.
func (p *Prober) whatIsMissing(ctx context.Context, s *session, path string, missing lint.Answer) lint.Answer {
	if missing.Outcome == lint.TagMissing {
		switch l := p.tagList(ctx, s); l.state {
		case listed:
			return missing
		case noRepository:
			missing.Outcome = lint.RepoMissing
			return missing
		}
	}
	re, refused := p.authorized(ctx, s, request{kind: kindGet, method: http.MethodGet, url: s.url(path), accept: accept, limit: maxErrorBody})
	if refused == nil && re.status == http.StatusNotFound && parseError(re.body).has("NAME_UNKNOWN") {
		missing.Outcome = lint.RepoMissing
	}
	return missing
}
