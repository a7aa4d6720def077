package stream

import "golang.org/x/sys/cpu"

// canSkim is true if the processor can compare 32 bytes at once.
var canSkim = cpu.X86.HasAVX2

// skim returns the offset of the first byte that may matter: of an LF before anything but a space, a CR, a backslash, the first byte of a line
// break of YAML 1.1, or the word of a directive. It returns an offset at the end of data up to which there is none.
func skim(data []byte) int {
	if len(data) == 0 {
		return 0
	}
	return skimBlocks(&data[0], len(data))
}

// skimBlocks is skim for the blocks that are wholly in data[:n].
//
//go:noescape
func skimBlocks(data *byte, n int) int
