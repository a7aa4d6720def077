package fix

import (
	"slices"
	"strings"
)

// Add adds a later outcome, whose fixes were applied to the files of this one.
func (o *Outcome) Add(later *Outcome) {
	o.Fixed, o.Unfixed = append(o.Fixed, later.Fixed...), append(o.Unfixed, later.Unfixed...)
	for _, next := range later.Files {
		i := slices.IndexFunc(o.Files, func(f *File) bool { return f.Path == next.Path })
		if i < 0 {
			o.Files = append(o.Files, next)
			continue
		}
		f := o.Files[i]
		whole := &text{data: next.text.data, from: make([]int, len(next.text.from))}
		for line, from := range next.text.from {
			if whole.from[line] = from; from >= 0 {
				whole.from[line] = f.text.from[from]
			}
		}
		f.text = whole
	}
	slices.SortFunc(o.Files, func(a, b *File) int { return strings.Compare(a.Name, b.Name) })
}
