package extract

import (
	"bytes"
	"encoding/binary"
)

// wordSearch searches for several words at once. It looks up groups of four bytes, at every third offset: each word
// contains three overlapping groups, one of which is at such an offset wherever the word is.
type wordSearch struct {
	groups []wordGroup
	at     [1 << 13]uint8 // by hash: 1 + the index of a group, or 0 for none; groups with the same hash are in neighboring slots
}

// wordGroup is four bytes of a word.
type wordGroup struct {
	bytes  uint32
	before int // bytes of the word before them
	word   []byte
	ends   bool // the word must not be followed by a letter
}

// groupStride is the distance in bytes between groups that are looked up.
const groupStride = 3

// newWordSearch prepares a search. Words must have at least six bytes. A word that ends in a space must not be followed
// by a letter, so that a kind does not match a field whose name begins with it.
func newWordSearch(words []string) *wordSearch {
	s := &wordSearch{groups: make([]wordGroup, 0, groupStride*len(words))}
	for _, text := range words {
		word, ends := bytes.CutSuffix([]byte(text), []byte(" "))
		for before := range groupStride {
			s.groups = append(s.groups, wordGroup{binary.LittleEndian.Uint32(word[before:]), before, word, ends})
			slot := hashGroup(s.groups[len(s.groups)-1].bytes)
			for s.at[slot] != 0 {
				slot = (slot + 1) % uint32(len(s.at))
			}
			s.at[slot] = uint8(len(s.groups)) //nolint:gosec // there are few words
		}
	}
	return s
}

func hashGroup(group uint32) uint32 { return group * 0x9E3779B1 >> 19 }

// in reports whether a text contains one of the words.
func (s *wordSearch) in(data []byte) bool {
	for i := 0; i+4 <= len(data); i += groupStride {
		group := binary.LittleEndian.Uint32(data[i:])
		if slot := hashGroup(group); s.at[slot] != 0 && s.holds(data, i, group, slot) {
			return true
		}
	}
	return false
}

// holds reports whether the group at i is part of one of the words in the text.
func (s *wordSearch) holds(data []byte, i int, group, slot uint32) bool {
	for ; s.at[slot] != 0; slot = (slot + 1) % uint32(len(s.at)) {
		g := &s.groups[s.at[slot]-1]
		if g.bytes != group || i < g.before {
			continue
		}
		rest, found := bytes.CutPrefix(data[i-g.before:], g.word)
		if found && (!g.ends || len(rest) == 0 || !isLetter(rest[0])) {
			return true
		}
	}
	return false
}
