package model

import (
	"iter"
	"strings"
)

// Names is a list of names that takes no more room than their text: an input may hold a million of them, of which nobody asks for one. Its zero
// value is empty. A name may be in it more than once.
type Names struct{ text []byte } // each with a line break behind it, which no name holds

// Add appends a name. One with a line break is not a name, and left out.
func (n *Names) Add(name string) {
	if strings.IndexByte(name, '\n') < 0 {
		n.text = append(append(n.text, name...), '\n')
	}
}

// Append appends all names of another list.
func (n *Names) Append(more Names) { n.text = append(n.text, more.text...) }

// All yields the names.
func (n *Names) All() iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range strings.Lines(string(n.text)) {
			if !yield(line[:len(line)-1]) {
				return
			}
		}
	}
}
