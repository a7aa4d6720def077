package kustomize

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	yaml "go.yaml.in/yaml/v3"
	yaml4 "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/fastyaml"
)

// documents parses all documents of a text as kustomize's parser does. Others read some folded text differently.
func documents(data []byte) ([]*yaml.Node, error) {
	docs, heavy, ok := plainDocuments(data)
	switch {
	case !ok:
		return anyDocuments(data)
	case heavy:
		return nil, errHeavy
	}
	return docs, nil
}

// anyDocuments parses all documents of a text with kustomize's parser.
func anyDocuments(data []byte) (docs []*yaml.Node, err error) {
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

// syntaxError returns where a text is not YAML, and why; the line is 0 if the newer parser reads the text. The parser of kustomize is often wrong about the
// line, and says none for the first.
func syntaxError(data []byte) (line int, why string) {
	defer func() {
		if recover() != nil { // the parser processes untrusted input
			line, why = 0, ""
		}
	}()
	loader, err := yaml4.NewLoader(bytes.NewReader(data), yaml4.WithUniqueKeys(false))
	for err == nil {
		err = loader.Load(new(yaml4.Node))
	}
	var load *yaml4.LoadError
	if !errors.As(err, &load) {
		return 0, ""
	}
	at := load.Mark
	if load.ContextMark.Line > 0 && (strings.Contains(load.Message, "end of stream") || strings.Contains(load.ContextMsg, "flow ")) {
		at = load.ContextMark // an unclosed construct is reported where it opens, not where the document ends
	}
	last := 1 + bytes.Count(bytes.TrimRight(data, " \t\r\n"), []byte("\n")) // what is missing at the end is missing there
	return min(at.Line, last), load.Message
}

// parsers are reused, because each keeps the memory of its nodes.
var parsers = sync.Pool{New: func() any { return new(fastyaml.Parser) }}

// plainDocuments parses a text of plain documents, which is most of them, several times faster than the full parser, and into the same nodes.
// ok is false if the text may have anything else; it may still be valid.
func plainDocuments(data []byte) (docs []*yaml.Node, heavy, ok bool) {
	if hasTabAfterIndent(data) {
		return nil, false, false // whether it may begin a block of text is for the other parser to say
	}
	p := parsers.Get().(*fastyaml.Parser) //nolint:forcetypeassert // the pool has nothing else
	defer parsers.Put(p)
	line := 0
	for len(data) > 0 {
		var one []byte
		one, data = cutDocument(data)
		if root, ok := p.Parse(one); ok && !p.IsSpecial() {
			if size := sizeOf(root); size.size > maxNodes || size.depth > maxLevels {
				heavy = true
			} else {
				c := converter{line: line, room: min(128, size.size)}
				docs = append(docs, c.node(root))
			}
		} else if marked, empty := isEmptyDocument(one); !empty {
			return nil, false, false
		} else if marked { // the full parser finds its null where the next document begins
			lines := bytes.Count(bytes.TrimSuffix(one, []byte("\n")), []byte("\n")) + 1
			docs = append(docs, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Line: line + lines + 1, Column: 1})
		}
		line += bytes.Count(one, []byte("\n"))
	}
	return docs, heavy, true
}

// cutDocument returns the first document of a text, and the rest, which begins with the line of the next marker.
func cutDocument(data []byte) (one, rest []byte) {
	for at := 0; ; {
		n := bytes.Index(data[at:], []byte("\n---"))
		if n < 0 {
			return data, nil
		}
		at += n + 1
		if end := at + 3; end == len(data) || bytes.IndexByte([]byte(" \t\r\n"), data[end]) >= 0 {
			return data[:at], data[at:]
		}
	}
}

// sizeOf returns the size of a plain node.
func sizeOf(n *yaml4.Node) expandedSize {
	sum := expandedSize{1, 1}
	for _, c := range n.Content {
		if len(c.Content) == 0 {
			sum.size, sum.depth = sum.size+1, max(sum.depth, 2)
			continue
		}
		one := sizeOf(c)
		sum.size, sum.depth = sum.size+one.size, max(sum.depth, one.depth+1)
	}
	return sum
}

// converter turns the nodes of the fast parser into those of kustomize's.
type converter struct {
	line  int // lines before the document
	room  int // how many nodes to allocate at once
	nodes []yaml.Node
	list  []*yaml.Node
}

func (c *converter) node(from *yaml4.Node) *yaml.Node {
	if len(c.nodes) == 0 {
		c.nodes = make([]yaml.Node, c.room)
	}
	n := &c.nodes[0]
	c.nodes = c.nodes[1:]
	n.Tag, n.Value, n.Line, n.Column = from.Tag, from.Value, from.Line+c.line, from.Column
	n.Style = yaml.Style(from.Style)
	switch from.Kind {
	case yaml4.MappingNode:
		n.Kind = yaml.MappingNode
	case yaml4.SequenceNode:
		n.Kind = yaml.SequenceNode
	default:
		n.Kind = yaml.ScalarNode
		if n.Style == 0 && n.Value != "" && strings.IndexByte("+-.0123456789", n.Value[0]) >= 0 {
			n.Tag = ""
			n.Tag = n.ShortTag() // the parsers disagree about some numbers, such as -0
		}
		return n
	}
	if size := len(from.Content); size > 0 {
		if len(c.list) < size {
			c.list = make([]*yaml.Node, max(size, c.room))
		}
		n.Content, c.list = c.list[:size:size], c.list[size:]
		for i, child := range from.Content {
			n.Content[i] = c.node(child)
		}
	}
	return n
}

// emptyLines matches lines of spaces and comments. Other characters may be line breaks.
var emptyLines = lazy(`^( *(#[\t -~]*)?\r?\n)* *(#[\t -~]*)?$`)

// isEmptyDocument reports whether a document has no content, and whether a marker begins it, so that it is null.
func isEmptyDocument(data []byte) (marked, empty bool) {
	rest, marked := bytes.CutPrefix(data, []byte("---"))
	if marked && len(rest) > 0 && rest[0] == '#' { // it is text
		return false, false
	}
	return marked, emptyLines().Match(rest)
}

// hasTabAfterIndent reports whether a tab follows nothing but spaces in its line.
func hasTabAfterIndent(data []byte) bool {
	for at := 0; ; {
		n := bytes.IndexByte(data[at:], '\t')
		if n < 0 {
			return false
		}
		before := bytes.TrimRight(data[at:at+n], " ")
		if len(before) == 0 && at == 0 || len(before) > 0 && (before[len(before)-1] == '\n' || before[len(before)-1] == '\r') {
			return true
		}
		at += n + 1
	}
}
