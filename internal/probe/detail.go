package probe

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/imagelint-dev/imagelint/lint"
)

// result is a registry's answer while details are added to it.
type result struct {
	lint.ProbeResult
	by   *session // the session in which the pod got its answer
	what verdict
}

// verdict is the result of reading a manifest.
type verdict uint8

const (
	unseen    verdict = iota // not read
	unclear                  // could not be read
	anImage                  // may be an image
	something                // not an image
)

// detail adds details to an answer, such as nearby tags and platforms.
func (p *Prober) detail(ctx context.Context, q lint.Question, f *result) {
	switch f.Pod.Outcome {
	case lint.TagMissing:
		if !p.mayList(f.by) {
			return
		}
		l := p.tagList(ctx, f.by)
		want := reference(q)
		f.TagListed = l.state == listed && l.has(want)
		f.SimilarTags = nearest(want, l.tags)
	case lint.Exists:
		if q.Ref.Digest != "" && q.Ref.Tag != "" {
			switch a := p.head(ctx, f.by, q.Ref.Tag); a.Outcome {
			case lint.Exists:
				f.TagDigest = a.Digest
			case lint.TagMissing:
				f.TagGone = true
			}
		}
		switch {
		case len(q.Platforms) > 0 && !isSchema1(f.Pod.MediaType):
			p.look(ctx, q, f, true)
		case looksForeign(q) && mayLook(q, f):
			p.look(ctx, q, f, false)
		}
	}
}

// inspect finds manifests that exist but are not images. An index and Docker's own media type always count as
// images; only a single OCI manifest is in doubt. In each repository, inspect reads manifests in the order of
// the questions until one is an image. So a repository of images costs one request. Docker Hub is not asked,
// because it counts such requests against its rate limit.
func (p *Prober) inspect(ctx context.Context, questions []lint.Question, facts []result) {
	type place struct{ registry, host, repository string }
	var order []place
	groups := map[place][]int{}
	for i := range facts {
		if f := &facts[i]; f.what != unseen || mayLook(questions[i], f) && f.Pod.MediaType == string(types.OCIManifestSchema1) {
			at := place{questions[i].Ref.Registry, f.by.host, f.by.repository}
			if groups[at] == nil {
				order = append(order, at)
			}
			groups[at] = append(groups[at], i)
		}
	}
	byRegistry := map[string][]int{}
	for g, at := range order {
		byRegistry[at.registry] = append(byRegistry[at.registry], g)
	}
	p.spread(ctx, slices.Collect(maps.Values(byRegistry)), func(ctx context.Context, g int) {
		for _, i := range groups[order[g]] {
			f := &facts[i]
			if _, down := f.by.broken(); f.what == unseen && !down && ctx.Err() == nil {
				p.look(ctx, questions[i], f, false)
			}
			if f.what != something {
				return
			}
		}
	})
}

// mayLook reports whether a manifest may be read although its platforms are not needed.
func mayLook(q lint.Question, f *result) bool {
	t := types.MediaType(f.Pod.MediaType)
	return f.Pod.Outcome == lint.Exists && f.by.name != hub && q.Ref.Registry != hub && !t.IsIndex() && !t.IsSchema1() && t != types.DockerManifestSchema2
}

func isSchema1(mediaType string) bool { return types.MediaType(mediaType).IsSchema1() }

// looksForeign reports whether a reference looks like a chart or a signature, so that its manifest is worth
// reading.
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

// look reads the manifest and, if platforms is set, the configuration of a single-platform image.
func (p *Prober) look(ctx context.Context, q lint.Question, f *result, platforms bool) {
	ref := reference(q)
	if e, ok := p.cache.load(f.by, ref); ok && (e.Platforms != nil || e.NotImage != "" || e.Image && !platforms) {
		f.Platforms, f.NotImage, f.what = e.Platforms, e.NotImage, anImage
		if e.NotImage != "" {
			f.what = something
		}
		return
	}
	f.what = unclear
	if strings.Contains(ref, ":") && !isDigest(ref) {
		return // of a kind that cannot be compared
	}
	x := p.exchange(f.by, kindGet, maxManifest)
	body, err := x.get(ctx, ref)
	switch {
	case err != nil && (x.refused != nil || x.reply.status != http.StatusOK || x.reply.cut):
		if x.reply.status == http.StatusTooManyRequests {
			f.by.learn(p.failureOf(x.reply), true)
		}
		return
	case err != nil, f.Pod.Digest != "" && !hashesTo(body, f.Pod.Digest):
		f.Pod = *unknown(x.reply.status, "the registry sends a manifest that does not match its digest")
		return
	}
	m := parseManifest(body)
	f.Platforms, f.NotImage = m.platforms, m.notImage
	switch {
	case m.notImage != "":
		f.what = something
	case m.single:
		f.what = anImage
		if platforms {
			if config, err := x.config(ctx, body); err == nil {
				f.Platforms = parseConfig(config)
			}
		}
	case m.platforms != nil:
		f.what = anImage
	}
	p.cache.add(f.by, ref, f)
}
