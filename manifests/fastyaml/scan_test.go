package fastyaml

import (
	"bytes"
	"slices"
	"testing"
)

// linesOf returns what the rest of a document's check makes of what a scan found.
func linesOf(data []byte, scan func([]byte, int, []int) (int, int)) (lines []int, ok bool) {
	d := document{data: data, lines: []int{0}}
	room := make([]int, len(data)+2*blockOf32)
	for i := 0; i < len(data); {
		size, found := scan(data[i:], i, room)
		d.lines = append(d.lines, room[:found]...)
		if i = d.checkEach(i+size, min(i+size+1, len(data))); i < 0 {
			return nil, false
		}
	}
	return d.lines, true
}

// TestScan places every byte at every distance from the end: a scan finds the same lines as a look at each byte.
func TestScan(t *testing.T) {
	t.Parallel()
	none := func([]byte, int, []int) (int, int) { return 0, 0 }
	for _, size := range []int{8, 33, 65} {
		for at := range size {
			for c := range 256 {
				data := bytes.Repeat([]byte("a: b\n"), size)[:size]
				data[at] = byte(c)
				want, ok := linesOf(data, none)
				for name, scan := range map[string]func([]byte, int, []int) (int, int){"scan": scan, "words": scanWords} {
					if got, gotOK := linesOf(data, scan); ok != gotOK || !slices.Equal(want, got) {
						t.Fatalf("%s: got %v, %t, want %v, %t for %q", name, got, gotOK, want, ok, data)
					}
				}
			}
		}
	}
}

// TestScanRoom limits where a scan may write.
func TestScanRoom(t *testing.T) {
	t.Parallel()
	data := bytes.Repeat([]byte("\n"), 300)
	for _, scan := range []func([]byte, int, []int) (int, int){scan, scanWords} {
		for room := range 200 {
			lines := make([]int, room+1)
			size, found := scan(data, 7, lines[:room:room])
			if size != found || found > room || found+blockOf32 <= room || lines[room] != 0 {
				t.Fatalf("%d bytes and %d lines with room for %d; behind it: %d", size, found, room, lines[room])
			}
			for i, line := range lines[:found] {
				if line != 7+i+1 {
					t.Fatalf("line %d begins at %d", i, line)
				}
			}
		}
	}
}
