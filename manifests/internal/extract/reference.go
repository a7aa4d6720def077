package extract

import (
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// parse parses a reference, and keeps the part of it that may be shown.
func parse(img *model.ImageRef) {
	ref, err := imageref.Parse(img.Raw)
	if err == nil {
		img.Ref = ref
		return
	}
	if img.Err = imageref.AsError(err); img.Err.Raw != img.Raw {
		hide(img, img.Err.Raw)
	}
}

// hide replaces a reference and its parts with text that may be shown. The text has the same length
// in bytes.
func hide(img *model.ImageRef, shown string) {
	spans := []*source.Span{&img.Span}
	parts := img.Parts()
	for n := range parts {
		spans = append(spans, &parts[n].Span)
	}
	redactValue(spans, img.Raw, shown)
	from := 0
	for n := range parts {
		p := &parts[n]
		text := imageref.Redact(p.Value)
		if at := strings.Index(img.Raw[from:], p.Value); at >= 0 {
			text = shown[from+at : from+at+len(p.Value)]
			from += at + len(p.Value)
		}
		redactValue(spans, p.Value, text)
		p.Value = text
	}
	img.Raw, img.Redacted = shown, true
}

// redactValue makes the excerpts of spans show another text for a value. If the source may differ
// from the value, they show nothing.
func redactValue(spans []*source.Span, value, shown string) {
	if value == shown {
		return
	}
	for _, s := range spans {
		e := s.Excerpt()
		e.Text = strings.ReplaceAll(e.Text, value, shown)
		if *s = s.WithExcerpt(e); !s.Exact() {
			*s = s.HideExcerpt()
		}
	}
}
