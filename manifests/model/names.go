package model

import (
	"iter"
	"slices"
	"strings"
)

// Names is a compact list of names: an input may have a million that are never looked at. The zero value is empty. A
// name may occur more than once.
type Names struct {
	chunks [][]byte // each name ends with a line break
}

// A chunk begins small, since most lists are short. It never moves, so that a long list leaves no garbage.
const (
	firstChunk = 64
	maxChunk   = 32 << 10
)

// Add appends a name. Names with a line break are invalid and ignored.
func (n *Names) Add(name string) {
	if strings.IndexByte(name, '\n') >= 0 {
		return
	}
	at := n.room(len(name) + 1)
	*at = append(append(*at, name...), '\n')
}

// room is a chunk to which a text of some length can be appended.
func (n *Names) room(size int) *[]byte {
	last := len(n.chunks) - 1
	if last < 0 || cap(n.chunks[last])-len(n.chunks[last]) < size {
		chunk := firstChunk
		if last >= 0 {
			chunk = min(2*cap(n.chunks[last]), maxChunk)
		}
		n.chunks = append(n.chunks, make([]byte, 0, max(chunk, size)))
		last++
	}
	return &n.chunks[last]
}

// Append appends all names of another list. Neither list changes the other later.
func (n *Names) Append(more Names) {
	for _, chunk := range more.chunks {
		if len(chunk) < maxChunk/2 {
			at := n.room(len(chunk))
			*at = append(*at, chunk...)
		} else {
			n.chunks = append(n.chunks, slices.Clip(chunk)) // shared: what is in it stays
		}
	}
}

// All yields the names.
func (n *Names) All() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, chunk := range n.chunks {
			for line := range strings.Lines(string(chunk)) {
				if !yield(line[:len(line)-1]) {
					return
				}
			}
		}
	}
}
