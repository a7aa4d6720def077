package kustomize

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	yaml "go.yaml.in/yaml/v3"

	"github.com/imagelint-dev/imagelint/internal/yamlnode"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// text is a file with positions, or the text of a scalar in one.
type text struct {
	name  string // of the file, absolute
	index int    // index in Result.Files
	src   *source.Text
	// outer and node are set for an inner text, which is the value of node in outer.
	outer *text
	node  *yaml.Node
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

// documents parses all documents of a text with kustomize's parser. Others read some folded text differently.
func documents(data []byte) (docs []*yaml.Node, err error) {
	defer func() {
		if recover() != nil { // the parser processes untrusted input
			docs, err = nil, errors.New("it is not YAML")
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for {
		n := new(yaml.Node)
		switch err := decoder.Decode(n); {
		case errors.Is(err, io.EOF):
			return docs, nil
		case err != nil:
			return nil, fmt.Errorf("it is not YAML: %s", yamlError(err))
		}
		if len(n.Content) == 1 {
			if w := (aliasSizer{seen: map[*yaml.Node]expandedSize{}}).of(n.Content[0]); w.size > maxNodes || w.depth > maxLevels {
				return nil, errHeavy
			}
			docs = append(docs, n.Content[0])
		}
	}
}

// errHeavy is the error for a document that is too large for kustomize, which expands all aliases.
var errHeavy = fmt.Errorf("it expands to more than %d values, or is nested more than %d levels deep", maxNodes, maxLevels)

// expandedSize is the size of a node after all aliases are expanded.
type expandedSize struct{ size, depth int }

// aliasSizer computes the size of each node once.
type aliasSizer struct{ seen map[*yaml.Node]expandedSize }

func (w aliasSizer) of(n *yaml.Node) expandedSize {
	if n.Kind == yaml.AliasNode {
		return w.of(n.Alias)
	}
	if n.Kind == yaml.ScalarNode {
		return expandedSize{1, 1}
	}
	if known, ok := w.seen[n]; ok {
		return known
	}
	w.seen[n] = expandedSize{maxNodes + 1, maxLevels + 1} // in progress: the node contains itself
	sum := expandedSize{1, 1}
	for _, c := range n.Content {
		one := w.of(c)
		sum.size = min(sum.size+one.size, maxNodes+1)
		sum.depth = max(sum.depth, one.depth+1)
	}
	w.seen[n] = sum
	return sum
}

// yamlError returns a parser's error on one line, without the parser's name.
func yamlError(err error) string {
	s, _, _ := strings.Cut(err.Error(), "\n")
	return strings.TrimPrefix(strings.TrimPrefix(s, "yaml: "), "go-yaml: ")
}
