package policy

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"cel.dev/cel-go/common"

	"github.com/imagelint-dev/imagelint/internal/config"
)

// errPanic reports a panic in the library.
var errPanic = errors.New("internal")

// wording replaces a message of the library. Each %s stands for a group of the pattern, in order.
type wording struct {
	pattern string // a regular expression
	message string
	help    string
}

const factsHelp = "docs/policies.md lists the facts"

// wordings of compile errors. The first match wins.
var wordings = []wording{
	{`found no matching overload for '_([^']+)_' applied to '\((.+), (.+)\)'`, "%s does not work with %s and %s", "compare values of one type; put strings in quotes"},
	{`found no matching overload for '([^']+)' applied to '([^']+)'`, "%s cannot be used with %s", "check the types of its arguments"},
	{`type '([^']+)' does not support field selection`, "a value of type %s has no fields", factsHelp},
	{`undefined field '([^']+)'`, "there is no field %q", factsHelp},
	{`cannot be range of a comprehension`, "this must be a list or a map", "all, exists and other macros need a list or a map"},
	{`expected type '([^']+)' but found '([^']+)'`, "this must be of type %s, not %s", "compare values of one type"},
	{`regex program size`, "the regular expression is too large", "simplify it, for example with fewer repetitions"},
	{`invalid matches argument`, "the regular expression is not valid", "check brackets and backslashes; double backslashes in '...', but not in r'...'"},
	{`node count|size exceeds|nesting|recursion|too deep`, "the expression is too large", "split it into several policies"},
	{`mismatched input '<EOF>'|at '<EOF>'|input: <EOF>`, "the expression is incomplete", "complete it and close all brackets"},
	{`token recognition error at: '["']`, "a string is not closed", "add the closing quote"},
	{`token recognition error at: '(.)`, "unexpected %q", `join conditions with && and ||, and put strings in quotes`},
	{`(?:mismatched|extraneous) input '([^']+)'`, "unexpected %q", `join conditions with && and ||, and put strings in quotes`},
	{`reserved identifier: (\w+)`, "%q is a reserved word", "choose another ID"},
	{`argument to has|has\(\) macro`, "has() needs a key of a map", `write has(object.labels.team), or "team" in object.labels`},
	{`must be a simple name|argument is not an identifier|argument must be`, "the first argument of a macro must be a name", "write it as in pull.secrets.exists(s, s == \"regcred\")"},
}

const undeclared = `undeclared reference to '([^']*)'`

// rewordError rewords a compile error of the library.
func (c *Compiler) rewordError(text *config.Text, e *common.Error) error {
	line, col := max(e.Location.Line(), 1), max(e.Location.Column(), 0)+1
	message, help := "syntax error in the expression", "docs/policies.md has examples"
	if m := regexp.MustCompile(undeclared).FindStringSubmatch(e.Message); m != nil {
		message, help, col = c.unknown(m[1], text.Value, line, col)
	}
	if ours, theirHelp, ok := reword(wordings, wordingPatterns, e.Message); ok {
		message, help = ours, theirHelp
	}
	return text.Error(line, col, message, help)
}

// The patterns are compiled only when an error occurs.
var (
	wordingPatterns = sync.OnceValue(func() []*regexp.Regexp { return patterns(wordings) })
	failurePatterns = sync.OnceValue(func() []*regexp.Regexp { return patterns(failures) })
)

func patterns(list []wording) []*regexp.Regexp {
	out := make([]*regexp.Regexp, len(list))
	for i := range list {
		out[i] = regexp.MustCompile(list[i].pattern)
	}
	return out
}

// reword returns the first wording that matches a message of the library.
func reword(list []wording, patterns func() []*regexp.Regexp, theirs string) (ours, help string, ok bool) {
	for i, pattern := range patterns() {
		if m := pattern.FindStringSubmatch(theirs); m != nil {
			return fill(list[i].message, m[1:]), list[i].help, true
		}
	}
	return "", "", false
}

func fill(ours string, groups []string) string {
	if strings.Count(ours, "%") != len(groups) {
		return ours
	}
	args := make([]any, len(groups))
	for i, g := range groups {
		args[i] = short(g)
	}
	return fmt.Sprintf(ours, args...)
}

// short truncates user text and removes unprintable characters.
func short(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "..."
	}
	return s
}

// functions are the functions suggested for a misspelled one.
var functions = []string{"matches", "startsWith", "endsWith", "contains", "size", "string", "int", "exists", "all"}

// unknown describes an unknown name, using the whole dotted name around it, and returns the offset at which
// that begins.
func (c *Compiler) unknown(name, text string, line, col int) (message, help string, at int) {
	whole, at, called := rowAt(text, line, col, name)
	last := whole[strings.LastIndexByte(whole, '.')+1:]
	words, help := c.names, factsHelp
	switch {
	case c.facts[whole] != nil:
		return quote(whole) + " is always present, and has() needs a key of a map", "compare it with an empty string, as in " + whole + ` != ""`, at
	case slices.ContainsFunc(c.names, func(n string) bool { return strings.HasPrefix(n, whole+".") }):
		return quote(whole) + " is not a value", "write one of its facts, as in " + c.names[slices.IndexFunc(c.names, func(n string) bool { return strings.HasPrefix(n, whole+".") })], at
	case called && (last == name || whole == name):
		at += utf8.RuneCountInString(whole) - utf8.RuneCountInString(last)
		message, words, whole = "unknown function "+quote(last), functions, last
	default:
		message = "unknown fact " + quote(whole)
	}
	if near := config.Near(whole, words); near != "" {
		help = "did you mean " + near + "?"
	}
	return message, help, at
}

func quote(s string) string { return strconv.Quote(short(s)) }

// rowAt returns the dotted name at a position of a text, the column at which it begins, and whether it is
// called as a function.
func rowAt(text string, line, col int, name string) (row string, begin int, called bool) {
	lines := strings.Split(text, "\n")
	if line > len(lines) {
		return name, col, false
	}
	runes := []rune(lines[line-1])
	isPart := func(r rune) bool { return r == '.' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
	at := min(col-1, len(runes))
	if at < len(runes) && runes[at] == '(' && at > 0 {
		at-- // the position of a call is its parenthesis
	}
	from, to := at, at
	for from > 0 && isPart(runes[from-1]) {
		from--
	}
	for to < len(runes) && isPart(runes[to]) {
		to++
	}
	if row = strings.Trim(string(runes[from:to]), "."); strings.Contains(row, name) {
		return row, from + 1, to < len(runes) && runes[to] == '('
	}
	return name, col, false
}

const (
	simplify = "write a simpler expression"
	fixIt    = "fix the expression in the configuration"
)

// failures are the wordings of evaluation errors.
var failures = []wording{
	{pattern: `cost limit`, message: "the expression costs more than the limit", help: simplify},
	{pattern: `memory`, message: "the expression uses more memory than the limit", help: simplify},
	{pattern: `no such key: (\S+)`, message: "the map has no key %q", help: `check for the key first, as in "key" in object.labels`},
	{pattern: `index .*out of|index out of`, message: "an index is out of range", help: fixIt},
	{pattern: `type conversion error|strconv|invalid`, message: "a string is not a valid number or time", help: fixIt},
	{pattern: `overflow`, message: "a number is too large", help: fixIt},
	{pattern: `divi(sion|de) by zero|modulus by zero`, message: "division by zero", help: fixIt},
	{pattern: `regex|error parsing regexp`, message: "a regular expression is not valid", help: fixIt},
	{pattern: `no such overload`, message: "an operator has operands of the wrong type", help: fixIt},
}

// explain returns why an expression could not be evaluated, and what to do.
func explain(err error) (why, help string) {
	if errors.Is(err, errTime) {
		return errTime.Error(), simplify
	}
	if ours, help, ok := reword(failures, failurePatterns, err.Error()); ok {
		return ours, help
	}
	return "the expression cannot be evaluated", fixIt
}
