package probe

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// maxNear is the number of tags suggested.
const maxNear = 3

// nearest returns the tags that the user most likely meant, best first.
func nearest(want string, tags []string) []string {
	type candidate struct {
		tag  string
		rank int
		far  []int
	}
	var found []candidate
	w := version(want)
	for _, t := range tags {
		if t == want {
			continue
		}
		v := version(t)
		c := candidate{tag: t}
		switch {
		case want == "latest":
			// Nothing is similar: suggest the newest release.
			if v.numbers == nil || v.isPre() || v.suffix != "" {
				continue
			}
			c.rank, c.far = 1, negated(v.numbers)
		case plain(t) == plain(want):
			c.rank = 0 // differs only in a "v", in case, or in a trailing zero
		case isEnd(want, t), isEnd(t, want):
			c.rank, c.far = 1, []int{abs(len(t) - len(want))}
		case w.numbers != nil && v.numbers != nil && w.suffix == v.suffix && w.prefix == v.prefix:
			c.rank, c.far = 2, distances(w.numbers, v.numbers)
		case len(t) > 3 && isNear(want, t):
			c.rank = 3
		case w.numbers != nil && v.numbers != nil && samePrefix(w.numbers, v.numbers):
			c.rank, c.far = 4, distances(w.numbers, v.numbers)
		default:
			continue
		}
		found = append(found, c)
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), slices.Compare(a.far, b.far), cmp.Compare(len(a.tag), len(b.tag)), cmp.Compare(b.tag, a.tag))
	})
	var out []string
	for _, c := range found {
		if len(out) == maxNear {
			break
		}
		out = append(out, c.tag)
	}
	if out == nil && len(tags) > 0 && len(tags) <= maxNear {
		return slices.Clone(tags) // the repository has no other tags
	}
	return out
}

// bare returns a tag in lower case and without a leading "v".
func bare(tag string) string { return strings.TrimPrefix(strings.ToLower(tag), "v") }

// plain normalizes what people often omit or vary: a leading "v", case, and trailing zeros of a
// version.
func plain(tag string) string {
	t := bare(tag)
	head, tail, found := strings.Cut(t, "-")
	for strings.HasSuffix(head, ".0") {
		head = strings.TrimSuffix(head, ".0")
	}
	if found {
		return head + "-" + tail
	}
	return head
}

// isEnd reports whether long is short with a prefix or a suffix, such as "main-1.2" and "v2.0-bob".
func isEnd(long, short string) bool {
	l, s := bare(long), bare(short)
	return len(s) > 1 && len(l) > len(s) && (strings.HasPrefix(l, s) && strings.ContainsRune("-_.", rune(l[len(s)])) ||
		strings.HasSuffix(l, s) && strings.ContainsRune("-_.v", rune(l[len(l)-len(s)-1])))
}

type tagVersion struct {
	prefix, suffix string
	numbers        []int
}

// version splits a tag into prefix, dotted numbers and suffix.
func version(tag string) tagVersion {
	start := strings.IndexAny(tag, "0123456789")
	if start < 0 || len(tag) > 128 {
		return tagVersion{}
	}
	end := start
	for end < len(tag) && (tag[end] >= '0' && tag[end] <= '9' || tag[end] == '.') {
		end++
	}
	v := tagVersion{prefix: strings.TrimSuffix(strings.ToLower(tag[:start]), "v"), suffix: tag[end:]}
	for part := range strings.SplitSeq(strings.Trim(tag[start:end], "."), ".") {
		n, err := strconv.Atoi(part)
		if err != nil || n > 1<<29 || len(v.numbers) == 8 { // so that twice a difference fits into 32 bits
			return tagVersion{}
		}
		v.numbers = append(v.numbers, n)
	}
	if v.prefix == "" && len(v.numbers) == 1 && v.suffix != "" && !strings.HasPrefix(v.suffix, "-") {
		return tagVersion{} // 3f2a...: a commit
	}
	return v
}

// isPre reports whether a version is a pre-release.
func (v tagVersion) isPre() bool {
	for _, word := range []string{"alpha", "beta", "rc", "dev", "snapshot", "nightly", "pre"} {
		if strings.Contains(strings.ToLower(v.suffix+v.prefix), word) {
			return true
		}
	}
	return v.prefix != ""
}

// distances returns how far apart two versions are in each number. A later version counts as nearer than an
// earlier one.
func distances(want, have []int) []int {
	out := make([]int, max(len(want), len(have)))
	for i := range out {
		w, h := 0, 0
		if i < len(want) {
			w = want[i]
		}
		if i < len(have) {
			h = have[i]
		}
		if out[i] = 2 * (h - w); h < w {
			out[i] = 2*(w-h) + 1
		}
		if h != w {
			return append(out[:i+1], abs(len(want)-len(have)))
		}
	}
	return append(out, abs(len(want)-len(have)))
}

// samePrefix reports whether two versions begin with the same two numbers.
func samePrefix(a, b []int) bool { return len(a) > 1 && len(b) > 1 && a[0] == b[0] && a[1] == b[1] }

// negated returns a sort key that puts newer versions first.
func negated(n []int) []int {
	out := make([]int, len(n), 8)
	for i := range n {
		out[i] = -n[i]
	}
	return append(out, 0)
}

func abs(n int) int { return max(n, -n) }

// isNear reports whether two tags are one insertion, deletion, substitution or transposition apart.
func isNear(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:] {
		return true
	}
	return i < len(a) && a[i+1:] == b[i+1:]
}
