// Package fastyaml reads the plain subset of YAML in which Kubernetes manifests are usually written, several times
// faster than the full parser go.yaml.in/yaml/v4, and into the same nodes. The subset has no tags, directives, merge keys, complex keys,
// anchors of keys, aliases as keys, or tabs as separators. A document with anything uncertain, valid or not, is
// rejected as a whole and must be read by the full parser. The package returns no errors of its own.
package fastyaml

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v4"
)

const (
	// maxDepth limits the nesting of collections; no Kubernetes object comes close.
	maxDepth = 200
	// maxKey is the maximum length of a key in bytes: YAML 1.2.2 (7.4.2) guarantees no more than
	// 1024 characters.
	maxKey = 1000
)

// Parse reads one document, with or without a leading "---" line, and returns the same root node as the full parser:
// kinds, styles, tags, values, lines and columns (from 1, columns in code points, both counted in data) are the same,
// and duplicate keys are kept. Comments are skipped. ok is false if the document is not certainly within the subset;
// the document may still be valid. An empty document and a single scalar are also rejected.
//
// The nodes share no memory with data. Keeping a value of less than 512 bytes keeps the block of at most 4 KiB that it
// shares with others. Keeping a node keeps a slab of 32 KiB and everything that it references.
func Parse(data []byte) (root *yaml.Node, ok bool) {
	p := parser{arena: arena{once: true}}
	return p.parse(data)
}

// Parser parses documents one after another in the same memory, of which it keeps a few MiB at most. It is twice as
// fast as Parse. The zero value is ready for use. It is not safe for concurrent use.
type Parser struct{ p parser }

// Parse is like the function Parse, but its nodes are only valid until the next call, which
// overwrites them. Their values stay valid.
func (r *Parser) Parse(data []byte) (root *yaml.Node, ok bool) {
	r.p.reset()
	if cap(r.p.lines) > maxList {
		r.p.lines = nil
	}
	root, ok = r.p.parse(data)
	if last := len(r.p.lines) - 1; r.p.lines[last] > len(data) {
		r.p.lines = r.p.lines[:last]
	}
	r.p.data = nil
	return root, ok
}

// Lines returns the offsets at which the lines of the last document begin, including the empty line after the last line
// break. They are valid as long as the document's nodes, and only if Parse accepted it.
func (r *Parser) Lines() []int { return r.p.lines }

// IsSpecial reports whether the last document has anchors, or keys in brackets without a value. Other documents consist of scalars, lists, and
// mappings whose keys are scalars.
func (r *Parser) IsSpecial() bool { return r.p.special }

// parser is a document that is being read and the memory for its nodes.
type parser struct {
	document
	arena
}

// document is the current position in a document. It is on a line of content, and data[pos] is the
// next byte.
type document struct {
	data   []byte
	pos    int
	line   int // number of the current line, from 1
	start  int // offset at which it begins
	end    int // offset of its line break
	indent int // spaces before the content of the line that advance stopped at; -1 at the end of the document
	depth  int // open collections

	lines []int // offsets at which lines begin, and last, where one behind the end would begin

	anchors map[string]*yaml.Node // the last node with each anchor so far
	special bool                  // see IsSpecial

	tabs    bool // data has tabs
	returns bool // some line break is CRLF
	wide    bool // data is not only ASCII, so offsets are not columns
	memo    int  // with wide: if data[memo] is in the current line, data[start:memo] holds cols code points
	cols    int
}

func (p *parser) parse(data []byte) (root *yaml.Node, ok bool) {
	p.document = document{data: data, lines: p.lines[:0]}
	if !p.check() || !p.open() {
		return nil, false
	}
	root = p.node(-1)
	if root == nil || p.indent >= 0 {
		return nil, false
	}
	return root, true
}

// load moves to the first byte of the next line that is not a space. It returns false at the end.
func (d *document) load() bool {
	line := d.line
	if line < 0 || line >= len(d.lines)-1 { // never negative, but then the compiler knows that both are there
		return false
	}
	i, end := d.lines[line], d.lines[line+1]-1
	d.line = line + 1
	d.start = i
	if d.returns && end > i && d.data[end-1] == '\r' {
		end--
	}
	d.end = end
	for i >= 0 && i < len(d.data)-7 {
		// What is no space is at the line's end at the latest.
		if other := binary.LittleEndian.Uint64(d.data[i:]) ^ ones*' '; other != 0 {
			d.pos = i + bits.TrailingZeros64(other)/8
			return true
		}
		i += 8
	}
	d.pos = d.skipSpaces(i)
	return true
}

// skipSpaces returns the offset of the first byte of the current line from i on that is not a
// space.
func (d *document) skipSpaces(i int) int {
	line := d.data[:d.end]
	for i < len(line) && line[i] == ' ' {
		i++
	}
	return i
}

// advance moves to the next line with content. It returns false if that line is outside of the
// subset.
func (d *document) advance() bool {
	if !d.load() {
		d.finish()
		return true
	}
	return d.reach()
}

// reach is advance, but also accepts the current line, of which nothing has been read.
func (d *document) reach() bool {
	for d.pos == d.end || d.data[d.pos] == '#' {
		if !d.load() {
			d.finish()
			return true
		}
	}
	if c := d.data[d.pos]; c <= '.' { // most lines begin with a letter
		switch {
		case c == '\t':
			return false
		case d.marker():
			return c == '.' && d.ends()
		}
	}
	d.indent = d.pos - d.start
	return true
}

// ends reports whether only spaces and comments follow the "..." of the current line.
func (d *document) ends() bool {
	d.pos += 3
	i := d.skipSpaces(d.pos)
	if i < d.end && (d.data[i] != '#' || i == d.pos) {
		return false
	}
	for d.load() {
		if d.pos < d.end && d.data[d.pos] != '#' {
			return false
		}
	}
	d.finish()
	return true
}

// finish marks the end of the document.
func (d *document) finish() {
	d.pos, d.end, d.indent = len(d.data), len(d.data), -1
}

// marker reports whether the current line begins with "---" or "..." followed by white space or the
// end.
func (d *document) marker() bool {
	if d.end-d.start < 3 {
		return false
	}
	l := d.data[d.start:d.end]
	if l[0] != '-' && l[0] != '.' || l[1] != l[0] || l[2] != l[0] {
		return false
	}
	return len(l) == 3 || l[3] == ' ' || l[3] == '\t'
}

// open moves to the first line of content, after a "---" if there is one.
func (d *document) open() bool {
	for d.load() {
		if d.pos == d.end || d.data[d.pos] == '#' {
			continue
		}
		if d.data[d.pos] != '-' || !d.marker() {
			return d.reach() && d.indent >= 0
		}
		d.pos += 3
		return d.rest() && d.indent >= 0
	}
	return false
}

// rest moves to the next line of content. It returns false if the current line has more than spaces
// and a comment left.
func (d *document) rest() bool {
	i := d.skipSpaces(d.pos)
	if i < d.end && (d.data[i] != '#' || i == d.pos) {
		return false
	}
	return d.advance()
}

// blankAt reports whether a space or the end of the line is at offset i.
func (d *document) blankAt(i int) bool {
	return i >= d.end || d.data[i] == ' '
}

// column returns the column, from 1, of an offset in the current line. Calls for the same line must
// not have decreasing offsets.
func (d *document) column(at int) int {
	if !d.wide {
		return at - d.start + 1
	}
	return d.wideColumn(at)
}

// wideColumn is column for a document that is not only ASCII. It is apart so that column is part of its callers.
//
//go:noinline
func (d *document) wideColumn(at int) int {
	if d.memo < d.start {
		d.memo, d.cols = d.start, 0
	}
	d.cols += utf8.RuneCount(d.data[d.memo:at])
	d.memo = at
	return d.cols + 1
}
