package extract

import (
	"bytes"
	"strings"
	"testing"
)

// inSlowly compares each word at each offset.
func inSlowly(words []string, data []byte) bool {
	for _, text := range words {
		word, ends := strings.CutSuffix(text, " ")
		for i := range data {
			if rest, found := bytes.CutPrefix(data[i:], []byte(word)); found && (!ends || len(rest) == 0 || !isLetter(rest[0])) {
				return true
			}
		}
	}
	return false
}

func TestWordSearch(t *testing.T) {
	t.Parallel()
	for _, words := range [][]string{sharedWords, actingWords, outsideWords} {
		s := newWordSearch(words)
		for _, word := range words {
			word = strings.TrimSuffix(word, " ")
			for before := range 7 {
				for _, behind := range []string{"", "\n", "s", ": x"} {
					text := []byte(strings.Repeat("e", before) + word + behind)
					if got, want := s.in(text), inSlowly(words, text); got != want {
						t.Errorf("%q: %t", text, got)
					}
					if text = text[:len(text)-len(behind)-1]; s.in(text) != inSlowly(words, text) {
						t.Errorf("%q: %t", text, s.in(text))
					}
				}
			}
		}
	}
}

func FuzzWordSearch(f *testing.F) {
	f.Add([]byte("kind: Secrets, a Secret and secretgenSecretgen"))
	f.Add([]byte("ServiceAccountName: ServiceAccount"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, words := range [][]string{sharedWords, actingWords, outsideWords} {
			if got, want := newWordSearch(words).in(data), inSlowly(words, data); got != want {
				t.Errorf("%q: %t, want %t", data, got, want)
			}
		}
	})
}
