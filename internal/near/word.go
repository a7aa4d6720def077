package near

import (
	"slices"
	"strings"
	"unicode"
)

// maxName is the maximum length of a name to look for similar ones.
const maxName = 64

// Word returns the word that name probably means, or "". It accepts differences in case, spaces, dashes and underscores, then
// the prefix of exactly one word, then the word with the fewest typing errors.
func Word(name string, words []string) string {
	if name == "" || len(name) > maxName {
		return ""
	}
	plain := Fold(name)
	best, least, begun := "", len(plain)/3+1, ""
	for _, w := range words {
		f := Fold(w)
		if f == plain {
			return w
		}
		if len(plain) > 2 && strings.HasPrefix(f, plain) {
			if begun != "" {
				begun = "-" // ambiguous
			} else {
				begun = w
			}
		}
		if n := Distance(plain, f, least-1); n < least {
			best, least = w, n
		}
	}
	if begun != "" && begun != "-" {
		return begun
	}
	return best
}

// Fold removes differences in spelling between tools: Kubernetes uses camel case, other tools use underscores.
func Fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '-', '_', ' ':
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// Letters returns a name with the letters between its hyphens sorted. Names with exchanged letters in a word have the same.
func Letters(name string) string {
	words := strings.Split(strings.ToLower(name), "-")
	for i, word := range words {
		letters := []byte(word)
		slices.Sort(letters)
		words[i] = string(letters)
	}
	return strings.Join(words, "-")
}
