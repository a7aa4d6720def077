package extract

import (
	"bytes"
	"strings"
	"testing"
)

// inSlowly compares each word at each offset.
func inSlowly(words []string, data []byte) bool {
	for _, text := range words {
		word, kind := strings.CutSuffix(text, " ")
		for i := range data {
			if rest, found := bytes.CutPrefix(data[i:], []byte(word)); found && (!kind || mayBeKind(data[:i], rest)) {
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
				for _, behind := range []string{"", "\n", "s", ": x", " x"} {
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

func TestMayBeKind(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"kind: Secret":                       true,
		"kind: Secret # for tests":           true,
		"kind:\tSecret \r\n":                 true,
		"kind: SealedSecret\n":               true,
		"kind: SecretList\n":                 true,
		"kind:\n  Secret\n":                  true,
		"kind: >-\n  Secret\n":               true,
		"kind: !!str Secret\n":               true,
		"kind: &a Secret\n":                  true,
		"kind: 'Secret'\n":                   true,
		"{kind: Secret, a: b}":               true,
		"{a: b, kind: Secret }":              true,
		"[a, Secret]":                        true,
		"- Secret\n":                         true,
		`{"kind":"Secret"}`:                  true,
		`text: "kind: Secret\nmetadata"`:     true,
		`{"text":"{\"kind\":\"Secret\"}"}`:   true,
		"kind: {{ a }}Secret{{ end }}":       true,
		"Secret: 1":                          true,
		"? Secret":                           true,
		"the Secret\n":                       false,
		"a Secret, as it is":                 false,
		"Secret of a registry":               false,
		"name of the Secret.":                false,
		"kind: Secrets\n":                    false,
		"kind: SecretStore\n":                false,
		"kind: Secret_2\n":                   false,
		"kind: Secret.v1\n":                  false,
		"kind: Secret 2\n":                   false,
		strings.Repeat("a", 100) + " Secret": false,
		strings.Repeat("a", 400) + " Secret": true, // may be a long tag
	} {
		if got := newWordSearch([]string{"Secret "}).in([]byte(text)); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}
