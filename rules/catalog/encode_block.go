package catalog

import (
	"encoding/hex"
	"fmt"
	"slices"
	"sort"
	"strings"
)

// cutTag cuts a tag after its leading version, pre-release suffix included ("3.13.0rc1"), or after its word and date
// ("bookworm-20230109"). Any cut decodes correctly; this one keeps the number of endings small.
func cutTag(tag string) (beginning, ending string) {
	parts := split(tag)
	at, n := 0, 0
	if len(parts) > 2 && parts[0].word != "" && tag[len(parts[0].word)] == '-' && len(parts[2].num) == len("20230109") {
		at, n = 2, len(parts[0].word)+1
	} else if len(parts) > 1 && strings.EqualFold(parts[0].word, "v") {
		at, n = 1, 1
	}
	if at >= len(parts) || parts[at].num == "" {
		return "", tag
	}
	n += len(parts[at].num)
	for at++; ; {
		k, m := at, n
		if k < len(parts) && tag[m] == '-' {
			k, m = k+1, m+1
		}
		if k >= len(parts) || parts[k].word == "" || !unordered(parts[k].word) {
			break
		}
		m += len(parts[k].word)
		if k++; k < len(parts) && (tag[m] == '-' || tag[m] == '.') {
			k, m = k+1, m+1
		}
		if k >= len(parts) || parts[k].num == "" {
			break
		}
		at, n = k+1, m+len(parts[k].num)
	}
	return tag[:n], tag[n:]
}

// group holds the tags that share a beginning, sorted by ending.
type group struct {
	beginning string
	tags      []groupTag
	main      span // the times of most of its tags
	different bool
}

type groupTag struct {
	tag    *Tag
	ending string
	span   span
}

// encodeBlock returns the block of an image.
func (e *encoder) encodeBlock(tags []Tag, end Month) (raw []byte, digests bool, err error) {
	groups, endings, err := groupTags(tags, end)
	if err != nil {
		return nil, false, err
	}
	number := make(map[string]int, len(endings))
	for i, ending := range endings {
		number[ending] = i
	}
	raw, of := appendNumbers(nil, len(endings)), []byte{}
	beginnings := make([]string, 0, len(groups))
	var sets setEncoder
	for _, g := range groups {
		beginnings = append(beginnings, g.beginning)
		var s set
		for _, t := range g.tags {
			s.endings, s.arches = append(s.endings, number[t.ending]), append(s.arches, e.set(t.tag.Architectures))
		}
		of = appendNumbers(of, sets.number(s))
	}
	raw = append(appendTexts(appendNumbers(raw, len(sets.all), len(groups)), endings), sets.out...)
	raw = append(appendTexts(raw, beginnings), of...)
	raw = appendTimes(raw, groups, end)
	with, err := appendDigests(nil, groups)
	return append(raw, with...), with != nil, err
}

// setEncoder numbers the distinct sets of endings of an image.
type setEncoder struct {
	all   []set
	known map[string]int
	out   []byte
}

// maxBack is how many sets back the base of an encoded set may be.
const maxBack = 32

// number returns the number of a set, and adds the set if it is new.
func (e *setEncoder) number(s set) int {
	key := string(changes(set{}, s))
	n, known := e.known[key]
	if known {
		return n
	}
	best, back := key, 0
	for k := 1; k <= min(maxBack, len(e.all)); k++ {
		if c := changes(e.all[len(e.all)-k], s); len(c) < len(best) {
			best, back = string(c), k
		}
	}
	e.out = append(appendNumbers(e.out, back), best...)
	if e.known == nil {
		e.known = map[string]int{}
	}
	n = len(e.all)
	e.known[key] = n
	e.all = append(e.all, s)
	return n
}

// changes encodes the difference between two sets: the number of changes, then each of them.
func changes(from, to set) []byte {
	var out []byte
	n, at := 0, -1
	change := func(ending int, arch byte) {
		out = append(appendNumbers(out, ending-at-1), arch)
		n, at = n+1, ending
	}
	for len(from.endings) > 0 || len(to.endings) > 0 {
		switch {
		case len(to.endings) == 0 || len(from.endings) > 0 && from.endings[0] < to.endings[0]:
			change(from.endings[0], 0)
			from = from.rest()
		case len(from.endings) == 0 || to.endings[0] < from.endings[0]:
			change(to.endings[0], to.arches[0]+1)
			to = to.rest()
		default:
			if from.arches[0] != to.arches[0] {
				change(to.endings[0], to.arches[0]+1)
			}
			from, to = from.rest(), to.rest()
		}
	}
	return append(appendNumbers(nil, n), out...)
}

func (s set) rest() set { return set{endings: s.endings[1:], arches: s.arches[1:]} }

// groupTags groups the tags by beginning and sorts groups and endings.
func groupTags(tags []Tag, end Month) (groups []group, endings []string, err error) {
	byBeginning := map[string]int{}
	known := map[string]bool{}
	seen := map[string]bool{}
	for i := range tags {
		t := &tags[i]
		if t.Name == "" || len(t.Name) > maxTag || seen[t.Name] {
			return nil, nil, fmt.Errorf("tag %q is empty or appears twice", t.Name)
		}
		seen[t.Name] = true
		s := span{first: t.First, last: t.Last, current: t.Current}
		if t.Current {
			s.last = end
		} else if t.Last < firstMonth || t.Last > end {
			return nil, nil, fmt.Errorf("tag %q was last listed in %s", t.Name, t.Last)
		}
		if s.first > s.last {
			s.first = s.last
		}
		beginning, ending := cutTag(t.Name)
		n, ok := byBeginning[beginning]
		if !ok {
			n = len(groups)
			byBeginning[beginning] = n
			groups = append(groups, group{beginning: beginning})
		}
		groups[n].tags = append(groups[n].tags, groupTag{t, ending, s})
		if !known[ending] {
			known[ending] = true
			endings = append(endings, ending)
		}
	}
	// sort.Slice, because slices.SortFunc is instantiated for each type, at 25 KB each.
	sort.Slice(endings, func(i, j int) bool { return natural(endings[i], endings[j]) < 0 })
	sort.Slice(groups, func(i, j int) bool { return natural(groups[i].beginning, groups[j].beginning) < 0 })
	for i := range groups {
		g := &groups[i]
		sort.Slice(g.tags, func(i, j int) bool { return natural(g.tags[i].ending, g.tags[j].ending) < 0 })
		g.main, g.different = mostCommon(g.tags)
	}
	return groups, endings, nil
}

// mostCommon returns the most common span, the first one on a tie, and whether any tag differs from it.
func mostCommon(tags []groupTag) (limit span, different bool) {
	count := map[span]int{}
	for _, t := range tags {
		count[t.span]++
	}
	for _, t := range tags {
		if count[t.span] > count[limit] {
			limit = t.span
		}
	}
	return limit, len(count) > 1
}

// appendDigests appends the digests of the tags, or nothing if no tag has one.
func appendDigests(b []byte, groups []group) ([]byte, error) {
	var steps, sums []byte
	n, i, at := 0, 0, -1
	for _, g := range groups {
		for _, t := range g.tags {
			if t.tag.Digest != "" {
				sum, err := hex.DecodeString(strings.TrimPrefix(t.tag.Digest, "sha256:"))
				if err != nil || len(sum) != 32 {
					return nil, fmt.Errorf("tag %q has the digest %q", t.tag.Name, t.tag.Digest)
				}
				steps, sums = appendNumbers(steps, i-at-1), append(sums, sum...)
				n, at = n+1, i
			}
			i++
		}
	}
	if n == 0 {
		return b, nil
	}
	return slices.Concat(appendNumbers(b, n), steps, sums), nil
}
