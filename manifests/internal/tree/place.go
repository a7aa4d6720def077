package tree

import (
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Offset returns where a node begins in its text, after its tag and anchor.
func Offset(t *source.Text, n *yaml.Node) int {
	data, off := t.Data, t.Offset(n.Line, n.Column)
	if n.Kind != yaml.AliasNode && (n.Anchor != "" || n.Style&yaml.TaggedStyle != 0) {
		for off < len(data) && (data[off] == '&' || data[off] == '!') {
			for off < len(data) && !source.IsSpace(data[off]) {
				off++
			}
			for off < len(data) && source.IsSpace(data[off]) {
				off++
			}
		}
	}
	return off
}

// Place returns the position of a value. It is exact if the text contains the value byte for byte
// on one line.
func Place(t *source.Text, n *yaml.Node) source.Span {
	if n.Kind == yaml.AliasNode {
		if n = Resolve(n); n == nil {
			return source.Span{}
		}
	}
	data, off := t.Data, Offset(t, n)
	_, lineEnd := t.Line(t.LineAt(off))
	if n.Kind != yaml.ScalarNode {
		return t.Span(off, min(off+1, lineEnd))
	}
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		end := off
		for end < lineEnd && !source.IsSpace(data[end]) {
			end++
		}
		return t.Span(off, end)
	case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		if off < len(data) && (data[off] == '"' || data[off] == '\'') {
			end := off + 1 + len(n.Value)
			if end < len(data) && data[end] == data[off] && (data[off] == '"' || !strings.Contains(n.Value, "'")) && string(data[off+1:end]) == n.Value && end <= lineEnd {
				return exact(t.Span(off+1, end))
			}
			return t.Span(off, max(off, min(QuoteEnd(data, off)+1, lineEnd)))
		}
	case n.Value != "" && off+len(n.Value) <= len(data) && string(data[off:off+len(n.Value)]) == n.Value:
		return exact(t.Span(off, off+len(n.Value)))
	}
	return t.Span(off, max(off, lineEnd))
}

func exact(s source.Span) source.Span { return s.WithExact(true) }

// LastLine returns the last line on which a node under n begins.
func LastLine(n *yaml.Node) int {
	last := n.Line
	for _, c := range n.Content {
		if c.Kind != yaml.AliasNode {
			last = max(last, LastLine(c))
		}
	}
	return last
}

// ValueStart returns the offset of the value of a node that begins at off, after a tag and an
// anchor.
func ValueStart(data []byte, off int) int {
	for off < len(data) {
		switch c := data[off]; {
		case source.IsSpace(c):
			off++
		case c == '#':
			for off < len(data) && source.BreakLen(data, off) == 0 {
				off++
			}
		case c == '!' || c == '&':
			for off < len(data) && !source.IsSpace(data[off]) {
				off++
			}
		default:
			return off
		}
	}
	return off
}

// QuoteEnd returns the offset of the closing quote of a quoted scalar whose node begins at off.
func QuoteEnd(data []byte, off int) int {
	for off < len(data) && data[off] != '"' && data[off] != '\'' {
		off++
	}
	if off >= len(data) {
		return max(0, len(data)-1)
	}
	quote := data[off]
	for i := off + 1; i < len(data); i++ {
		switch {
		case quote == '"' && data[i] == '\\':
			i++
		case data[i] == quote && quote == '\'' && i+1 < len(data) && data[i+1] == quote:
			i++
		case data[i] == quote:
			return i
		}
	}
	return len(data) - 1
}
