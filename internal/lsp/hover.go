package lsp

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/catalogs"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/manifests"
)

// mostPlans limits the plans in a hover.
const mostPlans = 3

// look answers a question about a position in an open document, after all pending edits are linted. The
// answer is nil if the document is not open.
func look[R any](ctx context.Context, s *server, p *positionParams, answer func(*workspace, *result, *document, *view, int) R) (R, error) {
	var none R
	w, r, d, err := s.fresh(ctx, p.TextDocument.URI)
	if err != nil || d == nil {
		return none, err
	}
	w.engines.Lock()
	defer w.engines.Unlock()
	v := r.view()
	if v == nil {
		return none, nil
	}
	return answer(w, r, d, v, d.offset(p.Position, s.encoding)), nil
}

// hover describes the image, pull secret or service account under the cursor.
func (s *server) hover(ctx context.Context, p *positionParams) (*hover, error) {
	return look(ctx, s, p, func(_ *workspace, r *result, d *document, v *view, offset int) *hover {
		if images := v.images(d.path, offset); len(images) > 0 {
			rng := d.textRange(images[0].span.Start.Offset, images[0].span.End.Offset, s.encoding)
			if texts := imageTexts(r, v, images); len(texts) > 0 {
				return s.hoverOf(texts, &rng)
			}
			return nil
		}
		if t, ok := v.at(d.path, offset); ok {
			rng := d.textRange(t.Span.Start.Offset, t.Span.End.Offset, s.encoding)
			return s.hoverOf([]string{v.names.Text(t)}, &rng)
		}
		return nil
	})
}

// hoverOf joins texts with a rule between them. They are aligned in columns, so they are sent as a code block
// to clients that render Markdown.
func (s *server) hoverOf(texts []string, rng *textRange) *hover {
	s.mu.Lock()
	markdown := slices.Contains(s.client.TextDocument.Hover.ContentFormat, "markdown")
	s.mu.Unlock()
	if !markdown {
		return &hover{markup{"plaintext", strings.Join(texts, "\n\n")}, rng}
	}
	for i, text := range texts {
		fence := "```"
		for strings.Contains(text, fence) {
			fence += "`"
		}
		texts[i] = fence + "text\n" + text + "\n" + fence
	}
	return &hover{markup{"markdown", strings.Join(texts, "\n\n---\n\n")}, rng}
}

// imageTexts returns the pull plans of images and what the catalog knows about them.
func imageTexts(r *result, v *view, images []image) []string {
	var out []string
	for _, img := range images {
		if img.workload.ValuesFile || img.Remote {
			continue // not pulled as written
		}
		if len(out) == mostPlans {
			out = append(out, fmt.Sprintf("and %d more pulls of this text", len(images)-mostPlans))
			break
		}
		pull := v.pulls(r.loaded).Of(img.workload, img.ImageRef)
		out = append(out, report.PullText(&pull))
	}
	img := images[0]
	if img.Err != nil || img.State != manifests.StateString {
		return out
	}
	if len(out) == 0 {
		out = append(out, "is read as: "+report.Escape(img.Ref.Canonical()))
	}
	known, err := catalogs.Describe(r.setup.catalog, img.Ref.Canonical())
	if err != nil {
		return out // nothing known
	}
	var b strings.Builder
	if report.PrintCatalogImage(&b, "text", known) == nil {
		out = append(out, strings.TrimRight(b.String(), "\n"))
	}
	return out
}
