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
	// stdinPath stands for standard input in formats that want a path: "<stdin>" is none.
	stdinPath = "stdin"
	// nowhere is the path of a finding that has no place, in formats that cannot do without: the folder of the run.
	nowhere = "."
)

// where is the place at which a finding is fixed: for rendered text the first place that made it, else the finding's own.
func where(f *lint.Finding) source.Span {
	for _, o := range f.Origins {
		if !o.Span.IsZero() {
			return o.Span
		}
	}
	return f.Span
}

// filePath is a file as other programs name it: relative to root where it lies under it, with slashes; "" for no file.
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

// pathOr is the path of a span's file, or nowhere.
func pathOr(s source.Span, root string) string {
	if s.File == nil {
		return nowhere
	}
	return filePath(s.File, root)
}

// fileURI is a path as a URI: relative as it is, absolute with the scheme file. Bytes that are no unreserved ASCII characters are
// percent-encoded, whatever they mean.
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

// region is a span as far as it makes sense to a reader that trusts it: lines and columns from 1, columns in code points, the end behind the
// last character and not before the start. What is 0 is not known.
type region struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn,omitempty"`
	EndLine     int `json:"endLine,omitempty"`
	EndColumn   int `json:"endColumn,omitempty"`
}

// regionOf returns nil where the span has no line.
func regionOf(s source.Span) *region {
	if s.File == nil || s.Start.Line < 1 {
		return nil
	}
	r := &region{StartLine: s.Start.Line}
	if s.Start.Col < 1 {
		return r
	}
	r.StartColumn = s.Start.Col
	if s.End.Line > s.Start.Line && s.End.Col > 0 || s.End.Line == s.Start.Line && s.End.Col >= s.Start.Col {
		r.EndLine, r.EndColumn = s.End.Line, s.End.Col
	}
	return r
}

// otherPositions are the places of a finding besides the one at which it is fixed: the rendered text, the other places that made it, and those
// that explain it, each once and in visible words.
func otherPositions(f *lint.Finding) []lint.Related {
	var out []lint.Related
	add := func(s source.Span, message string) {
		message = visible(message)
		if s.IsZero() || slices.ContainsFunc(out, func(r lint.Related) bool {
			return r.Message == message && r.Span.File.Name == s.File.Name && r.Span.Start == s.Start && r.Span.End == s.End
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
			if f.Span != o.Span {
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
