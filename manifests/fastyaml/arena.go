package fastyaml

import (
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

const (
	// slabSize is how many nodes are made at a time at most, so that a slab is no large object to Go's allocator (32 KiB).
	slabSize = 200
	// maxSlabs, maxList and maxBuf are how many slabs, how many places for children and how many bytes are kept for the next document.
	maxSlabs = 64
	maxList  = 32 << 10
	maxBuf   = 256 << 10
	// blockSize is how many bytes of values are kept together at most, and ownSize the length from which a value has its own memory.
	blockSize = 4 << 10
	ownSize   = 512
	// perNode is how many bytes of YAML make one node, as a rule.
	perNode = 18
)

// arena is the memory of nodes and values.
type arena struct {
	once  bool            // for one document only
	nodes []yaml.Node     // what is left of the slab that nodes are taken from
	slabs [][]yaml.Node   // slabs to use again
	used  int             // how many of them are in use
	extra bool            // nodes is no part of them
	list  []*yaml.Node    // what is left of the memory that contents are taken from
	lists []*yaml.Node    // the whole of it
	stack []*yaml.Node    // children of the open collections
	high  int             // how long it has been
	text  strings.Builder // block that values are taken from
	buf   []byte          // a value that has to be put together
}

// reset frees all nodes, and lets go of what they hold. It clears no more than was used: most documents are small, and the memory is as large as the
// largest one made it.
func (a *arena) reset() {
	for i, slab := range a.slabs[:a.used] {
		if i == a.used-1 && !a.extra {
			slab = slab[:len(slab)-len(a.nodes)]
		}
		clear(slab)
	}
	a.nodes, a.used, a.extra = nil, 0, false
	clear(a.lists[:len(a.lists)-len(a.list)])
	clear(a.stack[:max(a.high, len(a.stack))])
	a.list, a.stack, a.high = a.lists, a.stack[:0], 0
	if len(a.lists) > maxList {
		a.list, a.lists = nil, nil
	}
	if cap(a.stack) > maxList {
		a.stack = nil
	}
	if cap(a.buf) > maxBuf {
		a.buf = nil
	}
}

// room is how much of something to make at a time: size, but for a single document no more than what is left of it can need.
func (p *parser) room(size int) int {
	if p.once {
		return min(size, (len(p.data)-p.start)/perNode+4)
	}
	return size
}

// newNode takes a node from the slab.
func (p *parser) newNode() *yaml.Node {
	if len(p.nodes) == 0 {
		p.moreNodes()
	}
	n := &p.nodes[0]
	p.nodes = p.nodes[1:]
	return n
}

// moreNodes takes up another slab.
func (p *parser) moreNodes() {
	if p.used == len(p.slabs) {
		p.nodes = make([]yaml.Node, p.room(slabSize))
		if p.once || len(p.slabs) == maxSlabs {
			p.extra = true
			return
		}
		p.slabs = append(p.slabs, p.nodes)
	}
	p.nodes = p.slabs[p.used]
	p.used++
}

func (p *parser) scalar(style yaml.Style, line, column int) *yaml.Node {
	n := p.newNode()
	n.Kind, n.Style, n.Line, n.Column = yaml.ScalarNode, style, line, column
	return n
}

// null makes the value that is not written.
func (p *parser) null(line, column int) *yaml.Node {
	n := p.scalar(0, line, column)
	n.Tag = tagNull
	return n
}

func (p *parser) collection(kind yaml.Kind, style yaml.Style, line, column int) *yaml.Node {
	n := p.newNode()
	n.Kind, n.Style, n.Line, n.Column = kind, style, line, column
	n.Tag = tagMap
	if kind == yaml.SequenceNode {
		n.Tag = tagSeq
	}
	return n
}

// take removes the children from base on from the stack and returns them as a list of their own.
func (p *parser) take(base int) []*yaml.Node {
	children := p.stack[base:]
	size := len(children)
	if size == 0 {
		return nil
	}
	if size > len(p.list) {
		p.lists = make([]*yaml.Node, max(size, p.room(min(maxList, max(4*slabSize, 2*len(p.lists))))))
		p.list = p.lists
	}
	list := p.list[:size:size]
	p.list = p.list[size:]
	copy(list, children)
	p.high = max(p.high, len(p.stack))
	p.stack = p.stack[:base]
	return list
}

// keep copies a value out of the document.
func (p *parser) keep(b []byte) string {
	if len(b) >= ownSize {
		return string(b)
	}
	if p.text.Cap()-p.text.Len() < len(b) {
		p.text.Reset()
		p.text.Grow(max(len(b), min(blockSize, p.room(blockSize)*perNode)))
	}
	from := p.text.Len()
	p.text.Write(b)
	return p.text.String()[from:]
}
