package tree

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Texts are the ranges of a document in which "#" begins no comment.
type Texts struct {
	lines  map[int]bool // whole lines of block scalars
	quotes [][2]int     // quoted values, including their quotes, in order
}

// Comment returns the offset of the "#" that begins a comment in a line, which begins at start, or -1 if there is none.
// Such a "#" follows a space, which ends a plain value.
func (t *Texts) Comment(line []byte, start int) int {
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

// Holds reports whether a line is part of a block scalar.
func (t *Texts) Holds(line int) bool { return t.lines[line] }

// TextsOf finds the texts of a document. Block scalars in except are not texts, but YAML with comments of its own.
func TextsOf(text *source.Text, root *yaml.Node, except map[*yaml.Node]bool) *Texts {
	t := &Texts{lines: map[int]bool{}}
	var walk func(n, parent *yaml.Node)
	walk = func(n, parent *yaml.Node) {
		switch {
		case n == nil || n.Kind == yaml.AliasNode:
			return
		case n.Kind != yaml.ScalarNode, except[n]:
		case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
			blockLines(text, n, parent, t.lines)
		case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
			from := ValueStart(text.Data, text.Offset(n.Line, n.Column))
			t.quotes = append(t.quotes, [2]int{from, QuoteEnd(text.Data, from) + 1})
		}
		for _, child := range n.Content {
			walk(child, n)
		}
	}
	walk(root, nil)
	slices.SortFunc(t.quotes, func(a, b [2]int) int { return cmp.Compare(a[0], b[0]) })
	return t
}

// blockLines marks the lines of a block scalar: those after its header that are blank or indented
// like its first line.
func blockLines(t *source.Text, n, parent *yaml.Node, in map[int]bool) {
	indent, empty := -1, strings.TrimSpace(n.Value) == "" // an empty block has no lines with text, at any indentation
	start := ValueStart(t.Data, t.Offset(n.Line, n.Column))
	for _, b := range t.Data[min(start+1, len(t.Data)):min(start+3, len(t.Data))] {
		if b >= '1' && b <= '9' { // the header sets the indentation, relative to the parent
			indent = int(b - '0')
			if parent != nil {
				indent += parent.Column - 1
			}
		}
	}
	for l := t.LineAt(start) + 1; l <= t.Lines(); l++ {
		start, end := t.Line(l)
		line := t.Data[start:end]
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
