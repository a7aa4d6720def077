package pullsecret

import (
	"bytes"
	"encoding/json"
	"iter"
	"strconv"
	"unicode/utf8"
)

// The code below walks JSON text that encoding/json has already validated. Decoding into
// a map would lose the order, the duplicates and the positions; a token stream would need
// several allocations per token.

// syntaxOnly is a target that makes json.Unmarshal check only the syntax, with its own
// error texts and depth limit.
type syntaxOnly struct{}

// UnmarshalJSON accepts any value.
func (*syntaxOnly) UnmarshalJSON([]byte) error { return nil }

// value is one JSON value in the text: data[start:end].
type value struct {
	data       []byte
	start, end int
}

// member is one name and value of an object.
type member struct {
	name  string
	value value
}

// text returns the bytes of the value.
func (v value) text() []byte { return v.data[v.start:v.end] }

// kind returns the value's type with the names of encoding/json's errors.
func (v value) kind() string {
	switch v.data[v.start] {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case 't', 'f':
		return "bool"
	case 'n':
		return "null"
	}
	return "number"
}

// str returns the content of a value that must be a string.
func (v value) str() string {
	raw := v.text()
	inner := raw[1 : len(raw)-1]
	if bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return string(inner)
	}
	var s string
	// The text is valid JSON and the value a string, so there is no error.
	_ = json.Unmarshal(raw, &s)
	return s
}

// trimmedValue returns the single value in the text.
func trimmedValue(data []byte) value {
	start := skipSpace(data, 0)
	return value{data, start, skipValue(data, start)}
}

// members yields the members of an object in the order written, including duplicates. It
// yields nothing for other values.
func (v value) members() iter.Seq[member] {
	return func(yield func(member) bool) {
		if v.data[v.start] != '{' {
			return
		}
		at := skipSpace(v.data, v.start+1)
		for v.data[at] != '}' {
			name := value{v.data, at, skipString(v.data, at)}
			at = skipSpace(v.data, name.end) // the colon
			at = skipSpace(v.data, at+1)     // the value
			val := value{v.data, at, skipValue(v.data, at)}
			if !yield(member{name.str(), val}) {
				return
			}
			at = skipSpace(v.data, val.end)
			if v.data[at] == ',' {
				at = skipSpace(v.data, at+1)
			}
		}
	}
}

func skipSpace(data []byte, at int) int {
	for at < len(data) && (data[at] == ' ' || data[at] == '\t' || data[at] == '\n' || data[at] == '\r') {
		at++
	}
	return at
}

// skipString returns the offset after the string that begins at data[at].
func skipString(data []byte, at int) int {
	for at++; data[at] != '"'; at++ {
		if data[at] == '\\' {
			at++
		}
	}
	return at + 1
}

// skipValue returns the offset after the value that begins at data[at]. It counts
// brackets instead of recursing, so deep nesting is cheap.
func skipValue(data []byte, at int) int {
	depth := 0
	for at < len(data) {
		switch data[at] {
		case '"':
			at = skipString(data, at)
		case '{', '[':
			depth++
			at++
			continue
		case '}', ']':
			depth--
			at++
		case ',', ':', ' ', '\t', '\n', '\r':
			at++
			continue
		default:
			at = skipLiteral(data, at)
		}
		if depth == 0 {
			return at
		}
	}
	return at
}

// skipLiteral returns the offset after the number, true, false or null at data[at].
func skipLiteral(data []byte, at int) int {
	for ; at < len(data); at++ {
		switch data[at] {
		case ',', ':', ']', '}', ' ', '\t', '\r', '\n':
			return at
		}
	}
	return at
}

// hugeNumber returns the offset of the first number that float64 cannot represent, or -1.
// The API server decodes the whole payload and rejects such a number anywhere in it.
func hugeNumber(data []byte) int {
	for at := 0; at < len(data); {
		switch c := data[at]; {
		case c == '"':
			at = skipString(data, at)
		case c == '-' || '0' <= c && c <= '9':
			end := skipLiteral(data, at)
			if _, err := strconv.ParseFloat(string(data[at:end]), 64); err != nil {
				return at
			}
			at = end
		default:
			at++
		}
	}
	return -1
}
