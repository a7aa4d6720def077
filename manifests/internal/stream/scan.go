package stream

import (
	"bytes"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// IsMarker reports whether data begins with the line "---" or "...".
func IsMarker(data []byte, c byte) bool {
	return len(data) >= 3 && data[0] == c && data[1] == c && data[2] == c && (len(data) == 3 || source.IsSpace(data[3]))
}

// markedBOM is how much of data is a "---" line and a byte order mark right behind it, 0 where there is none. Files that begin with the
// mark are concatenated so; kubectl, which takes "---" lines off, does not see the mark either.
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

// OnlyComments reports whether data holds nothing but blank lines, comments, directives and ends of documents.
func OnlyComments(data []byte) bool {
	for len(data) > 0 {
		var line []byte
		line, data = cutLine(data)
		if len(line) > 0 && line[0] == '%' || IsMarker(line, '.') {
			continue
		}
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	return true
}

// cutLine cuts the first line off data, at any break that YAML knows. The break goes with neither part.
func cutLine(data []byte) (line, rest []byte) {
	for i := 0; i < len(data); i++ {
		if c := data[i]; c > '\r' && c < 0xC2 { // begins no break
			continue
		}
		if w := source.BreakLen(data, i); w > 0 {
			return data[:i], data[i+w:]
		}
	}
	return data, nil
}

// JSONStart is the offset of the "{" or "[" that a JSON document begins with, or -1.
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
