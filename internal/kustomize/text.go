package kustomize

import (
	"bytes"

	yaml "go.yaml.in/yaml/v3"

	"github.com/imagelint-dev/imagelint/internal/yamlnode"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// text is a file with positions, or the text of a scalar in one.
type text struct {
	name  string // of the file, absolute
	index int    // index in Result.Files
	src   *source.Text
	docs  []*yaml.Node // cached by documents
	// outer and node are set for an inner text, which is the value of node in outer.
	outer *text
	node  *yaml.Node
}

// documents returns the documents of a valid text.
func (t *text) documents() []*yaml.Node {
	if t.docs == nil {
		t.docs, _ = documents(t.src.Data) // kustomize reports errors
	}
	return t.docs
}

// inner returns the text of a scalar.
func (t *text) inner(n *yaml.Node) *text {
	return &text{name: t.name, index: t.index, src: &source.Text{Data: []byte(n.Value), Base: source.Pos{Line: 1, Col: 1}}, outer: t, node: n}
}

// span returns the position of a node: its value if the bytes are exactly that, else the rest of its line.
func (t *text) span(n *yaml.Node) Span {
	from, to, exact := yamlnode.Stretch(t.src, n)
	return t.out(from, to, exact)
}

// out converts a range in the text to one in the file.
func (t *text) out(from, to int, exact bool) Span {
	if t.outer == nil {
		return Span{File: t.index, From: from, To: to, Exact: exact}
	}
	line := t.src.LineAt(from)
	start, end := t.src.LineStart(line), t.src.LineEnd(line)
	own := bytes.TrimRight(t.src.Data[start:end], "\r")
	o := t.outer.src
	at := o.Offset(max(t.node.Line, 1), max(t.node.Column, 1))
	if t.node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		n := o.LineAt(at) + line
		if n <= o.Lines() {
			raw := bytes.TrimRight(o.Data[o.LineStart(n):o.LineEnd(n)], "\r")
			if bytes.HasSuffix(raw, own) {
				base := o.LineStart(n) + len(raw) - len(own) - start
				return t.outer.out(base+from, base+min(to, start+len(own)), exact)
			}
		}
		return t.outer.span(t.node)
	}
	raw := o.Data[at:]
	if len(raw) > 0 && (raw[0] == '"' || raw[0] == '\'') {
		raw, at = raw[1:], at+1
	}
	if bytes.HasPrefix(raw, t.src.Data[:min(to, len(t.src.Data))]) {
		return t.outer.out(at+from, at+to, exact)
	}
	return t.outer.span(t.node)
}
