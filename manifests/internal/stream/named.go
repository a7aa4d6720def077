package stream

import "bytes"

// Named reads the name and namespace of an object from the lines of its block mapping. It returns false unless
// "metadata:" is in the first column with plain words below it; then the document must be parsed.
func Named(data []byte) (name, namespace string, ok bool) {
	_, rest, found := bytes.Cut(data, []byte("\nmetadata:"))
	if !found || bytes.Contains(rest, []byte("\nmetadata:")) {
		return "", "", false
	}
	line, rest := cutLine(rest)
	if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
		return "", "", false
	}
	indent := 0
	for len(rest) > 0 {
		line, rest = cutLine(rest)
		text := bytes.TrimLeft(line, " ")
		in := len(line) - len(text)
		if text = bytes.TrimSpace(text); len(text) == 0 || text[0] == '#' {
			continue
		}
		if indent == 0 {
			indent = in
		}
		if in == 0 {
			break
		}
		if in > indent {
			continue
		}
		key, value, isField := bytes.Cut(text, []byte(":"))
		if in < indent || !isField || text[0] == '<' {
			return "", "", false
		}
		switch string(key) {
		case "name":
			name = plainWord(value)
			ok = name != ""
		case "namespace":
			if namespace = plainWord(value); namespace == "" {
				return "", "", false
			}
		}
	}
	return name, namespace, ok
}
