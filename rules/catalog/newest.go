package catalog

import (
	"cmp"
	"slices"
	"strings"
)

// compareNewest orders tags for people who choose one: those that are listed now first, plain versions before variants
// and words, the highest version first, and a complete version before the shorter ones that move with it.
func compareNewest(a, b *Tag) int {
	if a.Current != b.Current {
		if a.Current {
			return -1
		}
		return 1
	}
	va, vb := rankOf(a.Name), rankOf(b.Name)
	return cmp.Or(cmp.Compare(va.rank, vb.rank), compareVersions(vb.parts, va.parts), newest(b)-newest(a), len(a.Name)-len(b.Name), strings.Compare(b.Name, a.Name))
}

// ranked is the version at the beginning of a tag.
type ranked struct {
	rank  int
	parts []string // digits without leading zeros
}

// Ranks of tags in a list.
const (
	rankVersion = iota
	rankVariant
	rankOther
)

// maxPart is the length of a number up to which it counts as part of a version: longer ones are dates.
const maxPart = 7

// rankOf reads a tag such as 1.27.3, v1.27 or 1.27-alpine.
func rankOf(tag string) ranked {
	var v ranked
	rest := strings.TrimPrefix(tag, "v")
	for {
		n := 0
		for n < len(rest) && isDigit(rest[n]) {
			n++
		}
		if n == 0 || n > maxPart && len(v.parts) == 0 {
			break
		}
		v.parts = append(v.parts, strings.TrimLeft(rest[:n], "0"))
		if rest = rest[n:]; !strings.HasPrefix(rest, ".") {
			break
		}
		rest = rest[1:]
	}
	switch {
	case len(v.parts) == 0:
		return ranked{rank: rankOther}
	case rest != "":
		v.rank = rankVariant
	}
	return v
}

// compareVersions compares versions part by part; of two that begin the same, the longer one is greater.
func compareVersions(a, b []string) int {
	return slices.CompareFunc(a, b, func(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) })
}
