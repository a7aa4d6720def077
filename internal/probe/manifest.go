package probe

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
)

// Media types of manifests.
const (
	typeIndex    = "application/vnd.oci.image.index.v1+json"
	typeList     = "application/vnd.docker.distribution.manifest.list.v2+json"
	typeManifest = "application/vnd.oci.image.manifest.v1+json"
	typeDocker   = "application/vnd.docker.distribution.manifest.v2+json"
	typeSchema1  = "application/vnd.docker.distribution.manifest.v1+prettyjws"
	typeUnsigned = "application/vnd.docker.distribution.manifest.v1+json"
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

// authorized sends a request as a session's asker: first as the registry is known to want it, and again where it says how.
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
		if re.foreign {
			return p.elsewhere(ctx, s, r, re, next, ok)
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
		s.remember(c)
	}
}

// elsewhere asks the host that a registry redirected to, which wants a token of its own. It gets no credentials.
func (p *Prober) elsewhere(ctx context.Context, s *session, r request, re reply, c challenge, ok bool) (reply, *lint.Answer) {
	if !ok || c.scheme != "bearer" {
		return re, nil
	}
	there := &registry{name: re.from.Host, host: re.from.Host, scheme: re.from.Scheme, sessions: map[sessionKey]*session{}}
	repository := s.repository
	if _, rest, ok := strings.Cut(c.scope, ":"); ok && strings.HasSuffix(rest, ":pull") {
		repository = strings.TrimSuffix(rest, ":pull")
	}
	bearer, _, refused := p.fetch(ctx, there.session(repository, nobody()), &c)
	if refused != nil {
		return re, nil
	}
	r.url, r.authorization = re.from, "Bearer "+bearer
	re, err := p.send(ctx, r)
	if err != nil {
		a := p.failure(err)
		return reply{}, &a
	}
	return re, nil
}

// remember keeps how the registry wants to be asked.
func (r *registry) remember(c *challenge) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.challenge == nil {
		r.challenge = c
	}
}

// forget drops a token that the registry does not take any more.
func (s *session) forget(header string) {
	s.token <- struct{}{}
	defer func() { <-s.token }()
	if "Bearer "+s.bearer == header {
		s.bearer = ""
	}
}

// fallBack turns to plain HTTP for a registry that the user calls insecure and that does not speak TLS.
func (r *registry) fallBack(a lint.Answer) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.insecure || r.scheme == "http" || a.Outcome != lint.PlainHTTP && a.Outcome != lint.Unreachable && a.Why != notTLS {
		return false
	}
	r.scheme = "http"
	return true
}

// detail finds out what more there is to say about an answer.
func (p *Prober) detail(ctx context.Context, s *session, q lint.Question, f *lint.Fact) {
	switch f.Pod.Outcome {
	case lint.TagMissing:
		l := p.tagList(ctx, s)
		want := reference(q)
		f.Listed = l.state == listed && l.has(want)
		f.Nearest = nearest(want, l.tags)
	case lint.Exists:
		if q.Ref.Digest != "" && q.Ref.Tag != "" {
			switch a := p.head(ctx, s, q.Ref.Tag); a.Outcome {
			case lint.Exists:
				f.TagDigest = a.Digest
			case lint.TagMissing:
				f.TagGone = true
			}
		}
		if len(q.Platforms) > 0 && !isSchema1(f.Pod.MediaType) || s.name != hub && looksForeign(q) {
			p.look(ctx, s, reference(q), f)
		}
	}
}

func isSchema1(mediaType string) bool { return mediaType == typeSchema1 || mediaType == typeUnsigned }

// looksForeign reports whether a reference is of the kind that names a chart or a signature, so that it is worth a look.
func looksForeign(q lint.Question) bool {
	for part := range strings.SplitSeq(q.Ref.Repository, "/") {
		if part == "chart" || part == "charts" || part == "helm" || strings.HasSuffix(part, "-charts") || strings.HasSuffix(part, "-chart") {
			return true
		}
	}
	for _, end := range []string{".sig", ".att", ".sbom"} {
		if strings.HasPrefix(q.Ref.Tag, "sha256-") && strings.HasSuffix(q.Ref.Tag, end) {
			return true
		}
	}
	return false
}

// look reads the manifest, and the configuration of a single image, for the platforms.
func (p *Prober) look(ctx context.Context, s *session, reference string, f *lint.Fact) {
	if e, ok := p.cache.load(s, reference); ok && (e.Platforms != nil || e.NotImage != "") {
		f.Platforms, f.NotImage = e.Platforms, e.NotImage
		return
	}
	re, refused := p.authorized(ctx, s, request{
		kind: kindGet, method: http.MethodGet, url: s.url("/v2/" + s.repository + "/manifests/" + reference), accept: accept, limit: maxManifest,
	})
	if refused != nil || re.status != http.StatusOK || re.cut {
		return
	}
	if want := f.Pod.Digest; want != "" && !hashesTo(re.body, want) {
		f.Pod = *unknown(re.status, "the registry sends another manifest than the one whose digest it tells")
		return
	}
	m := parseManifest(re.body)
	switch {
	case m.notImage != "":
		f.NotImage = m.notImage
	case m.platforms != nil:
		f.Platforms = m.platforms
	case isDigest(m.config):
		re, refused := p.authorized(ctx, s, request{
			kind: kindGet, method: http.MethodGet, url: s.url("/v2/" + s.repository + "/blobs/" + m.config), limit: maxManifest,
		})
		if refused == nil && re.status == http.StatusOK && !re.cut && hashesTo(re.body, m.config) {
			f.Platforms = parseConfig(re.body)
		}
	}
	p.cache.add(s, reference, f)
}

func hashesTo(body []byte, digest string) bool {
	algorithm, text, _ := strings.Cut(digest, ":")
	switch algorithm {
	case "sha256":
		sum := sha256.Sum256(body)
		return hex.EncodeToString(sum[:]) == text
	case "sha384":
		sum := sha512.Sum384(body)
		return hex.EncodeToString(sum[:]) == text
	case "sha512":
		sum := sha512.Sum512(body)
		return hex.EncodeToString(sum[:]) == text
	}
	return false
}

// manifest is what matters of one.
type manifest struct {
	notImage  string
	platforms []string // of an index; nil for a single image
	config    string   // the digest of a single image's configuration
}

type platform struct {
	OS           string `json:"os"`
	Architecture string `json:"architecture"`
	Variant      string `json:"variant"`
}

// text is os/arch or os/arch/variant; "" where it is not known, or is no word.
func (p platform) text() string {
	out := p.OS + "/" + p.Architecture
	if p.Variant != "" {
		out += "/" + p.Variant
	}
	if p.OS == "" || p.Architecture == "" || len(out) > 64 || strings.Trim(out, "abcdefghijklmnopqrstuvwxyz0123456789._-/") != "" {
		return ""
	}
	return out
}

// mostPlatforms bounds what is kept of an index.
const mostPlatforms = 256

func parseManifest(body []byte) manifest {
	var m struct {
		ArtifactType string `json:"artifactType"`
		Config       *struct {
			MediaType string `json:"mediaType"`
			Digest    string `json:"digest"`
		} `json:"config"`
		Manifests []struct {
			Platform *platform `json:"platform"`
		} `json:"manifests"`
	}
	if json.Unmarshal(body, &m) != nil {
		return manifest{}
	}
	if m.Config == nil {
		return manifest{platforms: platformsOf(len(m.Manifests), func(i int) *platform { return m.Manifests[i].Platform })}
	}
	switch t := m.Config.MediaType; {
	case strings.HasPrefix(t, "application/vnd.cncf.helm."):
		return manifest{notImage: "a Helm chart"}
	case strings.HasPrefix(t, "application/vnd.dev.cosign."), strings.HasPrefix(m.ArtifactType, "application/vnd.dev.cosign."), strings.HasPrefix(m.ArtifactType, "application/vnd.dev.sigstore."):
		return manifest{notImage: "a signature"}
	case t == "application/vnd.oci.empty.v1+json", m.ArtifactType != "" && t != "application/vnd.oci.image.config.v1+json":
		return manifest{notImage: "an artifact that is no container image"}
	}
	return manifest{config: m.Config.Digest}
}

// platformsOf collects the platforms of an index. Entries without one, or of an unknown one, are attestations and the like.
func platformsOf(n int, at func(int) *platform) []string {
	var out []string
	seen := map[string]bool{}
	for i := range n {
		p := at(i)
		if p == nil || p.OS == "unknown" || p.Architecture == "unknown" {
			continue
		}
		if t := p.text(); t != "" && !seen[t] && len(out) < mostPlatforms {
			seen[t] = true
			out = append(out, t)
		}
	}
	return out
}

func parseConfig(body []byte) []string {
	var p platform
	if json.Unmarshal(body, &p) != nil || p.text() == "" {
		return nil
	}
	return []string{p.text()}
}
