package stream

import (
	"bytes"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// IsList reports whether objects of a kind are lists of others.
func IsList(kind string) bool { return strings.HasSuffix(kind, "List") }

// maxRootLines is the maximum number of lines of a document that are noted because they may begin with a root key. Most
// documents have two.
const maxRootLines = 4

// rootLines are the lines of a document, except the first, that may begin with one of the keys "kind" and "apiVersion".
// The search for the end of the document sees the first byte of each line anyway.
type rootLines struct {
	at      [maxRootLines]int // offsets in the document
	n       int
	unclear bool // there may be others
	// noted is true if the following are known, unless unclear: whether there is an escape that may be part of a word, what may be a line break of
	// YAML 1.1, or the word of a directive, or that word with capitals.
	noted, escapes, breaks, directive, shout bool
}

// hiding are the characters that a backslash is in front of in an escape that may be part of a word.
const hiding = "xuU\n\r"

// directiveWord is a part of the word "imagelint": a search for its first letters would stop at each "image".
const directiveWord = "gelint"

// add notes a line that begins with the byte c, at an offset.
func (r *rootLines) add(c byte, at int) {
	switch c {
	case 'k', 'a':
		if r.n < maxRootLines {
			r.at[r.n] = at
			r.n++
			return
		}
		r.unclear = true
	case '"', '\'', '?', '&', '!', '*':
		r.unclear = true
	}
}

// cut returns the function that cuts the first line off the document: if only LF ends a line in it, it searches for that.
func (r *rootLines) cut() func([]byte) (line, rest []byte) {
	if r.noted && !r.unclear && !r.breaks {
		return cutFeed
	}
	return cutLine
}

// RootWords returns the apiVersion and the kind of a block mapping that has each of these keys once, not quoted or
// decorated, with a plain word as its value. It returns false for any other document, and for a few that are such
// mappings. It costs nothing, unlike RootWord, which also knows the line breaks of YAML 1.1. The words are parts of the
// document.
func (c *Doc) RootWords() (apiVersion, kind []byte, ok bool) {
	lines, ok := c.rootLines()
	if !ok {
		return nil, nil, false
	}
	for _, at := range lines.at[:lines.n] {
		value := &kind
		rest, found := bytes.CutPrefix(c.Data[at:], []byte("kind"))
		if !found {
			if rest, found = bytes.CutPrefix(c.Data[at:], []byte("apiVersion")); !found {
				continue
			}
			value = &apiVersion
		}
		rest = bytes.TrimLeft(rest, " \t")
		if len(rest) == 0 || rest[0] != ':' {
			continue
		}
		if len(*value) > 0 {
			return nil, nil, false
		}
		if *value = wordOfLine(rest[1:]); len(*value) == 0 {
			return nil, nil, false
		}
	}
	return apiVersion, kind, len(apiVersion) > 0 && len(kind) > 0
}

// rootLines returns the lines of a block mapping that may begin with one of the keys "kind" and "apiVersion". It returns false for any other document,
// and if there may be more.
func (c *Doc) rootLines() (lines rootLines, ok bool) {
	if len(c.Data) == 0 || c.Item || c.TooLarge {
		return rootLines{}, false
	}
	lines = c.roots
	lines.add(c.Data[0], 0)
	return lines, !lines.unclear && c.isBlockMapping()
}

// LacksRootWord reports whether a document with Notes is a block mapping without one of the keys "kind" and "apiVersion". It returns false for a few
// that are.
func (c *Doc) LacksRootWord() bool {
	lines, ok := c.rootLines()
	if !ok {
		return false
	}
	kind, version := false, false
	for _, at := range lines.at[:lines.n] {
		kind = kind || bytes.HasPrefix(c.Data[at:], []byte("kind"))
		version = version || bytes.HasPrefix(c.Data[at:], []byte("apiVersion"))
	}
	return !kind || !version
}

// Notes are what the search for the end of a document has seen on the way.
type Notes struct {
	Escapes   bool // it contains what may be an escape in a word
	Directive bool // it contains "gelint"
	Shout     bool // it contains that with capitals
}

// Notes returns what is known of a document from the search for its end. It returns false if that is not enough to say what RootWord would find, since
// the document may have line breaks that only YAML 1.1 knows.
func (c *Doc) Notes() (n Notes, ok bool) {
	lines := &c.roots
	return Notes{Escapes: lines.escapes, Directive: lines.directive, Shout: lines.shout}, lines.noted && !lines.unclear && !c.Item && !c.TooLarge && (!lines.breaks || !source.HasWideBreaks(c.Data))
}

// rootValue is RootWord for a key with its colon.
func rootValue(data []byte, key string) (value string, n int) {
	value, n, _ = RootWord(data, []byte(strings.TrimSuffix(key, ":")), 0)
	return value, n
}

// RootWord finds the lines that begin with a key in the first column, quoted or not and after any line break that YAML
// knows. It returns their number, the number of other occurrences of the word, and the value of the first line if it is
// a plain word, otherwise "". The search compares the word from index rare on: the rarer the byte there, the faster the
// search.
func RootWord(data, word []byte, rare int) (value string, n, all int) {
	for from := 0; ; {
		i := bytes.Index(data[from:], word[rare:])
		if i < 0 {
			return value, n, all
		}
		at := from + i - rare
		from = at + len(word)
		if at < 0 || !bytes.HasPrefix(data[at:], word[:rare]) {
			continue
		}
		all++
		rest := data[from:]
		if at > 0 && (data[at-1] == '"' || data[at-1] == '\'') {
			if at--; len(rest) > 0 && rest[0] == data[at] {
				rest = rest[1:]
			}
		}
		if at > 0 && !endsBreak(data[at-1]) {
			if isDecorated(data[max(0, at-maxDecoration):at]) {
				n += 2 // perhaps a key that cannot be read this way
			}
			continue
		}
		rest = bytes.TrimLeft(rest, " \t")
		if len(rest) == 0 || rest[0] != ':' {
			continue
		}
		if n++; n == 1 {
			value = plainWord(rest[1:])
		}
	}
}

// maxDecoration is the maximum length in bytes of what precedes a key on its line: "? ", a tag or
// an anchor.
const maxDecoration = 128

// isDecorated reports whether the last line of text begins with YAML syntax before a key in the
// first column: "? kind", "&a kind", "!!str kind".
func isDecorated(text []byte) bool {
	i := len(text)
	for i > 0 && !endsBreak(text[i-1]) {
		i--
	}
	return i < len(text) && bytes.IndexByte([]byte("?&!*"), text[i]) >= 0
}

// endsBreak reports whether c can be the last byte of a line break.
func endsBreak(c byte) bool { return c == '\n' || c == '\r' || c == 0x85 || c == 0xA8 || c == 0xA9 }

// maxWord is the maximum length in bytes of the rest of a line that is read as a word.
const maxWord = 512

// plainWord is wordOfLine as a string.
func plainWord(data []byte) string { return string(wordOfLine(data)) }

// wordOfLine returns the rest of a line if it is one plain or quoted word, possibly followed by a comment, or nil.
func wordOfLine(data []byte) []byte {
	if len(data) > 1 && data[0] == ' ' { // as in nearly all lines
		end := 1
		for end < len(data) && IsOfWord(data[end]) {
			end++
		}
		if end > 1 && end < min(len(data), maxWord) && data[end] == '\n' {
			return data[1:end]
		}
	}
	if i := bytes.IndexAny(data[:min(len(data), maxWord)], "\r\n"); i >= 0 {
		data = data[:i]
	} else if len(data) > maxWord {
		return nil
	}
	if len(data) == 0 || data[0] != ' ' && data[0] != '\t' {
		return nil
	}
	if i := bytes.Index(data, []byte(" #")); i >= 0 {
		data = data[:i]
	}
	data = bytes.TrimSpace(data)
	if len(data) > 1 && (data[0] == '"' || data[0] == '\'') && data[len(data)-1] == data[0] {
		data = data[1 : len(data)-1]
	}
	for _, c := range data {
		if !IsOfWord(c) {
			return nil
		}
	}
	return data
}

// IsOfWord reports whether a byte may be part of a plain word that is a kind or an API version.
func IsOfWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '/' || c == '-'
}

// IsBlockMapping reports whether the first line with content begins a block mapping in the first column.
func IsBlockMapping(data []byte) bool { return isBlockMapping(data, cutLine) }

// isBlockMapping is IsBlockMapping for a document.
func (c *Doc) isBlockMapping() bool { return isBlockMapping(c.Data, c.roots.cut()) }

// isBlockMapping is IsBlockMapping with a function that cuts the first line off.
func isBlockMapping(data []byte, cut func([]byte) (line, rest []byte)) bool {
	if IsMarker(data, '-') {
		// "--- text" begins the content on the marker's line.
		var line []byte
		line, data = cut(data[3:])
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	for len(data) > 0 {
		c := data[0]
		if c != '\n' && c != '\r' && c != '#' && c != '%' {
			return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '"' || c == '\''
		}
		_, data = cut(data)
	}
	return false
}
