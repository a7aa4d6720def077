package source

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// slowLines is where lines begin, found rune by rune.
func slowLines(data []byte) []int {
	starts := []int{0}
	for i := 0; i < len(data); {
		r, w := utf8.DecodeRune(data[i:])
		i += w
		switch {
		case r == '\r' && i < len(data) && data[i] == '\n':
			i++
			starts = append(starts, i)
		case r == '\n', r == '\r', r == '\u0085', r == '\u2028', r == '\u2029':
			starts = append(starts, i)
		}
	}
	return starts
}

// slowPos counts from the beginning of the text each time.
func slowPos(data []byte, off int) Pos {
	line, start := 1, 0
	for i, s := range slowLines(data) {
		if s <= off {
			line, start = i+1, s
		}
	}
	return Pos{Offset: off, Line: line, Col: 1 + len([]rune(string(data[start:off])))}
}

func text(data string) *Text {
	return &Text{File: &File{Name: "x"}, Data: []byte(data), Base: Pos{Line: 1, Col: 1}}
}

func TestBreaks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, data string
		starts     []int
		ends       []int
	}{
		{"empty", "", []int{0}, []int{0}},
		{"no break", "ab", []int{0}, []int{2}},
		{"LF", "a\nb\n", []int{0, 2, 4}, []int{1, 3, 4}},
		{"CR LF", "a\r\nb\r\n", []int{0, 3, 6}, []int{1, 4, 6}},
		{"CR", "a\rb\r", []int{0, 2, 4}, []int{1, 3, 4}},
		{"CR CR LF", "a\r\r\nb", []int{0, 2, 4}, []int{1, 2, 5}},
		{"LF CR", "\n\r", []int{0, 1, 2}, []int{0, 1, 2}},
		{"NEL", "a\u0085b", []int{0, 3}, []int{1, 4}},
		{"LS and PS", "a\u2028b\u2029", []int{0, 4, 8}, []int{1, 5, 8}},
		{"the first bytes of NEL and LS are no break", "\xC2\xE2\x80\xE2", []int{0}, []int{4}},
		{"a dash and quotes, which begin like LS", "\u2013\u201C", []int{0}, []int{6}},
		{"VT and FF are no breaks", "a\vb\fc", []int{0}, []int{5}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			x := text(tt.data)
			var starts, ends []int
			for n := 1; n <= x.Lines(); n++ {
				starts, ends = append(starts, x.LineStart(n)), append(ends, x.LineEnd(n))
			}
			if diff := cmp.Diff(tt.starts, starts); diff != "" {
				t.Errorf("line starts (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.ends, ends); diff != "" {
				t.Errorf("line ends (-want +got):\n%s", diff)
			}
			if got, want := CountBreaks([]byte(tt.data)), len(tt.starts)-1; got != want {
				t.Errorf("CountBreaks = %d, want %d", got, want)
			}
		})
	}
}

func TestLineClamped(t *testing.T) {
	t.Parallel()
	x := text("ab\ncd")
	for _, tt := range []struct{ n, start, end int }{{-1, 0, 0}, {0, 0, 0}, {1, 0, 2}, {2, 3, 5}, {3, 5, 5}, {99, 5, 5}} {
		if start, end := x.LineStart(tt.n), x.LineEnd(tt.n); start != tt.start || end != tt.end {
			t.Errorf("line %d = [%d, %d), want [%d, %d)", tt.n, start, end, tt.start, tt.end)
		}
	}
}

func TestOffset(t *testing.T) {
	t.Parallel()
	x := text("aß€😀z\n\xff\xfez\n")
	tests := []struct{ line, col, want int }{
		{1, 1, 0},
		{1, 2, 1},
		{1, 3, 3},
		{1, 4, 6},
		{1, 5, 10},
		{1, 6, 11},
		{1, 99, 11},
		{1, 0, 0},
		{2, 1, 12},
		{2, 3, 14}, // a byte that is not UTF-8 counts as one code point
		{2, 4, 15},
		{3, 1, 16},
		{9, 9, 16},
	}
	for _, tt := range tests {
		if got := x.Offset(tt.line, tt.col); got != tt.want {
			t.Errorf("Offset(%d, %d) = %d, want %d", tt.line, tt.col, got, tt.want)
		}
	}
}

// TestBase places a document that begins inside a file, and inside a line of it.
// Columns count code points wherever in a line they are.
func TestColumns(t *testing.T) {
	t.Parallel()
	for n := range 30 {
		data := "b\n" + strings.Repeat("a", n) + "é€😀\xffz"
		for off := 2; off <= len(data); off++ {
			if !utf8.RuneStart(append([]byte(data), 0)[off]) {
				continue
			}
			x := text(data)
			pos := x.Pos(off)
			if want := slowPos([]byte(data), off); pos != want {
				t.Errorf("%q, %d: %v, want %v", data, off, pos, want)
			}
			if got := x.Offset(pos.Line, pos.Col); got != off {
				t.Errorf("%q, %v: offset %d, want %d", data, pos, got, off)
			}
		}
	}
}

func TestBase(t *testing.T) {
	t.Parallel()
	x := &Text{File: &File{Name: "x"}, Data: []byte("ab\ncd"), Base: Pos{Offset: 100, Line: 7, Col: 5}}
	for _, tt := range []struct {
		off  int
		want Pos
	}{{0, Pos{100, 7, 5}}, {1, Pos{101, 7, 6}}, {3, Pos{103, 8, 1}}, {5, Pos{105, 8, 3}}, {-4, Pos{100, 7, 5}}, {99, Pos{105, 8, 3}}} {
		if got := x.Pos(tt.off); got != tt.want {
			t.Errorf("Pos(%d) = %v, want %v", tt.off, got, tt.want)
		}
	}
	want := Excerpt{Text: "ab", Offset: 100, Col: 5}
	if got := x.Span(1, 2).Excerpt(); got != want {
		t.Errorf("excerpt = %+v, want %+v", got, want)
	}
}

// TestLongLine asks for places on one line of 200,000 code points in several orders.
func TestLongLine(t *testing.T) {
	t.Parallel()
	line := strings.Repeat("a€", 100_000)
	x := text("first\n" + line + "\nlast")
	for _, order := range []func(i int) int{
		func(i int) int { return i },
		func(i int) int { return 999 - i },
		func(i int) int { return i * 7919 % 1000 },
	} {
		for i := range 1000 {
			k := order(i) * 200 // code points into the line
			off := len("first\n") + k/2*len("a€") + k%2
			if got, want := x.Pos(off), (Pos{off, 2, k + 1}); got != want {
				t.Fatalf("Pos(%d) = %v, want %v", off, got, want)
			}
			if got := x.Offset(2, k+1); got != off {
				t.Fatalf("Offset(2, %d) = %d, want %d", k+1, got, off)
			}
			if got := x.Offset(3, 1); i%100 == 0 && got != len(x.Data)-4 { // another line in between
				t.Fatalf("Offset(3, 1) = %d", got)
			}
		}
	}
}

func TestExcerpt(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 1000)
	tests := []struct {
		name      string
		data      string
		from, to  int
		want      string
		col       int
		left, cut bool
	}{
		{"a whole line", "a: b\nc: d\n", 8, 9, "c: d", 1, false, false},
		{"an empty line", "a\n\nb", 2, 2, "", 1, false, false},
		{"the end of the text", "a\n", 2, 2, "", 1, false, false},
		{"several lines", "a: 'b\n c'\n", 3, 9, "a: 'b", 1, false, false},
		{"long on the right", "x" + long, 0, 1, "x" + strings.Repeat("é", 120), 1, false, true},
		{"long on the left", long + "x", 2000, 2001, strings.Repeat("é", 120) + "x", 881, true, false},
		{"long on both sides", long + "x" + long, 2000, 2001, strings.Repeat("é", 120) + "x" + strings.Repeat("é", 120), 881, true, true},
		{"a long span", "a: " + long, 3, 2003, "a: " + strings.Repeat("é", 478), 1, false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := text(tt.data).Span(tt.from, tt.to).Excerpt()
			if e.Text != tt.want || e.Col != tt.col || e.CutLeft != tt.left || e.CutRight != tt.cut {
				t.Errorf("excerpt = %+v\nwant %q, column %d, cut left %t, right %t", e, tt.want, tt.col, tt.left, tt.cut)
			}
			if !strings.HasPrefix(tt.data[e.Offset:], e.Text) {
				t.Errorf("the text is not at offset %d", e.Offset)
			}
		})
	}
}

func TestSub(t *testing.T) {
	t.Parallel()
	x := text("image: ü/nginx:1\n")
	whole := x.Span(7, 17).WithExact(true)
	tests := []struct {
		name     string
		from, to int
		col, end int
	}{
		{"the start", 0, 2, 8, 9},
		{"behind a wide rune", 3, 8, 10, 15},
		{"all", 0, 10, 8, 17},
		{"nothing, widened to the left", 9, 9, 15, 16},
		{"nothing at the start", 0, 0, 8, 8},
		{"nothing behind a wide rune", 2, 2, 8, 9},
		{"out of range", 3, 99, 8, 17},
		{"upside down", 5, 3, 8, 17},
		{"before the start", -1, 3, 8, 17},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := whole.Sub(tt.from, tt.to)
			if s.Start().Col != tt.col || s.End().Col != tt.end || s.Start().Line != 1 {
				t.Errorf("Sub(%d, %d) = columns %d to %d, want %d to %d", tt.from, tt.to, s.Start().Col, s.End().Col, tt.col, tt.end)
			}
		})
	}
	inexact := x.Span(7, 17)
	if got := inexact.Sub(3, 8); !got.Equal(inexact) {
		t.Errorf("a span that is not exact was narrowed to %v", got)
	}
	if !(Span{}).IsZero() || whole.IsZero() {
		t.Error("IsZero is wrong")
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "a\r\nb\u0085c", "\xe2\x80", "\xf0\x9f\x98\x80\x80\x80\x80\x80", strings.Repeat("é", 300) + "\n" + strings.Repeat("\x80", 700), "\r\r\n\n\u2028"} {
		f.Add(s, uint(3))
	}
	f.Fuzz(func(t *testing.T, data string, seed uint) {
		x := text(data)
		starts := slowLines(x.Data)
		if got := CountBreaks(x.Data); got != len(starts)-1 || x.Lines() != len(starts) {
			t.Fatalf("%d breaks and %d lines, want %d lines", got, x.Lines(), len(starts))
		}
		for n, start := range starts {
			if got := x.LineStart(n + 1); got != start {
				t.Fatalf("LineStart(%d) = %d, want %d", n+1, got, start)
			}
			if end := x.LineEnd(n + 1); end < start || n+1 < len(starts) && end+BreakLen(x.Data, end) != starts[n+1] {
				t.Fatalf("LineEnd(%d) = %d, but the next line begins at %v", n+1, end, starts[n+1:])
			}
		}
		for i := range 20 {
			off := int((seed*2654435761 + uint(i)*40503) % uint(len(data)+1))
			got, want := x.Pos(off), slowPos(x.Data, off)
			// Inside a code point or a break the column may be the slow count's or one beside it; at a boundary it is exact.
			if boundary(x.Data, off) {
				if got != want {
					t.Fatalf("Pos(%d) = %v, want %v", off, got, want)
				}
				if back := x.Offset(got.Line, got.Col); back != off && off <= x.LineEnd(got.Line) {
					t.Fatalf("Offset(%d, %d) = %d, want %d", got.Line, got.Col, back, off)
				}
			}
			checkSpan(t, x, off, min(len(data), off+i*5))
		}
	})
}

// boundary reports whether no code point begins before off and ends behind it.
func boundary(data []byte, off int) bool {
	i := 0
	for i < off {
		_, w := utf8.DecodeRune(data[i:])
		i += w
	}
	return i == off
}

func checkSpan(t *testing.T, x *Text, from, to int) {
	t.Helper()
	s := x.Span(from, to)
	e := s.Excerpt()
	if s.Start().Offset != from || s.End().Offset != to {
		t.Fatalf("Span(%d, %d) = %v to %v", from, to, s.Start(), s.End())
	}
	if !strings.HasPrefix(string(x.Data[e.Offset:]), e.Text) || len(e.Text) > 4*maxExcerpt+utf8.UTFMax {
		t.Fatalf("excerpt %q of %d bytes is not at offset %d", e.Text, len(e.Text), e.Offset)
	}
	if CountBreaks([]byte(e.Text)) > 1 { // one: between the halves of CR LF, where a span may begin
		t.Fatalf("excerpt %q has several lines", e.Text)
	}
	s = s.WithExact(true)
	for _, cut := range [][2]int{{0, 1}, {1, 1}, {0, to - from}, {to - from, to - from}, {2, 5}} {
		sub := s.Sub(cut[0], cut[1])
		if sub.Start().Offset < s.Start().Offset || sub.End().Offset > s.End().Offset || sub.End().Offset < sub.Start().Offset {
			t.Fatalf("Sub(%d, %d) of [%d, %d) = [%d, %d)", cut[0], cut[1], from, to, sub.Start().Offset, sub.End().Offset)
		}
	}
}

func BenchmarkPos(b *testing.B) {
	for _, width := range []int{80, 10 << 20} {
		b.Run(fmt.Sprintf("line=%d", width), func(b *testing.B) {
			data := []byte(strings.Repeat(strings.Repeat("x", width-1)+"\n", max(1, (10<<20)/width)))
			offs := make([]int, 20_000)
			for i := range offs {
				offs[i] = i * (len(data) / len(offs))
			}
			slices.Reverse(offs) // the order that costs the most
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				x := Text{File: &File{}, Data: data, Base: Pos{Line: 1, Col: 1}}
				for _, off := range offs {
					x.Pos(off)
				}
			}
		})
	}
}
