package config

import (
	"strings"

	"github.com/imagelint-dev/imagelint/internal/near"
)

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
		if n := near.Distance(plain, f, least-1); n < least {
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
