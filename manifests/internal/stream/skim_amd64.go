package stream

import "golang.org/x/sys/cpu"

// canSkim is true if the processor can compare 32 bytes at once.
var canSkim = cpu.X86.HasAVX2

// skim returns the offset of the first byte that may matter, or of the end: of an LF before what a marker, a key or an item begins with, a CR, a
// backslash of an escape that may be part of a word, the first byte of a line break of YAML 1.1, or the word of a directive. At the end of data, which
// is less than a block, it does not compare what is behind the byte.
func skim(data []byte) int {
	if len(data) == 0 {
		return 0
	}
	at := skimBlocks(&data[0], len(data))
	for at < len(data) && mayMatter[data[at]] == 0 {
		at++
	}
	return at
}

// mayMatter has a bit for each byte that may matter, and mattersBehind has the bits of those that do so if a byte is next.
var mayMatter, mattersBehind = func() (this, next [256]byte) { //nolint:unused // the assembly uses both
	const always, feed, backslash = 1, 2, 4
	for c := range next {
		next[c] = always
	}
	for _, c := range []byte{'\r', 0xC2, 0xE2, 'g', 'G'} {
		this[c] = always
	}
	this['\n'], this['\\'] = feed, backslash
	for _, c := range []byte("-.i") { // a marker, an item of a List, or its key "items"
		next[c] |= feed
	}
	for c := range next {
		var r rootLines
		if r.add(byte(c), 0); r.n > 0 || r.unclear {
			next[c] |= feed
		}
	}
	for _, c := range []byte(hiding) {
		next[c] |= backslash
	}
	return this, next
}()

// skimBlocks is skim for the blocks that are wholly in data[:n]. It returns the offset behind them if there is no such byte in them.
//
//go:noescape
func skimBlocks(data *byte, n int) int
