package catalog

import (
	"strconv"
	"strings"
	"time"
)

// part is a word, a dotted number, or one other character (then both fields are empty).
type part struct {
	word string
	num  string
}

// split splits a tag into parts: "1.27-alpine3.19" is 1.27, "-", alpine, 3.19.
func split(tag string) []part { return appendParts(make([]part, 0, 12), tag) }

func appendParts(parts []part, tag string) []part {
	for i := 0; i < len(tag); {
		n := i
		switch {
		case isDigit(tag[i]):
			for n < len(tag) && (isDigit(tag[n]) || tag[n] == '.' && n+1 < len(tag) && isDigit(tag[n+1])) {
				n++
			}
			parts = append(parts, part{num: tag[i:n]})
		case isLetter(tag[i]):
			for n < len(tag) && isLetter(tag[n]) {
				n++
			}
			parts = append(parts, part{word: tag[i:n]})
		default:
			n++
			parts = append(parts, part{})
		}
		i = n
	}
	return parts
}

func isLetter(b byte) bool { return isLower(b|0x20) && b < 0x80 }

// number is a dotted number in a tag and its key.
type number struct {
	// key is the word before the number: "" for a version at the start, "alpine" for alpine3.19, "#" for a number that
	// follows another without a word between them.
	key  string
	text string
	v    version
}

// version holds the components of a dotted number.
type version []int64

// overflow replaces a component that has more digits than any real version.
const overflow = 1 << 60

// versionOf reads a dotted number.
func versionOf(text string) version {
	v := make(version, 0, 4)
	for part := range strings.SplitSeq(text, ".") {
		v = append(v, componentOf(part))
	}
	return v
}

// componentOf is ParseInt for digits, without its errors: a version has thousands of them.
func componentOf(part string) int64 {
	n := int64(0)
	for i := range len(part) {
		if n = 10*n + int64(part[i]-'0'); n > overflow/10 && i+1 < len(part) || !isDigit(part[i]) {
			return overflow
		}
	}
	if part == "" || n > overflow {
		return overflow
	}
	return n
}

// String joins the components with dots.
func (v version) String() string {
	b := make([]byte, 0, 16)
	for i, n := range v {
		if i > 0 {
			b = append(b, '.')
		}
		b = strconv.AppendInt(b, n, 10)
	}
	return string(b)
}

// firstYear is the lowest number that is read as a year. 2024.1 and 9.4 are two schemes that cannot be compared.
const firstYear = 1900

// numbers returns the dotted numbers of a tag.
func numbers(parts []part) []number {
	var out []number
	eachNumber(parts, func(key, text string) {
		out = append(out, number{key: key, text: text, v: versionOf(text)})
	})
	return out
}

// eachNumber calls visit with the key and text of each dotted number of a tag.
func eachNumber(parts []part, visit func(key, text string)) { walkNumbers(parts, "", "", visit) }

// walkNumbers is eachNumber for a piece of a tag. before is the key of its first number, behind the word after its
// last part. It returns the key of a number that would follow.
func walkNumbers(parts []part, before, behind string, visit func(key, text string)) (after string) {
	for i, p := range parts {
		switch {
		case p.word != "":
			before = p.word
		case p.num != "":
			key := before
			if before == "" {
				word := behind
				if i+1 < len(parts) {
					word = parts[i+1].word
				}
				if isUnit(word) {
					key = "~" + strings.ToLower(word)
				}
			}
			if major, _, _ := strings.Cut(p.num, "."); key == "" && len(major) >= len("1900") && versionOf(major)[0] >= firstYear {
				key = "~year"
			}
			visit(key, p.num)
			before = keyAfter(before)
		}
	}
	return before
}

// keyAfter returns the key of a number that follows another with a key, without a word between them.
func keyAfter(key string) string {
	switch key { // the most frequent ones, since joining texts takes memory
	case "":
		return "#"
	case "v":
		return "v#"
	}
	return key + "#"
}

// isUnit reports whether a word is a unit of the number before it.
func isUnit(word string) bool {
	switch strings.ToLower(word) {
	case "bit", "u", "jdk":
		return true
	}
	return false
}

// unordered reports whether numbers with this key have no useful order: pre-releases, builds, and the second of two
// adjacent numbers.
func unordered(key string) bool {
	switch key {
	case "rc", "beta", "alpha", "a", "b", "m", "M", "RC", "pre", "preview", "u", "ea", "p", "r", "build", "git":
		return true
	}
	return strings.Contains(key, "#")
}

// date parses eight digits as a date. is means that they look like a date, valid that the date exists.
func date(text string) (day Day, is, valid bool) {
	if len(text) != 8 || !all(text, isDigit) || text[:2] != "19" && text[:2] != "20" {
		return 0, false, false
	}
	t, err := time.Parse("20060102", text)
	if err != nil {
		return 0, true, false
	}
	return DayOf(t), true, true
}
