package tree

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// maxDepth limits the nesting of a document; the YAML parser has the same limit.
const maxDepth = 10000

// jsonReader reads JSON (RFC 8259) into the nodes that the YAML parser creates, with their
// positions.
type jsonReader struct {
	text *source.Text
	data []byte
	i    int
	line int // of data[i]
	bol  int // offset at which that line begins
	memo int // data[bol:memo] has col code points
	col  int
}

// parseJSON reads the values in text from offset at: one value, or several objects with only white space between them.
// ok is false if the text is not valid JSON to the last byte; it may still be YAML.
func parseJSON(text *source.Text, at int) (roots []*yaml.Node, ok bool) {
	r := &jsonReader{text: text, data: text.Data, line: 1}
	r.skipTo(at)
	for {
		n, ok := r.value(0)
		if !ok {
			return nil, false
		}
		roots = append(roots, n)
		r.space()
		if r.i == len(r.data) {
			return roots, true
		}
		if r.data[r.i] != '{' {
			return nil, false
		}
	}
}

// skipTo moves on to offset i, counting lines.
func (r *jsonReader) skipTo(i int) {
	for r.i < i {
		if w := source.BreakLen(r.data, r.i); w > 0 {
			r.i += w
			r.line++
			r.bol, r.memo, r.col = r.i, r.i, 0
		} else {
			r.i++
		}
	}
}

func (r *jsonReader) space() {
	for r.i < len(r.data) {
		switch r.data[r.i] {
		case ' ', '\t':
			r.i++
		case '\n', '\r':
			r.skipTo(r.i + 1)
		default:
			return
		}
	}
}

// node creates a node at the current position.
func (r *jsonReader) node(kind yaml.Kind, style yaml.Style) *yaml.Node {
	r.col += utf8.RuneCount(r.data[r.memo:r.i])
	r.memo = r.i
	return &yaml.Node{Kind: kind, Style: style, Line: r.line, Column: r.col + 1}
}

func (r *jsonReader) value(depth int) (*yaml.Node, bool) {
	r.space()
	if r.i >= len(r.data) || depth >= maxDepth {
		return nil, false
	}
	switch c := r.data[r.i]; {
	case c == '{':
		return r.object(depth)
	case c == '[':
		return r.array(depth)
	case c == '"':
		return r.str()
	case c == 't':
		return r.word("true", "!!bool")
	case c == 'f':
		return r.word("false", "!!bool")
	case c == 'n':
		return r.word("null", "!!null")
	case c == '-' || c >= '0' && c <= '9':
		return r.number()
	}
	return nil, false
}

func (r *jsonReader) object(depth int) (*yaml.Node, bool) {
	n := r.node(yaml.MappingNode, yaml.FlowStyle)
	n.Tag = "!!map"
	r.i++
	r.space()
	if r.next('}') {
		return n, true
	}
	for {
		r.space()
		if r.i >= len(r.data) || r.data[r.i] != '"' {
			return nil, false
		}
		key, ok := r.str()
		if !ok {
			return nil, false
		}
		r.space()
		if !r.next(':') {
			return nil, false
		}
		val, ok := r.value(depth + 1)
		if !ok {
			return nil, false
		}
		n.Content = append(n.Content, key, val)
		r.space()
		if r.next('}') {
			return n, true
		}
		if !r.next(',') {
			return nil, false
		}
	}
}

func (r *jsonReader) array(depth int) (*yaml.Node, bool) {
	n := r.node(yaml.SequenceNode, yaml.FlowStyle)
	n.Tag = "!!seq"
	r.i++
	r.space()
	if r.next(']') {
		return n, true
	}
	for {
		val, ok := r.value(depth + 1)
		if !ok {
			return nil, false
		}
		n.Content = append(n.Content, val)
		r.space()
		if r.next(']') {
			return n, true
		}
		if !r.next(',') {
			return nil, false
		}
	}
}

func (r *jsonReader) next(c byte) bool {
	if r.i < len(r.data) && r.data[r.i] == c {
		r.i++
		return true
	}
	return false
}

func (r *jsonReader) str() (*yaml.Node, bool) {
	n := r.node(yaml.ScalarNode, yaml.DoubleQuotedStyle)
	n.Tag = "!!str"
	from := r.i
	r.i++
	plain := true
	for r.i < len(r.data) {
		switch c := r.data[r.i]; {
		case c == '"':
			r.i++
			lit := r.data[from:r.i]
			if plain && utf8.Valid(lit) {
				n.Value = string(lit[1 : len(lit)-1])
				return n, true
			}
			if !utf8.Valid(lit) || json.Unmarshal(lit, &n.Value) != nil {
				return nil, false
			}
			return n, true
		case c == '\\':
			plain = false
			r.i += 2
		case c < ' ':
			return nil, false
		case c == 0xC2 || c == 0xE2:
			r.skipTo(r.i + max(1, source.BreakLen(r.data, r.i)))
		default:
			r.i++
		}
	}
	return nil, false
}

func (r *jsonReader) word(w, tag string) (*yaml.Node, bool) {
	if !bytes.HasPrefix(r.data[r.i:], []byte(w)) {
		return nil, false
	}
	n := r.node(yaml.ScalarNode, 0)
	n.Tag, n.Value = tag, w
	r.i += len(w)
	return n, true
}

func (r *jsonReader) number() (*yaml.Node, bool) {
	n := r.node(yaml.ScalarNode, 0)
	from := r.i
	for r.i < len(r.data) && (r.data[r.i] >= '0' && r.data[r.i] <= '9' || bytes.IndexByte([]byte("+-.eE"), r.data[r.i]) >= 0) {
		r.i++
	}
	lit := r.data[from:r.i]
	n.Value, n.Tag = string(lit), "!!int"
	if bytes.ContainsAny(lit, ".eE") {
		n.Tag = "!!float"
	}
	return n, json.Valid(lit)
}
