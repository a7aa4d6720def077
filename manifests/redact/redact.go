// Package redact decides which text next to an image must not be shown: values whose key marks them as secret, and
// credentials in URLs. It works on lines of text, so it handles documents of any kind, valid or broken, and their
// comments. It cannot recognize a secret under a neutral key.
package redact

import (
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// Line masks the secrets in a line of a file, character by character, so that columns stay the same. names are the
// ranges of names, of a Secret for example, which are shown although their key would mark them as secret.
func Line(text string, names ...imageref.Range) string {
	s := scanner{text: text, names: names}
	s.scan(0, len(text), level{})
	return imageref.Mask(text, s.hidden)
}

// Addresses masks the credentials in URLs in a text, such as an error message.
func Addresses(text string) string {
	s := scanner{text: text}
	s.addresses(imageref.Range{Start: 0, End: len(text)})
	return imageref.Mask(text, s.hidden)
}

// Lines reports for each line of a text, from 0, whether it contains something that Line would mask, or belongs to
// such a value on earlier lines. Lines end with LF. names are as in Line, in the order of the text.
func Lines(data []byte, names ...imageref.Range) []bool {
	var out []bool
	r := reader{}
	at := 0
	for line := range strings.Lines(string(data)) {
		out = append(out, false)
		r.names = r.names[:0]
		for len(names) > 0 && names[0].Start < at+len(line) {
			r.names = append(r.names, imageref.Range{Start: names[0].Start - at, End: names[0].End - at})
			names = names[1:]
		}
		r.line(strings.TrimRight(line, "\r\n"), out)
		at += len(line)
	}
	return out
}

// reader is the state carried from line to line.
type reader struct {
	// open holds the secret values that may continue on the next line, the innermost last.
	open []open
	// flag is true if the previous line is a list item with a flag, whose value is the next item.
	flag  bool
	item  item
	names []imageref.Range // on the line
}

// open is a secret value that may continue: deeper indented lines belong to it, to its text, list or mapping.
type open struct {
	from int
	text bool
}

// item is a list entry with a name and a value, such as an environment variable.
type item struct {
	col    int
	secret bool
	values []int // the lines
}

func (r *reader) line(text string, out []bool) {
	n := len(out) - 1
	body := strings.TrimLeft(text, " ")
	if body == "" {
		return
	}
	indent := len(text) - len(body)
	dash := strings.HasPrefix(body, "- ") || body == "-"
	for len(r.open) > 0 {
		in := r.open[len(r.open)-1]
		if out[n] = in.text && indent > in.from; out[n] {
			return
		}
		if indent > in.from || indent == in.from && dash && !in.text {
			break
		}
		r.open = r.open[:len(r.open)-1]
	}
	col, starts := indent, false
	for strings.HasPrefix(body, "- ") {
		rest := strings.TrimLeft(body[1:], " ")
		col, body, starts = col+len(body)-len(rest), rest, true
	}
	s := scanner{text: text, names: r.names}
	top := level{secret: len(r.open) > 0, flag: r.flag && starts}
	end := s.scan(col, len(text), top)
	out[n] = len(s.hidden) > 0
	r.flag = starts && end.flag
	if end.opens {
		r.open = append(r.open, open{col, end.text})
	}
	r.pair(body, col, starts, out)
}

// pair masks the value of an entry whose name marks it as secret, in either order.
func (r *reader) pair(body string, col int, starts bool, out []bool) {
	n := len(out) - 1
	switch {
	case strings.HasPrefix(body, "{"):
		r.item = item{col: -1} // that of the first key
		return
	case starts || col < r.item.col || r.item.col < 0:
		r.item = item{col: col}
	}
	key, value, ok := strings.Cut(body, ":")
	if !ok || col != r.item.col {
		return
	}
	value = strings.Trim(value, " ,\"'")
	switch strings.Trim(key, `"'`) {
	case "name":
		r.item.secret = isSecretKey(value)
	case "value":
		if len(r.names) > 0 {
			return
		}
		r.item.values = append(r.item.values, n)
	}
	if !r.item.secret {
		return
	}
	for _, i := range r.item.values {
		out[i] = true
	}
	if len(r.item.values) > 0 && r.item.values[len(r.item.values)-1] == n {
		r.open = append(r.open, open{col, true})
	}
}
