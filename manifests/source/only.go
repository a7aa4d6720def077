package source

import "strings"

// Only returns the span with an excerpt that shows nothing but the span itself and what leads to it: blanks, and one key ("  name: ").
// It is for places beside which something stands that nobody is to read.
func (s Span) Only() Span {
	e := &s.Excerpt
	from, to := s.Start.Offset-e.Offset, s.End.Offset-e.Offset
	if from < 0 || from > len(e.Text) || s.End.Line != s.Start.Line {
		e.Text, e.Offset, e.Col, e.CutLeft, e.CutRight = "", s.Start.Offset, s.Start.Col, true, true
		return s
	}
	if to = min(to, len(e.Text)); to < len(e.Text) {
		e.CutRight = true
		e.Text = e.Text[:to]
	}
	if prefix := e.Text[:from]; e.CutLeft || strings.ContainsAny(prefix, "{[,") || strings.Count(prefix, ":") > 1 {
		e.Text, e.Offset, e.Col, e.CutLeft = e.Text[from:], s.Start.Offset, s.Start.Col, true
	}
	e.Text = strings.Clone(e.Text) // the rest of the line shall not stay in memory either
	return s
}
