package catalog

import (
	"strconv"
	"strings"
	"time"
)

// part is a piece of a tag: a word of letters, a dotted number, or one other character (then both are empty).
type part struct {
	word string
	num  string
}

// split takes a tag apart: "1.27-alpine3.19" is 1.27, "-", alpine, 3.19.
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

// number is a dotted number in a tag, with what it counts.
type number struct {
	// key is what stands in front of it: "" for a version at the beginning, "alpine" for alpine3.19, "#" for a number behind another
	// with no word between them.
	key  string
	text string
	v    version
}

// version is a dotted number, part by part.
type version []int64

// beyond stands for a part with more digits than any version has.
const beyond = 1 << 60

func versionOf(text string) version {
	v := make(version, 0, 4)
	for part := range strings.SplitSeq(text, ".") {
		n, err := strconv.ParseInt(part, 10, 64)
		if err != nil || n > beyond {
			n = beyond
		}
		v = append(v, n)
	}
	return v
}

// String is the version with dots.
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

// firstYear is the least number that is read as a year: 2024.1 and 9.4 are two schemes, in which neither is the greater.
const firstYear = 1900

// numbers lists the dotted numbers of a tag.
func numbers(parts []part) []number {
	var out []number
	eachNumber(parts, func(key, text string) {
		out = append(out, number{key: key, text: text, v: versionOf(text)})
	})
	return out
}

// eachNumber calls visit with the key and the text of each dotted number of a tag.
func eachNumber(parts []part, visit func(key, text string)) { walkNumbers(parts, "", "", visit) }

// walkNumbers is eachNumber for a piece of a tag: before is what stands in front of its first number, behind the word behind its last part. It returns what
// stands in front of a number that follows.
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
			before += "#"
		}
	}
	return before
}

// isUnit reports whether a word says what the number in front of it counts.
func isUnit(word string) bool {
	switch strings.ToLower(word) {
	case "bit", "u", "jdk":
		return true
	}
	return false
}

// unordered reports whether the numbers with a key say nothing about which come later or are left out: those of early releases, of
// builds, and the second of two with no word between.
func unordered(key string) bool {
	switch key {
	case "rc", "beta", "alpha", "a", "b", "m", "M", "RC", "pre", "preview", "u", "ea", "p", "r", "build", "git":
		return true
	}
	return strings.Contains(key, "#")
}

// date reads eight digits as a day; is says that they are meant as one, valid that there is such a day.
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
