package probe

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/imagelint-dev/imagelint/lint"
)

// exchange asks a registry one question, which may take several requests. It makes them as the session's
// identity: to the registry's own host and scheme, with the credentials and redirects that are allowed there,
// and with a retry if that is worthwhile. It keeps the last reply, because errors do not include the headers.
type exchange struct {
	p     *Prober
	s     *session
	kind  kind
	limit int64 // bytes of a body that are read

	reply   reply        // the last reply; its status is 0 if there was none
	refused *lint.Answer // why there was no reply
}

func (p *Prober) exchange(s *session, k kind, limit int64) *exchange {
	return &exchange{p: p, s: s, kind: k, limit: limit}
}

// manifestTypes are the media types of images and indexes.
var manifestTypes = []string{
	string(types.DockerManifestSchema1), string(types.DockerManifestSchema1Signed),
	string(types.DockerManifestSchema2), string(types.OCIManifestSchema1),
	string(types.DockerManifestList), string(types.OCIImageIndex),
}

// errName reports a host that cannot be part of a URL.
var errName = errors.New("its name is not a valid address")

// ask makes a request for a part of the repository, such as "tags/list". The error is nil only if the registry
// answers with status 200.
func (x *exchange) ask(ctx context.Context, method, part, query string, accept ...string) error {
	if u, err := url.Parse("//" + x.s.host); err != nil || u.Host != x.s.host {
		x.refused = unknown(0, errName.Error())
		return errName
	}
	u := x.s.url("/v2/" + x.s.repository + "/" + part)
	u.RawQuery = query
	// Accept any media type, as a runtime does, to learn what is stored there.
	accept = append(accept, "*/*")
	x.reply, x.refused = x.p.authorized(ctx, x.s, request{kind: x.kind, method: method, url: u, accept: strings.Join(accept, ","), limit: x.limit})
	x.s.hold(x.reply, x.p.o.Now())
	switch {
	case x.refused != nil:
		return errors.New(x.refused.Detail)
	case x.reply.status != http.StatusOK:
		return refusedBy(x.reply)
	}
	return nil
}

// head asks whether a manifest exists. The result is read from the reply's headers.
func (x *exchange) head(ctx context.Context, reference string) error {
	return x.ask(ctx, http.MethodHead, "manifests/"+reference, "", manifestTypes...)
}

// get reads a manifest. If it is requested by digest, its content is verified.
func (x *exchange) get(ctx context.Context, reference string) ([]byte, error) {
	if err := x.ask(ctx, http.MethodGet, "manifests/"+reference, "", manifestTypes...); err != nil {
		return nil, err
	}
	if x.reply.cut {
		return nil, errCut
	}
	body := x.reply.body
	if !strings.Contains(reference, ":") || hashesTo(body, reference) {
		return body, nil
	}
	// The digest of a signed schema 1 manifest excludes the signatures, so only the registry can
	// tell it.
	if h := x.reply.header; h.Get("Content-Type") == string(types.DockerManifestSchema1Signed) && h.Get("Docker-Content-Digest") == reference && isDigest(reference) {
		return body, nil
	}
	return nil, errDigest
}

// config reads the configuration of an image, given its manifest, and verifies it.
func (x *exchange) config(ctx context.Context, manifest []byte) ([]byte, error) {
	m, err := v1.ParseManifest(bytes.NewReader(manifest))
	if err != nil {
		return nil, err
	}
	body := m.Config.Data // a small configuration can be embedded in the manifest
	if body == nil {
		if err := x.ask(ctx, http.MethodGet, "blobs/"+m.Config.Digest.String(), ""); err != nil {
			return nil, err
		}
		if x.reply.cut {
			return nil, errCut
		}
		body = x.reply.body
	}
	if int64(len(body)) != m.Config.Size || !hashesTo(body, m.Config.Digest.String()) {
		return nil, errDigest
	}
	return body, nil
}

// tags reads one page of the tag list. more is the query of the next page. The list may be
// truncated.
func (x *exchange) tags(ctx context.Context, query string) (tags []string, more *string, err error) {
	if err := x.ask(ctx, http.MethodGet, "tags/list", query); err != nil {
		return nil, nil, err
	}
	tags, ok := parseTags(x.reply.body)
	if !ok {
		if x.reply.cut {
			return nil, nil, errCut
		}
		var list struct { // a repository without tags
			Name string   `json:"name"`
			Tags []string `json:"tags"`
		}
		if err := json.NewDecoder(bytes.NewReader(x.reply.body)).Decode(&list); err != nil {
			return nil, nil, err
		}
		tags = list.Tags
	}
	return tags, x.nextPage(x.reply.header.Get("Link")), nil
}

// nextPage returns the query of a link to the next page, if the link leads to the same list.
func (x *exchange) nextPage(link string) *string {
	target, _, ok := strings.Cut(strings.TrimPrefix(link, "<"), ">")
	if !ok {
		return nil
	}
	list := x.s.url("/v2/" + x.s.repository + "/tags/list")
	next, err := list.Parse(target)
	if err != nil || next.Path != list.Path {
		return nil
	}
	return &next.RawQuery
}

// firstPage requests as many tags per page as most registries return.
const firstPage = "n=1000"

var (
	// errCut reports a body longer than the limit.
	errCut = errors.New("a body that is too long")
	// errDigest reports content that does not match its digest.
	errDigest = errors.New("content that does not match its digest")
)

// refusedError is a reply with a status other than 200. Its codes are those of the OCI distribution
// specification.
type refusedError struct {
	status int
	codes  []string
}

func (e *refusedError) Error() string {
	return fmt.Sprintf("status %d: %s", e.status, strings.Join(e.codes, ", "))
}

// codeNameUnknown means that the registry does not have the repository.
const codeNameUnknown = "NAME_UNKNOWN"

func refusedBy(re reply) *refusedError {
	var body struct {
		Errors []struct {
			Code string `json:"code"`
		} `json:"errors"`
	}
	_ = json.Unmarshal(re.body, &body) // the readable part of the body, which may be a web page
	e := &refusedError{status: re.status}
	for _, d := range body.Errors {
		e.codes = append(e.codes, d.Code)
	}
	return e
}

// says reports whether an error is a registry's 404 with one of the codes.
func says(err error, codes ...string) bool {
	var e *refusedError
	if !errors.As(err, &e) || e.status != http.StatusNotFound {
		return false
	}
	return slices.ContainsFunc(e.codes, func(theirs string) bool {
		return slices.ContainsFunc(codes, func(c string) bool { return strings.EqualFold(theirs, c) })
	})
}
