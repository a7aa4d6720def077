package playground

import (
	"unicode/utf16"
	"unicode/utf8"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// texts are the page's files by name.
type texts map[string]*units

func newTexts(all []File) texts {
	t := make(texts, len(all))
	for _, f := range all {
		t[f.Name] = newUnits(f.Text)
	}
	return t
}

// place returns the position of a span in UTF-16 units.
func (t texts) place(s source.Span) Place {
	if s.File() == nil {
		return Place{}
	}
	u := t[s.File().Name]
	if u == nil {
		return Place{File: s.File().Name}
	}
	return Place{s.File().Name, u.at(s.Start().Offset), u.at(max(s.Start().Offset, s.End().Offset))}
}

// places returns the positions of a finding.
func (t texts) places(f *lint.Finding) Places {
	out := Places{Place: t.place(f.Span), Related: []Place{}, Edits: []Place{}}
	for _, r := range f.Related {
		out.Related = append(out.Related, t.place(r.Span))
	}
	if f.Fix != nil {
		for _, e := range f.Fix.Edits {
			out.Edits = append(out.Edits, t.place(e.Span))
		}
	}
	return out
}

// units converts byte offsets of a text to UTF-16 code units.
type units struct {
	text string
	// before holds the number of units before each block of bytes.
	before []int
}

// block is the number of bytes that are counted again for each position.
const block = 1 << 10

func newUnits(text string) *units {
	u := &units{text: text, before: make([]int, 0, len(text)/block+1)}
	n := 0
	for i, r := range text {
		for len(u.before)*block <= i {
			u.before = append(u.before, n)
		}
		n += width(r)
	}
	return u
}

// width returns the number of units of a rune; an invalid byte counts as one.
func width(r rune) int { return max(utf16.RuneLen(r), 1) }

// at returns the number of units before a byte offset.
func (u *units) at(offset int) int {
	offset = min(max(offset, 0), len(u.text))
	if len(u.before) == 0 {
		return 0
	}
	i := min(offset/block, len(u.before)-1)
	from := i * block
	for from < len(u.text) && !utf8.RuneStart(u.text[from]) {
		from++ // the rune was counted with the block in which it begins
	}
	n := u.before[i]
	for _, r := range u.text[from:max(from, offset)] {
		n += width(r)
	}
	return n
}
