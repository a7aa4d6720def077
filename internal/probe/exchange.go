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

// exchange is one question to a registry. go-containerregistry asks it: it makes the requests, checks digests and sizes, and reads answers and
// errors. What it would hide or decide otherwise is beneath it, in RoundTrip: it is the transport of the library's client.
type exchange struct {
	p     *Prober
	s     *session
	kind  kind
	limit int64 // bytes of a body that are read
	pages bool  // all pages of a list are read

	reply   reply        // the last one; without a status where there was none
	refused *lint.Answer // why there was none
}

func (p *Prober) exchange(s *session, k kind, limit int64) *exchange {
	return &exchange{p: p, s: s, kind: k, limit: limit}
}

// repository is the one that is asked about. The name was judged before: these constructors only put it together.
func (x *exchange) repository() (name.Repository, error) {
	reg, err := name.NewRegistry(x.s.host)
	if err != nil {
		x.refused = unknown(0, "its name is no address that can be asked")
	}
	return reg.Repo(x.s.repository), err
}

// reference is a manifest of the repository, by its tag or digest.
func (x *exchange) reference(text string) (name.Reference, error) {
	repo, err := x.repository()
	if strings.Contains(text, ":") {
		return repo.Digest(text), err
	}
	return repo.Tag(text), err
}

// options make the library use this transport as it is. A transport.Wrapper is what the library neither retries on nor wraps, and for which
// it asks no /v2/ first: FromToken makes one without a request, where the challenge is none and the asker nobody.
func (x *exchange) options(ctx context.Context) []remote.Option {
	bare, err := transport.FromToken(name.Registry{}, authn.Anonymous, x, &transport.Challenge{}, nil)
	if err != nil {
		bare = x // never: there is nothing that it could refuse
	}
	return []remote.Option{remote.WithContext(ctx), remote.WithTransport(bare)}
}

// head asks whether a manifest is there. The reply's headers tell what it is: the library gives an error for a manifest without a digest or a
// length among them, and such a one is there all the same.
func (x *exchange) head(ctx context.Context, reference string) error {
	ref, err := x.reference(reference)
	if err != nil {
		return err
	}
	_, err = remote.Head(ref, x.options(ctx)...)
	return err
}

// get reads a manifest. By a digest, its bytes are compared with it.
func (x *exchange) get(ctx context.Context, reference string) (*remote.Descriptor, error) {
	ref, err := x.reference(reference)
	if err != nil {
		return nil, err
	}
	return remote.Get(ref, x.options(ctx)...)
}

// tags reads the first page of the list of tags.
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

// says reports whether an error is a registry's 404 with one of some codes.
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

// errCut is a body that is longer than what is read.
var errCut = errors.New("a body that is too long")

// RoundTrip implements http.RoundTripper. It sends the library's request as the session's asker: to the registry's own host and scheme,
// whatever the library made of its name (for localhost and private addresses it would turn to plain HTTP), with the credentials and along
// the redirects that are right here, once more where that is worth it; and it keeps the reply, whose headers the library's errors lack.
func (x *exchange) RoundTrip(req *http.Request) (*http.Response, error) {
	u := x.s.url(req.URL.Path)
	u.RawQuery = req.URL.RawQuery
	// Like a runtime, ask for whatever there is behind what is known: it shall be found out what stands there.
	accept := strings.TrimPrefix(req.Header.Get("Accept")+",*/*", ",")
	re, refused := x.p.authorized(req.Context(), x.s, request{kind: x.kind, method: req.Method, url: u, accept: accept, limit: x.limit})
	x.reply, x.refused = re, refused
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
			// The library reads a list as a whole, without a limit: it gets what there is room for, of one that was cut off too.
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
