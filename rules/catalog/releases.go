package catalog

import (
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/lazy"
)

// verdict judges a tag that is not known as the kind of its list allows.
func (h *history) verdict(tag string, common func() map[string]bool) finding {
	switch h.image.Kind {
	case Complete, Releases:
		return h.judgeReleases(tag, common)
	case Learned:
		return h.judgeLearned(tag)
	case History:
	}
	return h.judge(tag, common)
}

// standsFor is for how many months a version counts as one that is still built, where all that is known is when it came.
const standsFor = 12

// standing are tags of which only the month is known in which they came, with a guess at which of them are current: the young ones, and the last.
func standing(tags []Tag, now Month) []Tag {
	tags = slices.Clone(tags)
	newest := Month(0)
	for i := range tags {
		newest = max(newest, tags[i].First)
	}
	for i := range tags {
		t := &tags[i]
		if t.First != 0 && (t.First > now-standsFor || t.First == newest) {
			t.Last, t.Current = now, true
		}
	}
	return tags
}

// hash matches what may be a commit in a tag.
var hash = lazy.Regexp(`[0-9a-f]{7,}`)

// mayBeHash reports whether a part of a tag may be a commit: seven digits of hexadecimal and more, some of them letters. A day is none.
func mayBeHash(tag string) bool {
	for _, found := range hash().FindAllString(strings.ToLower(tag), -1) {
		if !all(found, isDigit) || len(found) > len("20060102150405") {
			return true
		}
	}
	return false
}

// judgeReleases judges by a list of releases, or by one of all tags that holds no more than when each came. Of releases, what lies between two known ones
// proves nothing: the publisher may have made it in another way.
func (h *history) judgeReleases(tag string, common func() map[string]bool) finding {
	sure := 2
	if h.image.Verified || h.image.Kind == Complete {
		sure = 1
	}
	if f := h.marked(tag); f.State == NeverPublished {
		if f.Tier = sure; h.image.Rebuilt {
			f.Tier = 2
		}
		return f
	}
	if h.image.Rebuilt || mayBeHash(tag) {
		return finding{}
	}
	parts := split(tag)
	if f, strange := h.strangeWord(tag, parts, common); strange {
		if f.State != NeverPublished || sure > 1 {
			return finding{}
		}
		f.Tier = 2
		return f
	}
	if !h.shapes()[shapeOf(parts)] {
		return finding{} // another form of a tag, of which the list does not speak
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

// marked finds a "v" too many or too few, where the other form is known and its major line is written in that form alone.
func (h *history) marked(tag string) finding {
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
	if !h.has(other) || h.writes(other, !beginsWithV(other)) {
		return finding{}
	}
	return never(1, VersionMark, other, why, other)
}

// forms counts the tags of a line of versions by the form in which they are written.
type forms struct{ plain, marked int }

// fewIn says how many of the tags of a major line can be slips of the publisher: one in so many.
const fewIn = 20

// writes reports whether versions near a tag are written in a form, with a "v" or without: of its minor line one, of its major line more than a slip of the
// publisher would explain.
func (h *history) writes(tag string, marked bool) bool {
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

// linesOf are the major and the minor line of a version: "1" and "1.27.".
func linesOf(tag string) (major, minor string) {
	tag = strings.TrimLeft(tag, "vV")
	n := digits(tag)
	major, minor = tag[:n], tag[:n]+"."
	if n < len(tag) && tag[n] == '.' {
		minor += tag[n+1:n+1+digits(tag[n+1:])] + "."
	}
	return major, minor
}

// shapeOf is what a tag is made of: its words, and for each number how many parts it has.
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

// shapes are those of the tags of the image.
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

// above reports whether a number begins above all that are known.
func (h *history) above(n number) bool {
	root := h.line(n.key, nil)
	if root == nil {
		return false
	}
	_, greatest := root.bounds()
	return n.v[0] > greatest
}

// newestTag is the tag that came last: of several, the greatest.
func (h *history) newestTag() string {
	best := 0
	for i := range h.tags {
		if t, b := &h.tags[i], &h.tags[best]; t.First > b.First || t.First == b.First && natural(t.Name, b.Name) > 0 {
			best = i
		}
	}
	return h.tags[best].Name
}
