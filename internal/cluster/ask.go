package cluster

import (
	"cmp"
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

// Mentioning returns a few examples of known messages that contain a word or a name, and more, or else that are about it, such as "TLS". Ask answers each.
func Mentioning(word string) []string {
	const limit = 2
	word = strings.ToLower(word)
	all := Messages()
	var alone, whole, about []string
	for i := range all {
		m := &all[i]
		texts := slices.Concat(m.All, m.Any)
		if m.Storage { // whose texts mean something else where they stand alone
			continue
		}
		for _, text := range texts {
			if contains(text, word) {
				alone, whole = append(alone, exampleOf(text)), append(whole, exampleOf(m.parts(text)...))
			}
		}
		if string(m.Kind) == word && len(texts) > 0 {
			about = append(about, exampleOf(m.parts(texts[0])...))
		}
	}
	var out []string
	for _, text := range slices.Concat(alone, whole, about) {
		if len(out) < limit && text != "" && text != word && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// contains reports whether a text has a word, or a name of several words such as quay.io.
func contains(text, word string) bool {
	if strings.ContainsFunc(word, isNoLetter) {
		return len(strings.TrimFunc(word, isNoLetter)) >= minName && strings.Contains(text, strings.TrimFunc(word, isNoLetter))
	}
	return slices.Contains(strings.FieldsFunc(text, isNoLetter), word)
}

// minName is the length from which a name with other characters than letters says something.
const minName = 5

// parts returns texts that together make a message of an entry, with one of its texts.
func (m *Message) parts(text string) []string {
	parts := slices.Clone(m.All)
	switch {
	case !slices.Contains(m.All, text):
		parts = append(parts, text)
	case len(m.Any) > 0:
		parts = append(parts, m.Any[0])
	}
	return parts
}

// exampleOf joins texts to a message. It returns "" if the table has no answer to it, if a shell does not read it as it is in double quotes, or if it looks
// like a flag.
func exampleOf(texts ...string) string {
	parts := make([]string, len(texts))
	for i, text := range texts {
		parts[i] = strings.Trim(cmp.Or(hostsLike[text], text), " :,")
	}
	message := strings.Join(parts, ": ")
	asked := Ask(message)
	if len(asked) != 1 || strings.HasPrefix(message, "-") || strings.ContainsAny(message, "\"`$!\\") {
		return ""
	}
	if found, _ := Match(asked[0].Reason, asked[0].Message); found == nil {
		return ""
	}
	return message
}

// hostsLike are hosts for the parts of hosts that entries look for.
var hostsLike = map[string]string{
	".dkr.ecr.": "123456789012.dkr.ecr.eu-west-1.amazonaws.com", ".azurecr.io": "acmeprod.azurecr.io", "-docker.pkg.dev/": "https://europe-docker.pkg.dev/v2/", ".gcr.io/": "https://eu.gcr.io/v2/",
}

func isNoLetter(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
