package model

import (
	"iter"
	"strings"
)

// Names is a compact list of names: an input may have a million that are never looked at. The zero value is empty. A
// name may occur more than once.
type Names struct{ text []byte } // each name ends with a line break

// Add appends a name. Names with a line break are invalid and ignored.
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
