package lint

import (
	"cmp"
	"slices"
	"strings"
)

// compare is Compare without copying findings, which are half a kilobyte each.
func compare(a, b *Finding) int {
	if a.Span.File() != b.Span.File() {
		an, bn := "", ""
		if a.Span.File() != nil {
			an = a.Span.File().Name
		}
		if b.Span.File() != nil {
			bn = b.Span.File().Name
		}
		if c := strings.Compare(an, bn); c != 0 {
			return c
		}
	}
	if c := cmp.Compare(a.Span.Start().Offset, b.Span.Start().Offset); c != 0 {
		return c
	}
	if c := strings.Compare(a.Rule, b.Rule); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(a.Span.End().Offset, b.Span.End().Offset), strings.Compare(a.Message, b.Message))
}

// sortFindings is a stable sort. It sorts indexes and moves each finding once.
func sortFindings(all []Finding) {
	order := make([]int32, len(all))
	sorted := true
	for i := range all {
		order[i] = int32(i) //nolint:gosec // so many findings fit no memory
		sorted = sorted && (i == 0 || compare(&all[i-1], &all[i]) <= 0)
	}
	if sorted {
		return
	}
	slices.SortFunc(order, func(i, j int32) int { return cmp.Or(compare(&all[i], &all[j]), cmp.Compare(i, j)) })
	// order[i] is the index of the finding for i. Each cycle of moves needs one temporary.
	for i := range order {
		if order[i] < 0 || int(order[i]) == i {
			continue
		}
		first, at := all[i], i
		for {
			from := int(order[at])
			order[at] = -1
			if from == i {
				all[at] = first
				break
			}
			all[at] = all[from]
			at = from
		}
	}
}
