package render

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// action matches what a template engine replaces.
var action = regexp.MustCompile(`\{\{.*?\}\}`)

// made is the line of a template that a spot was made by: the line that is the same but for its actions. Where none is, it is the template.
func (t *tracer) made(i int) source.Span {
	s := t.spots[i]
	in, _, name, ok := t.o.chart.sourceFile(s.template)
	if !ok {
		return source.Span{File: &source.File{Name: t.o.Path}}
	}
	f := in.files[name]
	if f.disk == "" {
		return source.Span{File: &source.File{Name: in.archive}}
	}
	file := &source.File{Name: f.disk}
	data, err := in.read(name)
	if err != nil || s.Line < 1 || s.Line > len(t.lines) {
		return source.Span{File: file}
	}
	line := strings.TrimSpace(string(t.lines[s.Line-1]))
	text := &source.Text{File: file, Data: data, Base: source.Pos{Line: 1, Col: 1}}
	if n := t.lineOf(i, text, line); n > 0 {
		return lineSpan(text, n)
	}
	return source.Span{File: file}
}

// lineOf chooses among the lines of a template that may have made a rendered line: the one that names the values that are known to be in it, else
// the one in the same place among those with the same key, else the one with the most text of its own. It is 0 where there is none.
func (t *tracer) lineOf(i int, text *source.Text, line string) int {
	key, _, _ := strings.Cut(line, ":")
	wanted, of := t.ordinal(t.spots[i], key)
	best, bestScore, nth := 0, 0, 0
	for n := 1; n <= text.Lines(); n++ {
		own := strings.TrimSpace(string(text.Data[text.LineStart(n):text.LineEnd(n)]))
		fit := fits(own, line)
		if strings.HasPrefix(own, key+":") {
			nth++
		}
		if fit == 0 {
			continue
		}
		score := fit
		for _, c := range t.covers[i] {
			if names(own, c.value.path) {
				score += 10_000
			}
		}
		if strings.HasPrefix(own, key+":") && nth == wanted && of == t.keyed(text, key) {
			score += 1_000
		}
		if score > bestScore {
			best, bestScore = n, score
		}
	}
	return best
}

// names reports whether a line of a template uses the value of a path, which may be that of a subchart.
func names(own, path string) bool {
	for {
		if at := strings.Index(own, ".Values."+path); at >= 0 {
			end := at + len(".Values.") + len(path)
			return end == len(own) || !isWord(own[end]) && own[end] != '.'
		}
		_, rest, ok := strings.Cut(path, ".")
		if !ok {
			return false
		}
		path = rest
	}
}

// keyed counts the lines of a text that begin with a key.
func (t *tracer) keyed(text *source.Text, key string) int {
	n := 0
	for line := range bytes.Lines(text.Data) {
		if strings.HasPrefix(strings.TrimSpace(string(line)), key+":") {
			n++
		}
	}
	return n
}

// lineSpan is a line without what indents it.
func lineSpan(text *source.Text, n int) source.Span {
	from, to := text.LineStart(n), text.LineEnd(n)
	own := text.Data[from:to]
	from += len(own) - len(bytes.TrimLeft(own, " \t"))
	return text.Span(from, text.LineStart(n)+len(bytes.TrimRight(own, " \t\r")))
}

// fits reports how many letters of a template's line are in a rendered line that it may have made; 0 where it made another one.
func fits(own, line string) int {
	parts := action.Split(own, -1)
	if len(parts) == 1 {
		if own == line && own != "" {
			return len(own) + 1
		}
		return 0
	}
	letters := 0
	for i, p := range parts {
		letters += len(strings.TrimSpace(p))
		parts[i] = regexp.QuoteMeta(p)
	}
	if letters < len("a: ") {
		return 0
	}
	re, err := regexp.Compile("^" + strings.Join(parts, ".*") + "$")
	if err != nil || !re.MatchString(line) {
		return 0
	}
	return letters
}

// ordinal tells which of the lines with a key in its document a spot is, from 1, and how many there are; zero where a template makes several
// documents, whose order helm changes.
func (t *tracer) ordinal(s Spot, key string) (n, of int) {
	if _, several := t.docs[section{s.template, 1}]; several {
		return 0, 0
	}
	doc := t.docs[section{s.template, 0}]
	for at := doc.from; at < doc.to; at++ {
		if strings.HasPrefix(strings.TrimSpace(string(t.lines[at])), key+":") {
			if of++; at < s.Line {
				n++
			}
		}
	}
	return n, of
}
