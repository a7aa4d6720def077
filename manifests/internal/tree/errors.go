package tree

import (
	"bytes"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/model"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// yamlError converts a parser's error.
func yamlError(t *source.Text, err error) error {
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		return syntaxError(t, 1, 1, err.Error(), "")
	}
	if strings.Contains(load.Message, "UTF-8") || strings.Contains(load.Message, "control characters") {
		return unreadable(t, load.Message) // these have no position
	}
	at := load.Mark
	if load.ContextMark.Line > 0 && (strings.Contains(load.Message, "end of stream") || strings.Contains(load.ContextMsg, "flow ")) {
		at = load.ContextMark // report an unclosed construct where it opens, not where the document ends
	}
	return syntaxError(t, at.Line, at.Column, load.Message, load.ContextMsg)
}

const unknownAnchor = "an alias names an anchor that the document does not define"

// IsUnknownAnchor reports whether a document could not be read because of an alias whose anchor it
// does not define.
func IsUnknownAnchor(err error) bool {
	var e *model.SyntaxError
	return errors.As(err, &e) && e.Message == unknownAnchor
}

// reworded maps the parser's messages to what they mean for the author of the line, and what to do.
var reworded = []struct{ theirs, ours, help string }{
	{"mapping values are not allowed", `":" is not allowed here`, "check the indentation, and quote a value that holds \": \""},
	{"did not find expected key", "a key is missing, or its indentation differs from its neighbors", "align the keys of one mapping"},
	{"did not find expected '-' indicator", "a list item is missing, or its indentation differs from its neighbors", "align the items of one list"},
	{"did not find expected node content", "a value is missing", "complete or remove the unfinished value"},
	{"did not find expected ',' or", `a list or mapping in brackets is not closed, or a "," is missing`, "close the bracket, or quote a value that begins with one"},
	{"could not find expected ':'", `a key has no ":"`, "end the key with \": \", or indent the line as part of the value above"},
	{"found character that cannot start any token", "an unquoted value cannot begin with this character", "quote the value"},
	{"tab", "a tab is used as indentation", "indent with spaces"},
	{"unknown anchor", unknownAnchor, "define the anchor before its use, or correct its name"},
	{"found unexpected end of stream", "a quoted value is not closed", "close the quote"},
	{"found unexpected document indicator", "a document separator is inside a quoted value", "close the quote before the separator"},
	{"block sequence entries are not allowed", `a list cannot begin here`, "put the list on a line of its own"},
	{"block collections", "a block value is inside brackets", "write the value in brackets, too"},
	{"found unknown escape character", `unknown escape sequence after "\"`, "double the backslash, or use single quotes"},
	{"NUL bytes", "it contains NUL bytes", "save the file as UTF-8"},
	{"exceeded max depth", "it is nested deeper than 10000 levels", "check the tool that wrote the file"},
	{"found undefined tag handle", "a tag uses a prefix that the document does not define", "remove the tag"},
	{"alphabetical or numeric", "an anchor or alias has no name", "quote a value that begins with * or &"},
	{"control characters", "it contains a control character", "remove the character"},
	{"invalid UTF-8", "it is not UTF-8", "save the file as UTF-8"},
	{"incomplete UTF-8", "it is not UTF-8", "save the file as UTF-8"},
	{"invalid leading UTF-8", "it is not UTF-8", "save the file as UTF-8"},
	{"invalid trailing UTF-8", "it is not UTF-8", "save the file as UTF-8"},
	{"did not find expected <document start>", `there is content after its end without a "---"`, `separate documents with a line "---", or align the line with the text above`},
	{"found a comment without preceding whitespace", `a "#" follows a value without a space`, `put a space before the "#", or quote the value`},
	{"while scanning a block scalar", "the header or the indentation of a block of text is wrong", "indent the text deeper than its key"},
	{"invalid Unicode", "it contains an escape for a character that does not exist", "correct the escape"},
}

func syntaxError(t *source.Text, line, col int, theirs, context string) *model.SyntaxError {
	e := &model.SyntaxError{Message: "the text is not YAML from here on", Help: "check quotes, brackets and indentation"}
	all := context + ": " + theirs
	if off := t.Offset(max(line, 1), max(col, 1)); off < len(t.Data) && t.Data[off] == '\t' && strings.Contains(theirs, "cannot start any token") {
		all = "tab"
	}
	for _, r := range reworded {
		if strings.Contains(all, r.theirs) {
			e.Message, e.Help = r.ours, r.help
			break
		}
	}
	if line < 1 {
		line, col = 1, 1
	}
	if at := conflictLine(t); at > 0 {
		line, col = at, 1
		e.Message, e.Help = "it contains an unresolved merge conflict", "keep one of the two versions, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>"
	}
	off := t.Offset(line, max(col, 1))
	end := off
	if off < t.LineEnd(line) {
		_, w := utf8.DecodeRune(t.Data[off:])
		end += w
	}
	if strings.Contains(theirs, "mapping values are not allowed") && strings.TrimSpace(string(t.Data[off:t.LineEnd(line)])) == ":" {
		e.Help = "the value ends in a colon: write what follows it, such as a tag, or remove the colon; check the indentation if it is a key"
	}
	e.Span = t.Span(off, end)
	if MayHoldSecret(t.Data) {
		e.Span = e.Span.HideExcerpt() // the line may contain the value of one
	}
	return e
}

// conflictLine returns the first line that git left there for a merge conflict, or 0. Such a line is never valid in a block of YAML.
func conflictLine(t *source.Text) int {
	for _, marker := range []string{"<<<<<<< ", ">>>>>>> "} {
		if bytes.HasPrefix(t.Data, []byte(marker)) {
			return t.LineAt(0)
		}
		if i := bytes.Index(t.Data, []byte("\n"+marker)); i >= 0 {
			return t.LineAt(i + 1)
		}
	}
	return 0
}

// unreadable returns the error for a document with bytes that are not text, at the first such byte.
func unreadable(t *source.Text, why string) *model.SyntaxError {
	off := 0
	for off < len(t.Data) {
		r, w := utf8.DecodeRune(t.Data[off:])
		if r == utf8.RuneError && w == 1 || unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r' && r != '\u0085' {
			break
		}
		off += w
	}
	line := t.LineAt(off)
	return syntaxError(t, line, 1+utf8.RuneCount(t.Data[t.LineStart(line):off]), why, "")
}
