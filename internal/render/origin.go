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

// OutputSpan is a position in rendered output about which something is reported.
type OutputSpan struct {
	Line     int // from 1
	From, To int // bytes of the line
	// Text is the image, name or other text at the span, or "" if it is empty.
	Text string
	// Kind and Name identify the object.
	Kind, Name string
	// SkipValues looks up only the template or file, not the value, which may be a secret.
	SkipValues bool
}

// Origin is the chart value or kustomization entry that produced a text.
type Origin struct {
	Span source.Span
	// Value is the path of the chart value; "" otherwise.
	Value   string
	Message string
	// Plain is true if the text is written there as it is, and nothing else makes it.
	Plain bool
	// Open is true if the value is left to whoever installs the chart: it is not set, empty, or a placeholder in capital letters.
	Open bool
	// Written is the source form of a number that is printed differently, such as 1.10 for 1.1. It
	// is "" otherwise.
	Written string
	// Text is the value, if it is a text.
	Text string
	// Help says what to write instead of a value that makes an image invalid, whatever the image's own text suggests. It is "" otherwise.
	Help string
}

// Source is where the text of an OutputSpan came from.
type Source struct {
	Origins []Origin
	// Template is the line of the template, or of the file in a kustomization.
	Template source.Span
	// Selected is true if an entry of images in a kustomization selects the text by its name, which stays.
	Selected bool
}

// maxExtraMarks limits how many times a target is rendered again to find origins.
const maxExtraMarks = 12

// SourceSpans returns the positions at which the text of a span was written, as far as known without
// rendering again.
func (r *Renderer) SourceSpans(o *Output, s OutputSpan) []source.Span {
	if o.made == nil {
		return nil
	}
	p := o.made.source(s)
	out := []source.Span{p.Template}
	for _, origin := range p.Origins[:min(len(p.Origins), 1)] {
		if !origin.Span.Equal(p.Template) {
			out = append(out, origin.Span)
		}
	}
	return out
}

// Origins finds the source of each span of an output. A chart is rendered again with marked values; if that
// is not conclusive, with other marks, and with one mark at a time. If the run is canceled or the chart's
// time limit is reached, only the templates are known.
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

// tracer maps spans of one output to values.
type tracer struct {
	r      *Renderer
	o      *Output
	lines  [][]byte
	docs   map[section]extent
	values *value
	spans  []OutputSpan
	homes  []section // the documents of the spans
	covers [][]cover // by span
	// settled is true for a span whose line was found in marked output: fewer marks would not find
	// more.
	settled   []bool
	alone     map[string]bool // values that were marked alone
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

// with fills in a span's missing text from its line: the scalar at the span, or after the key at the span.
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

// cover is a part of a span's line and the value that produced it.
type cover struct {
	value    *value
	from, to int
}

// section identifies a document of an output: the n-th from one source.
type section struct {
	source string
	n      int
}

// extent is the lines [from, to) of an output.
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

// about returns the values that produced the span's text, excluding its surroundings.
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

// origins returns the values that produced a span, the most relevant first.
func (t *tracer) origins(i int) []Origin {
	var out []Origin
	if app := t.appVersion(i); app != nil {
		out = append(out, *app)
	}
	found := t.about(i)
	rank := func(c cover) int { // a value that produced all of it precedes one that produced a part
		s := t.spans[i]
		if c.from <= s.From && c.to >= s.To {
			return 0
		}
		return 1
	}
	if mayBeEmptied(t.spans[i].Text) {
		rank = func(c cover) int { // empty values come first
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

// describe returns the origin for a value and for the values that it overrides.
func (t *tracer) describe(v *value) []Origin {
	if v.doc == nil && v.flag == "" {
		return t.unset(v)
	}
	first := Origin{Span: v.span(), Value: v.path, Message: v.path + " " + v.valueText() + " " + v.where(), Written: v.reprinted(), Open: v.isOpen()}
	if v.node != nil && !v.isNull() && !v.isNumber() {
		first.Text = v.node.Value
	}
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

// where returns "in FILE:LINE", or the flag.
func (v *value) where() string {
	if v.doc == nil {
		return "by " + v.flag
	}
	return "in " + v.position()
}

// valueText describes a value, as part of a sentence.
func (v *value) valueText() string {
	switch {
	case v.isNull():
		return "is null"
	case v.isEmpty():
		return "is empty"
	}
	return "is " + v.quoted()
}

// reprinted returns the source form of a number that is printed differently, or "".
func (v *value) reprinted() string {
	if v.isNull() || !v.isNumber() || len(v.texts()) < 2 {
		return ""
	}
	return v.node.Value
}

// quoted returns a value's text. For a number it adds how it is printed, which may differ from how it is
// written.
func (v *value) quoted() string {
	if !v.isNumber() {
		return fmt.Sprintf("%q", v.node.Value)
	}
	if all := v.texts(); len(all) > 1 {
		return fmt.Sprintf("the number %s (printed as %s)", v.node.Value, all[len(all)-1])
	}
	return "the number " + v.node.Value
}

// unset returns the origin for a value that a template uses and nothing sets. Its position is the mapping
// that lacks it.
func (t *tracer) unset(v *value) []Origin {
	keys := strings.Split(v.path, ".")
	for n := len(keys) - 1; n > 0; n-- {
		if up := t.values.find(keys[:n]); up != nil && up.doc != nil {
			return []Origin{{Span: up.span(), Value: v.path, Message: fmt.Sprintf("%s is not set: %s has no such key in %s", v.path, up.path, up.position()), Open: true}}
		}
	}
	return []Origin{{Value: v.path, Span: t.valuesFile(), Message: v.path + " is not set", Open: true}}
}

// placeholder matches two or more words in capital letters, such as DEFINED_IN_SECRETS.
var placeholder = lazy(`^[A-Z0-9]+(?:[-_ ]+[A-Z0-9]+)+$`)

// isOpen reports whether a value of a chart is left to whoever installs it.
func (v *value) isOpen() bool {
	if v.isNull() || v.isEmpty() {
		return true
	}
	return v.node != nil && !v.isNumber() && placeholder().MatchString(v.node.Value)
}

// valuesFile returns the chart's own values file, or the chart.
func (t *tracer) valuesFile() source.Span {
	c := t.o.chart
	if f, ok := c.files["values.yaml"]; ok && f.disk != "" {
		return source.Whole(&source.File{Name: f.disk})
	}
	return source.Whole(&source.File{Name: c.path})
}

// appVersion returns the line of Chart.yaml that produced the tag of a span, if the template falls back to
// appVersion because no value is set. It returns nil otherwise.
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
	for _, c := range t.about(i) { // a value produced it
		if c.to > c.from && !c.value.isEmpty() && strings.Contains(line[c.from:c.to], printed) {
			return nil
		}
	}
	if !in.usesAppVersion() {
		return nil
	}
	return &Origin{Span: in.meta.span(version.node), Value: "appVersion", Message: fmt.Sprintf("the template takes appVersion %s in %s", version.quoted(), in.meta.position(version.node))}
}
