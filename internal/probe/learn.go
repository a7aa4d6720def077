package probe

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// Limits of a list of tags that is learned.
const (
	mostPages   = 100
	mostLearned = 100_000
)

// Repository is one whose tags are asked for.
type Repository struct{ Registry, Name string }

// Listing is what a registry said about the tags of a repository.
type Listing struct {
	// Outcome is Exists where the registry listed the tags, and RepoMissing where it says that it has no such repository; otherwise Why says why nothing
	// is known.
	Outcome lint.Outcome
	Why     string
	Tags    []string
	// Cut says that there are more tags than were read.
	Cut bool
	// Details are those of the tags that they were asked for.
	Details map[string]Detail
}

// Detail is what a registry said about one tag.
type Detail struct {
	Digest    string   // "" where it does not tell
	Platforms []string // as os/arch or os/arch/variant; nil where it does not tell, or nobody asked
}

// Wanted says of which tags more is to be learned than that they are there.
type Wanted struct {
	// Tags are those whose digest is asked for, by repository: one request a tag.
	Tags map[Repository][]string
	// Platforms says that their platforms are asked for, too: one more request a tag, and another one for an image of a single platform.
	Platforms bool
}

// Learn asks for all tags of repositories, in the person's name: with their own credentials where there are any.
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

// listing asks for the tags of one repository.
func (p *Prober) listing(ctx context.Context, r Repository) Listing {
	s := p.registry(r.Registry).session(r.Name, p.person.at(ctx, r.Registry, r.Name))
	met := s.meet(ctx)
	defer met()
	if a, ok := s.broken(); ok {
		return Listing{Outcome: a.Outcome, Why: a.Detail}
	}
	x := p.exchange(s, kindTags, maxTagsBody)
	x.pages = true
	tags, cut, err := x.allTags(ctx)
	switch {
	case err == nil:
		s.learn(lint.Answer{Outcome: lint.Exists}, false)
		return Listing{Outcome: lint.Exists, Tags: tags, Cut: cut}
	case says(err, transport.NameUnknownErrorCode, "NOT_FOUND"):
		s.learn(lint.Answer{Outcome: lint.RepoMissing}, false)
		return Listing{Outcome: lint.RepoMissing}
	}
	a := p.unlistable(ctx, s, x)
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

// details asks for more about those of the wanted tags that are on a list.
func (p *Prober) details(ctx context.Context, r Repository, wanted Wanted, l *Listing) {
	for _, tag := range wanted.Tags[r] {
		if !slices.Contains(l.Tags, tag) || ctx.Err() != nil {
			continue
		}
		q := lint.Question{Ref: imageref.Ref{Registry: r.Registry, Repository: r.Name, Tag: tag}}
		f := heard{by: p.registry(r.Registry).session(r.Name, p.person.at(ctx, r.Registry, r.Name))}
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

// unlistable says why there is no list.
func (p *Prober) unlistable(ctx context.Context, s *session, x *exchange) lint.Answer {
	switch {
	case x.refused != nil:
		return *x.refused
	case ctx.Err() != nil:
		return *late()
	}
	switch x.reply.status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusBadRequest:
		return refusal(s, x.reply)
	case http.StatusOK:
		return *unknown(x.reply.status, "its answer is not a list of tags")
	case http.StatusNotFound:
		return *unknown(x.reply.status, "it does not list tags (404)")
	}
	return p.trouble(x.reply)
}

// allTags reads all pages of the list of tags.
func (x *exchange) allTags(ctx context.Context) (tags []string, cut bool, err error) {
	repo, err := x.repository()
	if err != nil {
		return nil, false, err
	}
	puller, err := remote.NewPuller(x.options(ctx)...)
	if err != nil {
		return nil, false, err
	}
	pages, err := puller.Lister(ctx, repo)
	if err != nil {
		return nil, false, err
	}
	for n := 0; pages.HasNext(); n++ {
		page, err := pages.Next(ctx)
		if err != nil {
			return nil, false, err
		}
		tags = append(tags, page.Tags...)
		if x.reply.cut || len(page.Tags) >= mostTags || n == mostPages || len(tags) > mostLearned {
			return tags, true, nil
		}
	}
	return tags, false, nil
}

// nextPage keeps the link to the next page of a list where it leads to the same list; the rest of it is the registry's own.
func (x *exchange) nextPage(header http.Header) {
	link := header.Get("Link")
	header.Del("Link")
	target, _, ok := strings.Cut(strings.TrimPrefix(link, "<"), ">")
	if !x.pages || !ok {
		return
	}
	next, err := x.s.url("/").Parse(target)
	if err == nil && next.Path == "/v2/"+x.s.repository+"/tags/list" {
		header.Set("Link", "<"+next.RequestURI()+`>; rel="next"`)
	}
}
