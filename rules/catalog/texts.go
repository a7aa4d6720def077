package catalog

import (
	"cmp"
	"slices"
	"strings"
)

// texts stores many texts in one string.
type texts struct {
	all  string
	ends []int
}

func (t *texts) len() int { return len(t.ends) }

func (t *texts) at(i int) string {
	start := 0
	if i > 0 {
		start = t.ends[i-1]
	}
	return t.all[start:t.ends[i]]
}

// maxTexts limits the total size of an image's endings or beginnings in bytes.
const maxTexts = 4 << 20

// texts reads n texts, each stored as an edit of the previous one.
func (r *reader) texts(n int) texts {
	var all strings.Builder
	out := texts{ends: make([]int, 0, n)}
	text := make([]byte, 0, maxTag+1)
	for range n {
		for !r.bad {
			from := r.at
			for r.at < len(r.b) && r.b[r.at] != 0 && r.b[r.at] < byteCut {
				r.at++
			}
			if text = append(text, r.b[from:r.at]...); len(text) > maxTag {
				r.bad = true
			}
			c := r.oneByte()
			if c == 0 {
				break
			}
			switch {
			case c == byteNext:
				text = next(text)
			case int(c-byteCut) > len(text):
				r.bad = true
			default:
				text = text[:len(text)-int(c-byteCut)]
			}
			r.bad = r.bad || len(text) > maxTag
		}
		if r.bad = r.bad || all.Len()+len(text) > maxTexts; r.bad {
			break
		}
		all.Write(text)
		out.ends = append(out.ends, all.Len())
	}
	out.all = all.String()
	return out
}

// next increments the number at the end of a text and keeps its leading zeros.
func next(text []byte) []byte {
	i := len(text) - 1
	for ; i >= 0 && isDigit(text[i]); i-- {
		if text[i] != '9' {
			text[i]++
			return text
		}
		text[i] = '0'
	}
	if i == len(text)-1 {
		return text
	}
	text = append(text, '0')
	text[i+1] = '1'
	return text
}

// natural compares texts, with numbers in them compared by value.
func natural(a, b string) int {
	for a != "" && b != "" {
		if !isDigit(a[0]) || !isDigit(b[0]) {
			if a[0] != b[0] {
				return int(a[0]) - int(b[0])
			}
			a, b = a[1:], b[1:]
			continue
		}
		m, n := digits(a), digits(b)
		if c := cmp.Or(compareNumbers(a[:m], b[:n]), strings.Compare(a[:m], b[:n])); c != 0 {
			return c
		}
		a, b = a[m:], b[n:]
	}
	return len(a) - len(b)
}

// digits returns the number of leading digits.
func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

// maxCut is the maximum number of bytes that one edit can cut off.
const maxCut = byteNext - byteCut - 1

// appendTexts appends texts, each as an edit of the previous one.
func appendTexts(b []byte, texts []string) []byte {
	before := ""
	for _, text := range texts {
		var best []byte
		for n := len(before); n >= 0; n-- {
			if best != nil && len(text)-(n+1) > len(best) {
				break // cutting off more cannot give a shorter edit
			}
			var edit []byte
			for cut := len(before) - n; cut > 0; cut -= maxCut {
				edit = append(edit, byte(byteCut+min(cut, maxCut)))
			}
			for _, base := range []string{before[:n], string(next([]byte(before[:n])))} {
				if rest, ok := strings.CutPrefix(text, base); ok && (best == nil || len(edit)+len(rest) < len(best)) {
					best = append(slices.Clone(edit), rest...)
				}
				edit = append(edit, byteNext)
			}
		}
		b = append(append(b, best...), 0)
		before = text
	}
	return b
}
