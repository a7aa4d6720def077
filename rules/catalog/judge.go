package catalog

import (
	"cmp"
	"slices"
	"strings"
)

// minPlain is how many tags must begin with a digit to show that an image does not use a "v" prefix.
const minPlain = 10

// judge returns the reason why an unknown tag was never published, or no finding. Tier 1 reasons take precedence.
func (h *history) judge(tag string, common func() map[string]bool) finding {
	switch {
	case h.dead():
		return never(1, DeadImage, "", "the image has had no new tags since %s", h.last)
	case beginsWithV(tag) && h.withV == 0 && h.plain >= minPlain:
		return never(1, VersionMark, tag[1:], "none of its tags has a \"v\" in front of the version")
	case h.image.Immutable && isDigit(tag[0]) && h.plain == 0 && h.withV >= minPlain:
		return never(1, VersionMark, "v"+tag, "all of its tags have a \"v\" in front of the version")
	}
	parts := split(tag)
	if f, unknown := h.unknownWord(tag, parts, common); unknown {
		if f.State != NeverPublished {
			if f = h.judgeNewVariant(tag, parts); f.State != NeverPublished {
				return h.missingVariant(parts)
			}
		}
		return f
	}
	if f := h.otherOrder(tag); f.State == NeverPublished {
		return f
	}
	if f := h.otherSeparator(tag); f.State == NeverPublished {
		return f
	}
	if f := h.otherZeros(tag, parts); f.State == NeverPublished {
		return f
	}
	return h.judgeNumbers(tag, parts)
}

// judgeNewVariant judges a tag with a word that the image never had. Distributions add code names, so the tag may be newer than the catalog,
// unless its version never was or is finished.
func (h *history) judgeNewVariant(tag string, parts []part) finding {
	if mayBeHash(tag) {
		return finding{} // its digits are no version
	}
	f := h.judgeNumbers(tag, parts)
	if all := numbers(parts); f.Tier != 1 && len(all) > 0 {
		return h.newTag(tag, all[0])
	}
	return f
}

// unknownWord reports whether a tag contains a word that no tag of the image has. The finding, if any, names the word
// that was probably meant.
func (h *history) unknownWord(tag string, parts []part, common func() map[string]bool) (f finding, unknown bool) {
	for _, p := range parts {
		if _, known := h.words[p.word]; p.word == "" || known {
			continue
		}
		unknown = true
		corrected := func(right string) string { return strings.Replace(tag, p.word, right, 1) }
		if right := nearWord(p.word, h.words, func(right string) bool { return h.has(corrected(right)) }); right != "" && !common()[p.word] {
			return never(1, Misspelled, corrected(right), "none of its tags has the word %q, many have %q", p.word, right), true
		}
	}
	return finding{}, unknown
}

// letterForDigit finds a letter that looks like a digit, where the tag with the digit is known: "8.O" for "8.0".
func (h *history) letterForDigit(tag string) finding {
	at, right := -1, []byte(tag)
	for i := range right {
		digit := byte('0')
		switch tag[i] {
		case 'l', 'I':
			digit = '1'
		case 'O', 'o':
		default:
			continue
		}
		if i > 0 && isLetter(tag[i-1]) || i+1 < len(tag) && isLetter(tag[i+1]) {
			continue // a letter in a word
		}
		right[i] = digit
		if at < 0 {
			at = i
		}
	}
	if at < 0 || !h.has(string(right)) {
		return finding{}
	}
	return never(1, Misspelled, string(right), "it has the letter %q where %s has the digit %q", tag[at:at+1], right, right[at:at+1])
}

// otherZeros finds a version with a zero too few or too many, where the tag with the right version is known: "22.4" for
// "22.04". All of the image's versions must agree on the zeros.
func (h *history) otherZeros(tag string, parts []part) finding {
	h.build()
	for _, n := range numbers(parts) {
		plain := n.v.String()
		right, with := h.padded[numberKey{n.key, plain}], "with"
		if n.text != plain {
			if right != "" || h.zeros[n.key] != 0 {
				continue
			}
			right, with = plain, "without"
		}
		if right == "" || h.singles[n.key]&zerosIn(right) != 0 {
			continue
		}
		if corrected := strings.Replace(tag, n.text, right, 1); h.has(corrected) {
			return never(1, Misspelled, corrected, "its tags have this version %s a zero: %s", with, right)
		}
	}
	return finding{}
}

// judgement is the state while judging the numbers of a tag.
type judgement struct {
	*history
	tag  string
	weak finding // the first tier 2 reason
	// open is true if some part of the tag may be newer than the catalog.
	open bool
}

func (h *history) judgeNumbers(tag string, parts []part) finding {
	h.build()
	all := numbers(parts)
	j := judgement{history: h, tag: tag}
	for i, n := range all {
		f, undecided := j.number(n, i == 0)
		if f.State == NeverPublished {
			return f
		}
		if undecided {
			return cmp.Or(j.weak, h.newTag(tag, all[0]))
		}
	}
	if j.weak.State == NeverPublished || len(all) == 0 {
		return j.weak
	}
	first := all[0]
	if _, is, _ := date(first.text); !is {
		if what, last, since := h.anachronism(parts, all); what != "" {
			return never(2, Anachronism, first.text, "%s was last built in %s, before %s first was in %s", what, last, first.text, since)
		}
	}
	if f := h.newTag(tag, first); f.State == NeverPublished || j.open {
		return f
	}
	for _, n := range all {
		if _, _, valid := date(n.text); valid {
			return never(2, NoSuchBuild, "", "no known build of %s with the rest of the tag", n.text)
		}
	}
	return finding{}
}

// newTag judges an unknown tag by its first number. A finished version gets no new tags, whatever follows it.
func (h *history) newTag(tag string, first number) finding {
	if _, is, _ := date(first.text); is || h.image.Gaps {
		return finding{}
	}
	if !h.closed(first.key, first.v) {
		return h.shortTag(tag, first)
	}
	l := h.line(first.key, first.v)
	if tag == label(first.key, first.v) {
		return never(2, Combination, first.text, "%s was last built in %s, and only under longer tags%s", tag, l.seen.last, h.suchAs(first))
	}
	return never(2, Combination, first.text, "%s was last built in %s, and never in this variant", label(first.key, nil)+first.text, l.seen.last)
}

// longEnough is for how many months versions must have been published under longer tags only for a short one to be unlikely: of some hundred such
// prefixes of the official images, one or two a year became a tag later.
const longEnough = 24

// shortTag judges a tag that is the beginning of versions, none of which is published under it: the image may have no such tags.
func (h *history) shortTag(tag string, first number) finding {
	if h.image.Kind != History || tag != label(first.key, first.v) || h.line(first.key, first.v) == nil {
		return finding{}
	}
	begun := h.now
	for text, month := range h.since {
		if strings.HasPrefix(text, first.text+".") {
			begun = min(begun, month)
		}
	}
	if near := h.longerTag(first); near != "" && begun <= h.now-longEnough {
		return never(2, ShortTag, near, "%s has been published since %s, but only under longer tags", tag, begun)
	}
	return finding{}
}

// longerTag returns the last tag of a version's line that is still listed, or "".
func (h *history) longerTag(n number) string {
	v := slices.Clone(n.v)
	for l := h.line(n.key, v); l != nil && len(l.next) > 0; l = h.line(n.key, v) {
		last := int64(-1)
		for c, s := range l.next {
			if s.current && c > last {
				last = c
			}
		}
		if last < 0 {
			break
		}
		v = append(v, last)
	}
	text := v.String()
	if name := label(n.key, nil) + cmp.Or(h.padded[numberKey{n.key, text}], text); len(v) > len(n.v) && h.has(name) {
		return name
	}
	return ""
}

// usualVariants are variants that many official images have had for ten years.
var usualVariants = []string{"alpine", "slim"}

// Months for which an image must have had tags, and its version must have had builds, for the lack of a usual variant to be no coincidence, and the number
// of tags. Of all images without one, about one in two years gets it.
const (
	imageSettled   = 60
	versionSettled = 6
	manyTags       = 50
)

// missingVariant finds a usual variant that the image has never had.
func (h *history) missingVariant(parts []part) finding {
	if h.image.Kind != History || !h.image.Official() || h.begun > h.now-imageSettled || h.plain < manyTags {
		return finding{}
	}
	h.build()
	variant := ""
	for _, p := range parts {
		switch _, known := h.words[p.word]; {
		case p.word == "":
		case known, variant != "", !slices.Contains(usualVariants, p.word):
			return finding{}
		default:
			variant = p.word
		}
	}
	near := ""
	if all := numbers(parts); len(all) > 0 && all[0].key == "" {
		if since, known := h.since[all[0].text]; !known || since > h.now-versionSettled {
			return finding{}
		}
		if h.has(all[0].text) {
			near = all[0].text
		}
	}
	return never(2, MissingVariant, near, "none of its tags since %s has the variant %q", h.begun, variant)
}

// suchAs names a longer tag of a version that is no tag itself: one with a variant, or else the last of its line. It returns "" if there is neither.
func (h *history) suchAs(n number) string {
	name := label(n.key, n.v)
	if with := h.variant(name); with != "" {
		return " such as " + with
	}
	v := slices.Clone(n.v)
	for l := h.line(n.key, v); l != nil && len(l.next) > 0; l = h.line(n.key, v) {
		_, greatest := l.bounds()
		if v = append(v, greatest); h.has(label(n.key, v)) {
			return " such as " + label(n.key, v)
		}
	}
	return ""
}

// recordWeak records the first tier 2 reason; a tier 1 reason may still follow.
func (j *judgement) recordWeak(f finding) {
	if j.weak.State != NeverPublished {
		j.weak = f
	}
}

// daysToBuild is how many days must have passed before a missing build of a day counts.
const daysToBuild = 60

// number judges one number of the tag. undecided means that nothing can be said about the tag at all.
func (j *judgement) number(n number, first bool) (f finding, undecided bool) {
	if day, is, valid := date(n.text); is {
		switch {
		case !j.dated[n.key], !valid && j.misdated[n.key]:
			return finding{}, true
		case !valid:
			j.recordWeak(never(2, NoSuchDay, "", "%s is not a calendar date", n.text))
			return finding{}, true
		case day > j.today-daysToBuild:
			j.open = true
		}
		return finding{}, false
	}
	lines := j.lines[n.key]
	if lines == nil {
		return finding{}, true
	}
	if lines[n.v.String()] != nil {
		j.open = j.open || first && !j.closed(n.key, n.v)
		return finding{}, false
	}
	if unordered(n.key) {
		j.open = j.open || first // for an ended version, a further build would be a new combination
		return finding{}, false
	}
	return j.version(n, first), false
}

// version judges an unknown version by its longest known prefix.
func (j *judgement) version(n number, first bool) finding {
	k := 0
	for k < len(n.v) && j.line(n.key, n.v[:k+1]) != nil {
		k++
	}
	v, l := n.v[:k], j.line(n.key, n.v[:k])
	if len(l.next) == 0 {
		if j.closed(n.key, v) && !j.image.Gaps {
			return never(1, TooDeep, j.with(n, v), "%s was last built%s, and had no %s", label(n.key, v), j.in(l.seen), label(n.key, n.v))
		}
		j.open = true
		return finding{}
	}
	c := n.v[k]
	_, greatest := l.bounds()
	switch {
	case c < greatest:
		if f := j.gap(n, v, c); f.State == NeverPublished {
			f.line = strings.Index(j.tag, n.text) + len(v.String())
			return f
		}
	case k > 0 && j.closed(n.key, v):
		last := append(slices.Clone(v), greatest)
		return never(1, ClosedLine, j.with(n, last), "line %s ended with %s%s", label(n.key, v), label(n.key, last), j.in(l.seen))
	default:
		allow := int64(100)
		if k == 0 {
			allow = 40
		}
		if c-greatest > max(allow, greatest) && c < firstYear && (first || greatest < firstYear) {
			j.recordWeak(never(2, Jump, "", "%s is far above %s, the highest known", label(n.key, n.v[:k+1]), label(n.key, append(slices.Clone(v), greatest))))
		}
	}
	j.open = true
	return finding{}
}

// gap judges a version that is lower than others of its line.
func (j *judgement) gap(n number, v version, c int64) finding {
	l := j.line(n.key, v)
	if len(v) == 0 && n.key == "" && j.image.Official() {
		least, _ := l.bounds()
		j.below(n, c, least)
	}
	if len(v) == 0 || j.image.Gaps {
		return finding{}
	}
	if least, _ := l.bounds(); !j.image.Official() && c < least {
		return finding{} // before the start of the list
	}
	missing := append(slices.Clone(v), c)
	if j.closed(n.key, v) {
		return never(1, Gap, "", "line %s ended%s, and had no %s", label(n.key, v), j.in(l.seen), label(n.key, missing))
	}
	later, last := int64(-1), seen{}
	for part, s := range l.next {
		if part > c && j.ended(s) && (later < 0 || part < later) {
			later, last = part, s
		}
	}
	if later >= 0 {
		return never(1, Gap, "", "there was no %s, and %s after it was last built%s", label(n.key, missing), label(n.key, append(slices.Clone(v), later)), j.in(last))
	}
	return finding{}
}

// manyMonths is for how long an image must have published versions before one below all of them counts as impossible.
const manyMonths = 36

// below doubts a version that is lower than any known one.
func (j *judgement) below(n number, c, least int64) {
	if c < least && j.begun != 0 && j.begun+manyMonths <= j.now {
		j.recordWeak(never(2, TooLow, "", "%s is below %d, the lowest it ever had", label(n.key, version{c}), least))
	}
}

// with returns the tag with n replaced by another version.
func (j *judgement) with(n number, v version) string {
	i := strings.Index(j.tag, n.text)
	return j.tag[:i] + v.String() + j.tag[i+len(n.text):]
}

// in returns a phrase for when something was last listed. It is empty for lists, whose months are not exact.
func (h *history) in(s seen) string {
	if !h.image.Official() {
		return ""
	}
	return " in " + s.last.String()
}

// label returns a version with the word before it: "alpine3.12".
func label(key string, v version) string {
	if strings.ContainsAny(key, "~#") {
		key = ""
	}
	return key + v.String()
}
