package fastyaml

import "golang.org/x/sys/cpu"

// scan finds line breaks in data up to the first block of 32 bytes with anything but LF and printable ASCII characters. It writes into lines
// where the line behind each begins, with from as the offset of data, and returns how many bytes it examined, and how many breaks it found.
// It stops before there may be no room in lines.
func scan(data []byte, from int, lines []int) (size, found int) {
	if !cpu.X86.HasAVX2 {
		return scanWords(data, from, lines)
	}
	if len(data) < blockOf32 || len(lines) < blockOf32 {
		return 0, 0
	}
	return scanBlocks(&data[0], len(data), from, &lines[0], len(lines))
}

//go:noescape
func scanBlocks(data *byte, n, from int, lines *int, room int) (size, found int)
