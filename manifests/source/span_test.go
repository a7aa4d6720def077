package source

import (
	"math"
	"testing"
	"unsafe"
)

// A run keeps about six spans per finding.
func TestSpanIsSmall(t *testing.T) {
	t.Parallel()
	if n := unsafe.Sizeof(Span{}); n > 32 {
		t.Errorf("a span takes %d bytes", n)
	}
	x := text("image: nginx:1\nother: a\n")
	if a, b := x.Span(7, 12), x.Span(13, 14); a.line != b.line {
		t.Error("spans on one line do not share it")
	}
	if a, b := x.Span(7, 12), x.Span(22, 23); a.line == b.line {
		t.Error("spans on two lines share one")
	}
}

// A span returns what it was made from, also far into a stream.
func TestNewSpan(t *testing.T) {
	t.Parallel()
	f, other := &File{Name: "a"}, &File{Name: "b"}
	const far = min(1<<40, math.MaxInt-1000)
	start, end := Pos{far + 7, far, 8}, Pos{far + 90, far + 2, 3}
	shown := Excerpt{Text: "image: |", Offset: far, Col: 1, CutRight: true}
	for name, e := range map[string]Excerpt{"with an excerpt": shown, "without": {}} {
		s := NewSpan(f, start, end, e)
		if s.File() != f || s.Start() != start || s.End() != end || s.Excerpt() != e || s.Exact() || s.IsZero() {
			t.Errorf("%s: %v to %v of %v, %+v", name, s.Start(), s.End(), s.File(), s.Excerpt())
		}
		moved := s.WithExact(true).InFile(other)
		if moved.File() != other || moved.Start() != start || moved.End() != end || moved.Excerpt() != e || !moved.Exact() {
			t.Errorf("%s: in another file, %v to %v, %+v", name, moved.Start(), moved.End(), moved.Excerpt())
		}
		if s.Equal(moved) || s.SameText(moved) || !s.SameText(s.WithExact(true)) || s.Equal(s.WithExact(true)) || !s.Equal(NewSpan(f, start, end, e)) {
			t.Errorf("%s: the comparison of spans is wrong", name)
		}
	}
	if s := Whole(f); s.IsZero() || s.File() != f || s.Start() != (Pos{}) {
		t.Errorf("a whole file is at %v", s.Start())
	}
	if !NewSpan(nil, start, end, shown).IsZero() || (Span{}).Start() != (Pos{}) || (Span{}).Excerpt() != (Excerpt{}) {
		t.Error("no place has a position")
	}
}

// Only text that is the value itself can be known to be a name, which remains known wherever the span goes.
func TestAsName(t *testing.T) {
	t.Parallel()
	s := text("secret: regcred\n").Span(8, 15)
	if s.AsName().IsName() {
		t.Error("a span that is not exact is a name")
	}
	s = s.WithExact(true).AsName()
	if !s.IsName() || !s.InFile(&File{Name: "b"}).IsName() || !s.ShowOnly().IsName() || !s.Sub(0, 3).IsName() || s.WithExact(false).IsName() {
		t.Error("a name becomes none, or remains one without being exact")
	}
	if got := s.Text(); got != "regcred" {
		t.Errorf("the text is %q", got)
	}
	if got := text("a: |\n  b\n").Span(3, 8).Text() + s.HideExcerpt().Text(); got != "" {
		t.Errorf("text that is not shown is %q", got)
	}
}
