package render

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/yamlnode"
	"github.com/imagelint-dev/imagelint/manifests/source"
)

// OutputSpan is a place in what a target rendered to, of which something is said.
type OutputSpan struct {
	Line     int // from 1
	From, To int // bytes of the line
	// Text is the image, the name or whatever it is about; "" where nothing is written.
	Text string
	// Kind and Name are those of the object.
	Kind, Name string
	// SkipValues asks for the template or the file alone: no value is led back to, since it may be a secret.
	SkipValues bool
}

// Origin is a value, or an entry of a kustomization, that made a text.
type Origin struct {
	Span source.Span
	// Value is the path of the value; "" where it is none of a chart.
	Value   string
	Message string
	// Written is how a number was written that is printed otherwise: 1.10, which becomes 1.1; "" for anything else.
	Written string
}

// Source is where the text of a OutputSpan was made.
type Source struct {
	Origins []Origin
	// Template is the line of the template, or of the file that a kustomization took.
	Template source.Span
}

// mostExtra is how many times at most a target is rendered again to find origins.
const mostExtra = 12

// SourceSpans are the places where the text of a span was written, as far as they are known without another rendering.
func (r *Renderer) SourceSpans(o *Output, s OutputSpan) []source.Span {
	if o.made == nil {
		return nil
	}
	p := o.made.source(s)
	out := []source.Span{p.Template}
	for _, origin := range p.Origins {
		if origin.Span != p.Template {
			out = append(out, origin.Span)
		}
	}
	return out
}

// Origins finds out for each span of an output where it was made. A chart is rendered once more with marked values; where that leads nowhere,
// with other marks, and with one mark at a time. When the run is cancelled or the time of the chart is over, the templates are what is known.
func (r *Renderer) Origins(ctx context.Context, o *Output, spans []OutputSpan) []Source {
	switch {
	case o.made != nil:
		return o.made.places(spans)
	case o.built != nil:
		return o.kustomizePlaces(spans)
	}
	places := make([]Source, len(spans))
	t := newTracer(r, o, spans)
	open := []int{}
	for i, s := range t.spans {
		if !s.SkipValues && t.homes[i].source != "" {
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
		places[i].Template = t.made(i)
	}
	return places
}

// tracer leads spans of one output back to values.
type tracer struct {
	r      *Renderer
	o      *Output
	lines  [][]byte
	docs   map[section]extent
	values *value
	spans  []OutputSpan
	homes  []section // the documents of the spans
	covers [][]cover // by span
	// settled says of a span that its line was found again among marks: marking less cannot find more.
	settled   []bool
	alone     map[string]bool // the values that were marked by themselves
	templates map[string][]templateLine
}

func newTracer(r *Renderer, o *Output, spans []OutputSpan) *tracer {
	t := &tracer{
		r: r, o: o, lines: bytes.Split(o.Data, []byte("\n")), covers: make([][]cover, len(spans)), settled: make([]bool, len(spans)),
		spans: slices.Clone(spans), homes: make([]section, len(spans)), alone: map[string]bool{},
	}
	t.docs = sections(t.lines)
	order := slices.SortedFunc(maps.Keys(t.docs), func(a, b section) int { return t.docs[a].from - t.docs[b].from })
	for i, s := range spans {
		at, found := slices.BinarySearchFunc(order, s.Line-1, func(key section, line int) int {
			switch doc := t.docs[key]; {
			case line < doc.from:
				return 1
			case line >= doc.to:
				return -1
			}
			return 0
		})
		if found {
			t.homes[i] = order[at]
			t.spans[i] = s.with(string(t.lines[s.Line-1]))
		}
	}
	return t
}

// with is a span with the text that is on its line, where it tells none: the scalar that it is at, or the one behind the key that it is at.
func (s OutputSpan) with(line string) OutputSpan {
	if n := len(s.Text); n > 1 && strings.ContainsAny(s.Text[:1], `"'`) && s.Text[n-1] == s.Text[0] {
		s.Text = s.Text[1 : n-1]
	}
	if len(s.Text) > 1 || s.To > s.From+1 || s.From < 0 || s.From > len(line) { // a point is one character wide
		return s
	}
	rest := strings.TrimRight(line[s.From:], " ")
	if _, val, ok := strings.Cut(rest, ": "); ok {
		rest = strings.TrimSpace(val)
	} else if strings.HasSuffix(rest, ":") {
		return s
	}
	s.Text = strings.Trim(rest, `"'`)
	s.From += strings.Index(line[s.From:], s.Text)
	s.To = s.From + len(s.Text)
	return s
}

// cover is a stretch of a span's line and the value that made it.
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

// about are the values that made what a span is about, rather than what is next to it.
func (t *tracer) about(i int) []cover {
	s := t.spans[i]
	var out []cover
	for _, c := range t.covers[i] {
		if c.from == c.to && c.from >= s.From && c.from <= s.To || c.from < s.To && c.to > s.From {
			out = append(out, c)
		}
	}
	return out
}

// origins are the values that made a span, the nearest to what is wrong first.
func (t *tracer) origins(i int) []Origin {
	var out []Origin
	if app := t.appVersion(i); app != nil {
		out = append(out, *app)
	}
	found := t.about(i)
	rank := func(c cover) int { // what made all of it goes before what made a part
		s := t.spans[i]
		if c.from <= s.From && c.to >= s.To {
			return 0
		}
		return 1
	}
	if mayBeEmptied(t.spans[i].Text) {
		rank = func(c cover) int { // what is empty goes before what is not
			if c.from == c.to {
				return 0
			}
			return 1
		}
	}
	slices.SortStableFunc(found, func(a, b cover) int { return rank(a) - rank(b) })
	seen := map[string]bool{}
	for _, c := range found {
		if seen[c.value.path] {
			continue
		}
		seen[c.value.path] = true
		found := t.describe(c.value)
		if s := t.spans[i]; c.value.node != nil && c.to-c.from == len(c.value.node.Value) {
			found[0].Span = found[0].Span.Sub(max(s.From-c.from, 0), min(s.To, c.to)-c.from)
		}
		out = append(out, found...)
	}
	return out
}

// describe tells of a value and of what it is in place of.
func (t *tracer) describe(v *value) []Origin {
	if v.doc == nil && v.flag == "" {
		return t.unset(v)
	}
	first := Origin{Span: v.span(), Value: v.path, Message: v.path + " " + v.valueText() + " " + v.where(), Written: v.reprinted()}
	out := []Origin{first}
	for u := v.under; u != nil; u = u.under {
		if u.keys != nil || u.list != nil || u.doc == nil {
			continue
		}
		switch {
		case u.isEmpty():
			out[0].Message += ", and " + u.position() + " sets none"
		default:
			out[0].Message += ", in place of " + u.quoted() + " in " + u.position()
		}
		out = append(out, Origin{Span: u.span(), Value: u.path, Message: u.path + " " + u.valueText() + " here, and set again in " + v.position()})
		break
	}
	return out
}

// where is "in FILE:LINE", or the flag.
func (v *value) where() string {
	if v.doc == nil {
		return "by " + v.flag
	}
	return "in " + v.position()
}

// valueText is what a value is, as a part of a sentence.
func (v *value) valueText() string {
	switch {
	case v.isNull():
		return "is null"
	case v.isEmpty():
		return "is empty"
	}
	return "is " + v.quoted()
}

// reprinted is a number as it was written, where it is printed otherwise; "" for anything else.
func (v *value) reprinted() string {
	if v.isNull() || !v.isNumber() || len(v.texts()) < 2 {
		return ""
	}
	return v.node.Value
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
			return []Origin{{Span: up.span(), Value: v.path, Message: fmt.Sprintf("%s is not set: %s has no such key in %s", v.path, up.path, up.position())}}
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

// appVersion is the line of Chart.yaml that made the tag of a span, by way of a template that takes it where no value is set; nil where that is
// not so.
func (t *tracer) appVersion(i int) *Origin {
	s := t.spans[i]
	in, _, _, ok := t.o.chart.sourceFile(t.homes[i].source)
	if !ok || in.appVersion == "" {
		return nil
	}
	line := string(t.lines[s.Line-1])
	from, to := min(s.From, len(line)), min(s.To, len(line))
	about := line[from:max(from, to)]
	version := &value{node: yamlnode.Field(in.meta.root, "appVersion")}
	printed := fragmentForm(s.Text, version)
	if printed == "" || !strings.Contains(about, printed) {
		return nil
	}
	for _, c := range t.about(i) { // a value that is written made it
		if c.to > c.from && !c.value.isEmpty() && strings.Contains(line[c.from:c.to], printed) {
			return nil
		}
	}
	if !in.usesAppVersion() {
		return nil
	}
	return &Origin{Span: in.meta.span(version.node), Value: "appVersion", Message: fmt.Sprintf("the template takes appVersion %s in %s", version.quoted(), in.meta.position(version.node))}
}
