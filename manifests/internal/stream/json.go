package stream

import "github.com/imagelint-dev/imagelint/manifests/source"

// LacksKey reports whether a document is a JSON object, as far as its punctuation tells, whose own keys do not include a key. It returns false for
// anything that YAML may read in another way.
func LacksKey(data []byte, key string) bool {
	i := JSONStart(data)
	if i < 0 || data[i] != '{' {
		return false
	}
	depth, isKey := 0, false
	for ; i < len(data); i++ {
		switch c := data[i]; {
		case c == '"':
			from := i + 1
			for i = from; i < len(data) && data[i] != '"'; i++ {
				if data[i] == '\\' {
					if isKey && depth == 1 {
						return false
					}
					i++
				}
			}
			if i >= len(data) {
				return false
			}
			if isKey && depth == 1 && (string(data[from:i]) == key || string(data[from:i]) == "<<") {
				return false
			}
			isKey = false
		case c == '{' || c == '[':
			depth++
			isKey = c == '{'
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return OnlyComments(data[i+1:])
			}
			isKey = false
		case c == ',':
			isKey = depth == 1 // deeper, it makes no difference
		case c == ':', source.IsSpace(c), c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '-' || c == '+' || c == '.':
			if isKey && c != ':' && !source.IsSpace(c) {
				return false // a key without quotes
			}
		default:
			return false
		}
	}
	return false
}
