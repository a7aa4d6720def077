package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

// Error is one thing that is wrong in a configuration file, with its place. Line and Col count from 1, Col in code points.
type Error struct {
	File      string
	Line, Col int
	Message   string // what is wrong: a fact, one line
	Help      string // what to do; "" if nothing useful is known
}

// Error implements error: the form that editors know, as of findings.
func (e *Error) Error() string {
	s := fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Message)
	if e.Help != "" {
		s += ": " + e.Help
	}
	return s
}

// maxErrors is how many errors of one file are told; a file that has more is not what it was taken for.
const maxErrors = 100

// problems gathers what is wrong in one file.
type problems struct {
	file string
	all  []*Error
	more int
}

// full counts one error and reports whether there are enough of them: then it need not even be worded.
func (p *problems) full() bool {
	if len(p.all) < maxErrors {
		return false
	}
	p.more++
	return true
}

func (p *problems) at(line, col int, message, help string) {
	if !p.full() {
		p.all = append(p.all, &Error{File: p.file, Line: max(line, 1), Col: max(col, 1), Message: message, Help: help})
	}
}

func (p *problems) node(n *yaml.Node, message, help string) { p.at(n.Line, n.Column, message, help) }

// tooLarge reports a file of more than MaxSize bytes.
func (p *problems) tooLarge() {
	p.at(1, 1, "the file is larger than 1 MiB", "name a configuration of imagelint")
}

// err joins the errors in the order of the file; nil where there is none.
func (p *problems) err() error {
	if len(p.all) == 0 {
		return nil
	}
	slices.SortStableFunc(p.all, func(a, b *Error) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col)) })
	out := make([]error, 0, len(p.all)+1)
	for _, e := range p.all {
		out = append(out, e)
	}
	if p.more > 0 {
		out = append(out, fmt.Errorf("%s: %d more errors are not shown", p.file, p.more))
	}
	return errors.Join(out...)
}

// longest is how many characters of the user's text a message repeats.
const longest = 80

// quote writes the user's text for a message: quoted, control characters escaped, and cut where it is long.
func quote(s string) string { return fmt.Sprintf("%q", clip(s)) }

// clip cuts text of the user where it is long.
func clip(s string) string {
	n := 0
	for i := range s {
		if n == longest {
			return s[:i] + "..."
		}
		n++
	}
	return s
}

// or joins words for a sentence: "a, b or c".
func or(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
