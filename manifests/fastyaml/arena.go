package fastyaml

import (
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

const (
	// slabSize is the maximum number of nodes allocated at once, so that a slab is not a large
	// object for Go's allocator (32 KiB).
	slabSize = 200
	// maxSlabs, maxList and maxBuf limit the slabs, the space for children, and the bytes that are
	// kept for the next document.
	maxSlabs = 64
	maxList  = 32 << 10
	maxBuf   = 256 << 10
	// blockSize is the maximum size in bytes of a block that values share. Values of at least
	// ownSize bytes have their own memory.
	blockSize = 4 << 10
	ownSize   = 512
	// maxWord is the maximum size in bytes of a key in words.
	maxWord = 32
	// perNode is how many bytes of YAML typically result in one node.
	perNode = 18
)

// arena is the memory of nodes and values.
type arena struct {
	once  bool            // for one document only
	nodes []yaml.Node     // the current slab of nodes
	taken int             // number of its nodes in use
	slabs [][]yaml.Node   // slabs to reuse
	used  int             // number of slabs in use
	extra bool            // nodes is not part of slabs
	list  []*yaml.Node    // the unused rest of the memory for contents
	lists []*yaml.Node    // all of that memory
	stack []*yaml.Node    // children of the open collections
	high  int             // its maximum length so far
	text  strings.Builder // the current block for values
	buf   []byte          // a value that is being assembled
	words [512]string     // recent keys by their hash, all of them strings; most documents have the same few
}

// reset frees all nodes and releases what they reference. It only clears what was used: most documents are small, while
// the memory has the size for the largest one.
func (a *arena) reset() {
	for i, slab := range a.slabs[:a.used] {
		if i == a.used-1 && !a.extra {
			slab = slab[:a.taken]
		}
		clear(slab)
	}
	a.nodes, a.taken, a.used, a.extra = nil, 0, 0, false
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

// room returns how much of something to allocate at once: size, but for a single document no more
// than the rest of it can need.
func (p *parser) room(size int) int {
	if p.once {
		return min(size, (len(p.data)-p.start)/perNode+4)
	}
	return size
}

// newNode returns a node from the slab.
func (p *parser) newNode(kind yaml.Kind, style yaml.Style, line, column int) *yaml.Node {
	if p.taken == len(p.nodes) {
		p.moreNodes()
	}
	n := &p.nodes[p.taken]
	p.taken++
	n.Kind, n.Style, n.Line, n.Column = kind, style, line, column
	return n
}

// moreNodes starts another slab.
func (p *parser) moreNodes() {
	p.taken = 0
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

// null returns the node for a missing value.
func (p *parser) null(line, column int) *yaml.Node {
	n := p.newNode(yaml.ScalarNode, 0, line, column)
	n.Tag = tagNull
	return n
}

// take removes the children from base on from the stack and returns them as their own list.
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

// known returns the place in words for a key.
func (a *arena) known(key []byte) *string {
	n := len(key)
	h := uint(key[0]) + uint(key[n/2])<<2 + uint(key[n-1])<<4 + uint(n)<<6
	return &a.words[h%uint(len(a.words))]
}
