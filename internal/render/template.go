package render

import (
	"bytes"
	"strings"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// action matches a template action.
var action = lazy(`\{\{.*?\}\}`)

// block matches, within a line, text that a template prints only under a condition.
var block = lazy(`\{\{-?\s*(?:if|with|range)\b.*\{\{-?\s*end\s*-?\}\}`)

// made returns the template line that produced a span: the line with the same text apart from actions. If
// there is none, it returns the template.
func (t *tracer) made(i int) source.Span {
	s := t.spans[i]
	in, _, name, ok := t.o.chart.sourceFile(t.homes[i].source)
	if !ok {
		return source.Whole(&source.File{Name: t.o.Path})
	}
	f := in.files[name]
	if f.disk == "" {
		return source.Whole(&source.File{Name: in.archive})
	}
	file := &source.File{Name: f.disk}
	data, err := in.read(name)
	if err != nil || s.Line < 1 || s.Line > len(t.lines) {
		return source.Whole(file)
	}
	line := strings.TrimSpace(string(t.lines[s.Line-1]))
	text := &source.Text{File: file, Data: data, Base: source.Pos{Line: 1, Col: 1}}
	if n := t.lineOf(i, t.template(file.Name, text), line); n > 0 {
		return lineSpan(text, n)
	}
	return source.Whole(file)
}

// templateLine is a line of a template: its text with and without indentation, and the literal parts between
// actions.
type templateLine struct {
	raw     string
	text    string
	parts   []string
	letters int
	without *templateLine // the same line without conditional parts; nil if there are none
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

// template splits a template into lines, once for all spans in it.
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

// lineOf chooses among the template lines that may have produced a rendered line: one that uses the values
// known to be in it, otherwise the one at the same position among those with the same key, otherwise the one
// with the most literal text. It returns 0 if there is none.
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

// names reports whether a template line uses the value at a path, which may be a subchart's.
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

// lineSpan returns a line without its indentation.
func lineSpan(text *source.Text, n int) source.Span {
	from, to := text.LineStart(n), text.LineEnd(n)
	own := text.Data[from:to]
	from += len(own) - len(bytes.TrimLeft(own, " \t"))
	return text.Span(from, text.LineStart(n)+len(bytes.TrimRight(own, " \t\r")))
}

// fits returns how many letters of a template line are in a rendered line, or 0 if the template line
// cannot have produced it.
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

// nameBeside returns the line with the name of the list item that contains a line, such as a container's; -1
// if there is none.
func nameBeside[L any](lines []L, at int, raw func(L) string) int {
	key := indent([]byte(raw(lines[at])))
	isPart := func(l string) bool {
		own := strings.TrimSpace(l)
		return own == "" || strings.HasPrefix(own, "{{") || indent([]byte(l)) >= key
	}
	first := at
	for ; first > 0 && at-first < maxDistance && !isItem(raw(lines[first]), key) && isPart(raw(lines[first-1])); first-- {
	}
	if !isItem(raw(lines[first]), key) {
		return -1
	}
	for n := first; n < len(lines) && n-first < maxDistance; n++ {
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

// maxDistance limits the lines of a list item that are searched.
const maxDistance = 200

// isItem reports whether a line begins a list item whose keys have the given indentation.
func isItem(line string, key int) bool {
	return indent([]byte(line)) == key && strings.HasPrefix(strings.TrimLeft(line, " "), "-")
}

func rawLine(line []byte) string { return string(line) }

func templateRaw(l templateLine) string { return l.raw }

// ordinal returns the position of a span among the lines with a key in its document, from 1, and their
// number. It returns zero if a template makes several documents, which helm reorders.
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
