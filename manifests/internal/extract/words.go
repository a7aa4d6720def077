package extract

import (
	"bytes"
	"encoding/binary"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
)

// wordSearch searches for several words at once. It looks up groups of four bytes, at every third offset if the shortest
// word has six bytes: each word contains three overlapping groups, one of which is at such an offset wherever the word
// is.
type wordSearch struct {
	stride int // the distance in bytes between groups that are looked up
	groups []wordGroup
	at     [1 << 13]uint8 // by hash: 1 + the index of a group, or 0 for none; groups with the same hash are in neighboring slots
}

// wordGroup is four bytes of a word.
type wordGroup struct {
	bytes  uint32
	before int // bytes of the word before them
	word   []byte
	kind   bool // the word must be the end of what may be a kind
}

const groupSize = 4

// maxGroups is the maximum number of groups, so that their indexes fit in a byte.
const maxGroups = 255

// newWordSearch prepares a search, which is the faster the longer the shortest word is. A word that ends in a space matches only the end
// of what may be a kind, so that a kind does not match a field whose name begins with it, or a sentence about it.
func newWordSearch(words []string) *wordSearch {
	s := &wordSearch{stride: len(words[0])}
	for _, text := range words {
		s.stride = min(s.stride, len(strings.TrimSuffix(text, " "))-groupSize+1)
	}
	s.stride = max(1, min(s.stride, maxGroups/len(words)))
	for _, text := range words {
		word, kind := bytes.CutSuffix([]byte(text), []byte(" "))
		for before := range s.stride {
			s.groups = append(s.groups, wordGroup{binary.LittleEndian.Uint32(word[before:]), before, word, kind})
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
	at, stride := &s.at, uint(s.stride) //nolint:gosec // it is positive; unsigned offsets are not compared with 0 in each step
	for i := uint(0); i+groupSize <= uint(len(data)); i += stride {
		group := binary.LittleEndian.Uint32(data[i : i+groupSize])
		if slot := hashGroup(group); at[slot] != 0 && s.holds(data, int(i), group, slot) { //nolint:gosec // an offset
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
		at := i - g.before
		if bytes.HasPrefix(data[at:], g.word) && (!g.kind || mayBeKind(data[:at], data[at+len(g.word):])) {
			return true
		}
	}
	return false
}

// maxTagLen is the maximum length in bytes of a tag or an anchor before a kind.
const maxTagLen = 256

// mayBeKind reports whether a word between two texts may be the end of a kind, or of the kind of a list, rather than a
// word of a sentence.
func mayBeKind(before, behind []byte) bool {
	behind = bytes.TrimPrefix(behind, []byte("List"))
	if len(behind) > 0 && (stream.IsOfWord(behind[0]) || behind[0] == '_') {
		return false // another word
	}
	if rest := bytes.TrimLeft(behind, " \t"); len(rest) < len(behind) && len(rest) > 0 && stream.IsOfWord(rest[0]) {
		return false // a word follows
	}
	cut := max(0, len(before)-maxTagLen-maxWordLen)
	before = before[cut:]
	for len(before) > 0 && isLetter(before[len(before)-1]) {
		before = before[:len(before)-1]
	}
	rest := bytes.TrimRight(before, " \t")
	if len(rest) == len(before) || len(rest) == 0 || !isLetter(rest[len(rest)-1]) {
		return true
	}
	last := bytes.LastIndexAny(rest, " \t\r\n")
	return last < 0 && cut > 0 || bytes.IndexByte([]byte("!&"), rest[last+1]) >= 0 // not a word, but a tag or an anchor
}
