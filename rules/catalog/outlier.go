package catalog

import (
	"slices"
	"sort"
)

// An outlier is a version far above its line that a project tagged for a test (v1.99.0 between v1.60.0 and v1.61.0) or
// by mistake (1.18.15 between 1.8.14 and 1.8.16).
const (
	// maxAbove is the maximum number of versions above a jump for them to be outliers, minBelow the minimum number
	// below.
	maxAbove = 2
	minBelow = 5
	// monthsAlone is for how many months the line must have continued below.
	monthsAlone = 12
)

// Jumps of a major and of a minor version: minJump counts if the line continued below, hugeJump if nothing followed.
var (
	minJump  = [...]int64{3, 8}
	hugeJump = [...]int64{10, 20}
)

// datedVersion is a version and the month in which it was published.
type datedVersion struct {
	number
	came Month
}

// part returns the k-th component of a version, 0 if there is none.
func (v version) part(k int) int64 {
	if k < len(v) {
		return v[k]
	}
	return 0
}

// outliers returns the numbers that are far above a line that did not follow them. These tags exist, but do not show
// how far the line has got.
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

// farAbove returns the last of the sorted versions if their k-th component is far above the others and the line
// continued below. every means that the list omits no version on purpose, so that a huge jump is suspicious by itself.
func farAbove(list []datedVersion, k int, every bool) []datedVersion {
	for n := 1; n <= maxAbove && len(list)-n >= minBelow; n++ {
		above, below := list[len(list)-n:], list[:len(list)-n]
		greatest := below[len(below)-1].v.part(k)
		jump := above[0].v.part(k) - greatest
		if jump < minJump[k] {
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
		// the upper line began later, or the lower one continued for long with nothing above
		if begun > came || later > came+monthsAlone || every && jump >= hugeJump[k] && later <= came {
			return above
		}
	}
	return nil
}

// isOutlier reports whether a tag is far above its line.
func (h *history) isOutlier(tag string) (is bool) {
	if h.build(); len(h.outlierNumbers) == 0 {
		return false
	}
	eachNumber(split(tag), func(key, text string) { is = is || h.outlierNumbers[numberKey{key, text}] })
	return is
}
