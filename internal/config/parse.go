package config

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v4"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

var (
	bom   = []byte("\uFEFF")
	utf16 = [][]byte{{0xFF, 0xFE}, {0xFE, 0xFF}}
)

// parse parses the single document of a configuration file. The node is nil if the file is empty or invalid.
func parse(file *source.File, data []byte, p *problems) (*source.Text, *yaml.Node) {
	t := &source.Text{File: file, Data: data, Base: source.Pos{Line: 1, Col: 1}}
	if len(data) > MaxSize {
		p.tooLarge()
		return t, nil
	}
	if t.Data = bytes.TrimPrefix(data, bom); len(t.Data) < len(data) {
		t.Base.Offset = len(bom)
	}
	if at, help := notText(t.Data); help != "" {
		pos := t.Pos(at)
		p.at(pos.Line, pos.Col, "the file is not UTF-8", help)
		return t, nil
	}
	root := load(t, p)
	if root == nil || root.Kind == yaml.ScalarNode && root.ShortTag() == "!!null" {
		return t, nil
	}
	return t, root
}

// notText finds content that is not valid text. help is "" if there is none.
func notText(data []byte) (at int, help string) {
	for _, mark := range utf16 {
		if bytes.HasPrefix(data, mark) {
			return 0, "save it as UTF-8; it is UTF-16"
		}
	}
	for i, r := range string(data) {
		if r == 0 || r == utf8.RuneError && !bytes.HasPrefix(data[i:], []byte("\uFFFD")) {
			return i, "save it as UTF-8"
		}
	}
	return 0, ""
}

// load runs the YAML parser. It rewords its errors and recovers from its panics.
func load(t *source.Text, p *problems) (root *yaml.Node) {
	defer func() {
		if recover() != nil {
			root = nil
			p.at(1, 1, "the file cannot be read as YAML", "check quotes, brackets and indentation")
		}
	}()
	loader, err := yaml.NewLoader(bytes.NewReader(t.Data), yaml.WithUniqueKeys(false))
	if err != nil {
		p.at(1, 1, "the file cannot be read as YAML", "")
		return nil
	}
	for first := true; ; first = false {
		doc := new(yaml.Node)
		err := loader.Load(doc)
		if errors.Is(err, io.EOF) {
			return root
		}
		if err != nil {
			syntaxError(t, err, p)
			return nil
		}
		if !first {
			p.at(doc.Line, doc.Column, "a second document begins here", `remove the line "---"; a configuration is one document`)
			return nil
		}
		if len(doc.Content) == 1 {
			root = doc.Content[0]
		}
	}
}

// wordings rewords the parser's messages; the first match wins. The position is where the parser stopped or, for unclosed
// constructs, where they start.
var wordings = []struct {
	theirs, ours, help string
	begin              bool
}{
	{"mapping values are not allowed", `":" is not allowed here`, `indent the line like its neighbors, or quote a value that holds ": "`, false},
	{"did not find expected key", "the indentation of a key differs from its neighbors", "align the keys of the same mapping", false},
	{"did not find expected '-'", "the indentation of a list item differs from its neighbors", "align the items of the list", false},
	{"did not find expected node content", "a value is missing", "write it, or remove the unfinished value", false},
	{"did not find expected ','", `brackets are not closed, or a "," is missing`, "close the brackets, or quote a value that begins with one", false},
	{"could not find expected ':'", `a key has no ":"`, `end the key with ": "`, false},
	{"cannot start any token", "a value cannot begin with this character", "quote the value", false},
	{"alphabetic or numeric", "a name is missing after * or &, which YAML reads as a reference", "quote a value that begins with * or &", false},
	{"unknown anchor", "a value begins with *, which YAML reads as a reference", "quote the value", false},
	{"tab", "a tab is used as indentation", "indent with spaces", false},
	{"found unexpected end of stream", "a quoted value is not closed", "close the quote", true},
	{"found unexpected document indicator", "a quoted value is not closed", `close the quote before the line "---"`, true},
	{"block sequence entries", `a list cannot begin here`, "put the list on lines of its own", false},
	{"block collections", "an indented list or mapping is inside brackets", "write it in brackets, too", false},
	{"unknown escape character", `unknown escape sequence after "\"`, "use single quotes, or double the backslash", false},
	{"hexadecimal number", `unknown escape sequence after "\"`, "use single quotes, or double the backslash", false},
	{"character escape code", `the escape sequence after "\" is not a valid character`, "use single quotes, or double the backslash", false},
	{"exceeded max depth", "the nesting is too deep for a configuration", "name a configuration of imagelint", false},
	{"comment without preceding whitespace", `a "#" follows a value without a space`, `put a space before the "#", or quote the value`, false},
	{"while scanning a block scalar", "the header or the indentation of a block of text is wrong", "indent the text deeper than its key", false},
	{"control characters", "there is a control character here", "remove it", false},
	{"directive", `a line begins with "%", which YAML reads as a directive`, "quote a value that begins with %", true},
	{"expected <document start>", "there is text after the end of the document", "align the line with the keys above", false},
	{"tag", `a value begins with "!", which YAML reads as a tag`, `quote a value that begins with "!"`, false},
}

func syntaxError(t *source.Text, err error, p *problems) {
	message, help := "the text is not YAML from here on", "check quotes, brackets and indentation"
	line, col, theirs := 1, 1, err.Error()
	var le *yaml.LoadError
	if errors.As(err, &le) {
		line, col, theirs = le.Mark.Line, le.Mark.Column, le.ContextMsg+": "+le.Message
	}
	for _, w := range wordings {
		if strings.Contains(theirs, w.theirs) {
			message, help = w.ours, w.help
			if w.begin && le != nil && le.ContextMark.Line > 0 {
				line, col = le.ContextMark.Line, le.ContextMark.Column
			}
			break
		}
	}
	off := t.Offset(max(line, 1), max(col, 1)) // clamped, because at the end of the text the parser is beyond it
	if strings.Contains(theirs, "control characters") {
		off = controlAt(t.Data) // the parser gives no position
	}
	at := t.Pos(off)
	before := bytes.TrimLeft(t.Data[t.LineStart(t.LineAt(off)):off], " ")
	switch {
	case strings.Contains(theirs, "cannot start any token") && off < len(t.Data) && t.Data[off] == '\t':
		message, help = "a tab is used as indentation", "indent with spaces"
	case strings.Contains(theirs, "did not find expected key") && bytes.HasPrefix(t.Data[off:], []byte("- ")):
		message, help = "the indentation of a list item differs from its neighbors", "align the items of the list"
	case strings.Contains(theirs, "did not find expected key") && len(before) > 0:
		message, help = "there is text after the end of a value", "put the whole value in quotes"
	case le != nil && le.ContextMark.Line > 0 && le.ContextMark.Line < at.Line:
		help += "; the unfinished value begins on line " + strconv.Itoa(le.ContextMark.Line)
	}
	p.at(at.Line, at.Col, message, help)
}

// controlAt returns the offset of the first character that YAML does not allow.
func controlAt(data []byte) int {
	for i, r := range string(data) {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0x7F && r < 0xA0 && r != 0x85 || r == 0xFFFE || r == 0xFFFF {
			return i
		}
	}
	return 0
}
