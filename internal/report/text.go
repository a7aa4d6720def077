package report

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests"
)

// minGutter is the minimum width of line numbers, so that blocks of most files are aligned.
const minGutter = 2

// writeText writes a block per finding and a last line with what was examined, for people.
func writeText(w io.Writer, r Report, o Options) error {
	t := &textPrinter{Writer: bufio.NewWriter(w), palette: newPalette(o), width: o.Width, links: o.Hyperlinks}
	if t.width <= 0 {
		t.width = defaultWidth
	}
	for _, f := range fold(r.Result.Findings, o) {
		t.finding(&f)
	}
	if o.Quiet {
		return t.Flush()
	}
	if o.Verbose {
		n := t.skipped(r.Set) + t.guessed(r.Set) + t.suppressed(r.Result.Suppressed) + t.hidden("in the baseline:", r.Baselined) + t.hidden("not new:", r.Older)
		if n > 0 {
			t.line()
		}
	}
	if rows := byRule(r.Result.Findings); len(r.Result.Findings) >= manyFindings && len(rows) > 1 {
		t.ruleTable(rows)
	}
	t.line(summary(r), after(fixable(r.Result.Findings)))
	return t.Flush()
}

// textPrinter writes the parts of the text format. Its writer keeps the first error until it is flushed.
type textPrinter struct {
	*bufio.Writer
	*palette
	width int
	links bool
}

// rule returns the name of a finding's rule in brackets. Built-in rules link to their page; a rule of the
// configuration has none.
func (t *textPrinter) rule(f *lint.Finding) string {
	name := visible(f.Rule)
	if t.links && !f.Own {
		name = "\x1b]8;;" + ruleURL(f.Rule, false) + "\x1b\\" + name + "\x1b]8;;\x1b\\"
	}
	return t.faint.Sprint("[" + name + "]")
}

// text writes strings. They must already be visible.
func (t *textPrinter) text(parts ...string) {
	for _, p := range parts {
		t.WriteString(p) //nolint:errcheck // bufio keeps the error for Flush
	}
}

// line is text with a line break.
func (t *textPrinter) line(parts ...string) {
	t.text(parts...)
	t.WriteByte('\n') //nolint:errcheck // bufio keeps the error for Flush
}

func (t *textPrinter) finding(f *folded) {
	t.header(f.Finding, "")
	indent := strings.Repeat(" ", max(minGutter, len(strconv.Itoa(f.Span.Start().Line)))+1)
	t.excerpt(f.Finding, indent)
	t.notes(f.Finding, indent)
	for _, b := range f.groupedNotes() {
		also := " also " + b.Severity.String()
		if at := f.noteAt(b); at != "" {
			also += " at " + at
		}
		t.line(indent, t.gutter.Sprint("="), " ", t.label.Sprint("note:"), also, ": ", visible(b.Message), " ", t.rule(b))
	}
	if also := f.also(); also != "" {
		t.line(indent, t.gutter.Sprint("="), " ", t.label.Sprint("also:"), " ", also)
	}
	t.line()
}

// header writes the line "place: severity: message [rule]". end is added to the message.
func (t *textPrinter) header(f *lint.Finding, end string) {
	at := place(f.Span)
	if at != "" {
		at = t.bold.Sprint(at+":") + " "
	}
	t.line(at, t.severity[f.Severity].Sprint(f.Severity.String()+":"), " ", visible(f.Message), end, " ", t.rule(f))
}

// excerpt writes the line of source with the span underlined.
func (t *textPrinter) excerpt(f *lint.Finding, indent string) {
	if f.Span.IsZero() || f.Span.Start().Line <= 0 || f.Span.Excerpt().Text == "" && f.Span.Excerpt().Col == 0 {
		return
	}
	bar := t.gutter.Sprint("|")
	number := strconv.Itoa(f.Span.Start().Line)
	number = strings.Repeat(" ", len(indent)-1-len(number)) + number
	s := excerpt(f.Span, max(t.width-len(indent)-len("| "), minWidth))
	t.line(indent, bar)
	if s.text == "" {
		t.line(t.gutter.Sprint(number), " ", bar)
	} else {
		t.line(t.gutter.Sprint(number), " ", bar, " ", s.text)
	}
	blank := strings.Repeat(" ", s.from)
	t.line(indent, bar, " ", blank, t.severity[f.Severity].Sprint(s.carets()[s.from:]))
}

// notes writes the notes, one per line.
func (t *textPrinter) notes(f *lint.Finding, indent string) {
	for _, n := range notes(f) {
		t.line(indent, t.gutter.Sprint("="), " ", t.label.Sprint(n.label+":"), " ", n.text)
	}
}

// skipped lists what was not examined, one per line, and returns the number of lines.
func (t *textPrinter) skipped(set *manifests.Set) int {
	if set == nil {
		return 0
	}
	for _, s := range set.Skipped {
		at := visiblePath(s.File)
		if s.Line > 0 {
			at += ":" + strconv.Itoa(s.Line)
		}
		label := "skipped:"
		if s.Reason == manifests.SkipPartial {
			label = "incomplete:"
		}
		t.line(t.bold.Sprint(at+":"), " ", t.faint.Sprint(label), " ", skipWhy(&s))
	}
	return len(set.Skipped)
}

// guessed says which kinds are unknown and may have more images, and returns the number of lines.
func (t *textPrinter) guessed(set *manifests.Set) int {
	text := guessed(unknownKinds(set))
	if text == "" {
		return 0
	}
	t.line(text)
	return 1
}

// suppressed lists suppressed findings with their reasons, one per line, and returns the number of lines.
func (t *textPrinter) suppressed(all []lint.Finding) int {
	return t.unshown("suppressed:", all, func(f *lint.Finding) string { return " -- " + visible(f.Suppressed) })
}

// hidden lists findings that are not shown because they existed before, one per line, and returns the number
// of lines.
func (t *textPrinter) hidden(label string, all []lint.Finding) int {
	return t.unshown(label, all, func(*lint.Finding) string { return "" })
}

func (t *textPrinter) unshown(label string, all []lint.Finding, why func(*lint.Finding) string) int {
	for i := range all {
		f := &all[i]
		at := place(f.Span)
		if at != "" {
			at = t.bold.Sprint(at+":") + " "
		}
		t.line(at, t.faint.Sprint(label), " ", visible(f.Message), " ", t.rule(f), why(f))
	}
	return len(all)
}
