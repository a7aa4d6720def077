package config

import (
	"errors"
	"slices"
	"strings"
)

// shape says what a value may be. The decoder, the schema and the example are made from it.
type shape struct {
	kind kind
	// choices are all that a text may be; check judges any other text. It returns the text as it is used, or what is wrong.
	choices []choice
	check   func(string) (out, message, help string)
	called  string // what a choice, or a key of the mapping, is called: "rule or group"
	listed  string // where all choices are listed, if they are too many for a message
	number  bool   // a text that people write as a number
	pattern string // for the schema
	item    *shape // of a list
	filled  bool   // a list that cannot be empty
	keys    []key  // of a mapping
	own     bool   // IDs of policies are among the choices or keys, which the schema cannot list
	// foreign says what to do about a key that stands elsewhere, or comes from another tool; "" for any other.
	foreign func(name string) (help string)
}

// choice is one of the texts that a value may be.
type choice struct{ value, doc string }

// key is a key of a mapping.
type key struct {
	name, doc string
	required  bool
	missing   string // what to do where a required key is missing
	example   string // as YAML: the value, or lines of it
	fallback  any    // what holds where the key is not written, for the schema
	// trust is what the key can do; a mapping without one is judged by its keys, and one with it as a whole.
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

// find follows a path of keys.
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

// fewChoices is how many choices a message lists.
const fewChoices = 8

// judge looks at the text of a value.
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
	words := s.words()
	if slices.Contains(words, v) {
		return v, "", ""
	}
	if len(words) <= fewChoices {
		return "", "invalid value " + quote(v), "use " + or(words)
	}
	return "", quote(v) + " is not a valid " + s.called, didYouMean(v, words, s.listed)
}

// words are the choices.
func (s *shape) words() []string {
	words := make([]string, 0, len(s.choices))
	for _, c := range s.choices {
		words = append(words, c.value)
	}
	return words
}

// verdict is judge outside of a file.
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

// suggest says what to do about an unknown key, and which key of the mapping was meant; meant is "" where that is open.
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

// withPart are the words, few and quoted, that hold a name between dashes: image-latest for "latest".
func withPart(name string, words []string) []string {
	var out []string
	for _, w := range words {
		if strings.Contains("-"+w+"-", "-"+name+"-") {
			out = append(out, `"`+w+`"`)
		}
	}
	if len(out) > mostNamed {
		return nil
	}
	return out
}

// mostNamed is how many words a question names.
const mostNamed = 3

func didYouMean(name string, words []string, otherwise string) string {
	if n := Near(name, words); n != "" {
		return "did you mean " + `"` + n + `"?`
	}
	if with := withPart(name, words); len(with) > 0 {
		return "did you mean " + or(with) + "?"
	}
	return otherwise
}
