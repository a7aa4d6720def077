package manifests

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/fastyaml"
	"github.com/imagelint-dev/imagelint/manifests/internal/stream"
)

// parse reads a document into nodes with one root, or none. Several roots, as there are where a line break that only YAML knows hides a
// "---", and where JSON objects follow one another (kubectl reads such streams), become items of a list. A document that begins as JSON
// does is read as JSON first: it is quicker, and JSON may be indented with tabs. What is in the plain subset of YAML is read by fastyaml.
// The nodes are good until fast reads the next document.
func parse(c *stream.Doc, fast *fastyaml.Parser) (roots []*yaml.Node, err error) {
	defer func() {
		// The parser is not ours and its input is hostile; whatever it panics with is a document that could not be read.
		if r := recover(); r != nil {
			roots, err = nil, syntaxError(c, 1, 1, fmt.Sprint(r), "")
		}
	}()
	if bytes.IndexByte(c.Data, 0) >= 0 {
		return nil, unreadable(c, "NUL bytes")
	}
	if at := stream.JSONStart(c.Data); at >= 0 {
		if roots, ok := parseJSON(&c.Text, at); ok {
			return oneRoot(roots), nil
		}
	}
	if root, ok := fast.Parse(c.Data); ok {
		return []*yaml.Node{root}, nil
	}
	loader, err := yaml.NewLoader(bytes.NewReader(c.Data), yaml.WithUniqueKeys(false))
	if err != nil {
		return nil, err
	}
	for {
		doc := new(yaml.Node)
		err := loader.Load(doc)
		if errors.Is(err, io.EOF) {
			return oneRoot(roots), nil
		}
		if err != nil {
			return nil, yamlError(c, err)
		}
		if doc.Kind == yaml.DocumentNode && len(doc.Content) == 1 {
			if err := checkAliases(c, doc.Content[0]); err != nil {
				return nil, err
			}
			roots = append(roots, doc.Content[0])
		}
	}
}

// oneRoot wraps several roots into a list.
func oneRoot(roots []*yaml.Node) []*yaml.Node {
	if len(roots) < 2 {
		return roots
	}
	return []*yaml.Node{{Kind: yaml.SequenceNode, Tag: "!!seq", Line: roots[0].Line, Column: roots[0].Column, Content: roots}}
}

// yamlError turns a parser's error into ours.
func yamlError(c *stream.Doc, err error) error {
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		return syntaxError(c, 1, 1, err.Error(), "")
	}
	if strings.Contains(load.Message, "UTF-8") || strings.Contains(load.Message, "control characters") {
		return unreadable(c, load.Message) // these come without a place
	}
	at := load.Mark
	if load.ContextMark.Line > 0 && (strings.Contains(load.Message, "end of stream") || strings.Contains(load.ContextMsg, "flow ")) {
		at = load.ContextMark // what is not closed is to blame where it opens, not where the document ends
	}
	return syntaxError(c, at.Line, at.Column, load.Message, load.ContextMsg)
}

const unknownAnchor = "an alias names an anchor that the document does not define"

func isUnknownAnchor(err error) bool {
	var e *SyntaxError
	return errors.As(err, &e) && e.Message == unknownAnchor
}

// reworded are the parser's messages, each with what it means for the person who wrote the line and what to do.
var reworded = []struct{ theirs, ours, help string }{
	{"mapping values are not allowed", `a ":" stands where no key can begin`, "check the indentation, and quote a value that holds \": \""},
	{"did not find expected key", "a key is missing or indented otherwise than its neighbours", "align the keys of one mapping"},
	{"did not find expected '-' indicator", "a list item is missing or indented otherwise than its neighbours", "align the items of one list"},
	{"did not find expected node content", "a value is missing", "complete or remove what is open here"},
	{"did not find expected ',' or", `a list or mapping in brackets is not closed, or a "," is missing`, "close the bracket, or quote a value that begins with one"},
	{"could not find expected ':'", `a key has no ":"`, "end the key with \": \", or indent the line as part of the value above"},
	{"found character that cannot start any token", "a character stands here that no plain value can begin with", "quote the value"},
	{"tab", "a tab is used as indentation", "indent with spaces"},
	{"unknown anchor", unknownAnchor, "define the anchor before its use, or correct its name"},
	{"found unexpected end of stream", "a quoted value is not closed", "close the quote"},
	{"found unexpected document indicator", "a document separator stands inside a quoted value", "close the quote before the separator"},
	{"block sequence entries are not allowed", `a "-" stands where no list can begin`, "put the list on a line of its own"},
	{"block collections", "a block value stands inside brackets", "write the value in brackets too"},
	{"found unknown escape character", `a "\" begins an escape that YAML does not know`, "double the backslash, or use single quotes"},
	{"NUL bytes", "it holds NUL bytes, so it is no text", "save the file as UTF-8"},
	{"exceeded max depth", "it is nested deeper than 10000 levels", "no Kubernetes object is: check what wrote the file"},
	{"found undefined tag handle", "a tag uses a prefix that the document does not define", "remove the tag"},
	{"alphabetical or numeric", "an anchor or alias has no name", "quote a value that begins with * or &"},
	{"control characters", "it holds a control character", "remove the character"},
	{"invalid UTF-8", "it is not UTF-8", "save the file as UTF-8"},
	{"incomplete UTF-8", "it is not UTF-8", "save the file as UTF-8"},
	{"invalid leading UTF-8", "it is not UTF-8", "save the file as UTF-8"},
	{"invalid trailing UTF-8", "it is not UTF-8", "save the file as UTF-8"},
	{"did not find expected <document start>", `it ends, and something follows without a "---"`, `separate documents with a line "---", or align the line with the text above`},
	{"found a comment without preceding whitespace", `a "#" follows a value without a blank`, `put a blank before the "#", or quote the value`},
	{"while scanning a block scalar", "the header or the indentation of a block of text is wrong", "indent the text deeper than its key"},
	{"invalid Unicode", "it holds an escape for a character that does not exist", "correct the escape"},
}

func syntaxError(c *stream.Doc, line, col int, theirs, context string) *SyntaxError {
	e := &SyntaxError{Message: "the text is not YAML from here on", Help: "check quotes, brackets and indentation"}
	all := context + ": " + theirs
	if off := c.Offset(max(line, 1), max(col, 1)); off < len(c.Data) && c.Data[off] == '\t' && strings.Contains(theirs, "cannot start any token") {
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
	off := c.Offset(line, max(col, 1))
	end := off
	if off < c.LineEnd(line) {
		_, w := utf8.DecodeRune(c.Data[off:])
		end += w
	}
	e.Span = c.Span(off, end)
	if mayHoldSecret(c.Data) {
		e.Span = e.Span.Veiled() // the line may hold the value of one
	}
	return e
}

// unreadable is the error for a document that holds bytes that are no text, at the first of them.
func unreadable(c *stream.Doc, why string) *SyntaxError {
	off := 0
	for off < len(c.Data) {
		r, w := utf8.DecodeRune(c.Data[off:])
		if r == utf8.RuneError && w == 1 || unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r' && r != '\u0085' {
			break
		}
		off += w
	}
	line := c.LineAt(off)
	return syntaxError(c, line, 1+utf8.RuneCount(c.Data[c.LineStart(line):off]), why, "")
}
