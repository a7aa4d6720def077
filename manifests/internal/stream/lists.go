package stream

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// BigList is the size in bytes from which a document with a single List is read item by item, such as the dump of a
// whole cluster (kubectl get all -A -o yaml). A smaller List is read like any other document.
const BigList = 4 << 20

// errList means that the current document is a List that is read item by item from here on.
var errList = errors.New("a list, read item by item")

// listState is the position of the Splitter in a List.
type listState struct {
	json   bool
	indent int // of the "-" of items, in a YAML list
	// apiVersion and kind are those that the list implies for items that have none: a PodList
	// contains Pods.
	apiVersion, kind string
	skip             int // bytes between start and the next item
}

// startList reports whether the document at start is a List whose items can be read one at a time,
// and enters it.
func (s *Splitter) startList() bool {
	data := s.buf[s.start:]
	if at := JSONStart(data); at >= 0 && data[at] == '{' {
		if l, items := jsonList(data, at); items >= 0 {
			l.skip = items
			s.list = l
			return true
		}
		return false
	}
	const key = "\nitems:"
	i := bytes.Index(data, []byte(key))
	if i < 0 || !IsBlockMapping(data) || bytes.IndexByte(data[:i], '&') >= 0 {
		return false
	}
	line := i + len(key)
	end := bytes.IndexByte(data[line:], '\n')
	if end < 0 || len(bytes.TrimSpace(data[line:line+end])) > 0 {
		return false
	}
	first := line + end + 1
	indent := 0
	for first+indent < len(data) && data[first+indent] == ' ' {
		indent++
	}
	if first+indent+1 >= len(data) || data[first+indent] != '-' || data[first+indent+1] != ' ' {
		return false
	}
	l := &listState{indent: indent, skip: first}
	kind, n := rootValue(data[:i+1], "kind:")
	if kind != "" && !IsList(kind) {
		return false // an object whose items are not objects
	}
	if n == 1 {
		l.kind = kind[:len(kind)-len("List")]
		l.apiVersion, _ = rootValue(data[:i+1], "apiVersion:")
	}
	s.list = l
	return true
}

// jsonList looks for the key "items" of the outermost object. items is the offset after its
// bracket, or -1 if there is none.
func jsonList(data []byte, at int) (l *listState, items int) {
	l = &listState{json: true}
	for i := at + 1; i < len(data); {
		i = skipJSONBlanks(data, i)
		end := jsonEnd(data, i)
		if end < 0 || data[i] != '"' {
			return nil, -1
		}
		key := string(data[i+1 : end-1])
		i = skipJSONBlanks(data, end)
		if i >= len(data) || data[i] != ':' {
			return nil, -1
		}
		i = skipJSONBlanks(data, i+1)
		if i < len(data) && key == "items" && data[i] == '[' {
			if l.kind != "" && !IsList(l.kind) {
				return nil, -1 // an object whose items are not objects
			}
			l.kind = string(bytes.TrimSuffix([]byte(l.kind), []byte("List")))
			return l, i + 1
		}
		if end = jsonEnd(data, i); end < 0 {
			return nil, -1
		}
		switch key {
		case "kind":
			l.kind = string(bytes.Trim(data[i:end], `"`))
		case "apiVersion":
			l.apiVersion = string(bytes.Trim(data[i:end], `"`))
		}
		if i = skipJSONBlanks(data, end); i >= len(data) || data[i] != ',' {
			return nil, -1
		}
		i++
	}
	return nil, -1
}

func skipJSONBlanks(data []byte, i int) int {
	for i < len(data) && source.IsSpace(data[i]) {
		i++
	}
	return i
}

// jsonEnd returns the offset after the JSON value that begins at i, or -1 if it does not end in
// data. It does not validate the content.
func jsonEnd(data []byte, i int) int {
	depth, inString := 0, false
	for ; i < len(data); i++ {
		switch c := data[i]; {
		case inString && c == '\\':
			i++
		case inString:
			if c == '"' {
				inString = false
				if depth == 0 {
					return i + 1
				}
			}
		case c == '"':
			inString = true
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return i + 1
			}
			if depth < 0 {
				return i
			}
		case depth == 0 && (c == ',' || source.IsSpace(c)):
			return i
		}
	}
	return -1
}

// nextItem returns the next item of a List as its own document, at its position in the file.
func (s *Splitter) nextItem() (Doc, error) {
	l := s.list
	s.skipTo(s.start + l.skip)
	l.skip = 0
	for tried := 0; ; {
		// Search an incomplete item again only once there is twice as much data, so that large
		// items are not searched after each read.
		if buffered := len(s.buf) - s.start; s.eof || buffered >= 2*tried {
			tried = buffered
			from, end, more := s.itemEnd()
			if end > 0 && end-from > s.limit {
				c := Doc{Text: source.Text{File: s.file, Data: bytes.Clone(s.buf[from : from+64<<10]), Base: s.base}, TooLarge: true}
				s.skipTo(end)
				return c, nil
			}
			if end > 0 || !more || s.eof {
				return s.item(from, end)
			}
		}
		if len(s.buf)-s.start > 2*s.limit {
			s.list = nil
			return s.skipLarge()
		}
		if err := s.fill(); err != nil {
			return Doc{}, err
		}
	}
}

// item returns buf[from:end] as a document. If end is 0, the list is over, and the rest is not an
// item.
func (s *Splitter) item(from, end int) (Doc, error) {
	l := s.list
	if end <= 0 {
		s.list = nil
		return s.rest()
	}
	s.skipTo(from)
	data := s.buf[from:end]
	if !l.json {
		data[l.indent] = ' ' // the item's "-", followed by a mapping with its original indentation
	}
	c := Doc{Text: source.Text{File: s.file, Data: data, Base: s.base}, APIVersion: l.apiVersion, Kind: l.kind, Item: true}
	s.skipTo(end)
	return c, nil
}

// rest skips what follows the items of a list, up to the next document.
func (s *Splitter) rest() (Doc, error) {
	end, err := s.boundary()
	if errors.Is(err, errTooLarge) {
		return s.skipLarge()
	}
	if err != nil {
		return Doc{}, err
	}
	if end == s.start && s.eof && s.start == len(s.buf) {
		return Doc{}, io.EOF
	}
	s.advance(end)
	return s.Next()
}

// skipTo moves start, and updates its position, including the column.
func (s *Splitter) skipTo(to int) {
	s.place(s.start)
	data := s.buf[s.start:to]
	s.base.Offset += len(data)
	breaks := source.CountBreaks(data)
	s.base.Line += breaks
	if breaks > 0 {
		last := len(data)
		for last > 0 && source.BreakLen(data, last-1) == 0 {
			last--
		}
		s.base.Col, data = 1, data[last:]
	}
	s.base.Col += utf8.RuneCount(data)
	s.start, s.placed, s.word = to, to, 0
	s.pass(to)
}

// itemEnd finds the bounds of the item at start in buf. end is 0 if the item is not completely buffered, or if there
// are no more items. more is true if there may be more items.
func (s *Splitter) itemEnd() (from, end int, more bool) {
	data := s.buf[s.start:]
	if s.list.json {
		i := 0
		for i < len(data) && (source.IsSpace(data[i]) || data[i] == ',') {
			i++
		}
		if i >= len(data) {
			return s.start, 0, true
		}
		if data[i] != '{' {
			return s.start + i, 0, false
		}
		if e := jsonEnd(data, i); e > 0 {
			return s.start + i, s.start + e, true
		}
		return s.start + i, 0, true
	}
	indent := s.list.indent
	if len(data) < indent+2 && !s.eof {
		return s.start, 0, true
	}
	if !beginsItem(data, indent) {
		return s.start, 0, false
	}
	for i := bytes.IndexByte(data, '\n'); i >= 0; {
		line := data[i+1:]
		if len(line) <= indent+1 && !s.eof {
			return s.start, 0, true
		}
		if isOutside(line, indent) {
			return s.start, s.start + i + 1, true
		}
		n := bytes.IndexByte(line, '\n')
		if n < 0 {
			break
		}
		i += 1 + n
	}
	if s.eof {
		return s.start, len(s.buf), true
	}
	return s.start, 0, true
}

func beginsItem(line []byte, indent int) bool {
	return len(line) > indent+1 && len(bytes.TrimLeft(line[:indent], " ")) == 0 && line[indent] == '-' && (line[indent+1] == ' ' || line[indent+1] == '\n')
}

// isOutside reports whether a line ends the item above it: it is not indented deeper than the
// item's "-", and is neither blank nor a comment.
func isOutside(line []byte, indent int) bool {
	for i := 0; i <= indent && i < len(line); i++ {
		switch line[i] {
		case ' ':
		case '\n', '\r', '#':
			return false
		default:
			return true
		}
	}
	return len(line) == 0
}
