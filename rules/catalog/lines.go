package catalog

import (
	"slices"
	"strings"
)

// history summarizes the tags of one image by version line, as of the catalog's date.
type history struct {
	image *Image
	tags  []Tag
	// block holds the tags if they were not unpacked into tags.
	block *block
	now   Month
	today Day
	// last is the last month in which any tag was listed; current is true if one still is.
	last    Month
	current bool
	// begun is the month in which the first tag was listed.
	begun Month
	words map[string]seen
	// since maps a leading version to the month in which it was first listed.
	since map[string]Month
	// lines maps a key to versions and version prefixes: "1.27.3", "1.27", "1" and "".
	lines map[string]map[string]*line
	// newest maps a key to the greatest version that is still listed.
	newest map[string]version
	// dated and misdated hold the keys of numbers that are dates, and of those that look like a date but are not
	// valid.
	dated, misdated map[string]bool
	// padded maps versions to their text, for those that are only known with zeros in front of a component: "22.04".
	padded map[numberKey]string
	// zeros and singles hold, by key, the components with a zero in front, and those with a single digit, as bits.
	zeros, singles map[string]uint64
	// withV and plain count the tags that begin with "v" and a digit, and with a digit.
	withV, plain int
	// closedAfter is the number of months without a listing after which a line has ended.
	closedAfter Month
	// lineForms and tagShapes cache the results of usesForm and shapes.
	lineForms map[string]forms
	// outlierNumbers holds numbers that are far above their line and say nothing about its end.
	outlierNumbers map[numberKey]bool
	// unread returns the numbers of all tags, from which build makes since, lines, newest, dated, misdated, padded, zeros, singles and
	// outlierNumbers. It is nil after that. Many verdicts follow from the words alone.
	unread func() map[numberKey]*seen
	// gone maps tags that the registry no longer lists to their last day.
	gone      map[string]Day
	tagShapes map[string]bool
}

// line is a version or a version prefix.
type line struct {
	seen seen
	next map[int64]seen // by next version component
}

// bounds returns the least and the greatest next component.
func (l *line) bounds() (least, greatest int64) {
	first := true
	for part := range l.next {
		if first || part < least {
			least = part
		}
		if first || part > greatest {
			greatest = part
		}
		first = false
	}
	return least, greatest
}

// seen is when something was last listed.
type seen struct {
	last    Month
	current bool
}

func (s *seen) add(t seen) {
	s.last = max(s.last, t.last)
	s.current = s.current || t.current
}

// Months without a listing after which a line has ended: closedAfter if the publisher removes what it no longer
// builds, closedAfterSilent if only the month of publication is known.
const (
	closedAfter       = 12
	closedAfterSilent = 18
)

// ended reports whether something has not been listed for closedAfter months.
func (h *history) ended(s seen) bool { return !s.current && s.last < h.now-h.closedAfter }

func emptyHistory(im *Image, tags []Tag) *history {
	return &history{
		closedAfter: closedAfter, image: im, tags: tags, today: im.Source.Day, now: im.Source.Day.Month(),
		words: map[string]seen{}, since: map[string]Month{}, lines: map[string]map[string]*line{}, newest: map[string]version{}, dated: map[string]bool{}, misdated: map[string]bool{},
		padded: map[numberKey]string{}, zeros: map[string]uint64{}, singles: map[string]uint64{},
	}
}

// newHistory summarizes the tags of an image, given in any order.
func newHistory(im *Image, tags []Tag) *history {
	h := emptyHistory(im, tags)
	switch im.Kind {
	case Complete, Releases:
		h.closedAfter = closedAfterSilent
		h.tags = markCurrent(tags, h.now)
	case Learned:
		h.tags, h.gone = present(tags)
	case History:
	}
	var parts []part
	for i := range h.tags {
		parts = appendParts(parts[:0], h.tags[i].Name)
		h.add(&h.tags[i], parts)
	}
	h.unread = h.numbersOfTags
	return h
}

// newBlockHistory is newHistory for the block of an image with a history. It returns nil if the tags have to be read one by
// one.
func newBlockHistory(im *Image, b *block) *history {
	h := emptyHistory(im, nil)
	all, ok := h.readBlock(b)
	if !ok {
		return nil
	}
	h.block = b
	h.unread = func() map[numberKey]*seen { return all }
	return h
}

// build builds the version lines from the numbers of all tags, once.
func (h *history) build() {
	if h.unread == nil {
		return
	}
	all := h.unread()
	h.unread = nil
	if im := h.image; im.Kind == Complete || im.Kind == Releases {
		h.outlierNumbers = h.outliers(all)
	}
	for n, s := range all {
		if h.outlierNumbers[n] {
			continue
		}
		if _, is, valid := date(n.text); !is {
			v := versionOf(n.text)
			h.addVersion(number{key: n.key, text: n.text, v: v}, *s)
			h.addZeros(n, v, all)
		} else if valid {
			h.dated[n.key] = true
		} else {
			h.misdated[n.key] = true
		}
	}
}

// addZeros records how a version writes components below ten.
func (h *history) addZeros(n numberKey, v version, all map[numberKey]*seen) {
	h.singles[n.key] |= singlesIn(n.text)
	zeros := zerosIn(n.text)
	if zeros == 0 {
		return
	}
	h.zeros[n.key] |= zeros
	plain := numberKey{n.key, v.String()}
	if all[plain] == nil && (h.padded[plain] == "" || n.text < h.padded[plain]) {
		h.padded[plain] = n.text
	}
}

// zerosIn returns the components that begin with a zero and have more digits.
func zerosIn(text string) uint64 {
	return componentsWhere(text, func(c string) bool { return len(c) > 1 && c[0] == '0' })
}

// singlesIn returns the components with a single digit, except for zeros.
func singlesIn(text string) uint64 {
	return componentsWhere(text, func(c string) bool { return len(c) == 1 && c[0] != '0' })
}

// componentsWhere returns the components of a number that fulfill a condition, as bits.
func componentsWhere(text string, is func(component string) bool) (bits uint64) {
	i := 0
	for c := range strings.SplitSeq(text, ".") {
		if is(c) {
			bits |= 1 << min(i, 63)
		}
		i++
	}
	return bits
}

type numberKey struct{ key, text string }

// add adds a tag to the totals, without its numbers.
func (h *history) add(t *Tag, parts []part) {
	h.last, h.current = max(h.last, t.Last), h.current || t.Current
	if t.First != 0 && (h.begun == 0 || t.First < h.begun) {
		h.begun = t.First
	}
	switch {
	case isDigit(t.Name[0]):
		h.plain++
	case beginsWithV(t.Name):
		h.withV++
	}
	this := seen{t.Last, t.Current}
	for _, p := range parts {
		if p.word != "" {
			s := h.words[p.word]
			s.add(this)
			h.words[p.word] = s
		}
	}
}

// numbersOfTags collects the numbers of all tags.
func (h *history) numbersOfTags() map[numberKey]*seen {
	all := make(map[numberKey]*seen, len(h.tags)/2) // tags of releases have a number each, others share theirs
	var parts []part
	for i := range h.tags {
		t := &h.tags[i]
		parts = appendParts(parts[:0], t.Name)
		first := true
		eachNumber(parts, func(key, text string) {
			if was, ok := h.since[text]; first && t.First != 0 && (!ok || t.First < was) {
				h.since[text] = t.First
			}
			first = false
			s := all[numberKey{key, text}]
			if s == nil {
				s = &seen{}
				all[numberKey{key, text}] = s
			}
			s.add(seen{t.Last, t.Current})
		})
	}
	return all
}

func (h *history) addVersion(n number, this seen) {
	lines := h.lines[n.key]
	if lines == nil {
		lines = map[string]*line{}
		h.lines[n.key] = lines
	}
	full, end := n.text, 0
	if zerosIn(full) != 0 || slices.Contains(n.v, overflow) { // it is not written as a version is
		full = n.v.String()
	}
	for k := 0; k <= len(n.v); k++ {
		if k > 0 {
			end += digits(full[end:])
		}
		name := full[:end]
		if k > 0 {
			end++ // the dot
		}
		l := lines[name]
		if l == nil {
			l = &line{}
			lines[name] = l
		}
		l.seen.add(this)
		if k < len(n.v) {
			if l.next == nil {
				l.next = map[int64]seen{}
			}
			s := l.next[n.v[k]]
			s.add(this)
			l.next[n.v[k]] = s
		}
	}
	if this.current && (h.newest[n.key] == nil || slices.Compare(n.v, h.newest[n.key]) > 0) {
		h.newest[n.key] = n.v
	}
}

// dead reports whether no tag of the image was listed for closedAfter months.
func (h *history) dead() bool { return h.ended(seen{h.last, h.current}) }

// line returns the line of a version or version prefix, or nil.
func (h *history) line(key string, v version) *line { return h.lines[key][v.String()] }

// closed reports whether a line was superseded: it has ended, and a greater one is still listed. It gets no more
// versions.
func (h *history) closed(key string, v version) bool {
	l := h.line(key, v)
	if l == nil || !h.ended(l.seen) {
		return false
	}
	if h.dead() {
		return true
	}
	newest := h.newest[key]
	return newest != nil && slices.Compare(v, newest[:min(len(v), len(newest))]) < 0
}

func beginsWithV(tag string) bool {
	return len(tag) > 1 && (tag[0] == 'v' || tag[0] == 'V') && isDigit(tag[1])
}

// isDropped reports whether an image that has left a word does not return to it, as it does to "beta": the code name of a
// release of Debian or Ubuntu, or the name of a Java runtime, which images replaced by that of its distribution.
func isDropped(word string) bool {
	switch word {
	case "wheezy", "jessie", "stretch", "buster", "bullseye", "bookworm", "trixie", "precise", "trusty", "xenial", "bionic", "focal", "jammy", "noble",
		"jdk", "jre":
		return true
	}
	return false
}

// anachronism finds a distribution release in a tag that went out of use before the tag's version was first published.
// New versions are not built on releases that are long out of support.
func (h *history) anachronism(parts []part, all []number) (what string, last, since Month) {
	since, ok := h.since[all[0].text]
	if !ok || h.dead() {
		return "", 0, 0
	}
	gone := func(s seen) bool { return h.ended(s) && s.last < since-slack }
	for _, p := range parts {
		if isDropped(p.word) && gone(h.words[p.word]) {
			return p.word, h.words[p.word].last, since
		}
	}
	for _, n := range all[1:] {
		if l := h.line(n.key, n.v); l != nil && n.key == "alpine" && gone(l.seen) {
			return label(n.key, n.v), l.seen.last, since
		}
	}
	return "", 0, 0
}

// slack is the minimum number of months between the end of one thing and the start of another for them never to have
// overlapped.
const slack = 3
