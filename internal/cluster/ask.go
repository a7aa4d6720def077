package cluster

import (
	"slices"
	"strings"
	"unicode"
)

// Ask returns the observations in what a user asks about: a status as kubectl prints it, an HTTP status code, or a
// message. It returns nil for a single word that is none of these. A message that is not in the table is an observation
// without an entry.
func Ask(text string) []Observation {
	if message := OfCode(text); message != "" {
		return []Observation{{From: "message", Message: message, Count: 1}}
	}
	s := Observation{From: "message", Reason: strings.TrimSpace(text), Count: 1}
	if isWord(s.Reason) {
		if _, list := initStatus(s.Reason); list == ListInit {
			s.List = list
		}
		if found, _ := Match(s.Reason, ""); found != nil {
			return []Observation{s}
		}
	}
	// A message may name its image, its pod and its pull secrets.
	if t, err := ReadText("", strings.NewReader(text)); err == nil && len(t.Observations) > 0 {
		for i := range t.Observations {
			t.Observations[i].File, t.Observations[i].Line = "", 0
		}
		return t.Observations
	}
	s.Reason, s.Message = "", text
	if found, _ := Match("", text); found == nil && isWord(text) {
		return nil
	}
	return []Observation{s}
}

func isWord(text string) bool { return !strings.ContainsFunc(text, unicode.IsSpace) }

// Mentioning returns a few of the known messages that contain a word, and more, or else that are about it, such as "TLS".
func Mentioning(word string) []string {
	const limit = 2
	word = strings.ToLower(word)
	var containing, about []string
	for _, m := range Messages() {
		texts := slices.Concat(m.All, m.Any)
		for _, text := range texts {
			if slices.Contains(strings.FieldsFunc(text, isNoLetter), word) {
				containing = append(containing, strings.Trim(text, ` "`))
			}
		}
		if string(m.Kind) == word && len(texts) > 0 {
			about = append(about, strings.Trim(texts[0], ` "`))
		}
	}
	var out []string
	for _, text := range slices.Concat(containing, about) {
		if len(out) < limit && text != word && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

func isNoLetter(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
