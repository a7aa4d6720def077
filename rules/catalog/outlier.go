package catalog

import (
	"slices"
	"sort"
)

// Limits of what is taken for an outlier: a version that a project tagged far above its line, as a test (v1.99.0 between v1.60.0 and v1.61.0) or by a slip
// (1.18.15 between 1.8.14 and 1.8.16).
const (
	// fewAbove is how many versions behind a jump make no line of their own; leastBelow, how many there must be before it.
	fewAbove   = 2
	leastBelow = 5
	// monthsAlone is for how long a line must have gone on below.
	monthsAlone = 12
)

// Jumps of a major and of a minor version: one that counts where the line went on below, and one that counts by itself as long as nothing followed.
var (
	leastJump = [...]int64{3, 8}
	hugeJump  = [...]int64{10, 20}
)

// datedVersion is a version with the month in which it came.
type datedVersion struct {
	number
	came Month
}

// part is the k-th part of a version; one that is not there is 0.
func (v version) part(k int) int64 {
	if k < len(v) {
		return v[k]
	}
	return 0
}

// outliers are the numbers that stand far above their line, and that the line did not follow. They are tags, and say nothing of where a line has got to.
func (h *history) outliers(all map[numberKey]*seen) map[numberKey]bool {
	byKey := map[string][]datedVersion{}
	for n := range all {
		came, first := h.since[n.text]
		if _, is, _ := date(n.text); is || !first || unordered(n.key) || n.key == "~year" {
			continue
		}
		byKey[n.key] = append(byKey[n.key], datedVersion{number{key: n.key, text: n.text, v: versionOf(n.text)}, came})
	}
	out := map[numberKey]bool{}
	for _, list := range byKey {
		sort.Slice(list, func(i, j int) bool { return slices.Compare(list[i].v, list[j].v) < 0 })
		mark := func(list []datedVersion, k int) {
			for _, n := range farAbove(list, k, h.image.Kind == Releases) {
				out[numberKey{n.key, n.text}] = true
			}
		}
		mark(list, 0)
		start := 0
		for end := range list {
			if end+1 == len(list) || list[end+1].v[0] != list[start].v[0] {
				mark(list[start:end+1], 1)
				start = end + 1
			}
		}
	}
	return out
}

// farAbove are the last of sorted versions, where their k-th part is far above the others and the others went on; every says that no version is left out
// of the list on purpose, so that a huge jump is strange by itself.
func farAbove(list []datedVersion, k int, every bool) []datedVersion {
	for n := 1; n <= fewAbove && len(list)-n >= leastBelow; n++ {
		above, below := list[len(list)-n:], list[:len(list)-n]
		greatest := below[len(below)-1].v.part(k)
		jump := above[0].v.part(k) - greatest
		if jump < leastJump[k] {
			continue
		}
		came, later, begun := Month(0), Month(0), Month(0)
		for _, v := range above {
			came = max(came, v.came)
		}
		for _, v := range below {
			later = max(later, v.came)
			if v.v.part(k) == greatest && (begun == 0 || v.came < begun) {
				begun = v.came
			}
		}
		// A line that began later, or one that went on for long with nothing above.
		if begun > came || later > came+monthsAlone || every && jump >= hugeJump[k] && later <= came {
			return above
		}
	}
	return nil
}

// isOutlier reports whether a tag stands far above its line.
func (h *history) isOutlier(tag string) (is bool) {
	if len(h.outlying) == 0 {
		return false
	}
	eachNumber(split(tag), func(key, text string) { is = is || h.outlying[numberKey{key, text}] })
	return is
}
