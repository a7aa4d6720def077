package stream

import (
	"bytes"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// IsMarker reports whether data begins with the line "---" or "...".
func IsMarker(data []byte, c byte) bool {
	return len(data) >= 3 && data[0] == c && data[1] == c && data[2] == c && (len(data) == 3 || source.IsSpace(data[3]))
}

// markedBOM returns the length of a "---" line at the start of data if a byte order mark follows it, otherwise 0.
// Concatenated files that begin with the mark look like this. kubectl, which removes "---" lines, ignores the mark,
// too.
func markedBOM(data []byte) int {
	if !IsMarker(data, '-') || len(data) < 5 {
		return 0
	}
	n := len("---") + source.BreakLen(data, len("---"))
	if n == len("---") || !bytes.HasPrefix(data[n:], []byte(bom)) {
		return 0
	}
	return n + len(bom)
}

// OnlyComments reports whether data contains only blank lines, comments, directives and document
// ends.
func OnlyComments(data []byte) bool { return onlyComments(data, cutLine) }

// onlyComments is OnlyComments with a function that cuts the first line off.
func onlyComments(data []byte, cut func([]byte) (line, rest []byte)) bool {
	for len(data) > 0 {
		var line []byte
		line, data = cut(data)
		if len(line) > 0 && line[0] == '%' || IsMarker(line, '.') {
			continue
		}
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	return true
}

// OnlyComments reports whether a document contains nothing but what does not need a marker behind it: blank lines, comments, directives and document
// ends. A marker in front of it does not count.
func (c *Doc) OnlyComments() bool {
	if c.roots.n > 0 { // a line with the beginning of a key, as nearly all have
		return false
	}
	return onlyComments(bytes.TrimPrefix(c.Data, []byte("---")), c.roots.cut())
}

// cutLine cuts the first line off data, at any line break that YAML knows. Neither part includes
// the break.
func cutLine(data []byte) (line, rest []byte) {
	for i := 0; i < len(data); i++ {
		if c := data[i]; c > '\r' && c < 0xC2 { // not the start of a break
			continue
		}
		if w := source.BreakLen(data, i); w > 0 {
			return data[:i], data[i+w:]
		}
	}
	return data, nil
}

// cutFeed is cutLine for data without other line breaks than LF.
func cutFeed(data []byte) (line, rest []byte) {
	i := bytes.IndexByte(data, '\n')
	if i < 0 {
		return data, nil
	}
	return data[:i], data[i+1:]
}

// JSONStart returns the offset of the "{" or "[" that a JSON document begins with, or -1.
func JSONStart(data []byte) int {
	i := 0
	for i < len(data) && (source.IsSpace(data[i])) {
		i++
	}
	if i < len(data) && (data[i] == '{' || data[i] == '[') {
		return i
	}
	return -1
}
