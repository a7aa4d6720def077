package extract

import (
	"bytes"

	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
)

// Names finds the workloads that may name one of some Secrets or service accounts, by their bytes. nil finds none.
type Names struct {
	known map[string]bool
	long  *wordSearch // nil for none
	short [][]byte
}

// maxNames is the maximum number of names to search for. More than a few are rarely in the linted files of a hook.
const maxNames = 200

// NewNames prepares a search for names. It leaves out empty names, those that may be written with an escape, and all
// beyond maxNames.
func NewNames(list []string) *Names {
	n := &Names{known: map[string]bool{}}
	var long []string
	for _, name := range list {
		if n.known[name] || len(n.known) == maxNames || !isPlainName(name) {
			continue
		}
		n.known[name] = true
		if len(name) < groupSize {
			n.short = append(n.short, []byte(name))
		} else {
			long = append(long, name)
		}
	}
	if len(long) > 0 {
		n.long = newWordSearch(long)
	}
	return n
}

// HasAll reports whether all of these names are searched for.
func (n *Names) HasAll(names []string) bool {
	for _, name := range names {
		if n == nil || !n.known[name] {
			return false
		}
	}
	return true
}

// MayBeIn reports whether a document of the context may name one of the Secrets or service accounts. It may only err
// towards true. It is for documents that do not MayShare, so that no escape encodes a character of a plain name.
func (n *Names) MayBeIn(c *stream.Doc, g *Glance) bool {
	if n == nil || len(n.known) == 0 {
		return false
	}
	return (n.in(c.Data) || continues(c.Data)) && MayUseSecrets(c, g)
}

func (n *Names) in(data []byte) bool {
	for _, name := range n.short {
		if bytes.Contains(data, name) {
			return true
		}
	}
	return n.long != nil && n.long.in(data)
}

// continues reports whether a document has an escaped line break, which may be inside a name.
func continues(data []byte) bool {
	return bytes.Contains(data, []byte("\\\n")) || bytes.Contains(data, []byte("\\\r"))
}

// isPlainName reports whether a name consists of characters that a text contains as they are, unless with an escape that
// spellsEscaped detects.
func isPlainName(name string) bool {
	for i := range len(name) {
		if c := name[i]; !stream.IsOfWord(c) || c == '/' {
			return false
		}
	}
	return name != ""
}
