package catalog

import (
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/lazy"
)

// verdict judges an unknown tag by the rules for the kind of its list.
func (h *history) verdict(tag string, common func() map[string]bool) finding {
	if f := h.letterForDigit(tag); f.State == NeverPublished {
		if h.image.Kind == Releases {
			f.Tier = 2
		}
		return f
	}
	switch h.image.Kind {
	case Complete, Releases:
		return h.judgeReleases(tag, common)
	case Learned:
		return h.judgeLearned(tag)
	case History:
	}
	return h.judge(tag, common)
}

// currentFor is for how many months a version counts as current if only the month of its publication is known.
const currentFor = 12

// markCurrent guesses which tags are current if only their month of publication is known: the recent ones and the last.
func markCurrent(tags []Tag, now Month) []Tag {
	tags = slices.Clone(tags)
	newest := Month(0)
	for i := range tags {
		newest = max(newest, tags[i].First)
	}
	for i := range tags {
		t := &tags[i]
		if t.First != 0 && (t.First > now-currentFor || t.First == newest) {
			t.Last, t.Current = now, true
		}
	}
	return tags
}

// hash matches what may be a commit in a tag.
var hash = lazy.Regexp(`[0-9a-f]{7,}`)

// mayBeHash reports whether part of a tag may be a commit: seven or more hex digits that are not a date.
func mayBeHash(tag string) bool {
	for _, found := range hash().FindAllString(strings.ToLower(tag), -1) {
		if !all(found, isDigit) || len(found) > len("20060102150405") {
			return true
		}
	}
	return false
}

// judgeReleases judges by a list of releases, or by a complete list that only has months of publication. In a list of
// releases, a gap between two known ones proves nothing: the publisher may have built that one in another way.
func (h *history) judgeReleases(tag string, common func() map[string]bool) finding {
	sure := 2
	if h.image.Verified || h.image.Kind == Complete {
		sure = 1
	}
	if f := h.wrongPrefix(tag); f.State == NeverPublished {
		if f.Tier = sure; h.image.Rebuilt {
			f.Tier = 2
		}
		return f
	}
	if h.image.Rebuilt || mayBeHash(tag) {
		return finding{}
	}
	parts := split(tag)
	if f, unknown := h.unknownWord(tag, parts, common); unknown {
		if f.State != NeverPublished || sure > 1 {
			return finding{}
		}
		f.Tier = 2
		return f
	}
	if f := h.otherSeparator(tag); f.State == NeverPublished {
		return f
	}
	if !h.shapes()[shapeOf(parts)] {
		return finding{} // a form of tag that the list does not cover
	}
	f := h.judgeNumbers(tag, parts)
	switch f.Reason {
	case ClosedLine, TooDeep:
		f.Tier = sure
		return f
	case Gap:
		if h.image.Kind == Complete {
			f.Tier = 2
			return f
		}
		return finding{}
	}
	if all := numbers(parts); h.dead() && len(all) > 0 && h.above(all[0]) {
		return never(sure, DeadImage, "", "%s was the last, in %s", h.newestTag(), h.last)
	}
	return finding{}
}

// wrongPrefix finds a superfluous or missing "v" if the other form is known and its major line uses only that form.
func (h *history) wrongPrefix(tag string) finding {
	other := "v" + tag
	why := "%s is written with a \"v\""
	switch {
	case beginsWithV(tag):
		other, why = tag[1:], "%s is written without a \"v\""
	case len(tag) > 2 && tag[0]|0x20 == 'v' && beginsWithV(tag[1:]):
		other, why = tag[1:], "%s is written with one \"v\""
	case !isDigit(tag[0]):
		return finding{}
	}
	if !h.has(other) || h.usesForm(other, !beginsWithV(other)) {
		return finding{}
	}
	return never(1, VersionMark, other, why, other)
}

// forms counts the tags of a version line by form.
type forms struct{ plain, marked int }

// fewIn is the share of tags in a major line that may be mistakes of the publisher: one in so many.
const fewIn = 20

// usesForm reports whether nearby versions use a form, with "v" or without: at least one in the minor line, or more in
// the major line than mistakes of the publisher would explain.
func (h *history) usesForm(tag string, marked bool) bool {
	if h.lineForms == nil {
		h.lineForms = map[string]forms{}
		for i := range h.tags {
			h.countForm(h.tags[i].Name)
		}
	}
	major, minor := linesOf(tag)
	in := func(line string) (n, all int) {
		f := h.lineForms[line]
		if marked {
			return f.marked, f.plain + f.marked
		}
		return f.plain, f.plain + f.marked
	}
	n, _ := in(minor)
	m, all := in(major)
	return n > 0 || m*fewIn > all
}

func (h *history) countForm(tag string) {
	if !isVersion(strings.ToLower(tag)) {
		return
	}
	major, minor := linesOf(tag)
	for _, line := range [...]string{major, minor} {
		f := h.lineForms[line]
		if beginsWithV(tag) {
			f.marked++
		} else {
			f.plain++
		}
		h.lineForms[line] = f
	}
}

// linesOf returns the prefixes of the major and the minor line of a version: "1" and "1.27.".
func linesOf(tag string) (major, minor string) {
	tag = strings.TrimLeft(tag, "vV")
	n := digits(tag)
	major, minor = tag[:n], tag[:n]+"."
	if n < len(tag) && tag[n] == '.' {
		minor += tag[n+1:n+1+digits(tag[n+1:])] + "."
	}
	return major, minor
}

// shapeOf returns the shape of a tag: its words, and the number of components of each number.
func shapeOf(parts []part) string {
	var b strings.Builder
	for i, p := range parts {
		switch {
		case p.word != "":
			if i > 0 || !strings.EqualFold(p.word, "v") {
				b.WriteString(p.word)
			}
		case p.num != "":
			b.WriteByte(byte('0' + min(strings.Count(p.num, "."), 9)))
		default:
			b.WriteByte('-')
		}
	}
	return b.String()
}

// shapes returns the shapes of the image's tags.
func (h *history) shapes() map[string]bool {
	if h.tagShapes != nil {
		return h.tagShapes
	}
	h.tagShapes = map[string]bool{}
	var parts []part
	for i := range h.tags {
		parts = appendParts(parts[:0], h.tags[i].Name)
		h.tagShapes[shapeOf(parts)] = true
	}
	return h.tagShapes
}

// above reports whether a number begins above all known ones.
func (h *history) above(n number) bool {
	root := h.line(n.key, nil)
	if root == nil {
		return false
	}
	_, greatest := root.bounds()
	return n.v[0] > greatest
}

// newestTag returns the last published tag; on a tie, the greatest.
func (h *history) newestTag() string {
	best := 0
	for i := range h.tags {
		if t, b := &h.tags[i], &h.tags[best]; t.First > b.First || t.First == b.First && natural(t.Name, b.Name) > 0 {
			best = i
		}
	}
	return h.tags[best].Name
}
