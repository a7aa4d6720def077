package config

import (
	"errors"
	"slices"
	"strings"
)

// shape describes the valid values of a key. The decoder, the schema and the example are generated from it.
type shape struct {
	kind kind
	// choices are the valid texts. check validates other texts: it returns the normalized text, or what is wrong.
	choices []choice
	check   func(string) (out, message, help string)
	called  string // the noun for a choice or a key of the mapping: "rule or group"
	listed  string // where all choices are listed, if there are too many for a message
	number  bool   // a text that users write as a number
	block   bool   // a text of several lines, which users may write as YAML
	pattern string // for the schema
	item    *shape // of a list
	filled  bool   // the list must not be empty
	keys    []key  // of a mapping
	own     bool   // policy IDs are among the choices or keys, and the schema cannot list them
	// foreign returns help for a key that belongs elsewhere or comes from another tool, or "".
	foreign func(name string) (help string)
}

// choice is a valid text.
type choice struct{ value, doc string }

// key is a key of a mapping.
type key struct {
	name, doc string
	required  bool
	missing   string // what to do if a required key is missing
	example   string // YAML: the value, or several lines
	fallback  any    // default for the schema
	// trust is what the key can do. A mapping without trust gets it from its keys; one with trust is judged as a whole.
	trust Trust
	shape
}

func (s *shape) key(name string) *key {
	for i := range s.keys {
		if s.keys[i].name == name {
			return &s.keys[i]
		}
	}
	return nil
}

// find returns the shape at a path of keys.
func (s *shape) find(path string) *shape {
	for name := range strings.SplitSeq(path, ".") {
		k := s.key(name)
		if k == nil {
			return nil
		}
		s = &k.shape
	}
	return s
}

// fewChoices is the maximum number of choices that a message lists.
const fewChoices = 8

// judge validates the text of a value.
func (s *shape) judge(v string) (out, message, help string) {
	if strings.TrimSpace(v) == "" {
		return "", "the value is empty", "add a value, or remove it"
	}
	if s.choices == nil {
		if s.check == nil {
			return v, "", ""
		}
		return s.check(v)
	}
	words := s.choiceNames()
	if slices.Contains(words, v) {
		return v, "", ""
	}
	if len(words) <= fewChoices {
		return "", "invalid value " + quote(v), "use " + or(words)
	}
	return "", quote(v) + " is not a valid " + s.called, didYouMean(v, words, s.listed)
}

// choiceNames returns the choices.
func (s *shape) choiceNames() []string {
	words := make([]string, 0, len(s.choices))
	for _, c := range s.choices {
		words = append(words, c.value)
	}
	return words
}

// verdict is judge with an error, for values outside of a file.
func (s *shape) verdict(v string) (string, error) {
	out, message, help := s.judge(v)
	switch {
	case message == "":
		return out, nil
	case help == "":
		return "", errors.New(message)
	}
	return "", errors.New(message + ": " + help)
}

// suggest returns help for an unknown key, and the key that was probably meant: "none" if none is similar, "" if the help says where the key belongs.
func (s *shape) suggest(name string) (help, meant string) {
	words := make([]string, 0, len(s.keys))
	for i := range s.keys {
		words = append(words, s.keys[i].name)
	}
	meant = Near(name, words)
	if meant == "" && s.foreign != nil {
		if help := s.foreign(name); help != "" {
			return help, ""
		}
	}
	listed := s.listed
	if listed == "" {
		listed = "the keys are " + strings.Join(words, ", ")
	}
	if meant == "" {
		return listed, "none"
	}
	return didYouMean(name, words, listed), meant
}

// containing returns the words that contain name between dashes, quoted: image-latest for "latest". It returns none if there
// are too many.
func containing(name string, words []string) []string {
	var out []string
	for _, w := range words {
		if strings.Contains("-"+w+"-", "-"+name+"-") {
			out = append(out, `"`+w+`"`)
		}
	}
	if len(out) > maxSuggestions {
		return nil
	}
	return out
}

// maxSuggestions is the maximum number of words in a suggestion.
const maxSuggestions = 3

func didYouMean(name string, words []string, otherwise string) string {
	if n := Near(name, words); n != "" {
		return "did you mean " + `"` + n + `"?`
	}
	if with := containing(name, words); len(with) > 0 {
		return "did you mean " + or(with) + "?"
	}
	return otherwise
}
