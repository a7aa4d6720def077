package stream

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

func BenchmarkOuterBreak(b *testing.B) {
	line := "    description: some text that is about as long as a line of a manifest\n"
	data := append(bytes.Repeat([]byte(line), 1000), "kind: Pod\n"...)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if outerBreak(data, 0) != len(line)*1000-1 {
			b.Fatal("wrong")
		}
	}
}

func TestOuterBreak(t *testing.T) {
	slow := func(data []byte, at int) int {
		for ; at < len(data); at++ {
			if data[at] == '\n' && (at+1 == len(data) || data[at+1] != ' ') {
				break
			}
		}
		return at
	}
	bytes := []byte("\n\n\n  \x0b\x0a\x09\x21\x1f\x8a\xa0\x00\xffa")
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		data := make([]byte, r.IntN(40))
		for i := range data {
			data[i] = bytes[r.IntN(len(bytes))]
			if r.IntN(3) > 0 { // most bytes are of no interest
				data[i] = 'x'
			}
		}
		for at := range len(data) + 1 {
			if got, want := outerBreak(data, at), slow(data, at); got != want {
				t.Fatalf("outerBreak(%q, %d) = %d, want %d", data, at, got, want)
			}
		}
	}
}

// ListBreak stops at each line that begins an item or the items, however long the data.
func TestListBreak(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		data := bytes.Repeat([]byte("x"), r.IntN(200))
		var want []int
		for at := r.IntN(40); at+2 < len(data); at += 2 + r.IntN(40) {
			text := []string{"\n-", "\ni", "\n ", "\n\n", "\r-", "\\x", "\n\\", "gel"}[r.IntN(8)]
			if copy(data[at:], text); text == "\n-" || text == "\ni" {
				want = append(want, at)
			}
		}
		for at := ListBreak(data, 0); at < len(data); at = ListBreak(data, at+1) {
			if data[at] != '\n' {
				t.Fatalf("%q: %d is no break", data, at)
			}
			if len(want) > 0 && at == want[0] {
				want = want[1:]
			}
		}
		if len(want) > 0 {
			t.Fatalf("no break of %q is at %v", data, want)
		}
	}
}
