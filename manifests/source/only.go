package source

import "strings"

// ShowOnly returns the span with an excerpt that shows nothing but the span itself and what leads to it: spaces, a hyphen, and one key
// ("  - name: "). It is for places beside which something stands that must not be shown.
func (s Span) ShowOnly() Span {
	e := &s.Excerpt
	from, to := s.Start.Offset-e.Offset, s.End.Offset-e.Offset
	if from < 0 || from > len(e.Text) || s.End.Line != s.Start.Line {
		return s.HideExcerpt()
	}
	if to = min(to, len(e.Text)); to < len(e.Text) {
		e.CutRight = true
		e.Text = e.Text[:to]
	}
	if e.CutLeft || !isKeyPrefix(e.Text[:from]) {
		e.Text, e.Offset, e.Col, e.CutLeft = e.Text[from:], s.Start.Offset, s.Start.Col, true
	}
	e.Text = strings.Clone(e.Text) // the rest of the line shall not stay in memory either
	return s
}

// HideExcerpt returns the span with an excerpt that shows nothing of the line.
func (s Span) HideExcerpt() Span {
	s.Excerpt = Excerpt{Offset: s.Start.Offset, Col: s.Start.Col, CutLeft: true}
	return s
}

// isKeyPrefix reports whether text in front of a value is nothing but white space, hyphens of lists and one key, with quotes where there are any.
func isKeyPrefix(text string) bool {
	text = strings.Trim(text, "- \t\"'")
	if text == "" {
		return true
	}
	key, ok := strings.CutSuffix(text, ":")
	return ok && strings.TrimFunc(strings.TrimRight(key, "\"' \t"), func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._/-", r)
	}) == ""
}
