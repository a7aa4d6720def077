package fastyaml

import yaml "go.yaml.in/yaml/v4"

// anchored reads an anchor and the node that it names, which is not a key. A block collection must be below the anchor, and indented deeper
// than parent, unless it is a list after a key.
func (p *parser) anchored(parent int, afterKey bool) *yaml.Node {
	line, column := p.line, p.column(p.pos)
	name := p.name()
	if name == nil {
		return nil
	}
	p.special = true
	// An alias within the node may stand for the node itself, which is not known yet.
	delete(p.anchors, string(name))
	n := p.behindAnchor(parent, afterKey)
	if n == nil {
		return nil
	}
	n.Anchor, n.Line, n.Column = p.keep(name), line, column
	if p.anchors == nil {
		p.anchors = map[string]*yaml.Node{}
	}
	if p.anchors[n.Anchor] == nil { // otherwise a node within this one has the same anchor
		p.anchors[n.Anchor] = n
	}
	return n
}

// behindAnchor reads the node whose anchor ends at p.pos.
func (p *parser) behindAnchor(parent int, afterKey bool) *yaml.Node {
	p.pos = p.skipSpaces(p.pos)
	below := p.pos == p.end || p.data[p.pos] == '#'
	if below && !p.advance() || p.indent < 0 || p.atName() { // a node has one anchor, and an alias has none
		return nil
	}
	switch {
	case !below:
		return p.value(parent)
	case p.indent > parent:
		return p.node(parent)
	case afterKey && p.indent == parent && p.dash():
		return p.sequence(parent)
	}
	return nil
}

// alias reads an alias and ends after it.
func (p *parser) alias() *yaml.Node {
	line, column := p.line, p.column(p.pos)
	known := p.anchors[string(p.name())]
	if known == nil {
		return nil
	}
	n := p.newNode(yaml.AliasNode, 0, line, column)
	n.Value, n.Alias = known.Anchor, known
	return n
}

// atName reports whether an anchor or an alias is at p.pos.
func (p *parser) atName() bool {
	s := starts[p.data[p.pos]]
	return s == startsAnchor || s == startsAlias
}

// name reads the name after the "&" or "*" at p.pos. It returns nil if there is none, or if anything but a space follows it.
func (p *parser) name() []byte {
	from := p.pos + 1
	i := from
	for i < p.end && (alphanumeric(p.data[i]) || p.data[i] == '-' || p.data[i] == '_') {
		i++
	}
	if i == from || !p.blankAt(i) {
		return nil
	}
	p.pos = i
	return p.data[from:i]
}
