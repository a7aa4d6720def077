// Package redact knows which text beside an image must not be shown: values whose key says that they are secret, and credentials in
// addresses. It looks at lines as they are written, so that it serves documents of any kind, whole or broken, and their comments. It cannot
// know a secret under a key that does not say so.
package redact

import (
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/imageref"
)

// Line is one line of a file with its secrets replaced, character by character, so that places on it stay what they are.
func Line(text string) string {
	s := scanner{text: text}
	s.scan(0, len(text), level{})
	return imageref.Mask(text, s.hidden)
}

// Addresses is a text, such as that of an error, with the credentials in its addresses replaced.
func Addresses(text string) string {
	s := scanner{text: text}
	s.addresses(imageref.Range{Start: 0, End: len(text)})
	return imageref.Mask(text, s.hidden)
}

// Lines returns for each line of a text, from 0, whether it holds something that Line would replace, or belongs to such a value on the lines
// before it. Lines end with LF.
func Lines(data []byte) []bool {
	var out []bool
	r := reader{}
	for line := range strings.Lines(string(data)) {
		out = append(out, false)
		r.line(strings.TrimRight(line, "\r\n"), out)
	}
	return out
}

// reader keeps what the lines before say of the next one.
type reader struct {
	// open are the secret values that the next line may be a part of, the innermost last.
	open []open
	// flag is true if the line before is an item that is a flag, whose value is the next item.
	flag bool
	item item
}

// open is a secret value that may go on: lines further in than a column are part of it, of its text or of a list or mapping.
type open struct {
	from int
	text bool
}

// item is an entry of a list with a name and a value, such as a variable of the environment.
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
	s := scanner{text: text}
	top := level{secret: len(r.open) > 0, flag: r.flag && starts}
	end := s.scan(col, len(text), top)
	out[n] = len(s.hidden) > 0
	r.flag = starts && end.flag
	if end.opens {
		r.open = append(r.open, open{col, end.text})
	}
	r.pair(body, col, starts, out)
}

// pair hides the value of an entry whose name says that it is secret, whichever comes first.
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
