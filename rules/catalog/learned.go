package catalog

import (
	"slices"
	"strings"
)

// judgeLearned judges by all tags that a registry had on a day. One that was not there can be newer, unless its numbers say otherwise: a version below
// one of its own line that was there came before it.
func (h *history) judgeLearned(tag string) finding {
	if day, gone := h.gone[tag]; gone {
		return never(2, Removed, "", "it was there until %s", day)
	}
	if f := h.marked(tag); f.State == NeverPublished {
		return f
	}
	parts := split(tag)
	all := numbers(parts)
	if len(all) == 1 && !mayBeHash(tag) {
		if later := h.laterInLine(parts, all[0].v); later != "" {
			return never(1, Gap, "", "%s was there, and is newer", later)
		}
	}
	return never(2, NotThere, "", "it may be newer")
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

// Relearn lays what a registry lists now over what it listed before. A tag that vanished is kept, with the last day on which it was there.
func Relearn(before *List, now List) List {
	if before == nil {
		return now
	}
	there := make(map[string]bool, len(now.Tags))
	for i := range now.Tags {
		there[now.Tags[i].Name] = true
	}
	for _, t := range before.Tags {
		switch {
		case there[t.Name]:
			continue
		case t.Gone == 0 && now.Partial:
			t = Tag{Name: t.Name} // it may be among those that were not read
		case t.Gone == 0:
			t = Tag{Name: t.Name, Gone: before.Source.Day}
		}
		now.Tags = append(now.Tags, t)
	}
	return now
}

// present are the tags of a learned list that are there; gone is the last day of the others.
func present(tags []Tag) (there []Tag, gone map[string]Day) {
	gone = map[string]Day{}
	for _, t := range tags {
		if t.Gone == 0 {
			there = append(there, t)
		} else {
			gone[t.Name] = t.Gone
		}
	}
	return there, gone
}
