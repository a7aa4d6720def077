package policy

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"cel.dev/cel-go/cel"

	"github.com/imagelint-dev/imagelint/internal/config"
)

// errPanic is what the library failed on.
var errPanic = errors.New("internal")

// wording puts a message of the library into our words; %s in them is what the pattern's groups hold, in their order.
type wording struct {
	theirs string // a regular expression, which is compiled only where something is wrong
	ours   string
	help   string
}

const factsHelp = "docs/policies.md lists the facts"

// wordings of what is wrong with an expression. The first that fits counts.
var wordings = []wording{
	{`found no matching overload for '_([^']+)_' applied to '\((.+), (.+)\)'`, "%s does not take %s and %s", "compare values of one type; write texts in quotes"},
	{`found no matching overload for '([^']+)' applied to '([^']+)'`, "%s cannot be used with %s", "check the types of what it is given"},
	{`type '([^']+)' does not support field selection`, "a value of type %s has no fields", factsHelp},
	{`undefined field '([^']+)'`, "there is no field %q", factsHelp},
	{`cannot be range of a comprehension`, "a list or a map is wanted here", "use all, exists and the like on a list or a map"},
	{`expected type '([^']+)' but found '([^']+)'`, "a value of type %s is wanted, and this is of type %s", "compare values of one type"},
	{`regex program size`, "the regular expression is too large", "write a smaller one, with fewer repetitions"},
	{`invalid matches argument`, "the regular expression cannot be read", "check brackets and backslashes; in '...' a backslash is doubled, in r'...' it is not"},
	{`node count|size exceeds|nesting|recursion|too deep`, "the expression is too large", "split it into several policies"},
	{`mismatched input '<EOF>'|at '<EOF>'|input: <EOF>`, "the expression ends too early", "finish it, and close what is open"},
	{`token recognition error at: '["']`, "a text is not closed", "close its quote"},
	{`token recognition error at: '(.)`, "%q stands where it means nothing", `join conditions with && and ||, and write texts in quotes`},
	{`(?:mismatched|extraneous) input '([^']+)'`, "%q stands where it means nothing", `join conditions with && and ||, and write texts in quotes`},
	{`reserved identifier: (\w+)`, "%q is a reserved word", "choose another name"},
	{`argument to has|has\(\) macro`, "has() takes a key of a map", `write has(object.labels.team), or "team" in object.labels`},
	{`must be a simple name|argument is not an identifier|argument must be`, "a macro is given something else than a name", "write it as in pull.secrets.exists(s, s == \"regcred\")"},
}

const undeclared = `undeclared reference to '([^']*)'`

// translate puts what the library says of an expression into our words.
func (c *compiler) translate(text *config.Text, issues *cel.Issues) error {
	e := issues.Errors()[0] // the others mostly follow from it
	line, col := max(e.Location.Line(), 1), max(e.Location.Column(), 0)+1
	message, help := "the expression cannot be read here", "docs/policies.md has examples"
	if m := regexp.MustCompile(undeclared).FindStringSubmatch(e.Message); m != nil {
		message, help = c.unknown(m[1], text.Value, line, col)
	}
	if ours, theirHelp, ok := worded(wordings, e.Message); ok {
		message, help = ours, theirHelp
	}
	return text.Error(line, col, message, help)
}

// worded is the first wording that fits a message of the library.
func worded(list []wording, theirs string) (ours, help string, ok bool) {
	for i := range list {
		if m := regexp.MustCompile(list[i].theirs).FindStringSubmatch(theirs); m != nil {
			return fill(list[i].ours, m[1:]), list[i].help, true
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

// short cuts what the user wrote, and takes out what cannot be shown.
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

// functions are those that people look for.
var functions = []string{"matches", "startsWith", "endsWith", "contains", "size", "string", "int", "exists", "all"}

// unknown says what a name is that nobody knows, by the whole row of names with dots around it.
func (c *compiler) unknown(name, text string, line, col int) (message, help string) {
	whole, called := rowAt(text, line, col, name)
	last := whole[strings.LastIndexByte(whole, '.')+1:]
	words, help := c.names, factsHelp
	switch {
	case c.facts[whole] != nil:
		return quote(whole) + " is always there, and has() takes a key of a map", "compare it with an empty text, as in " + whole + ` != ""`
	case slices.ContainsFunc(c.names, func(n string) bool { return strings.HasPrefix(n, whole+".") }):
		return quote(whole) + " is no value by itself", "write one of its facts, as in " + c.names[slices.IndexFunc(c.names, func(n string) bool { return strings.HasPrefix(n, whole+".") })]
	case called && (last == name || whole == name):
		message, words, whole = quote(last)+" is no function", functions, last
	default:
		message = quote(whole) + " is no fact"
	}
	if near := config.Near(whole, words); near != "" {
		help = "did you mean " + near + "?"
	}
	return message, help
}

func quote(s string) string { return strconv.Quote(short(s)) }

// rowAt is the row of names with dots that stands at a place of a text, and whether it is called as a function.
func rowAt(text string, line, col int, name string) (row string, called bool) {
	lines := strings.Split(text, "\n")
	if line > len(lines) {
		return name, false
	}
	runes := []rune(lines[line-1])
	isPart := func(r rune) bool { return r == '.' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
	at := min(col-1, len(runes))
	if at < len(runes) && runes[at] == '(' && at > 0 {
		at-- // a call stands where its parenthesis does
	}
	from, to := at, at
	for from > 0 && isPart(runes[from-1]) {
		from--
	}
	for to < len(runes) && isPart(runes[to]) {
		to++
	}
	if row = strings.Trim(string(runes[from:to]), "."); strings.Contains(row, name) {
		return row, to < len(runes) && runes[to] == '('
	}
	return name, false
}

// failures put what an expression fails with into our words.
var failures = []wording{
	{theirs: `cost limit`, ours: "the expression costs more than it may"},
	{theirs: `memory`, ours: "the expression makes more text than it may"},
	{theirs: `no such key: (\S+)`, ours: "there is no key %q"},
	{theirs: `index .*out of|index out of`, ours: "a list has fewer items than it is asked for"},
	{theirs: `type conversion error|strconv|invalid`, ours: "a text cannot be read as the number or time that is wanted"},
	{theirs: `overflow`, ours: "a number gets too large"},
	{theirs: `divi(sion|de) by zero|modulus by zero`, ours: "a number is divided by zero"},
	{theirs: `regex|error parsing regexp`, ours: "a regular expression cannot be used"},
	{theirs: `no such overload`, ours: "an operator is given values of other types than it takes"},
}

// inWords says why an expression cannot be decided.
func inWords(err error) string {
	if ours, _, ok := worded(failures, err.Error()); ok {
		return ours
	}
	return "the expression fails"
}
