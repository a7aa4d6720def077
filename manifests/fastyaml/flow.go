package fastyaml

import (
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

// flow reads a sequence or mapping in brackets and ends after its closing bracket. Plain scalars
// and keys in it must be on one line.
func (p *parser) flow(parent int) *yaml.Node {
	if p.depth++; p.depth > maxDepth {
		return nil
	}
	kind, tag, closing := yaml.SequenceNode, tagSeq, byte(']')
	if p.data[p.pos] == '{' {
		kind, tag, closing = yaml.MappingNode, tagMap, '}'
	}
	n := p.newNode(kind, yaml.FlowStyle, p.line, p.column(p.pos))
	n.Tag = tag
	base := len(p.stack)
	p.pos++
	for p.flowSpace(parent) && p.data[p.pos] != closing {
		if kind == yaml.MappingNode {
			key := p.flowKey(parent)
			if key == nil {
				return nil
			}
			p.stack = append(p.stack, key)
			if p.pos < p.end && p.data[p.pos] == '}' {
				p.special = true
				p.stack = append(p.stack, p.null(p.line, p.column(p.pos)))
				break
			}
		}
		v := p.flowValue(parent)
		if v == nil {
			return nil
		}
		p.stack = append(p.stack, v)
		if !p.flowSpace(parent) || p.data[p.pos] != ',' {
			break
		}
		p.pos++
	}
	if p.pos >= p.end || p.data[p.pos] != closing {
		return nil
	}
	p.pos++
	n.Content = p.take(base)
	p.depth--
	return n
}

// flowSpace moves to the next token in brackets. It returns false if there is none, or if the token is not a closing
// bracket and is not indented deeper than parent, the indentation of the block collection around the brackets.
func (p *parser) flowSpace(parent int) bool {
	from := p.pos
	p.pos = p.skipSpaces(p.pos)
	if p.pos < p.end && (p.data[p.pos] != '#' || p.pos == from) {
		return true
	}
	for p.load() {
		if p.pos == p.end || p.data[p.pos] == '#' {
			continue
		}
		return p.data[p.pos] == ']' || p.data[p.pos] == '}' || p.pos-p.start > parent && !p.marker()
	}
	p.finish()
	return false
}

// flowKey reads a key, the ":" after it, and the spaces after that. A key without a value may be the last one, as in templates: {{ .name }}
// is a mapping whose only key is another such mapping.
func (p *parser) flowKey(parent int) *yaml.Node {
	c := p.data[p.pos]
	line := p.line
	n := p.flowValue(parent)
	if n == nil || len(n.Value) > maxKey || p.line != line {
		return nil
	}
	p.pos = p.skipSpaces(p.pos)
	if p.pos < p.end && p.data[p.pos] == '}' {
		return n
	}
	if n.Kind != yaml.ScalarNode {
		return nil
	}
	// A multi-line value may have ended on a line with too little indentation for the ":".
	if p.pos >= p.end || p.data[p.pos] != ':' || p.column(p.pos) <= parent+1 {
		return nil
	}
	p.pos++
	if p.blankAt(p.pos) {
		p.pos = p.skipSpaces(p.pos)
		return n
	}
	// After a quoted key, the ":" needs no space before the value, as in JSON, if the next
	// character can only begin a value.
	if next := p.data[p.pos]; (c == '"' || c == '\'') && (alphanumeric(next) || strings.IndexByte("\"'[{", next) >= 0) {
		return n
	}
	return nil
}

// flowValue reads a value. A missing one is outside of the subset.
func (p *parser) flowValue(parent int) *yaml.Node {
	if p.pos >= p.end {
		return nil
	}
	if c := p.data[p.pos]; c == '[' || c == '{' {
		return p.flow(parent)
	}
	return p.flowScalar()
}

// flowScalar reads a quoted or plain scalar within brackets.
func (p *parser) flowScalar() *yaml.Node {
	c := p.data[p.pos]
	if c == '"' || c == '\'' {
		return p.quoted()
	}
	switch c {
	case '-':
		if p.pos+1 >= p.end || !alphanumeric(p.data[p.pos+1]) && p.data[p.pos+1] != '-' {
			return nil
		}
	case '?', ':', ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '%', '@', '`':
		return nil
	}
	end := p.flowPlainEnd()
	if end < 0 {
		return nil
	}
	n := p.newNode(yaml.ScalarNode, 0, p.line, p.column(p.pos))
	n.Value = p.keep(p.data[p.pos:end])
	if n.Tag = tagOf(n.Value); n.Tag == "" {
		return nil
	}
	p.pos = end
	return n
}

// flowPlainEnd returns the end of the plain text that begins at p.pos within brackets, without trailing spaces, or -1
// if the text is outside of the subset. Text that continues on the next line is read there as a token that cannot
// follow.
func (p *parser) flowPlainEnd() int {
	i := p.pos
loop:
	for ; i < p.end; i++ {
		switch p.data[i] {
		case ',', ']', '}':
			break loop
		case ':':
			if p.blankAt(i + 1) {
				break loop
			}
			if c := p.data[i+1]; c == ',' || c == ']' || c == '}' {
				return -1
			}
		case '#':
			if p.data[i-1] == ' ' {
				break loop
			}
		case '[', '{', '\t':
			return -1
		}
	}
	for p.data[i-1] == ' ' {
		i--
	}
	return i
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
