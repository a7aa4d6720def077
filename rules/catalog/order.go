package catalog

import "strings"

// otherOrder finds a tag with its parts in another order than those of the image: "slim-3.12" for "3.12-slim", and "latest" before a variant. No tag of
// the image may begin like it.
func (h *history) otherOrder(tag string) finding {
	first, rest, ok := strings.Cut(tag, "-")
	if !ok || rest == "" || h.image.Kind != History || !h.image.Official() || h.plain < manyTags {
		return finding{}
	}
	if first == "latest" {
		if h.beginsWith(first+"-", false) {
			return finding{}
		}
		near := ""
		if h.has(rest) {
			near = rest
		}
		return never(2, Misspelled, near, "none of its tags begins with \"latest-\"")
	}
	right := rest + "-" + first
	if !isWord(first) || !isDigit(rest[0]) || strings.Contains(rest, "-") || !h.has(right) || h.beginsWith(first+"-", true) {
		return finding{}
	}
	return never(2, Misspelled, right, "its tags have %q after the version: %s", first, right)
}

// beginsWith reports whether a tag of the image begins with a text, and a digit after it if one is asked for.
func (h *history) beginsWith(text string, withDigit bool) bool {
	found := false
	h.eachName(func(string) bool { return !found }, func(beginning, ending string, _ Month) {
		rest, ok := strings.CutPrefix(beginning+ending, text)
		found = found || ok && (!withDigit || rest != "" && isDigit(rest[0]))
	})
	return found
}

func isWord(text string) bool {
	for i := range len(text) {
		if !isLetter(text[i]) {
			return false
		}
	}
	return text != ""
}
