package fastyaml

import yaml "go.yaml.in/yaml/v4"

// The methods that read a node start at its first byte and end on the next line of content. They
// return nil to reject the document.

// node reads a node where a block collection may begin: on its own line, or after "- ". parent is the indentation of
// the collection around it, or -1 if there is none.
func (p *parser) node(parent int) *yaml.Node {
	if p.dash() {
		return p.sequence(p.pos - p.start)
	}
	indent := p.pos - p.start
	switch starts[p.data[p.pos]] {
	case startsQuote:
		line := p.line
		n := p.quoted()
		if n == nil {
			return nil
		}
		if line == p.line && p.colon() {
			return p.mapping(indent, n)
		}
		if parent < 0 || !p.rest() {
			return nil
		}
		return n
	case startsAnchor:
		if parent < 0 {
			return nil
		}
		return p.anchored(parent, false)
	case startsFlow:
		return p.value(parent)
	case startsText, startsAlias:
		if parent < 0 {
			return nil
		}
		return p.value(parent)
	}
	end, at, why := p.plainEnd()
	if why == stopColon {
		return p.mapping(indent, p.plainKey(end, at))
	}
	if parent < 0 {
		return nil
	}
	return p.plain(parent, end, why)
}

// value reads a node that follows a key on the same line, where no block collection may begin.
func (p *parser) value(parent int) *yaml.Node {
	var n *yaml.Node
	switch starts[p.data[p.pos]] {
	case startsQuote:
		n = p.quoted()
	case startsText:
		return p.block(parent)
	case startsFlow:
		n = p.flow(parent)
	case startsAnchor:
		return p.anchored(parent, true)
	case startsAlias:
		n = p.alias()
	default:
		end, _, why := p.plainEnd()
		return p.plain(parent, end, why)
	}
	if n == nil || !p.rest() {
		return nil
	}
	return n
}

// dash reports whether the "-" of a sequence entry is at p.pos.
func (p *parser) dash() bool {
	return p.pos < p.end && p.data[p.pos] == '-' && p.blankAt(p.pos+1)
}

// colon moves past the ":" that makes the text before p.pos a key. It returns false if there is
// none.
func (p *parser) colon() bool {
	i := p.skipSpaces(p.pos)
	if i >= p.end || p.data[i] != ':' || !p.blankAt(i+1) {
		return false
	}
	p.pos = i + 1
	return true
}

// key reads the key of a block mapping and the ":" after it.
func (p *parser) key() *yaml.Node {
	if starts[p.data[p.pos]] == startsQuote {
		line := p.line
		n := p.quoted()
		if n == nil || line != p.line || !p.colon() {
			return nil
		}
		return n
	}
	end, at, why := p.plainEnd()
	if why != stopColon {
		return nil
	}
	return p.plainKey(end, at)
}

// plainKey creates a key from the plain text up to end and moves past the ":" after it, which is at offset colon.
func (p *parser) plainKey(end, colon int) *yaml.Node {
	n := p.newNode(yaml.ScalarNode, 0, p.line, p.column(p.pos))
	text := p.data[p.pos:end]
	p.pos = colon + 1
	if known := p.known(text); *known == string(text) {
		n.Value, n.Tag = *known, tagStr
		return n
	}
	if n.Value, n.Tag = p.newKey(text); n.Tag == "" {
		return nil
	}
	return n
}

// newKey returns the value and the tag of a plain key that is not known.
func (p *parser) newKey(text []byte) (value, tag string) {
	if p.once || len(text) > maxWord {
		value = p.keep(text)
		return value, tagOf(value)
	}
	value = string(text) // not in a block that it would keep alive
	if tag = tagOf(value); tag == tagStr {
		*p.known(text) = value
	}
	return value, tag
}

// mapping reads the block mapping whose keys are indented by indent and whose first key has been read.
func (p *parser) mapping(indent int, key *yaml.Node) *yaml.Node {
	if p.depth++; p.depth > maxDepth || key == nil {
		return nil
	}
	n := p.newNode(yaml.MappingNode, 0, key.Line, key.Column)
	n.Tag = tagMap
	base := len(p.stack)
	for key != nil && len(key.Value) <= maxKey {
		v := p.mapped(indent)
		if v == nil || p.indent > indent {
			return nil
		}
		p.stack = append(p.stack, key, v)
		if p.indent < indent {
			n.Content = p.take(base)
			p.depth--
			return n
		}
		key = p.key()
	}
	return nil
}

// mapped reads the value of the key whose ":" is before p.pos.
func (p *parser) mapped(indent int) *yaml.Node {
	after := p.pos
	if after < p.end { // then a space is there
		p.pos = p.skipSpaces(after + 1)
		if p.pos < p.end && p.data[p.pos] != '#' {
			return p.value(indent)
		}
	}
	line, column := p.line, p.column(after)
	if !p.advance() {
		return nil
	}
	if p.indent > indent {
		return p.node(indent)
	}
	if p.indent == indent && p.dash() {
		return p.sequence(indent)
	}
	return p.null(line, column)
}

// sequence reads the block sequence whose dashes are indented by indent. It may have the indentation of the mapping
// around it; then the next key of the mapping ends it.
func (p *parser) sequence(indent int) *yaml.Node {
	if p.depth++; p.depth > maxDepth {
		return nil
	}
	n := p.newNode(yaml.SequenceNode, 0, p.line, p.column(p.pos))
	n.Tag = tagSeq
	base := len(p.stack)
	for {
		v := p.entry(indent)
		if v == nil || p.indent > indent {
			return nil
		}
		p.stack = append(p.stack, v)
		if p.indent < indent || !p.dash() {
			n.Content = p.take(base)
			p.depth--
			return n
		}
	}
}

// entry reads the sequence entry whose dash is at p.pos.
func (p *parser) entry(indent int) *yaml.Node {
	after := p.pos + 1
	p.pos = p.skipSpaces(after)
	if p.pos < p.end && p.data[p.pos] != '#' {
		return p.node(indent)
	}
	line, column := p.line, p.column(after)
	if !p.advance() {
		return nil
	}
	if p.indent > indent {
		return p.node(indent)
	}
	return p.null(line, column)
}
