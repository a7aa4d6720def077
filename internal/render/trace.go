package render

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// trace renders with marks until every open span is explained or a limit is reached: first values that are
// parts of images by their keys, then all other values whose text occurs, then empty values, starting near
// known ones, and finally one mark at a time.
func (t *tracer) trace(ctx context.Context, open []int) {
	feeding := t.candidates(open)
	ofImages := slices.DeleteFunc(slices.Clone(feeding), func(m mark) bool { return !m.isOfImage() })
	open = t.attempt(ctx, ofImages, open)
	if len(ofImages) < len(feeding) {
		open = t.attempt(ctx, t.withoutKnown(slices.DeleteFunc(slices.Clone(feeding), mark.isOfImage), open), open)
	}
	if len(open) == 0 {
		return
	}
	beside, blanks := t.partition(t.blanks(open, false))
	open = t.attempt(ctx, beside, open)
	open = t.each(ctx, beside, open)
	open = t.attempt(ctx, blanks, open)
	known := slices.Concat(beside, blanks)
	more := slices.DeleteFunc(t.blanks(open, true), func(m mark) bool {
		return slices.ContainsFunc(known, func(b mark) bool { return b.value.path == m.value.path })
	})
	open = t.attempt(ctx, more, open)
	open = slices.DeleteFunc(slices.Clone(open), func(i int) bool { return t.settled[i] })
	t.each(ctx, slices.Concat(feeding, blanks, more), open)
}

// attempt renders with marks. If helm fails, it removes the marks that the error names, or else splits them
// in half, so that one value that a template computes with does not hide the others. It returns the spans
// that are still open.
func (t *tracer) attempt(ctx context.Context, marks []mark, open []int) []int {
	for len(marks) > 0 && len(open) > 0 && t.may(ctx) {
		err := t.render(ctx, marks, open)
		if err == nil {
			return t.untraced(open)
		}
		if said := (*engineError)(nil); errors.As(err, &said) && strings.Contains(said.text, notes) && !t.o.withoutNotes {
			t.o.withoutNotes = true // they are not rendered objects, and some charts' notes reject unknown images
			continue
		}
		if kept := unnamed(marks, err); len(kept) < len(marks) && len(kept) > 0 {
			marks = kept
			continue
		}
		if len(marks) == 1 {
			break
		}
		half := (len(marks) + 1) / 2
		open = t.attempt(ctx, marks[:half], open)
		marks = marks[half:]
	}
	return open
}

// notes is the template of the text that helm prints after an installation.
const notes = "templates/NOTES.txt"

func isNotes(name string) bool { return name == notes || strings.HasSuffix(name, "/"+notes) }

// each renders with one mark at a time, and returns the spans that are still open.
func (t *tracer) each(ctx context.Context, marks []mark, open []int) []int {
	for _, m := range marks {
		if t.alone[m.value.path] {
			continue
		}
		if len(open) == 0 || !t.may(ctx) {
			break
		}
		if t.render(ctx, []mark{m}, open) == nil {
			open = t.untraced(open)
		}
	}
	return open
}

// may reports whether the chart may be rendered once more.
func (t *tracer) may(ctx context.Context) bool {
	if ctx.Err() != nil || t.o.extra >= maxExtraMarks {
		return false
	}
	if t.o.remaining(t.r.opts.Timeout) <= 0 || t.o.spent-t.o.first > minTraceTime+maxRatio*t.o.first {
		t.o.cut = true
		return false
	}
	return true
}

// The time limit for finding origins: a multiple of the first rendering, plus a constant for small charts on
// a busy machine.
const (
	maxRatio     = 4
	minTraceTime = 5 * time.Second
)

// unnamed removes the marks that an error of helm names, by themselves or by the path of their value.
func unnamed(marks []mark, err error) []mark {
	var said *engineError
	if !errors.As(err, &said) {
		return marks
	}
	named := map[int]bool{}
	for _, m := range marked().FindAllStringSubmatch(said.text, -1) {
		if n, err := strconv.Atoi(m[1]); err == nil {
			named[n] = true
		}
	}
	var kept []mark
	for i, m := range marks {
		if !named[i] && !strings.Contains(said.text, "Values."+m.value.path+">") {
			kept = append(kept, m)
		}
	}
	return kept
}

// withoutKnown removes the marks of values whose text is in none of the spans.
func (t *tracer) withoutKnown(marks []mark, open []int) []mark {
	return slices.DeleteFunc(marks, func(m mark) bool {
		return !slices.ContainsFunc(open, func(i int) bool { return strings.Contains(t.spans[i].Text, m.text) })
	})
}

// partition separates marks of values that share a mapping with a value known to be on a span's line from all
// others.
func (t *tracer) partition(marks []mark) (near, far []mark) {
	known := map[string]bool{}
	for _, covers := range t.covers {
		for _, c := range covers {
			known[parent(c.value.path)] = true
		}
	}
	for _, m := range marks {
		if known[parent(m.value.path)] {
			near = append(near, m)
		} else {
			far = append(far, m)
		}
	}
	return near, far
}

// parent returns the path of the mapping that contains a value.
func parent(path string) string { return path[:max(strings.LastIndexByte(path, '.'), 0)] }

// candidates returns the values whose text is part of the spans' text.
func (t *tracer) candidates(open []int) []mark {
	var texts []string
	seen := map[string]bool{}
	for _, i := range open {
		if text := t.spans[i].Text; !seen[text] && len(texts) < maxTexts {
			seen[text] = true
			texts = append(texts, text)
		}
	}
	var out []mark
	t.values.leaves(func(v *value) {
		for _, text := range texts {
			if s := fragmentForm(text, v); s != "" {
				out = append(out, mark{value: v, text: s})
				return
			}
			if s := evaluated(text, v); s != "" {
				out = append(out, mark{value: v, text: s, template: v.node.Value})
				return
			}
		}
	})
	return out
}

// maxTexts limits how many different texts of one output are traced to values. The others lead to their
// template.
const maxTexts = 500

// blanks returns the values that are empty, or that templates use and nothing sets, and that a span may lack.
// With all, this includes spans that do not look incomplete: the template may insert a default.
func (t *tracer) blanks(open []int, all bool) []mark {
	open = slices.DeleteFunc(slices.Clone(open), func(i int) bool { return !all && !mayBeEmptied(t.spans[i].Text) })
	if len(open) == 0 {
		return nil
	}
	keys := imageKey()
	if !slices.ContainsFunc(open, func(i int) bool { return !strings.ContainsAny(t.spans[i].Text, "/:") }) {
		keys = ofReference() // all are about images
	}
	var out []mark
	t.values.leaves(func(v *value) {
		if blank(v, all) && keys.MatchString(v.path) {
			out = append(out, mark{value: v})
		}
	})
	seen := map[string]bool{}
	for _, i := range open {
		in, path, _, ok := t.o.chart.sourceFile(t.homes[i].source)
		if !ok || seen[path] {
			continue
		}
		seen[path] = true
		for _, used := range in.used() {
			full := below(path, used)
			if t.values.find(strings.Split(full, ".")) == nil && keys.MatchString(used) && !strings.Contains(strings.ToLower(used), "digest") {
				out = append(out, mark{value: &value{path: full}})
			}
		}
	}
	return out
}

// usedValue matches a template's use of a value.
var usedValue = lazy(`\.Values\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)`)

// used returns the paths of values that the chart's templates name.
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

// render renders with marks and records the marks found at the open spans.
func (t *tracer) render(ctx context.Context, marks []mark, open []int) error {
	file, set, err := overlay(t.values, marks)
	if err != nil {
		return err
	}
	t.o.extra++
	if len(marks) == 1 {
		t.alone[marks[0].value.path] = true
	}
	var files []string
	if file != nil {
		name, remove, err := writeTemp("imagelint-marks-*.yaml", file)
		if err != nil {
			return err
		}
		defer remove()
		files = []string{name}
	}
	data, err := t.r.helmTemplate(ctx, t.o, files, set)
	if err != nil {
		return err
	}
	lines := bytes.Split(data, []byte("\n"))
	docs := sections(lines)
	for _, i := range open {
		key := t.homes[i]
		was, is := t.docs[key], docs[key]
		if is.to > is.from {
			t.note(i, marks, lines[is.from:is.to], t.spans[i].Line-1-was.from, was.to-was.from == is.to-is.from)
		}
	}
	return nil
}

// untraced returns the spans without a known value. If text is missing, only a value that is empty or
// has the defect itself explains the span.
func (t *tracer) untraced(open []int) []int {
	return slices.DeleteFunc(slices.Clone(open), func(i int) bool {
		about := t.about(i)
		if mayBeEmptied(t.spans[i].Text) {
			return slices.ContainsFunc(about, func(c cover) bool { return c.from == c.to || c.value.node != nil && mayBeEmptied(c.value.node.Value) })
		}
		return len(about) > 0 || t.appVersion(i) != nil
	})
}
