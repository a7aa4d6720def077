package lsp

import "strings"

// edits returns the edits that turn a document into text: line by line if the line count is the same,
// otherwise one edit.
func edits(d *document, text string, e encoding) []textEdit {
	next := newDocument(d.uri, d.path, nil, text, 0)
	if len(next.starts) != len(d.starts) {
		from, to, add := difference(d.text, text)
		if from == to && add == "" {
			return nil
		}
		return []textEdit{{d.textRange(from, to, e), add}}
	}
	var out []textEdit
	for n := range d.starts {
		from, to, add := difference(d.whole(n), next.whole(n))
		if from < to || add != "" {
			out = append(out, textEdit{d.textRange(d.starts[n]+from, d.starts[n]+to, e), add})
		}
	}
	return out
}

// whole returns line n with its line break.
func (d *document) whole(n int) string {
	if n+1 < len(d.starts) {
		return d.text[d.starts[n]:d.starts[n+1]]
	}
	return d.text[d.starts[n]:]
}

// difference returns the smallest replacement that turns a into b. Common start and end are kept, and no
// character is split.
func difference(a, b string) (from, to int, add string) {
	for _, r := range a {
		s := string(r)
		if !strings.HasPrefix(a[from:], s) || !strings.HasPrefix(b[from:], s) {
			break
		}
		from += len(s)
	}
	if splits(a, from) {
		from--
	}
	to, end := len(a), len(b)
	for to > from && end > from && a[to-1] == b[end-1] {
		to--
		end--
	}
	for to < len(a) && (a[to]&0xC0 == 0x80 || splits(a, to)) { // within a character
		to++
		end++
	}
	return from, to, b[from:end]
}

// splits reports whether the offset is between CR and LF, which is not a valid position.
func splits(text string, at int) bool {
	return at > 0 && at < len(text) && text[at-1] == '\r' && text[at] == '\n'
}
