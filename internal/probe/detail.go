package probe

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"

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

func isSchema1(mediaType string) bool { return types.MediaType(mediaType).IsSchema1() }

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
	if strings.Contains(reference, ":") && !isDigest(reference) {
		return // of a kind that cannot be compared
	}
	x := p.exchange(s, kindGet, maxManifest)
	d, err := x.get(ctx, reference)
	switch {
	case err != nil && (x.refused != nil || x.reply.status != http.StatusOK || x.reply.cut):
		return
	case err != nil, f.Pod.Digest != "" && !hashesTo(d.Manifest, f.Pod.Digest):
		f.Pod = *unknown(x.reply.status, "the registry sends another manifest than the one whose digest it tells")
		return
	}
	m := parseManifest(d.Manifest)
	f.Platforms, f.NotImage = m.platforms, m.notImage
	if m.single {
		f.Platforms = configured(d)
	}
	p.cache.add(s, reference, f)
}

// configured reads the platform of a single image from its configuration.
func configured(d *remote.Descriptor) []string {
	d.MediaType = types.OCIManifestSchema1 // as it was found to be; under that of an index, an image of it would be fetched
	image, err := d.Image()
	if err != nil {
		return nil
	}
	config, err := image.RawConfigFile()
	if err != nil {
		return nil
	}
	return parseConfig(config)
}
