package lsp

import (
	"context"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// definition goes from the name of a Secret or service account to the object.
func (s *server) definition(ctx context.Context, p *positionParams) ([]location, error) {
	return look(ctx, s, p, func(_ *workspace, r *result, d *document, v *view, offset int) []location {
		t, ok := v.at(d.path, offset)
		if !ok || t.Object() == nil {
			return []location{}
		}
		return s.locations(r, t.Object().Span)
	})
}

// referencesParams is a position, and whether the declaration itself is included.
type referencesParams struct {
	positionParams
	Context struct {
		IncludeDeclaration bool `json:"includeDeclaration"`
	} `json:"context"`
}

// references lists all uses of the Secret or service account under the cursor.
func (s *server) references(ctx context.Context, p *referencesParams) ([]location, error) {
	return look(ctx, s, &p.positionParams, func(_ *workspace, r *result, d *document, v *view, offset int) []location {
		t, ok := v.at(d.path, offset)
		if !ok {
			return []location{}
		}
		var spans []source.Span
		if o := t.Object(); o != nil && p.Context.IncludeDeclaration {
			spans = append(spans, o.Span)
		}
		for _, u := range v.names.Users(t) {
			spans = append(spans, u.Span)
		}
		return s.locations(r, spans...)
	})
}

func (s *server) locations(r *result, spans ...source.Span) []location {
	c := converter{docs: r.docs, encoding: s.encoding, client: &s.client}
	out := []location{}
	for _, span := range spans {
		if span.File() != nil && !span.File().InMemory {
			out = append(out, c.location(span))
		}
	}
	return out
}
