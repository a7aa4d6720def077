package probe

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"github.com/imagelint-dev/imagelint/lint"
)

// exchange is one question to a registry. go-containerregistry makes the requests, checks digests and sizes,
// and parses answers and errors. What it would hide or decide differently is handled in RoundTrip, as the
// transport of its client.
type exchange struct {
	p     *Prober
	s     *session
	kind  kind
	limit int64 // bytes of a body that are read
	pages bool  // read all pages of a list

	reply   reply        // the last reply; its status is 0 if there was none
	refused *lint.Answer // why there was no reply
}

func (p *Prober) exchange(s *session, k kind, limit int64) *exchange {
	return &exchange{p: p, s: s, kind: k, limit: limit}
}

// repository returns the repository of the question. Its name was validated before; the library's
// constructors only assemble it.
func (x *exchange) repository() (name.Repository, error) {
	reg, err := name.NewRegistry(x.s.host)
	if err != nil {
		x.refused = unknown(0, "its name is not a valid address")
	}
	return reg.Repo(x.s.repository), err
}

// reference returns a manifest of the repository, by tag or digest.
func (x *exchange) reference(text string) (name.Reference, error) {
	repo, err := x.repository()
	if strings.Contains(text, ":") {
		return repo.Digest(text), err
	}
	return repo.Tag(text), err
}

// options make the library use this transport unchanged. The library neither retries on nor wraps a
// transport.Wrapper, and sends no request for /v2/ through it. FromToken creates one without a request if
// there is no challenge and no identity.
func (x *exchange) options(ctx context.Context) []remote.Option {
	bare, err := transport.FromToken(name.Registry{}, authn.Anonymous, x, &transport.Challenge{}, nil)
	if err != nil {
		bare = x // cannot happen: there is nothing to refuse
	}
	return []remote.Option{remote.WithContext(ctx), remote.WithTransport(bare)}
}

// head asks whether a manifest exists. The result is read from the reply's headers, since the library returns
// an error for a manifest without digest or length in them although it exists.
func (x *exchange) head(ctx context.Context, reference string) error {
	ref, err := x.reference(reference)
	if err != nil {
		return err
	}
	_, err = remote.Head(ref, x.options(ctx)...)
	return err
}

// get reads a manifest. If it is requested by digest, its content is verified.
func (x *exchange) get(ctx context.Context, reference string) (*remote.Descriptor, error) {
	ref, err := x.reference(reference)
	if err != nil {
		return nil, err
	}
	return remote.Get(ref, x.options(ctx)...)
}

// tags reads the first page of the tag list.
func (x *exchange) tags(ctx context.Context) ([]string, error) {
	repo, err := x.repository()
	if err != nil {
		return nil, err
	}
	puller, err := remote.NewPuller(x.options(ctx)...)
	if err != nil {
		return nil, err
	}
	pages, err := puller.Lister(ctx, repo)
	if err != nil {
		return nil, err
	}
	page, err := pages.Next(ctx)
	if err != nil {
		return nil, err
	}
	return page.Tags, nil
}

// says reports whether an error is a registry's 404 with one of the codes.
func says(err error, codes ...transport.ErrorCode) bool {
	var e *transport.Error
	if !errors.As(err, &e) || e.StatusCode != http.StatusNotFound {
		return false
	}
	for _, d := range e.Errors {
		for _, c := range codes {
			if strings.EqualFold(string(d.Code), string(c)) {
				return true
			}
		}
	}
	return false
}

// errCut reports a body longer than the limit.
var errCut = errors.New("a body that is too long")

// RoundTrip implements http.RoundTripper. It sends the library's request as the session's identity: to the
// registry's own host and scheme, whatever the library derived from the name (for localhost and private
// addresses it would use plain HTTP), with the credentials and redirects that are allowed here, and with a
// retry if that is worthwhile. It keeps the reply, because the library's errors lack the headers.
func (x *exchange) RoundTrip(req *http.Request) (*http.Response, error) {
	u := x.s.url(req.URL.Path)
	u.RawQuery = req.URL.RawQuery
	// Accept any media type, as a runtime does: the point is to learn what is stored there.
	accept := strings.TrimPrefix(req.Header.Get("Accept")+",*/*", ",")
	re, refused := x.p.authorized(req.Context(), x.s, request{kind: x.kind, method: req.Method, url: u, accept: accept, limit: x.limit})
	x.reply, x.refused = re, refused
	x.s.hold(re, x.p.o.Now())
	if refused != nil {
		return nil, errors.New(refused.Detail)
	}
	header := re.header.Clone()
	x.nextPage(header)
	body, length := re.body, re.length
	if re.status == http.StatusOK && req.Method != http.MethodHead {
		tags, isList := []string(nil), false
		if x.kind == kindTags {
			tags, isList = parseTags(re.body)
		}
		switch {
		case isList:
			// The library reads a whole list without a limit: give it what fits, even of a truncated list.
			var err error
			if body, err = json.Marshal(remote.Tags{Tags: tags}); err != nil {
				return nil, err
			}
		case re.cut:
			return nil, errCut
		}
		length = int64(len(body))
	}
	return &http.Response{
		Status: http.StatusText(re.status), StatusCode: re.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: length, Request: req,
	}, nil
}
