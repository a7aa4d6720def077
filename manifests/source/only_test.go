package source

import (
	"strings"
	"testing"
)

// Beside what must not be shown, a span is shown with its own key and nothing else.
func TestShowOnly(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 2*maxExcerpt)
	for _, tt := range []struct{ name, line, mark, want string }{
		{"a block mapping", "  - name: web", "web", "  - name: web"},
		{"a flow mapping", `{"password":"hush","image":"web:1","after":"hush"}`, "web:1", `"image":"web:1`},
		{"a number in a flow mapping", "{password: hush, image: 1.10, after: hush}", "1.10", "image: 1.10"},
		{"the first key", `{"image":"web:1"}`, "web:1", `"image":"web:1`},
		{"the item of a list", `{"a":["hush","web:1"]}`, "web:1", "web:1"},
		{"a long line", `{"password":"` + long + `","image":"web:1","b":"` + long + `"}`, "web:1", `"image":"web:1`},
		{"a long value without a key in sight", long + `: "web:1"`, "web:1", "web:1"},
		{"text in a scalar", `{"a":"hush, hush web:1"}`, "web:1", "web:1"},
	} {
		text := &Text{File: &File{Name: "x"}, Data: []byte(tt.line + "\n")}
		at := strings.Index(tt.line, tt.mark)
		s := text.Span(at, at+len(tt.mark)).ShowOnly()
		if s.Excerpt().Text != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, s.Excerpt().Text, tt.want)
		}
		if got := s.Excerpt().Text[s.Start().Offset-s.Excerpt().Offset:]; !strings.HasPrefix(got, tt.mark) {
			t.Errorf("%s: the excerpt has %q at the span, want %q", tt.name, got, tt.mark)
		}
	}
}
