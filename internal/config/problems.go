package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/lint"
)

// Error is one error in a configuration file with its position. Line and Col count from 1, Col in code points.
type Error struct {
	File      string
	Line, Col int
	Message   string // a fact, on one line
	Help      string // what to do; "" if nothing useful is known
}

// Error implements error. It uses the format that editors recognize, as findings do.
func (e *Error) Error() string {
	s := fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Message)
	if e.Help != "" {
		s += ": " + e.Help
	}
	return s
}

// maxErrors bounds the errors reported per file. A file with more is probably not a configuration.
const maxErrors = 100

// problems collects the errors in a file.
type problems struct {
	file string
	all  []*Error
	more int
}

// full counts an error and reports whether the limit is reached, so that callers need not format it.
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

// err returns the errors joined in file order, or nil.
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

// invalid is the error for a file with errors. Its policies can still be compiled, so that all errors are reported at once.
type invalid struct {
	errs     []error
	policies []Policy
}

// withPolicies adds the policies that a file with errors defines completely to its joined errors.
func withPolicies(err error, policies []Policy) error {
	joined, ok := err.(interface{ Unwrap() []error })
	policies = slices.DeleteFunc(policies, func(p Policy) bool { return p.Expression.Value == "" || p.Message.Value == "" })
	if !ok || len(policies) == 0 {
		return err
	}
	return &invalid{joined.Unwrap(), policies}
}

// Error implements error.
func (e *invalid) Error() string { return errors.Join(e.errs...).Error() }

// Unwrap returns the errors in the order of the file.
func (e *invalid) Unwrap() []error { return e.errs }

// allErrors returns an error with those that compile finds in the policies of the same file.
func allErrors(err error, compile func([]Policy) ([]lint.Rule, error)) error {
	var file *invalid
	if compile == nil || !errors.As(err, &file) {
		return err
	}
	_, more := compile(file.policies)
	joined, ok := more.(interface{ Unwrap() []error })
	if !ok {
		return err
	}
	out := slices.Concat(file.errs, joined.Unwrap())
	slices.SortStableFunc(out, func(a, b error) int {
		var x, y *Error
		if !errors.As(a, &x) || !errors.As(b, &y) {
			return 0
		}
		return cmp.Or(cmp.Compare(x.Line, y.Line), cmp.Compare(x.Col, y.Col))
	})
	return errors.Join(out...)
}

// maxQuoted is the maximum length of user text in a message, in characters.
const maxQuoted = 80

// quote quotes user text for a message. It escapes control characters and truncates long text.
func quote(s string) string { return fmt.Sprintf("%q", clip(s)) }

// clip truncates long user text.
func clip(s string) string {
	n := 0
	for i := range s {
		if n == maxQuoted {
			return s[:i] + "..."
		}
		n++
	}
	return s
}

// or joins words: "a, b or c".
func or(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
