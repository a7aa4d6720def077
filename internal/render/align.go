package render

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// note looks for marks on the line of a marked document that corresponds to a span's line: the line of the
// same number if the documents are equally long, otherwise the only line that would print the same text.
func (t *tracer) note(i int, marks []mark, doc [][]byte, at int, same bool) {
	line := string(t.lines[t.spans[i].Line-1])
	if same {
		if stripped := marked().ReplaceAllString(string(doc[at]), ""); stripped == line {
			t.settled[i] = true
		}
		if found := align(line, string(doc[at]), marks); len(found) > 0 {
			t.covers[i] = found
			return
		}
	}
	var only []cover
	for _, other := range doc {
		found := align(line, string(other), marks)
		if len(found) == 0 {
			continue
		}
		if only != nil && !slices.Equal(only, found) {
			return // two lines match
		}
		only = found
	}
	if only != nil {
		t.covers[i] = only
	}
}

// align compares a line with the same line rendered with marks, and returns the parts that marked values
// produced. It returns none if the lines differ in anything else.
func align(line, withMarks string, marks []mark) []cover {
	at := marked().FindAllStringSubmatchIndex(withMarks, -1)
	if len(at) == 0 || !strings.ContainsFunc(marked().ReplaceAllString(withMarks, ""), unicode.IsLetter) {
		return nil // without literal text, the line could be any other
	}
	var pattern strings.Builder
	pattern.WriteString("^")
	last := 0
	numbers := make([]int, 0, len(at))
	for _, m := range at {
		n := 0
		if _, err := fmt.Sscan(withMarks[m[2]:m[3]], &n); err != nil || n >= len(marks) {
			return nil
		}
		numbers = append(numbers, n)
		literal := regexp.QuoteMeta(withMarks[last:m[0]])
		if marks[n].text == "" {
			pattern.WriteString(literal + "(.*?)")
		} else {
			pattern.WriteString(literal + "()")
		}
		last = m[1]
	}
	tail := regexp.QuoteMeta(withMarks[last:])
	re, err := regexp.Compile(pattern.String() + tail + "$")
	if err != nil {
		return nil
	}
	found := re.FindStringSubmatchIndex(line)
	if found == nil {
		return nil
	}
	out := make([]cover, 0, len(numbers))
	for k, n := range numbers {
		c := cover{value: marks[n].value, from: found[2+2*k], to: found[3+2*k]}
		if text := marks[n].text; text != "" && strings.HasSuffix(line[:c.from], text) {
			c.from -= len(text)
		}
		out = append(out, c)
	}
	return out
}
