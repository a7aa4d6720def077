package source

import "strings"

// ShowOnly returns the span with an excerpt that shows nothing but the span itself and what leads to it: spaces, a hyphen, and its own key
// ("  - name: "). It is for places beside which something stands that must not be shown.
func (s Span) ShowOnly() Span {
	e, start, end := s.Excerpt(), s.Start(), s.End()
	from, to := start.Offset-e.Offset, end.Offset-e.Offset
	if from < 0 || from > len(e.Text) || end.Line != start.Line {
		return s.HideExcerpt()
	}
	if to = min(to, len(e.Text)); to < len(e.Text) {
		e.CutRight = true
		e.Text = e.Text[:to]
	}
	if e.CutLeft || !isKeyPrefix(e.Text[:from]) {
		key := ownKey(e.Text[:from])
		e.Text, e.Offset, e.Col, e.CutLeft = e.Text[from-len(key):], start.Offset-len(key), start.Col-len(key), true
	}
	e.Text = strings.Clone(e.Text) // the rest of the line shall not stay in memory either
	return s.WithExcerpt(e)
}

// HideExcerpt returns the span with an excerpt that shows nothing of the line.
func (s Span) HideExcerpt() Span {
	start := s.Start()
	return s.WithExcerpt(Excerpt{Offset: start.Offset, Col: start.Col, CutLeft: true})
}

// ownKey is the key of a value in a flow mapping, from the text in front of the value: nothing but that key stands between the value and the comma
// or the bracket before it. It is "" where the line is cut inside of what stands there, which may be a value.
func ownKey(before string) string {
	at := strings.LastIndexAny(before, ",{[")
	if at < 0 || !strings.Contains(before[at+1:], ":") || !isKeyPrefix(before[at+1:]) {
		return ""
	}
	return strings.TrimLeft(before[at+1:], " \t")
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
