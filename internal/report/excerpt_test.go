package report

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/internal/slow"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

func TestExcerpt(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 100)
	for _, c := range []struct {
		name, content, needle string
		fit                   int
		want                  []string // the text, and the carets
	}{
		{"plain", "image: nginx:1", "nginx", 80, []string{"image: nginx:1", "       ^~~~~"}},
		{"one character", "image: c", "c", 80, []string{"image: c", "       ^"}},
		{"tabs", "\timage:\tnginx\t#", "nginx", 80, []string{"    image:    nginx    #", "              ^~~~~"}},
		{"wide before", "# 镜像 nginx", "nginx", 80, []string{"# 镜像 nginx", "       ^~~~~"}},
		{"wide inside", "image: 镜像:1", "镜像", 80, []string{"image: 镜像:1", "       ^~~~"}},
		{"emoji", "image: 🐳/app x", "🐳/app", 80, []string{"image: 🐳/app x", "       ^~~~~~"}},
		{"joined emoji", "👩\u200d🚀 app", "app", 80, []string{`👩\u200d🚀 app`, "           ^~~"}},
		{"combining", "ne\u0301e: app", "app", 80, []string{"ne\u0301e: app", "     ^~~"}},
		{"escape sequence", "\x1b[31m: app", "app", 80, []string{`\x1b[31m: app`, "          ^~~"}},
		{"bidi", "image: a\u202eb", "a\u202eb", 80, []string{`image: a\u202eb`, "       ^~~~~~~~"}},
		{"bom and C1", "\ufeffimage: \u009b1", "\u009b1", 80, []string{`\ufeffimage: \u009b1`, `             ^~~~~~~`}},
		{"no-break space", "image: c\u00a0b", "c", 80, []string{`image: c\u00a0b`, "       ^"}},
		{"broken UTF-8", "im\xffage: \xe4\xbd a", "\xe4\xbd", 80, []string{`im\xffage: \xe4\xbd a`, "           ^~~~~~~~"}},
		{"carriage return", "image: c\r\nb", "c", 80, []string{"image: c", "       ^"}},
		{"lines", "image: >\n  a\n  b", ">\n  a\n", 80, []string{"image: >", "       ^"}},
		{"break alone", "image:\n", "\n", 80, []string{"image:", "      ^"}},
		{"end of text", "image:", "", 80, []string{"image:", "^"}},
		{"trailing space", "image: a  ", "a  ", 80, []string{"image: a", "       ^~~"}},
		{"fits", long, "xxx", 100, []string{long, "^~~"}},
		{"cut right", long, "xxx", 30, []string{strings.Repeat("x", 24) + "...", "^~~"}},
		{"cut left", long + "abc", "abc", 30, []string{"..." + strings.Repeat("x", 21) + "abc", strings.Repeat(" ", 24) + "^~~"}},
		{"cut both", long + "abc" + long, "abc", 30, []string{"..." + strings.Repeat("x", 10) + "abc" + strings.Repeat("x", 11) + "...", strings.Repeat(" ", 13) + "^~~"}},
		{"cut span", "ab" + long, long, 30, []string{"..." + strings.Repeat("x", 24) + "...", "   ^" + strings.Repeat("~", 23)}},
		{"cut wide", strings.Repeat("镜", 50) + "a" + strings.Repeat("像", 50), "a", 24, []string{"...镜镜镜镜a像像像像...", "           ^"}},
		{"cut tab", strings.Repeat("x", 9) + "\t\t" + "a" + long, "a", 20, []string{"...    a" + strings.Repeat("x", 9) + "...", "       ^"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := excerpt(at(t, "x.yaml", c.content, c.needle), c.fit)
			if diff := cmp.Diff(c.want, []string{s.text, s.carets()}); diff != "" {
				t.Error(diff)
			}
			if w := width(s.text); w > c.fit {
				t.Errorf("%d cells, more than %d", w, c.fit)
			}
		})
	}
}

func TestExcerptCut(t *testing.T) {
	t.Parallel()
	sp := at(t, "x.yaml", strings.Repeat("x", 3000)+" image: nginx "+strings.Repeat("y", 3000), "nginx")
	s := excerpt(sp, 40)
	want := []string{"...xxxxxx image: nginx yyyyyyyyyyyyyy...", strings.Repeat(" ", 17) + "^~~~~"}
	if diff := cmp.Diff(want, []string{s.text, s.carets()}); diff != "" {
		t.Error(diff)
	}

	sp = sp.WithExcerpt(source.Excerpt{Text: "image: nginx", Offset: sp.Start().Offset - 7, Col: 1, CutLeft: true, CutRight: true})
	s = excerpt(sp, 40)
	want = []string{"...image: nginx...", "          ^~~~~"}
	if diff := cmp.Diff(want, []string{s.text, s.carets()}); diff != "" {
		t.Error(diff)
	}
}

// Excerpts are short; of a long one, only the shown part is processed.
func TestExcerptLong(t *testing.T) {
	t.Parallel()
	slow.SkipWithRace(t)
	const size = 10 << 20
	for name, unit := range map[string]string{"plain": "x", "wide": "镜", "combining": "\u0301", "hidden": "\u202e", "broken": "\xff"} {
		text := strings.Repeat(unit, size/len(unit))
		sp := source.NewSpan(&source.File{Name: "x"}, source.Pos{Offset: size / 2, Line: 1}, source.Pos{Offset: size, Line: 1}, source.Excerpt{Text: text, Col: 1})
		for range 1000 {
			if s := excerpt(sp, 120); len(s.text) > 1000 || width(s.text) > 120 {
				t.Fatalf("%s: %d bytes, %d cells", name, len(s.text), width(s.text))
			}
		}
	}
}

func TestExcerptPlaces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		start, end source.Pos
		want       []string
	}{
		{"before the excerpt", source.Pos{Offset: 0, Line: 1}, source.Pos{Offset: 12, Line: 1}, []string{"a镜b", "^~~"}},
		{"behind the excerpt", source.Pos{Offset: 99, Line: 1}, source.Pos{Offset: 120, Line: 1}, []string{"a镜b", "    ^"}},
		{"end before start", source.Pos{Offset: 14, Line: 1}, source.Pos{Offset: 3, Line: 1}, []string{"a镜b", "   ^"}},
		{"inside a character", source.Pos{Offset: 12, Line: 1}, source.Pos{Offset: 13, Line: 1}, []string{"a镜b", " ^~"}},
		{"end on an earlier line", source.Pos{Offset: 11, Line: 2}, source.Pos{Offset: 3, Line: 1}, []string{"a镜b", " ^~~"}},
		{"at the end", source.Pos{Offset: 15, Line: 1}, source.Pos{Offset: 15, Line: 1}, []string{"a镜b", "    ^"}},
		{"overflow", source.Pos{Offset: math.MinInt, Line: 1}, source.Pos{Offset: math.MaxInt, Line: 1}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sp := source.NewSpan(&source.File{}, c.start, c.end, source.Excerpt{Text: "a镜b", Offset: 10, Col: 1})
			s := excerpt(sp, 80)
			if diff := cmp.Diff(c.want, []string{s.text, s.carets()}); c.want != nil && diff != "" {
				t.Error(diff)
			}
		})
	}
}
