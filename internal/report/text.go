package report

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// leastGutter is the width of line numbers at least, so that the blocks of most files stand in one line.
const leastGutter = 2

// writeText writes a block a finding and a last line with what was examined, for people.
func writeText(w io.Writer, r Report, o Options) error {
	t := &textPrinter{Writer: bufio.NewWriter(w), palette: newPalette(o), width: o.Width}
	if t.width <= 0 {
		t.width = defaultWidth
	}
	for i := range r.Result.Findings {
		t.finding(&r.Result.Findings[i])
	}
	if o.Quiet {
		return t.Flush()
	}
	if o.Verbose {
		n := t.skipped(r.Set) + t.suppressed(r.Result.Suppressed)
		if n > 0 {
			t.line()
		}
	}
	t.line(summary(r))
	return t.Flush()
}

// textPrinter writes the parts of the text format. Its writer keeps the first error until it is flushed.
type textPrinter struct {
	*bufio.Writer
	*palette
	width int
}

// line writes strings and a line break. It takes what is already visible.
func (t *textPrinter) line(parts ...string) {
	for _, p := range parts {
		t.WriteString(p) //nolint:errcheck // bufio keeps the error for Flush
	}
	t.WriteByte('\n') //nolint:errcheck // bufio keeps the error for Flush
}

func (t *textPrinter) finding(f *lint.Finding) {
	t.header(f)
	indent := strings.Repeat(" ", max(leastGutter, len(strconv.Itoa(f.Span.Start.Line)))+1)
	t.excerpt(f, indent)
	t.notes(f, indent)
	t.line()
}

// header writes the line "place: severity: message [rule]".
func (t *textPrinter) header(f *lint.Finding) {
	at := place(f.Span)
	if at != "" {
		at = t.bold.Sprint(at+":") + " "
	}
	t.line(at, t.severity[f.Severity].Sprint(f.Severity.String()+":"), " ", visible(f.Message), " ", t.faint.Sprint("["+visible(f.Rule)+"]"))
}

// excerpt writes the line of source with the span underlined.
func (t *textPrinter) excerpt(f *lint.Finding, indent string) {
	if f.Span.IsZero() || f.Span.Start.Line <= 0 || f.Span.Excerpt.Text == "" && f.Span.Excerpt.Col == 0 {
		return
	}
	bar := t.gutter.Sprint("|")
	number := strconv.Itoa(f.Span.Start.Line)
	number = strings.Repeat(" ", len(indent)-1-len(number)) + number
	s := excerpt(f.Span, max(t.width-len(indent)-len("| "), leastWidth))
	t.line(indent, bar)
	if s.text == "" {
		t.line(t.gutter.Sprint(number), " ", bar)
	} else {
		t.line(t.gutter.Sprint(number), " ", bar, " ", s.text)
	}
	blank := strings.Repeat(" ", s.from)
	t.line(indent, bar, " ", blank, t.severity[f.Severity].Sprint(s.carets()[s.from:]))
}

// notes writes all that is known beyond the place, one line each.
func (t *textPrinter) notes(f *lint.Finding, indent string) {
	note := func(label, text string) {
		t.line(indent, t.gutter.Sprint("="), " ", t.label.Sprint(label+":"), " ", text)
	}
	if in := inside(f); in != "" {
		note("in", in)
	}
	if len(f.Combinations) > 0 {
		note("with", visible(strings.Join(f.Combinations, ", ")))
	}
	for i, o := range f.Origins {
		switch {
		case i > 0 && o.Value != "" && o.Value == f.Origins[i-1].Value: // what the value stands in place of has been said
		case o.Value != "":
			note("value", visible(o.Message))
		case o.Span != f.Span || o.Message == "":
		default:
			note("from", visible(o.Message))
		}
	}
	switch c := f.Cluster; {
	case c.Reason != "" && c.Message != "":
		note("cluster", visible(c.Reason)+": "+visible(c.Message))
	case c.Reason != "" || c.Message != "":
		note("cluster", visible(c.Reason+c.Message))
	}
	for _, r := range f.Related {
		if at := place(r.Span); at != "" {
			note("note", at+": "+visible(r.Message))
		} else {
			note("note", visible(r.Message))
		}
	}
	if f.Help != "" {
		note("help", visible(f.Help))
	}
}

// inside names the object and the container of a finding, and the template it was rendered from.
func inside(f *lint.Finding) string {
	var parts []string
	if f.Object != nil {
		parts = append(parts, objectName(f.Object))
	}
	if f.Container != "" {
		parts = append(parts, "container "+quoted(f.Container))
	}
	in, from := strings.Join(parts, ", "), template(f)
	switch {
	case from == "":
		return in
	case in == "":
		return "a document from " + visible(from)
	}
	return in + " (from " + visible(from) + ")"
}

// skipped names what was not looked into, a line each, and returns the number of lines.
func (t *textPrinter) skipped(set *manifests.Set) int {
	if set == nil {
		return 0
	}
	for _, s := range set.Skipped {
		at := visible(s.File)
		if s.Line > 0 {
			at += ":" + strconv.Itoa(s.Line)
		}
		why := skipSentence(s.Reason)
		if s.Detail != "" {
			why += ": " + visible(s.Detail)
		}
		t.line(t.bold.Sprint(at+":"), " ", t.faint.Sprint("not looked into:"), " ", why)
	}
	return len(set.Skipped)
}

// suppressed names the findings that are not shown, a line each, with the reason that was given for it. It returns the number
// of lines.
func (t *textPrinter) suppressed(all []lint.Finding) int {
	for i := range all {
		f := &all[i]
		at := place(f.Span)
		if at != "" {
			at = t.bold.Sprint(at+":") + " "
		}
		t.line(at, t.faint.Sprint("suppressed:"), " ", visible(f.Message), " ", t.faint.Sprint("["+visible(f.Rule)+"]"), " -- ", visible(f.Suppressed))
	}
	return len(all)
}
