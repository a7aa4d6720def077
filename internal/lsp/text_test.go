package lsp

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"
)

// Positions and offsets convert to each other in every encoding, with any characters on the line.
func TestPositions(t *testing.T) {
	t.Parallel()
	text := "a: \U0001F40B\U0001F40B # x\r\nb: 画像\n\tc: é\rd: 1\n\ufeffe"
	d := newDocument("", "", nil, text, 0)
	if len(d.starts) != 5 {
		t.Fatalf("%d lines", len(d.starts))
	}
	for _, c := range []struct {
		mark string
		want [3]position // UTF-8, UTF-16, UTF-32
	}{
		{"# x", [3]position{{0, 12}, {0, 8}, {0, 6}}},
		{"像", [3]position{{1, 6}, {1, 4}, {1, 4}}},
		{"c: ", [3]position{{2, 1}, {2, 1}, {2, 1}}},
		{"d: 1", [3]position{{3, 0}, {3, 0}, {3, 0}}},
		{"e", [3]position{{4, 3}, {4, 1}, {4, 1}}},
	} {
		for i, e := range []encoding{encodingUTF8, encodingUTF16, encodingUTF32} {
			offset := strings.LastIndex(text, c.mark)
			got := d.position(offset, e)
			if got != c.want[i] {
				t.Errorf("%s: %q is at %v, want %v", e, c.mark, got, c.want[i])
			}
			if back := d.offset(got, e); back != offset {
				t.Errorf("%s: %v is byte %d, want %d", e, got, back, offset)
			}
		}
	}
	for _, c := range []struct {
		at   position
		want int
	}{{position{-1, 5}, 0}, {position{99, 0}, len(text)}, {position{0, 999}, strings.Index(text, "\r\n")}, {position{0, -3}, 0}, {position{0, 4}, 7}} {
		if got := d.offset(c.at, encodingUTF16); got != c.want {
			t.Errorf("%v is byte %d, want %d", c.at, got, c.want)
		}
	}
}

// Incremental changes give the same text as in the editor, which counts UTF-16 units.
func TestChanges(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", "\U0001F40B", "画", "\r\n", "\n", "\t", "é", "image: x\n", "\ufeff", ""}
	for _, e := range []encoding{encodingUTF16, encodingUTF8} {
		d := newDocument("", "", nil, "", 0)
		units := []uint16{}
		for range 500 {
			// The editor splits between characters.
			text := []rune(d.text)
			from := r.IntN(len(text) + 1)
			to := from + r.IntN(min(len(text)-from, 4)+1)
			add := pieces[r.IntN(len(pieces))]
			rng := textRange{d.position(len(string(text[:from])), e), d.position(len(string(text[:to])), e)}
			a, b := len(utf16.Encode(text[:from])), len(utf16.Encode(text[:to]))
			next := append(append(append([]uint16{}, units[:a]...), utf16.Encode([]rune(add))...), units[b:]...)
			if d.offset(rng.Start, e) != len(string(text[:from])) || d.offset(rng.End, e) != len(string(text[:to])) {
				continue // no position is between a carriage return and its line feed
			}
			units = next
			d = d.changed([]contentChange{{Range: &rng, Text: add}}, nil, 1, e)
			if want := string(utf16.Decode(units)); d.text != want {
				t.Fatalf("%q, want %q", d.text, want)
			}
		}
	}
}

// URIs and paths convert to each other; URIs of anything else have no path.
func TestURI(t *testing.T) {
	t.Parallel()
	for uri, path := range map[string]string{
		"file:///a/b.yaml": "/a/b.yaml", "file:///a%20b/%C3%A9%23.yaml": "/a b/é#.yaml", "file://localhost/a": "/a",
		"untitled:Untitled-1": "", "file://server/share": "", "http://x/y": "", "%": "", "": "", "file:///a%00b": "", "file:relative": "",
	} {
		if got := pathOf(uri); got != path {
			t.Errorf("%q is %q, want %q", uri, got, path)
		}
	}
	for _, path := range []string{"/a/b c/é#?%.yaml", "/"} {
		if got := pathOf(uriOf(path)); got != path {
			t.Errorf("%q becomes %q", path, got)
		}
	}
}
