package manifests

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

var directiveWord = []byte("imagelint:")

// lineRange is a stretch of lines of one document, both ends included.
type lineRange struct {
	from, to int
	object   *Object
	whole    bool // the object itself, not a container in it
	keys     []int
}

// directives finds the comments "# imagelint:..." of a document. ranges are the containers and objects in it.
func directives(c *chunk, doc *Document, root *yaml.Node, ranges []lineRange) []*Directive {
	if !bytes.Contains(c.Data, directiveWord) {
		return nil
	}
	var out []*Directive
	scalars := textLines(c, root)
	above := 0 // out[above:] stand on lines of their own and speak about the next line with content
	for n := 1; n <= c.Lines(); n++ {
		a, b := c.LineStart(n), c.LineEnd(n)
		line := c.Data[a:b]
		if isContent(line) {
			for _, d := range out[above:] {
				d.Line = n
			}
			above = len(out)
		}
		at := commentStart(line)
		if at < 0 || scalars[n] {
			continue
		}
		text := bytes.TrimLeft(line[at+1:], " \t#")
		if !bytes.HasPrefix(text, directiveWord) {
			continue
		}
		from := b - len(text)
		text = bytes.TrimRight(text, " \t")
		out = append(out, &Directive{Span: c.Span(from, from+len(text)), Text: string(text), Doc: doc, Line: n})
		if len(bytes.TrimSpace(line[:at])) > 0 {
			above = len(out)
		}
	}
	widen(out, ranges)
	for _, d := range out {
		if d.Object != nil && d.Object.Kind == "Secret" {
			d.Span = d.Span.Only()
		}
		shift := c.Base.Line - 1
		d.Line += shift
		if d.From > 0 {
			d.From, d.To = d.From+shift, d.To+shift
		}
	}
	return out
}

// isContent reports whether a line is neither blank nor a comment nor a separator.
func isContent(line []byte) bool {
	t := bytes.TrimSpace(line)
	return len(t) > 0 && t[0] != '#' && (!isMarker(line, '-') || len(t) > 3)
}

// widen finds the object that each directive speaks about. One at the head of a container, or at apiVersion, kind or metadata of an
// object, speaks about all of it.
func widen(list []*Directive, ranges []lineRange) {
	slices.SortStableFunc(list, func(a, b *Directive) int { return cmp.Compare(a.Line, b.Line) })
	type stretch struct {
		from, to int
		object   *Object
		whole    bool
	}
	seen := map[stretch]bool{} // aliases bring the same container any number of times
	for _, r := range ranges {
		s := stretch{r.from, r.to, r.object, r.whole}
		if seen[s] {
			continue
		}
		seen[s] = true
		i, _ := slices.BinarySearchFunc(list, r.from, func(d *Directive, line int) int { return cmp.Compare(d.Line, line) })
		for ; i < len(list) && list[i].Line <= r.to; i++ {
			d := list[i]
			d.Object = r.object
			if r.whole && slices.Contains(r.keys, d.Line) || !r.whole && d.Line == r.from {
				d.From, d.To = r.from, r.to
			}
		}
	}
}

// commentStart is the offset of the "#" that begins a comment on a line that is no part of a longer scalar; -1 where there is none.
func commentStart(line []byte) int {
	var quote byte
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case quote == '"' && c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t'):
			return i
		case (c == '"' || c == '\'') && (i == 0 || strings.IndexByte(" \t[{,:-", line[i-1]) >= 0):
			quote = c
		}
	}
	return -1
}

// textLines are the lines that stand inside a scalar of several lines, where "#" begins no comment.
func textLines(c *chunk, root *yaml.Node) map[int]bool {
	in := map[int]bool{}
	seen := map[*yaml.Node]bool{}
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		if n == nil || seen[n] {
			return
		}
		seen[n] = true
		if n.Kind == yaml.ScalarNode && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
			blockLines(c, n, in)
		}
		if n.Kind == yaml.ScalarNode && n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
			end := c.LineAt(quoteEnd(c.Data, c.Offset(n.Line, n.Column)))
			for l := n.Line + 1; l <= end; l++ {
				in[l] = true
			}
		}
		for _, k := range n.Content {
			walk(k)
		}
	}
	walk(root)
	return in
}

// blockLines marks the lines of a block scalar: those behind its header that are blank or indented deeper than the line of the header.
func blockLines(c *chunk, n *yaml.Node, in map[int]bool) {
	first := -1
	for l := n.Line + 1; l <= c.Lines(); l++ {
		line := c.Data[c.LineStart(l):c.LineEnd(l)]
		trimmed := bytes.TrimLeft(line, " ")
		indent := len(line) - len(trimmed)
		if len(bytes.TrimSpace(trimmed)) == 0 {
			in[l] = true
			continue
		}
		if first < 0 {
			first = indent
		}
		if indent < first || first == 0 {
			return
		}
		in[l] = true
	}
}

// quoteEnd is the offset of the quote that closes a quoted scalar whose node begins at off.
func quoteEnd(data []byte, off int) int {
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
