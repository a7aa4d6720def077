package fastyaml

import (
	"bytes"

	yaml "go.yaml.in/yaml/v4"
)

// block reads a literal ("|") or folded (">") scalar within a collection that is indented by parent.
func (p *parser) block(parent int) *yaml.Node {
	style := yaml.LiteralStyle
	if p.data[p.pos] == '>' {
		style = yaml.FoldedStyle
	}
	n := p.newNode(yaml.ScalarNode, style, p.line, p.column(p.pos))
	n.Tag = tagStr
	chomp, deeper, ok := p.blockHeader()
	if !ok {
		return nil
	}
	p.buf = p.buf[:0]
	indent := parent + deeper
	var (
		blank int
		more  bool
	)
	if deeper > 0 {
		blank, more, ok = p.nextText(indent)
	} else {
		blank, indent, more, ok = p.firstText(parent)
	}
	broken := false // a line break ends the last line of text
	if ok && more {
		blank, broken, ok = p.blockLines(indent, blank, style == yaml.FoldedStyle)
	}
	if !ok || !p.behindBlock() {
		return nil
	}
	if chomp != '-' && broken {
		p.buf = append(p.buf, '\n')
	}
	if chomp == '+' && blank > 0 {
		p.join(blank)
	}
	n.Value = p.keep(p.buf)
	return n
}

// blockHeader reads what follows the "|" or ">": a chomping indicator or 0, and the additional indentation of the text,
// or 0 if its first line determines it.
func (p *parser) blockHeader() (chomp byte, deeper int, ok bool) {
	p.pos++
	for ; p.pos < p.end; p.pos++ {
		switch c := p.data[p.pos]; {
		case (c == '+' || c == '-') && chomp == 0:
			chomp = c
			continue
		case c >= '1' && c <= '9' && deeper == 0:
			deeper = int(c - '0')
			continue
		}
		break
	}
	i := p.skipSpaces(p.pos)
	return chomp, deeper, i == p.end || p.data[i] == '#' && i > p.pos
}

// behindBlock accepts the first line after a block scalar's text, which blockLine has loaded, as
// the next content.
func (p *parser) behindBlock() bool {
	if p.indent < 0 {
		p.finish()
		return true
	}
	return p.reach()
}

// blockLine loads the next line of a block scalar. more is false at the end of the document. ok is false if a line of
// spaces without a line break ends the document, because the full parser may add one.
func (p *parser) blockLine() (more, ok bool) {
	if !p.load() {
		p.indent = -1
		return false, true
	}
	p.indent = 0
	if p.end < len(p.data) {
		return true, true
	}
	return true, len(bytes.Trim(p.data[p.pos:], " \t")) > 0
}

// firstText finds the first line of text, which sets the indentation, and counts the blank lines
// before it. more is false if there is none.
func (p *parser) firstText(parent int) (blank, indent int, more, ok bool) {
	longest := 0
	for {
		more, ok := p.blockLine()
		if !more || !ok {
			return blank, 0, false, ok
		}
		indent = p.pos - p.start
		if p.pos < p.end {
			if indent <= parent {
				return blank, 0, false, true
			}
			// Blank lines that are longer than the indentation would change it.
			return blank, indent, true, longest <= indent
		}
		blank++
		longest = max(longest, indent)
	}
}

// nextText finds the next line of text that is indented by indent, and counts the blank lines
// before it. more is false if there is none.
func (p *parser) nextText(indent int) (blank int, more, ok bool) {
	for {
		more, ok := p.blockLine()
		if !more || !ok {
			return blank, false, ok
		}
		spaces := p.pos - p.start
		if p.pos < p.end && spaces < indent {
			return blank, false, true
		}
		if p.pos < p.end || spaces > indent {
			return blank, true, true
		}
		blank++
	}
}

// blockLines appends the lines of text from the current one on, after blank blank lines. It returns the number of blank
// lines after the text and whether a line break ends it.
func (p *parser) blockLines(indent, blank int, folded bool) (behind int, broken, ok bool) {
	first, spaced := true, false
	for more := true; more; {
		text := p.data[p.start+indent : p.end]
		space := text[0] == ' ' || text[0] == '\t'
		switch {
		case first:
		case !folded || spaced || space:
			p.buf = append(p.buf, '\n')
		case blank == 0:
			p.buf = append(p.buf, ' ')
		}
		for range blank {
			p.buf = append(p.buf, '\n')
		}
		p.buf = append(p.buf, text...)
		first, spaced, broken = false, space, p.end < len(p.data)
		if blank, more, ok = p.nextText(indent); !ok {
			return 0, false, false
		}
	}
	return blank, broken, true
}
