package cluster

import (
	"slices"
	"strings"
	"testing"
)

// Each example of a message that is suggested for a word gets an answer of the table.
func TestMentioning(t *testing.T) {
	words := map[string]bool{"quay.io": true, "ghcr.io": true, "https://gcr.io/": true, "azurecr.io": true}
	for _, m := range Messages() {
		words[string(m.Kind)] = true
		for _, text := range slices.Concat(m.All, m.Any) {
			for _, word := range strings.FieldsFunc(text, isNoLetter) {
				words[word] = true
			}
		}
	}
	for word := range words {
		for _, example := range Mentioning(word) { // which users type in double quotes
			if !strings.Contains(strings.ToLower(example), strings.Trim(word, "/")) && !slices.ContainsFunc(Messages(), func(m Message) bool { return string(m.Kind) == word }) {
				t.Errorf("Mentioning(%q) = %q, which does not contain it", word, example)
			}
			if answers := Diagnose(Ask(example), Options{}); len(answers) != 1 || answers[0].Entry == nil || strings.HasPrefix(example, "-") || strings.ContainsAny(example, "\"`$!\\") {
				t.Errorf("Mentioning(%q) suggests %q, which gets %d answers", word, example, len(answers))
			}
		}
	}
	for word, want := range map[string][]string{
		"acr":     {"aka.ms/acr/authorization"},
		"quay.io": {"quay.io: failed to fetch oauth token", "quay.io: 401 unauthorized"},
		"x":       nil, "a/b": nil, "kubelet.log": nil,
	} {
		if got := Mentioning(word); !slices.Equal(got, want) {
			t.Errorf("Mentioning(%q) = %q, want %q", word, got, want)
		}
	}
	if len(Mentioning("ecr")) == 0 {
		t.Error("no message is suggested for ecr, whose messages name only a part of a host")
	}
}
