package lsp

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/imagelint-dev/imagelint/internal/catalogs"
	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/report"
)

// slowAfter is how long the first read of a folder may take before the user gets a message and hovers are answered
// without it.
const slowAfter = 3 * time.Second

func (s *server) slowAfter() time.Duration { return cmp.Or(s.o.slowAfter, slowAfter) }

// reportSlow shows a message if the first read of a folder takes long. There are no findings until it is done, because
// most depend on other files. The caller calls stop when it is done.
func (w *workspace) reportSlow() (stop func()) {
	timer := time.AfterFunc(w.s.slowAfter(), func() {
		if w.ctx.Err() == nil {
			w.s.showOnce(severityInformation, "still reading the files below "+report.Escape(w.root)+"; findings appear when all are read, which is sooner in a smaller folder")
		}
	})
	return func() { timer.Stop() }
}

// stillReading is appended to a hover that is answered before the folder is read.
const stillReading = "how it is pulled is not known before all files of the folder are read"

// earlyHover answers a hover over an image during the first read of the folder, from the open document alone. ok is
// false if the folder has been read.
func (s *server) earlyHover(ctx context.Context, p *positionParams) (h *hover, ok bool, err error) {
	path := pathOf(p.TextDocument.URI)
	s.mu.Lock()
	w, d, from := s.spaceOf(path), s.docs[path], s.settings
	if w == nil || d == nil || !w.folder || w.latest != nil {
		s.mu.Unlock()
		return nil, false, nil
	}
	news := w.news
	s.mu.Unlock()
	select {
	case <-ctx.Done():
		return nil, true, ctx.Err()
	case <-news:
		return nil, false, nil
	case <-time.After(s.slowAfter()):
	}
	now, err := s.newSetup(path, false, from)
	if err != nil {
		return nil, true, nil //nolint:nilerr // the workspace reports it
	}
	req := now.request
	req.Folders = nil
	req.Files = files.Buffers{FS: files.OS, Texts: map[string]files.Buffer{path: {Text: []byte(d.text), Modified: d.modified}}}
	loaded, err := engine.Load(ctx, req)
	if err != nil {
		return nil, true, err
	}
	v := (&result{loaded: loaded}).view()
	images := v.images(path, d.offset(p.Position, s.encoding))
	if len(images) == 0 || !images[0].isParsed() {
		return nil, true, nil
	}
	texts := append(catalogTexts(now, images[0].Ref.Canonical()), stillReading)
	rng := d.textRange(images[0].span.Start().Offset, images[0].span.End().Offset, s.encoding)
	return s.hoverOf(texts, &rng), true, nil
}

// catalogTexts describes how an image is parsed, and what the catalog knows about it.
func catalogTexts(u *setup, image string) []string {
	out := []string{"is read as: " + report.Escape(image)}
	known, err := catalogs.Describe(u.catalog, image)
	if err != nil {
		return out // nothing known
	}
	var b strings.Builder
	if report.PrintCatalogImage(&b, "text", known) == nil {
		out = append(out, strings.TrimRight(b.String(), "\n"))
	}
	return out
}
