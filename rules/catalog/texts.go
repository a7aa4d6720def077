package catalog

import (
	"cmp"
	"slices"
	"strings"
)

// texts are many texts in one.
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

// mostTexts is the most that all endings or all beginnings of an image may have, in bytes.
const mostTexts = 4 << 20

// texts reads n texts, each of them an edit of the one before.
func (r *reader) texts(n int) texts {
	var all strings.Builder
	out := texts{ends: make([]int, 0, n)}
	text := make([]byte, 0, mostTag+1)
	for range n {
		for !r.bad {
			c := r.octet()
			if c == 0 {
				break
			}
			switch {
			case c == byteNext:
				text = next(text)
			case c < byteCut:
				text = append(text, c)
			case int(c-byteCut) > len(text):
				r.bad = true
			default:
				text = text[:len(text)-int(c-byteCut)]
			}
			r.bad = r.bad || len(text) > mostTag
		}
		if r.bad = r.bad || all.Len()+len(text) > mostTexts; r.bad {
			break
		}
		all.Write(text)
		out.ends = append(out.ends, all.Len())
	}
	out.all = all.String()
	return out
}

// next adds one to the number at the end of a text, and keeps its zeros in front.
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

// natural compares texts with the numbers in them as numbers.
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

// digits is how many digits a text begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

// mostCut is how many bytes one edit can cut off.
const mostCut = byteNext - byteCut - 1

// appendTexts appends texts, each as an edit of the one before.
func appendTexts(b []byte, texts []string) []byte {
	before := ""
	for _, text := range texts {
		var best []byte
		for n := len(before); n >= 0; n-- {
			if best != nil && len(text)-(n+1) > len(best) {
				break // no edit that cuts more off is shorter
			}
			var edit []byte
			for cut := len(before) - n; cut > 0; cut -= mostCut {
				edit = append(edit, byte(byteCut+min(cut, mostCut)))
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
