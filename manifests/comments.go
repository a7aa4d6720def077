package manifests

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
	"github.com/imagelint-dev/imagelint/manifests/source"
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
func directives(c *stream.Doc, doc *Document, root *yaml.Node, ranges []lineRange) []*Directive {
	if !bytes.Contains(c.Data, directiveWord) {
		return nil
	}
	var out []*Directive
	texts, secretive := textsOf(c, root), mayHoldSecret(c.Data)
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
		if !bytes.Contains(line, directiveWord) || texts.lines[n] {
			continue
		}
		at := texts.comment(line, a)
		if at < 0 {
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
		if d.Object != nil && d.Object.Kind == "Secret" || inFlow(d.Span) && secretive {
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
	return len(t) > 0 && t[0] != '#' && (!stream.IsMarker(line, '-') || len(t) > 3)
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

// texts are the stretches of a document in which "#" begins no comment.
type texts struct {
	lines  map[int]bool // whole lines, of blocks of text
	quotes [][2]int     // quoted values, from one quote to behind the other, in order
}

// comment is the offset in a line, which begins at start, of the "#" that begins a comment; -1 where there is none. Such a "#" stands
// behind a blank, which ends a plain value.
func (t *texts) comment(line []byte, start int) int {
	i, _ := slices.BinarySearchFunc(t.quotes, start, func(q [2]int, at int) int { return cmp.Compare(q[1], at+1) })
	for at := 0; at < len(line); at++ {
		for i < len(t.quotes) && t.quotes[i][1] <= start+at {
			i++
		}
		if i < len(t.quotes) && t.quotes[i][0] <= start+at {
			at = t.quotes[i][1] - start - 1
			continue
		}
		if line[at] == '#' && (at == 0 || line[at-1] == ' ' || line[at-1] == '\t') {
			return at
		}
	}
	return -1
}

// textsOf finds the texts of a document.
func textsOf(c *stream.Doc, root *yaml.Node) *texts {
	t := &texts{lines: map[int]bool{}}
	var walk func(n, parent *yaml.Node)
	walk = func(n, parent *yaml.Node) {
		switch {
		case n == nil || n.Kind == yaml.AliasNode:
			return
		case n.Kind != yaml.ScalarNode:
		case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
			blockLines(c, n, parent, t.lines)
		case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
			from := valueStart(c.Data, c.Offset(n.Line, n.Column))
			t.quotes = append(t.quotes, [2]int{from, quoteEnd(c.Data, from) + 1})
		}
		for _, child := range n.Content {
			walk(child, n)
		}
	}
	walk(root, nil)
	slices.SortFunc(t.quotes, func(a, b [2]int) int { return cmp.Compare(a[0], b[0]) })
	return t
}

// blockLines marks the lines of a block of text: those behind its header that are blank or indented as its first line is.
func blockLines(c *stream.Doc, n, parent *yaml.Node, in map[int]bool) {
	indent, empty := -1, strings.TrimSpace(n.Value) == "" // of an empty block no line with text is part, however deep
	start := valueStart(c.Data, c.Offset(n.Line, n.Column))
	for _, b := range c.Data[min(start+1, len(c.Data)):min(start+3, len(c.Data))] {
		if b >= '1' && b <= '9' { // the header says so itself, counted from what it stands in
			indent = int(b - '0')
			if parent != nil {
				indent += parent.Column - 1
			}
		}
	}
	for l := c.LineAt(start) + 1; l <= c.Lines(); l++ {
		line := c.Data[c.LineStart(l):c.LineEnd(l)]
		rest := bytes.TrimLeft(line, " ")
		if len(rest) > 0 {
			if empty {
				return
			}
			if indent < 0 {
				indent = len(line) - len(rest)
			}
			if len(line)-len(rest) < indent || indent == 0 && parent != nil {
				return
			}
		}
		in[l] = true
	}
}

// valueStart is the offset at which the value of a node that begins at off stands, behind a tag and an anchor.
func valueStart(data []byte, off int) int {
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
