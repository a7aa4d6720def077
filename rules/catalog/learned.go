package catalog

import (
	"slices"
	"strings"
)

// judgeLearned judges by all tags that a registry listed on a day. A tag that was missing then may be newer, unless a
// higher version of its line already existed.
func (h *history) judgeLearned(tag string) finding {
	if day, gone := h.gone[tag]; gone {
		return never(2, Removed, "", "it was there until %s", day)
	}
	if f := h.wrongPrefix(tag); f.State == NeverPublished {
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

// laterInLine returns the lowest tag with the same words and a greater last number: 1.4.2 for 1.4.1.
func (h *history) laterInLine(parts []part, v version) string {
	shape, best, least := shapeOf(parts), "", int64(0)
	last := len(v) - 1
	if last < 1 || v[last] >= overflow {
		return "" // a single number may be a build number of any branch
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

// Relearn merges what a registry lists now into the previous list. A vanished tag is kept with the last day on which
// it was listed.
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
			t = Tag{Name: t.Name} // it may be on a page that was not read
		case t.Gone == 0:
			t = Tag{Name: t.Name, Gone: before.Source.Day}
		}
		now.Tags = append(now.Tags, t)
	}
	return now
}

// present returns the tags of a learned list that still exist; gone maps the others to the last day on which they were
// listed.
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
