package report

import (
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

const (
	// stdinPath stands for standard input in formats that need a path, which "<stdin>" is not.
	stdinPath = "stdin"
	// nowhere is the path of a finding without a position, in formats that need one: the folder of the run.
	nowhere = "."
)

// where returns the position at which a finding is fixed: for rendered text the first place that made it,
// otherwise the finding's own.
func where(f *lint.Finding) source.Span {
	for _, o := range f.Origins {
		if !o.Span.IsZero() {
			return o.Span
		}
	}
	return f.Span
}

// filePath returns a file's path for other programs: with slashes, and relative to root if it is below it; ""
// for no file.
func filePath(f *source.File, root string) string {
	switch {
	case f == nil:
		return ""
	case f.InMemory:
		return stdinPath
	}
	name := path.Clean(filepath.ToSlash(f.Name))
	if root == "" {
		return name
	}
	root = strings.TrimSuffix(path.Clean(filepath.ToSlash(root)), "/") + "/"
	return strings.TrimPrefix(name, root)
}

// pathOr returns the path of a span's file, or nowhere.
func pathOr(s source.Span, root string) string {
	if s.File() == nil {
		return nowhere
	}
	return filePath(s.File(), root)
}

// fileURI returns a path as a URI: relative unchanged, absolute with the scheme file. All bytes except
// unreserved ASCII characters are percent-encoded.
func fileURI(name string) (uri string, absolute bool) {
	var b strings.Builder
	for i, part := range strings.Split(name, "/") {
		if i > 0 {
			b.WriteByte('/')
		}
		b.WriteString(strings.ReplaceAll(url.QueryEscape(part), "+", "%20"))
	}
	if !filepath.IsAbs(filepath.FromSlash(name)) {
		return b.String(), false
	}
	return "file:///" + strings.TrimPrefix(b.String(), "/"), true
}

// region is a span normalized for readers that trust it: lines and columns from 1, columns in code points,
// the end after the last character and not before the start. 0 means unknown.
type region struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn,omitempty"`
	EndLine     int `json:"endLine,omitempty"`
	EndColumn   int `json:"endColumn,omitempty"`
}

// regionOf returns nil if the span has no line.
func regionOf(s source.Span) *region {
	if s.File() == nil || s.Start().Line < 1 {
		return nil
	}
	r := &region{StartLine: s.Start().Line}
	if s.Start().Col < 1 {
		return r
	}
	r.StartColumn = s.Start().Col
	if s.End().Line > s.Start().Line && s.End().Col > 0 || s.End().Line == s.Start().Line && s.End().Col >= s.Start().Col {
		r.EndLine, r.EndColumn = s.End().Line, s.End().Col
	}
	return r
}

// otherPositions returns the positions of a finding except the one at which it is fixed: the rendered text,
// other places that made it, and related ones, each once and with visible messages.
func otherPositions(f *lint.Finding) []lint.Related {
	var out []lint.Related
	add := func(s source.Span, message string) {
		message = visible(message)
		if s.IsZero() || slices.ContainsFunc(out, func(r lint.Related) bool {
			return r.Message == message && r.Span.File().Name == s.File().Name && r.Span.Start() == s.Start() && r.Span.End() == s.End()
		}) {
			return
		}
		out = append(out, lint.Related{Span: s, Message: message})
	}
	first := true
	for _, o := range f.Origins {
		switch {
		case o.Span.IsZero():
		case first:
			first = false
			if !f.Span.Equal(o.Span) {
				add(f.Span, "the rendered text")
			}
		case strings.HasPrefix(o.Message, o.Value):
			add(o.Span, o.Message)
		default:
			add(o.Span, o.Value+" "+o.Message) // "image.tag makes the tag"
		}
	}
	for _, r := range f.Related {
		add(r.Span, r.Message)
	}
	if of := f.NoteOf; of != nil {
		add(where(of), of.Rule+": "+of.Message)
	}
	return out
}
