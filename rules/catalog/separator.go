package catalog

import "strings"

// otherSeparator finds a word with another separator before it than the image uses, where the tag with a hyphen is known: "16.4.alpine" for
// "16.4-alpine". No tag of the image may have the word after that separator.
func (h *history) otherSeparator(tag string) finding {
	var right strings.Builder
	var odd []string // what the tag has instead of hyphens, with the words
	for i := 0; i < len(tag); {
		end := i
		for end < len(tag) && strings.IndexByte("._-", tag[end]) >= 0 {
			end++
		}
		word := end
		for word < len(tag) && isLetter(tag[word]) {
			word++
		}
		switch between := tag[i:end]; {
		case word == end || i == 0:
			end = max(end, i+1)
			right.WriteString(tag[i:end])
			i = end
			continue
		case between == "-" || between == "" && !isDigit(tag[i-1]):
			right.WriteString(tag[i:word])
		default:
			odd = append(odd, tag[i:word])
			right.WriteString("-" + tag[end:word])
		}
		i = word
	}
	corrected := right.String()
	if len(odd) == 0 || !h.has(corrected) {
		return finding{}
	}
	for _, text := range odd {
		if h.follows(text) {
			return finding{}
		}
	}
	return never(2, Misspelled, corrected, "its tags have a hyphen before %q: %s", strings.TrimLeft(odd[0], "._-"), corrected)
}

// follows reports whether a tag of the image has a text after a digit or a letter.
func (h *history) follows(text string) bool {
	found := false
	h.eachName(func(string) bool { return !found }, func(beginning, ending string, _ Month) {
		name := beginning + ending
		for at := strings.Index(name, text); at >= 0; {
			found = found || at > 0 && (isDigit(name[at-1]) || isLetter(name[at-1]))
			next := strings.Index(name[at+1:], text)
			if next < 0 {
				break
			}
			at += next + 1
		}
	})
	return found
}
