package report

import (
	"bufio"
	"io"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// The Reviewdog Diagnostic Format: https://github.com/reviewdog/reviewdog/tree/master/proto/rdf. Its columns
// count bytes of UTF-8 from 1. Its ends are after the last character, like ours.

type rdDiagnostic struct {
	Message     string         `json:"message"`
	Location    rdLocation     `json:"location"`
	Severity    string         `json:"severity,omitempty"`
	Code        rdCode         `json:"code"`
	Suggestions []rdSuggestion `json:"suggestions,omitempty"`
	Related     []rdRelated    `json:"relatedLocations,omitempty"`
}

type rdLocation struct {
	Path  string   `json:"path"`
	Range *rdRange `json:"range,omitempty"`
}

type rdRange struct {
	Start rdPosition  `json:"start"`
	End   *rdPosition `json:"end,omitempty"`
}

type rdPosition struct {
	Line   int `json:"line"`
	Column int `json:"column,omitempty"`
}

type rdCode struct {
	Value string `json:"value"`
	URL   string `json:"url"`
}

type rdSuggestion struct {
	Range rdRange `json:"range"`
	Text  string  `json:"text"`
}

type rdRelated struct {
	Message  string     `json:"message"`
	Location rdLocation `json:"location"`
}

var rdSeverities = map[lint.Severity]string{lint.Error: "ERROR", lint.Warning: "WARNING", lint.Info: "INFO"}

// writeRDJSON writes one object, with one diagnostic per line.
func writeRDJSON(w io.Writer, r Report, o Options) error {
	b := bufio.NewWriter(w)
	writeAll(b, []byte(`{"source":{"name":"imagelint","url":"`+projectPage+`"},`+"\n"))
	err := writeList(b, newJSONEncoder(), "diagnostics", len(r.Result.Findings), func(i int) any {
		return newRDDiagnostic(&r.Result.Findings[i], o.Root)
	})
	if err != nil {
		return err
	}
	return b.Flush()
}

func newRDDiagnostic(f *lint.Finding, root string) rdDiagnostic {
	at := where(f)
	d := rdDiagnostic{
		Message: explained(f), Location: newRDLocation(at, root), Severity: rdSeverities[f.Severity],
		Code: rdCode{f.Rule, ruleURL(f.Rule, f.Own)}, Suggestions: rdSuggestions(f, at),
	}
	for _, r := range otherPositions(f) {
		d.Related = append(d.Related, rdRelated{r.Message, newRDLocation(r.Span, root)})
	}
	return d
}

func newRDLocation(s source.Span, root string) rdLocation {
	return rdLocation{pathOr(s, root), newRDRange(s)}
}

// newRDRange returns nil if the span has no line. Columns that cannot be counted in bytes are omitted, which
// leaves a range of whole lines.
func newRDRange(s source.Span) *rdRange {
	r := regionOf(s)
	if r == nil {
		return nil
	}
	start, end, ok := byteColumns(s)
	switch {
	case ok && r.EndLine > 0:
		return &rdRange{rdPosition{r.StartLine, start}, &rdPosition{r.EndLine, end}}
	case ok:
		return &rdRange{rdPosition{r.StartLine, start}, nil}
	}
	return &rdRange{rdPosition{Line: r.StartLine}, &rdPosition{Line: max(r.StartLine, r.EndLine)}}
}

// byteColumns returns the columns of a span's start and end in bytes of UTF-8 from 1. They are unknown if the
// beginning of the line is cut off or the end is in the middle of another line.
func byteColumns(s source.Span) (start, end int, ok bool) {
	e := s.Excerpt()
	switch {
	case s.Start().Col == 1:
		start = 1
	case e.Col == 1 && !e.CutLeft && s.Start().Offset > e.Offset:
		start = s.Start().Offset - e.Offset + 1
	default:
		return 0, 0, false
	}
	switch {
	case s.End().Line == s.Start().Line && s.End().Offset >= s.Start().Offset:
		return start, start + s.End().Offset - s.Start().Offset, true
	case s.End().Line > s.Start().Line && s.End().Col == 1:
		return start, 1, true
	}
	return 0, 0, false
}

// rdSuggestions returns a fix that a reviewer can accept with a click: a single edit in the finding's own
// file. Several edits belong together, which the format cannot express.
func rdSuggestions(f *lint.Finding, at source.Span) []rdSuggestion {
	if f.Fix == nil || len(f.Fix.Edits) != 1 {
		return nil
	}
	e := f.Fix.Edits[0]
	if e.Span.IsZero() || at.IsZero() || e.Span.File().Name != at.File().Name {
		return nil
	}
	if _, _, ok := byteColumns(e.Span); !ok {
		return nil
	}
	r := newRDRange(e.Span)
	if r == nil || r.End == nil {
		return nil
	}
	return []rdSuggestion{{*r, e.New}}
}
