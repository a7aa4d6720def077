package probe

import (
	"context"
	"net/http"
	"slices"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// Limits of a tag list that is learned.
const (
	maxPages      = 100
	maxListedTags = 100_000
)

// Repository is a repository whose tags are requested.
type Repository struct{ Registry, Name string }

// Listing is a registry's answer about the tags of a repository.
type Listing struct {
	// Outcome is Exists if the registry listed the tags and RepoMissing if it has no such repository. For any
	// other outcome, Why is the reason why there is no list.
	Outcome lint.Outcome
	Why     string
	Tags    []string
	// Cut is true if there are more tags than were read.
	Cut bool
	// Details holds details of the tags for which they were requested.
	Details map[string]Detail
}

// Detail is a registry's answer about one tag.
type Detail struct {
	Digest    string   // "" if unknown
	Platforms []string // as os/arch or os/arch/variant; nil if unknown or not requested
}

// Wanted selects the tags for which details are requested.
type Wanted struct {
	// Tags are the tags whose digest is requested, by repository. Each costs one request.
	Tags map[Repository][]string
	// Platforms also requests the platforms: one more request per tag, and another for a single-platform
	// image.
	Platforms bool
}

// Learn lists all tags of the repositories, with the user's own credentials if there are any.
func (p *Prober) Learn(ctx context.Context, repositories []Repository, wanted Wanted) []Listing {
	out := make([]Listing, len(repositories))
	questions := make([]lint.Question, len(repositories))
	for i, r := range repositories {
		out[i] = Listing{Outcome: lint.NotAsked, Why: noTime}
		questions[i].Ref = imageref.Ref{Registry: r.Registry, Repository: r.Name}
	}
	whole := ctx
	ctx, cancel := context.WithTimeout(ctx, p.o.Timeout)
	defer cancel()
	defer p.wire.close()
	tell, end := p.counting(len(repositories))
	defer end()
	p.spread(ctx, queues(questions), func(ctx context.Context, i int) {
		if whole.Err() == nil && ctx.Err() == nil {
			out[i] = p.listing(ctx, repositories[i])
			p.details(ctx, repositories[i], wanted, &out[i])
		}
		tell()
	})
	return out
}

// listing lists the tags of one repository.
func (p *Prober) listing(ctx context.Context, r Repository) Listing {
	s := p.registry(r.Registry).session(r.Name, p.person.at(ctx, r.Registry, r.Name))
	met := s.meet(ctx)
	defer met()
	if a, ok := s.broken(); ok {
		return Listing{Outcome: a.Outcome, Why: a.Detail}
	}
	x := p.exchange(s, kindTags, maxTagsBody)
	tags, cut, err := x.allTags(ctx)
	switch {
	case err == nil:
		s.learn(lint.Answer{Outcome: lint.Exists}, false)
		return Listing{Outcome: lint.Exists, Tags: tags, Cut: cut}
	case says(err, codeNameUnknown, "NOT_FOUND"):
		s.learn(lint.Answer{Outcome: lint.RepoMissing}, false)
		return Listing{Outcome: lint.RepoMissing}
	}
	a := p.whyNoList(ctx, s, x)
	s.learn(a, isFinal(a))
	why := a.Detail
	switch a.Outcome {
	case lint.Denied:
		why = "it does not list them for you"
		if s.id.anonymous {
			why = "it requires credentials, and you have none for it"
		}
	case lint.Rejected:
		why = "it rejects your credentials"
	}
	return Listing{Outcome: a.Outcome, Why: why}
}

// details requests details of the wanted tags that are in the list.
func (p *Prober) details(ctx context.Context, r Repository, wanted Wanted, l *Listing) {
	for _, tag := range wanted.Tags[r] {
		if !slices.Contains(l.Tags, tag) || ctx.Err() != nil {
			continue
		}
		q := lint.Question{Ref: imageref.Ref{Registry: r.Registry, Repository: r.Name, Tag: tag}}
		f := result{by: p.registry(r.Registry).session(r.Name, p.person.at(ctx, r.Registry, r.Name))}
		if f.Pod = p.head(ctx, f.by, tag); f.Pod.Outcome != lint.Exists {
			continue
		}
		if wanted.Platforms && !isSchema1(f.Pod.MediaType) {
			p.look(ctx, q, &f, true)
		}
		if l.Details == nil {
			l.Details = map[string]Detail{}
		}
		l.Details[tag] = Detail{Digest: f.Pod.Digest, Platforms: f.Platforms}
	}
}

// whyNoList returns why there is no list.
func (p *Prober) whyNoList(ctx context.Context, s *session, x *exchange) lint.Answer {
	switch {
	case x.refused != nil:
		return *x.refused
	case ctx.Err() != nil:
		return *timedOut()
	}
	switch x.reply.status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusBadRequest:
		return refusal(s, x.reply)
	case http.StatusOK:
		return *unknown(x.reply.status, "its answer is not a list of tags")
	case http.StatusNotFound:
		return *unknown(x.reply.status, "it does not list tags (404)")
	}
	return p.failureOf(x.reply)
}

// allTags reads all pages of the tag list.
func (x *exchange) allTags(ctx context.Context) (tags []string, cut bool, err error) {
	query := firstPage
	for n := 0; ; n++ {
		page, more, err := x.tags(ctx, query)
		if err != nil {
			return nil, false, err
		}
		tags = append(tags, page...)
		switch {
		case x.reply.cut || len(page) >= maxTags || n == maxPages || len(tags) > maxListedTags:
			return tags, true, nil
		case more == nil:
			return tags, false, nil
		}
		query = *more
	}
}
