package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/imagelint-dev/imagelint/lint"
)

// Columns count bytes, and a suggestion replaces the same bytes as the fix.
func TestRDJSONBytes(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 400)
	for _, c := range []struct {
		content, needle string
		want            string // of the range, as start and end
		fixable         bool
	}{
		{"- {name: é😀, image: Nginx}\n", "Nginx", "1:25-1:30", true},
		{"a\nimage: Nginx:é\n", "Nginx:é", "2:8-2:16", true},
		{"image: x\nnext\n", "image: x\n", "1:1-2:1", true},
		{"image: x\nnext\n", "x\nne", "1-2", false},
		{long + "Nginx", "Nginx", "1-1", false},
		{"Nginx" + long, "Nginx", "1:1-1:6", true},
	} {
		sp := at(t, "a.yaml", c.content, c.needle)
		r := Report{Result: lint.Result{Findings: []lint.Finding{{
			Rule: "x", Severity: lint.Error, Span: sp, Message: "m", Fix: &lint.Fix{Title: "t", Edits: []lint.Edit{{Span: sp, New: "new"}}},
		}}}}
		all, err := readRDJSON(printed(t, "rdjson", r, Options{}))
		if err != nil {
			t.Fatal(err)
		}
		d := all[0]
		pos := func(p *rdPosition) string {
			if p.Column == 0 {
				return fmt.Sprint(p.Line)
			}
			return fmt.Sprintf("%d:%d", p.Line, p.Column)
		}
		if got := pos(&d.Location.Range.Start) + "-" + pos(d.Location.Range.End); got != c.want {
			t.Errorf("%q in %.40q: range %s, want %s", c.needle, c.content, got, c.want)
		}
		if c.fixable != (len(d.Suggestions) == 1) {
			t.Errorf("%q in %.40q: %d suggestions", c.needle, c.content, len(d.Suggestions))
			continue
		}
		if !c.fixable {
			continue
		}
		lines, re := strings.SplitAfter(c.content, "\n"), d.Suggestions[0].Range
		offset := func(p rdPosition) int { return len(strings.Join(lines[:p.Line-1], "")) + p.Column - 1 }
		got := c.content[:offset(re.Start)] + *d.Suggestions[0].Text + c.content[offset(*re.End):]
		if want := strings.Replace(c.content, c.needle, "new", 1); got != want {
			t.Errorf("the suggestion makes %q, want %q", got, want)
		}
	}
	two := sample(t)
	fix := two.Result.Findings[0].Fix
	fix.Edits = append(fix.Edits, fix.Edits[0])
	if out := string(printed(t, "rdjson", two, Options{})); strings.Contains(out, "suggestions") {
		t.Errorf("an incomplete fix is suggested:\n%s", out)
	}
}
