package config

import "strings"

// maxName is how long a name may be for which a near one is looked for.
const maxName = 64

// Near returns the word that a name was probably meant to be, "" where none is near: the same but for case, blanks, dashes and
// underscores, or the beginning of just one word, or the one with the fewest slips of the keyboard.
func Near(name string, words []string) string {
	if name == "" || len(name) > maxName {
		return ""
	}
	plain := fold(name)
	best, least, begun := "", len(plain)/3+1, ""
	for _, w := range words {
		f := fold(w)
		if f == plain {
			return w
		}
		if len(plain) > 2 && strings.HasPrefix(f, plain) {
			if begun != "" {
				begun = "-" // several
			} else {
				begun = w
			}
		}
		if n := distance(plain, f); n < least {
			best, least = w, n
		}
	}
	if begun != "" && begun != "-" {
		return begun
	}
	return best
}

// fold drops what people write differently in names: Kubernetes has camel case, other tools have underscores.
func fold(s string) string {
	return strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(s))
}

// distance counts the slips that make b of a: a letter added, dropped or replaced, or two neighbours exchanged.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
