package extract

import (
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/tree"
	"github.com/imagelint-dev/imagelint/manifests/model"
)

// token describes a string that span cannot point at exactly: one with escapes, on several lines, or in a one-line
// block scalar. It returns nil if the string cannot be replaced as a whole.
func (x scope) token(n *yaml.Node) *model.ScalarStyle {
	data, off := x.text.Data, tree.Offset(x.text, n)
	switch {
	case off >= len(data):
		return nil
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return x.lineBlock(n, off)
	case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		end := tree.QuoteEnd(data, off)
		if (data[off] != '"' && data[off] != '\'') || end <= off || data[end] != data[off] {
			return nil
		}
		return &model.ScalarStyle{Span: x.redacted(x.text.Span(off, end+1)), Quote: string(data[off])}
	}
	return nil
}

// lineBlock describes a block scalar of one line.
func (x scope) lineBlock(n *yaml.Node, off int) *model.ScalarStyle {
	data, line := x.text.Data, x.text.LineAt(off)
	end := off + 1
	for end < len(data) && strings.IndexByte("+-123456789", data[end]) >= 0 {
		end++
	}
	from, to := x.text.Line(line + 1)
	for from < to && data[from] == ' ' {
		from++
	}
	value := strings.TrimRight(n.Value, "\n")
	if value == "" || string(data[from:to]) != value || data[off] != '|' && data[off] != '>' {
		return nil
	}
	t := &model.ScalarStyle{Span: x.redacted(x.text.Span(from, to))}
	if value != n.Value {
		t.Header = x.redacted(x.text.Span(off, end))
		t.Strip = strings.TrimRight(string(data[off:end]), "+-") + "-"
		if i := strings.IndexAny(t.Strip[:len(t.Strip)-1], "+-"); i >= 0 { // the chomping indicator precedes the indentation: "|+2"
			t.Strip = t.Strip[:i] + t.Strip[i+1:]
		}
	}
	return t
}
