package render

import (
	"bytes"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// action matches what a template engine replaces.
var action = lazy(`\{\{.*?\}\}`)

// block matches, within a line, what a template prints under a condition only.
var block = lazy(`\{\{-?\s*(?:if|with|range)\b.*\{\{-?\s*end\s*-?\}\}`)

// made is the line of a template that a span was made by: the line that is the same but for its actions. Where none is, it is the template.
func (t *tracer) made(i int) source.Span {
	s := t.spans[i]
	in, _, name, ok := t.o.chart.sourceFile(t.homes[i].source)
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
	if n := t.lineOf(i, t.template(file.Name, text), line); n > 0 {
		return lineSpan(text, n)
	}
	return source.Span{File: file}
}

// templateLine is a line of a template: its text, with what indents it and without, and the parts of it that stand between actions.
type templateLine struct {
	raw     string
	text    string
	parts   []string
	letters int
	without *templateLine // the same line without what it prints under a condition; nil where there is none
}

func newTemplateLine(raw string) templateLine {
	l := templateLine{raw: raw, text: strings.TrimSpace(raw)}
	l.parts = action().Split(l.text, -1)
	for _, p := range l.parts {
		l.letters += len(strings.TrimSpace(p))
	}
	if block().MatchString(l.text) {
		without := newTemplateLine(block().ReplaceAllString(l.text, "{{}}"))
		l.without = &without
	}
	return l
}

// template splits a template into its lines, once for all spans in it.
func (t *tracer) template(name string, text *source.Text) []templateLine {
	if lines, ok := t.templates[name]; ok {
		return lines
	}
	lines := make([]templateLine, 0, text.Lines())
	for n := 1; n <= text.Lines(); n++ {
		lines = append(lines, newTemplateLine(string(text.Data[text.LineStart(n):text.LineEnd(n)])))
	}
	if t.templates == nil {
		t.templates = map[string][]templateLine{}
	}
	t.templates[name] = lines
	return lines
}

// lineOf chooses among the lines of a template that may have made a rendered line: the one that names the values that are known to be in it, else
// the one in the same place among those with the same key, else the one with the most text of its own. It is 0 where there is none.
func (t *tracer) lineOf(i int, lines []templateLine, line string) int {
	key, _, _ := strings.Cut(line, ":")
	wanted, of := t.ordinal(i, key)
	item := nameBeside(t.lines, t.spans[i].Line-1, rawLine)
	keyed := 0
	for _, l := range lines {
		if strings.HasPrefix(l.text, key+":") {
			keyed++
		}
	}
	best, bestScore, nth := 0, 0, 0
	for n, l := range lines {
		score := l.fits(line)
		if strings.HasPrefix(l.text, key+":") {
			if nth++; score > 0 && nth == wanted && of == keyed {
				score += 1_000
			}
		}
		if score == 0 {
			continue
		}
		if at := nameBeside(lines, n, templateRaw); item >= 0 && at >= 0 {
			score += 10 * min(lines[at].fits(strings.TrimSpace(rawLine(t.lines[item]))), 90)
		}
		for _, c := range t.covers[i] {
			if names(l.text, c.value.path) {
				score += 10_000
			}
		}
		if score > bestScore {
			best, bestScore = n+1, score
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

// lineSpan is a line without what indents it.
func lineSpan(text *source.Text, n int) source.Span {
	from, to := text.LineStart(n), text.LineEnd(n)
	own := text.Data[from:to]
	from += len(own) - len(bytes.TrimLeft(own, " \t"))
	return text.Span(from, text.LineStart(n)+len(bytes.TrimRight(own, " \t\r")))
}

// fits reports how many letters of a template's line are in a rendered line that it may have made; 0 where it made another one.
func (l *templateLine) fits(line string) int {
	if n := l.fitsWhole(line); n > 0 || l.without == nil {
		return n
	}
	return l.without.fitsWhole(line)
}

func (l *templateLine) fitsWhole(line string) int {
	last := len(l.parts) - 1
	switch {
	case l.text == "":
		return 0
	case last == 0:
		if l.text == line {
			return l.letters + 1
		}
		return 0
	case l.letters < len("a: ") || !strings.HasPrefix(line, l.parts[0]):
		return 0
	}
	line = line[len(l.parts[0]):]
	for _, p := range l.parts[1:last] {
		at := strings.Index(line, p)
		if at < 0 {
			return 0
		}
		line = line[at+len(p):]
	}
	if !strings.HasSuffix(line, l.parts[last]) {
		return 0
	}
	return l.letters
}

// nameBeside is the line that holds the name of the list item that a line is a part of, as a container has one; -1 where there is none.
func nameBeside[L any](lines []L, at int, raw func(L) string) int {
	key := indent([]byte(raw(lines[at])))
	isPart := func(l string) bool {
		own := strings.TrimSpace(l)
		return own == "" || strings.HasPrefix(own, "{{") || indent([]byte(l)) >= key
	}
	first := at
	for ; first > 0 && at-first < mostBeside && !isItem(raw(lines[first]), key) && isPart(raw(lines[first-1])); first-- {
	}
	if !isItem(raw(lines[first]), key) {
		return -1
	}
	for n := first; n < len(lines) && n-first < mostBeside; n++ {
		l := raw(lines[n])
		if n > first && (isItem(l, key) || !isPart(l)) {
			break
		}
		if indent([]byte(l)) == key && strings.HasPrefix(strings.TrimLeft(l, " -"), "name:") {
			return n
		}
	}
	return -1
}

// mostBeside is how many lines of a list item are looked at.
const mostBeside = 200

// isItem reports whether a line begins an item of a list whose keys are indented that far.
func isItem(line string, key int) bool {
	return indent([]byte(line)) == key && strings.HasPrefix(strings.TrimLeft(line, " "), "-")
}

func rawLine(line []byte) string { return string(line) }

func templateRaw(l templateLine) string { return l.raw }

// ordinal tells which of the lines with a key in its document a span is, from 1, and how many there are; zero where a template makes several
// documents, whose order helm changes.
func (t *tracer) ordinal(i int, key string) (n, of int) {
	home := t.homes[i]
	if _, several := t.docs[section{home.source, 1}]; several {
		return 0, 0
	}
	doc := t.docs[home]
	for at := doc.from; at < doc.to; at++ {
		if strings.HasPrefix(strings.TrimSpace(string(t.lines[at])), key+":") {
			if of++; at < t.spans[i].Line {
				n++
			}
		}
	}
	return n, of
}
