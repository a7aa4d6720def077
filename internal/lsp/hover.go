package lsp

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// maxPlans limits the plans in a hover.
const maxPlans = 3

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
	if early, ok, err := s.earlyHover(ctx, p); ok {
		return early, err
	}
	return look(ctx, s, p, func(_ *workspace, r *result, d *document, v *view, offset int) *hover {
		if image, rng, ok := kustomizeImage(d, offset, s.encoding); ok && r.setup != nil {
			return s.hoverOf(catalogTexts(r.setup, image), &rng)
		}
		if images := v.images(d.path, offset); len(images) > 0 {
			rng := d.textRange(images[0].span.Start().Offset, images[0].span.End().Offset, s.encoding)
			if texts := imageTexts(r, v, images); len(texts) > 0 {
				return s.hoverOf(texts, &rng)
			}
			return nil
		}
		if t, ok := v.at(d.path, offset); ok {
			rng := d.textRange(t.Span.Start().Offset, t.Span.End().Offset, s.encoding)
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
		if img.workload.ValuesFile || img.workload.Fetched || img.Remote {
			continue // not pulled as written
		}
		if len(out) == maxPlans {
			out = append(out, fmt.Sprintf("and %d more pulls of this text", len(images)-maxPlans))
			break
		}
		pull := v.pulls(r.loaded).Of(img.workload, img.ImageRef)
		out = append(out, report.PullText(&pull))
	}
	img := images[0]
	if !img.isParsed() {
		return out
	}
	about := catalogTexts(r.setup, img.Ref.Canonical())
	if len(out) > 0 {
		about = about[1:] // the plan already says how it is parsed
	}
	return append(out, about...)
}

// kustomizeImage returns the image that the entry under the cursor sets, in the images of a kustomization, and the range
// of the value under the cursor.
func kustomizeImage(d *document, offset int, e encoding) (image string, rng textRange, ok bool) {
	switch strings.ToLower(filepath.Base(d.path)) {
	case "kustomization.yaml", "kustomization.yml", "kustomization":
	default:
		return "", rng, false
	}
	c := &cursor{d: d, offset: offset, line: d.position(offset, encodingUTF8).Line}
	line, start := d.line(c.line), d.starts[c.line]
	c.before = line[:min(offset-start, len(line))]
	values := c.siblings()
	if values["newTag"] == "" && values["newName"] == "" && values["digest"] == "" {
		return "", rng, false
	}
	for _, m := range pair().FindAllStringSubmatchIndex(line, -1) {
		key, from, to := line[m[2]:m[3]], start+m[4], start+m[5]
		if offset < from || offset > to || !slices.Contains([]string{"name", "newName", "newTag", "digest"}, key) {
			continue
		}
		image = values["newName"]
		if image == "" {
			image = imageref.KustomizeName(values["name"])
		}
		if values["newTag"] != "" {
			image += ":" + values["newTag"]
		}
		if values["digest"] != "" {
			image += "@" + values["digest"]
		}
		ref, err := imageref.Parse(image)
		return ref.Canonical(), d.textRange(from, to, e), err == nil
	}
	return "", rng, false
}
