package catalog

import (
	"slices"
	"strings"
)

// judgeLearned judges by all tags that a registry had on a day. One that was not there can be newer, unless its numbers say otherwise: a version below
// one of its own line that was there came before it.
func (h *history) judgeLearned(tag string) finding {
	for i := range h.tags {
		if t := &h.tags[i]; t.Name == tag {
			return never(2, Removed, "", "it was there until %s", t.Gone)
		}
	}
	if f := h.marked(tag); f.State == NeverPublished {
		return f
	}
	parts := split(tag)
	all := numbers(parts)
	if len(all) == 1 && !mayBeHash(tag) {
		if later := h.laterInLine(parts, all[0].v); later != "" {
			return never(1, Gap, "", "%s, which was there, came later", later)
		}
	}
	return never(2, NotThere, "", "it was not there")
}

// laterInLine is the least tag with the same words that has a greater number in the last place, and the same ones before: 1.4.2 for 1.4.1.
func (h *history) laterInLine(parts []part, v version) string {
	shape, best, least := shapeOf(parts), "", int64(0)
	last := len(v) - 1
	if last < 1 || v[last] >= beyond {
		return "" // a number by itself may be that of a build in any branch
	}
	for i := range h.tags {
		t := &h.tags[i]
		if t.Gone != 0 {
			continue
		}
		p := split(t.Name)
		ns := numbers(p)
		if shapeOf(p) != shape || len(ns) != 1 || !slices.Equal(ns[0].v[:last], v[:last]) || strings.HasPrefix(t.Name, "v") != (parts[0].word == "v") {
			continue
		}
		if n := ns[0].v[last]; n > v[last] && (best == "" || n < least) {
			best, least = t.Name, n
		}
	}
	return best
}
