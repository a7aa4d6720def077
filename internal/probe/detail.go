package probe

import (
	"context"
	"net/http"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
)

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
	want := f.Pod.Digest
	if isDigest(reference) {
		want = reference
	}
	if want != "" && !hashesTo(re.body, want) {
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
