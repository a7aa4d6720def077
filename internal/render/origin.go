package render

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/imagelint-dev/imagelint/manifests/source"
)

// Spot is a place in what a target rendered to, of which something is said.
type Spot struct {
	Line     int // from 1
	From, To int // bytes of the line
	// Text is the image, the name or whatever it is about; "" where nothing is written.
	Text string
	// Kind and Name are those of the object.
	Kind, Name string
	// Still asks for the template or the file alone: no value is led back to, since it may be a secret.
	Still bool

	template string // that helm names as the document's source
}

// Origin is a value, or an entry of a kustomization, that made a text.
type Origin struct {
	Span source.Span
	// Value is the path of the value; "" where it is none of a chart.
	Value   string
	Message string
}

// Place is where the text of a Spot was made.
type Place struct {
	Origins []Origin
	// Made is the line of the template, or of the file that a kustomization took.
	Made source.Span
}

// mostExtra is how many times at most a target is rendered again to find origins.
const mostExtra = 8

// Written are the places where the text of a spot was written, as far as they are known without another rendering.
func (r *Renderer) Written(o *Output, s Spot) []source.Span {
	if o.made == nil {
		return nil
	}
	p := o.made.place(s)
	out := []source.Span{p.Made}
	for _, origin := range p.Origins {
		if origin.Span != p.Made {
			out = append(out, origin.Span)
		}
	}
	return out
}

// Origins finds out for each spot of an output where it was made. A chart is rendered once more with marked values; where that leads nowhere,
// with other marks, and with one mark at a time.
func (r *Renderer) Origins(ctx context.Context, o *Output, spots []Spot) []Place {
	switch {
	case o.made != nil:
		return o.made.places(spots)
	case o.built != nil:
		return o.kustomizePlaces(spots)
	}
	places := make([]Place, len(spots))
	t := &tracer{r: r, o: o, lines: bytes.Split(o.Data, []byte("\n")), covers: make([][]cover, len(spots)), settled: make([]bool, len(spots)), spots: slices.Clone(spots)}
	t.docs = sections(t.lines)
	open := []int{}
	for i := range t.spots {
		s := &t.spots[i]
		for key, doc := range t.docs {
			if at := s.Line - 1; at >= doc.from && at < doc.to {
				s.template = key.source
			}
		}
		if !s.Still && s.Line >= 1 && s.Line <= len(t.lines) {
			open = append(open, i)
		}
	}
	if len(open) > 0 {
		t.values = o.values()
		t.trace(ctx, open)
	}
	for _, i := range open {
		places[i].Origins = t.origins(i)
	}
	for i := range places {
		places[i].Made = t.made(i)
	}
	return places
}

// tracer leads spots of one output back to values.
type tracer struct {
	r      *Renderer
	o      *Output
	lines  [][]byte
	docs   map[section]extent
	values *value
	spots  []Spot
	covers [][]cover // by spot
	// settled says of a spot that its line was found again among marks: marking less cannot find more.
	settled   []bool
	templates map[string][]templateLine
}

// cover is a stretch of a spot's line and the value that made it.
type cover struct {
	value    *value
	from, to int
}

// section names a document of an output: the n-th from one source.
type section struct {
	source string
	n      int
}

// extent is lines [from, to) of an output.
type extent struct{ from, to int }

// sections finds the documents of an output.
func sections(lines [][]byte) map[section]extent {
	out := map[section]extent{}
	count := map[string]int{}
	start, source := 0, ""
	flush := func(end int) {
		if source != "" {
			out[section{source, count[source]}] = extent{start, end}
			count[source]++
		}
	}
	for i, line := range lines {
		if bytes.HasPrefix(line, []byte("---")) {
			flush(i)
			start, source = i, ""
		}
		if rest, ok := bytes.CutPrefix(line, []byte("# Source: ")); ok && source == "" {
			source = string(bytes.TrimSpace(rest))
		}
	}
	flush(len(lines))
	return out
}

// trace renders with marks until every open spot is explained, or the bounds are reached.
func (t *tracer) trace(ctx context.Context, open []int) {
	feeding := t.feeding(open)
	blanks := t.blanks(open, false)
	if len(feeding)+len(blanks) > 0 && t.render(ctx, append(slices.Clone(feeding), blanks...), open) {
		open = t.unexplained(open)
	}
	if len(open) == 0 {
		return
	}
	more := t.blanks(open, true)
	more = slices.DeleteFunc(more, func(m mark) bool {
		return slices.ContainsFunc(blanks, func(b mark) bool { return b.value.path == m.value.path })
	})
	if len(more) > 0 && t.render(ctx, more, open) {
		open = t.unexplained(open)
	}
	open = slices.DeleteFunc(slices.Clone(open), func(i int) bool { return t.settled[i] })
	for _, m := range append(append(feeding, blanks...), more...) {
		if len(open) == 0 || t.o.extra >= mostExtra || ctx.Err() != nil {
			return
		}
		if t.render(ctx, []mark{m}, open) {
			open = t.unexplained(open)
		}
	}
}

// feeding are the values whose text is a part of what the spots are about.
func (t *tracer) feeding(open []int) []mark {
	var texts []string
	seen := map[string]bool{}
	for _, i := range open {
		if text := t.spots[i].Text; !seen[text] && len(texts) < mostTexts {
			seen[text] = true
			texts = append(texts, text)
		}
	}
	var out []mark
	t.values.leaves(func(v *value) {
		for _, text := range texts {
			if s := feeds(text, v); s != "" {
				out = append(out, mark{v, s})
				return
			}
		}
	})
	return out
}

// mostTexts is how many different texts of one output are led back to values. What is beyond leads to its template.
const mostTexts = 500

// blanks are the values that are empty, or that templates use and nothing sets, and that a spot may lack. With all, what a spot is about need
// not look as if something were missing: the template may put a default in.
func (t *tracer) blanks(open []int, all bool) []mark {
	open = slices.DeleteFunc(slices.Clone(open), func(i int) bool { return !all && !lacks(t.spots[i].Text) })
	if len(open) == 0 {
		return nil
	}
	var out []mark
	t.values.leaves(func(v *value) {
		if blank(v, all) {
			out = append(out, mark{value: v})
		}
	})
	seen := map[string]bool{}
	for _, i := range open {
		in, path, _, ok := t.o.chart.sourceFile(t.spots[i].template)
		if !ok || seen[path] {
			continue
		}
		seen[path] = true
		for _, used := range in.used() {
			full := below(path, used)
			if t.values.find(strings.Split(full, ".")) == nil && imageKey().MatchString(used) && !strings.Contains(strings.ToLower(used), "digest") {
				out = append(out, mark{value: &value{path: full}})
			}
		}
	}
	return out
}

// usedValue matches a value that a template uses.
var usedValue = lazy(`\.Values\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)`)

// used are the paths of values that the chart's templates name.
func (c *chart) used() []string {
	var out []string
	for _, name := range c.names("templates/") {
		data, err := c.read(name)
		if err != nil {
			continue
		}
		for _, m := range usedValue().FindAllSubmatch(data, -1) {
			out = append(out, string(m[1]))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// render renders with marks, and notes for the open spots what marks are found there. It reports whether helm rendered.
func (t *tracer) render(ctx context.Context, marks []mark, open []int) bool {
	file, set, err := overlay(t.values, marks)
	if err != nil {
		return false
	}
	t.o.extra++
	var files []string
	if file != nil {
		name, remove, err := writeTemp("imagelint-marks-*.yaml", file)
		if err != nil {
			return false
		}
		defer remove()
		files = []string{name}
	}
	data, err := t.r.helmTemplate(ctx, t.o, files, set)
	if err != nil {
		return false
	}
	lines := bytes.Split(data, []byte("\n"))
	docs := sections(lines)
	for _, i := range open {
		for key, was := range t.docs {
			at := t.spots[i].Line - 1
			if at < was.from || at >= was.to {
				continue
			}
			is, ok := docs[key]
			if !ok {
				break
			}
			t.note(i, marks, lines[is.from:is.to], at-was.from, was.to-was.from == is.to-is.from)
			break
		}
	}
	return true
}

// note looks for marks on the line of a marked document that is a spot's: the one of the same number where the documents are equally long,
// else the one line that makes the same text.
func (t *tracer) note(i int, marks []mark, doc [][]byte, at int, same bool) {
	line := string(t.lines[t.spots[i].Line-1])
	if same {
		if stripped := marked().ReplaceAllString(string(doc[at]), ""); stripped == line {
			t.settled[i] = true
		}
		if found := align(line, string(doc[at]), marks); len(found) > 0 {
			t.covers[i] = found
			return
		}
	}
	var only []cover
	for _, other := range doc {
		found := align(line, string(other), marks)
		if len(found) == 0 {
			continue
		}
		if only != nil && !slices.Equal(only, found) {
			return // two lines that could be it
		}
		only = found
	}
	if only != nil {
		t.covers[i] = only
	}
}

// align finds the stretches of a line that the marked values made, by the same line with marks. It finds none where the line is another one.
func align(line, withMarks string, marks []mark) []cover {
	at := marked().FindAllStringSubmatchIndex(withMarks, -1)
	if len(at) == 0 || !strings.ContainsFunc(marked().ReplaceAllString(withMarks, ""), unicode.IsLetter) {
		return nil // without a letter of its own, a line may be any other one
	}
	var pattern strings.Builder
	pattern.WriteString("^")
	last := 0
	numbers := make([]int, 0, len(at))
	for _, m := range at {
		n := 0
		if _, err := fmt.Sscan(withMarks[m[2]:m[3]], &n); err != nil || n >= len(marks) {
			return nil
		}
		numbers = append(numbers, n)
		literal := regexp.QuoteMeta(withMarks[last:m[0]])
		if marks[n].text == "" {
			pattern.WriteString(literal + "(.*?)")
		} else {
			pattern.WriteString(literal + "()")
		}
		last = m[1]
	}
	tail := regexp.QuoteMeta(withMarks[last:])
	re, err := regexp.Compile(pattern.String() + tail + "$")
	if err != nil {
		return nil
	}
	found := re.FindStringSubmatchIndex(line)
	if found == nil {
		return nil
	}
	out := make([]cover, 0, len(numbers))
	for k, n := range numbers {
		c := cover{value: marks[n].value, from: found[2+2*k], to: found[3+2*k]}
		if text := marks[n].text; text != "" && strings.HasSuffix(line[:c.from], text) {
			c.from -= len(text)
		}
		out = append(out, c)
	}
	return out
}

// unexplained are the spots of which no value is known yet.
func (t *tracer) unexplained(open []int) []int {
	return slices.DeleteFunc(slices.Clone(open), func(i int) bool { return len(t.about(i)) > 0 || t.appVersion(i) != nil })
}

// about are the values that made what a spot is about, rather than what stands beside it.
func (t *tracer) about(i int) []cover {
	s := t.spots[i]
	var out []cover
	for _, c := range t.covers[i] {
		if c.from == c.to && c.from >= s.From && c.from <= s.To || c.from < s.To && c.to > s.From {
			out = append(out, c)
		}
	}
	return out
}

// origins are the values that made a spot, the nearest to what is wrong first.
func (t *tracer) origins(i int) []Origin {
	var out []Origin
	if app := t.appVersion(i); app != nil {
		out = append(out, *app)
	}
	found := t.about(i)
	if lacks(t.spots[i].Text) {
		slices.SortStableFunc(found, func(a, b cover) int { return rank(a) - rank(b) })
	}
	seen := map[string]bool{}
	for _, c := range found {
		if seen[c.value.path] {
			continue
		}
		seen[c.value.path] = true
		found := t.describe(c.value)
		if s := t.spots[i]; c.value.node != nil && c.to-c.from == len(c.value.node.Value) {
			found[0].Span = found[0].Span.Sub(max(s.From-c.from, 0), min(s.To, c.to)-c.from)
		}
		out = append(out, found...)
	}
	return out
}

// rank puts what is empty before what is not.
func rank(c cover) int {
	if c.from == c.to {
		return 0
	}
	return 1
}

// describe tells of a value and of what it stands in place of.
func (t *tracer) describe(v *value) []Origin {
	if v.doc == nil && v.flag == "" {
		return t.unset(v)
	}
	first := Origin{Span: v.span(), Value: v.path, Message: v.path + " " + v.says() + " " + v.where()}
	out := []Origin{first}
	for u := v.under; u != nil; u = u.under {
		if u.keys != nil || u.list != nil || u.doc == nil {
			continue
		}
		switch {
		case u.isEmpty():
			out[0].Message += ", and " + u.at() + " sets none"
		default:
			out[0].Message += ", in place of " + u.quoted() + " in " + u.at()
		}
		out = append(out, Origin{Span: u.span(), Value: u.path, Message: u.path + " " + u.says() + " here, and is set anew in " + v.at()})
		break
	}
	return out
}

// where is "in FILE:LINE", or the flag.
func (v *value) where() string {
	if v.doc == nil {
		return "by " + v.flag
	}
	return "in " + v.at()
}

// says is what a value is, as a part of a sentence.
func (v *value) says() string {
	switch {
	case v.isNull():
		return "is null"
	case v.isEmpty():
		return "is empty"
	}
	return "is " + v.quoted()
}

// quoted is a value's text. Of a number it is told how it is printed, which may be otherwise than it was written.
func (v *value) quoted() string {
	if !v.isNumber() {
		return fmt.Sprintf("%q", v.node.Value)
	}
	if all := v.texts(); len(all) > 1 {
		return fmt.Sprintf("the number %s (printed as %s)", v.node.Value, all[len(all)-1])
	}
	return "the number " + v.node.Value
}

// unset tells of a value that a template uses and nothing sets: its place is the mapping that lacks it.
func (t *tracer) unset(v *value) []Origin {
	keys := strings.Split(v.path, ".")
	for n := len(keys) - 1; n > 0; n-- {
		if up := t.values.find(keys[:n]); up != nil && up.doc != nil {
			return []Origin{{Span: up.span(), Value: v.path, Message: fmt.Sprintf("%s is not set: %s has no such key in %s", v.path, up.path, up.at())}}
		}
	}
	return []Origin{{Value: v.path, Span: t.valuesFile(), Message: v.path + " is not set"}}
}

// valuesFile is the file of the chart's own values, or the chart.
func (t *tracer) valuesFile() source.Span {
	c := t.o.chart
	if f, ok := c.files["values.yaml"]; ok && f.disk != "" {
		return source.Span{File: &source.File{Name: f.disk}}
	}
	return source.Span{File: &source.File{Name: c.path}}
}

// appVersion is the line of Chart.yaml that made the tag of a spot, by way of a template that takes it where no value is set; nil where that is
// not so.
func (t *tracer) appVersion(i int) *Origin {
	s := t.spots[i]
	in, _, _, ok := t.o.chart.sourceFile(s.template)
	if !ok || in.appVersion == "" {
		return nil
	}
	line := string(t.lines[s.Line-1])
	from, to := min(s.From, len(line)), min(s.To, len(line))
	about := line[from:max(from, to)]
	if !strings.Contains(about, in.appVersion) || feeds(s.Text, &value{node: quotedNode(in.appVersion)}) == "" {
		return nil
	}
	for _, c := range t.about(i) { // a value that is written made it
		if c.to > c.from && !c.value.isEmpty() && strings.Contains(line[c.from:c.to], in.appVersion) {
			return nil
		}
	}
	names := func(name string) bool {
		data, err := in.read(name)
		return err == nil && bytes.Contains(data, []byte(".AppVersion"))
	}
	if !slices.ContainsFunc(in.names("templates/"), names) {
		return nil
	}
	n := field(in.meta.root, "appVersion")
	return &Origin{Span: in.meta.span(n), Value: "appVersion", Message: fmt.Sprintf("the template takes appVersion %q in %s", in.appVersion, in.meta.at(n))}
}
