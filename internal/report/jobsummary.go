package report

import (
	"bufio"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/imagelint-dev/imagelint/lint"
)

const (
	// maxMarkdown limits the Markdown, in bytes. GitHub drops a step's summary from 1 MiB on, and other
	// tools may write to the same one.
	maxMarkdown = 512 << 10
	// markdownTail is the part of it reserved for what follows the table.
	markdownTail = 64 << 10
	// maxCell limits the characters of a cell.
	maxCell = 300
)

// writeMarkdown writes a job summary: what was examined and found, and a table of the findings, up to
// maxMarkdown bytes.
func writeMarkdown(w io.Writer, r Report, o Options) error {
	t := &textPrinter{Writer: bufio.NewWriter(w)}
	title := counts(&r)
	if len(r.Result.Findings) == 0 {
		title = append([]string{none(&r)}, title...)
	}
	t.line("## imagelint: ", strings.Join(title, ", "))
	t.line()
	t.line("Checked: ", markdownProse(examined(&r)+unexamined(r)+after(unexplained(&r))))
	left := maxMarkdown - markdownTail
	folded := fold(r.Result.Findings, o)
	for i := range folded {
		row := markdownRow(&folded[i], o.Root)
		if left -= len(row) + 1; left < 0 {
			n := len(folded) - i
			t.line()
			t.line(Count(n, "more finding is", "more findings are"), " not shown here.")
			break
		}
		if i == 0 {
			t.line()
			t.line("| severity | place | finding | rule |")
			t.line("|---|---|---|---|")
		}
		t.line(row)
	}
	t.markdownRunErrors(r.RunErrors)
	return t.Flush()
}

// markdownRunErrors lists what could not be read.
func (t *textPrinter) markdownRunErrors(errors []string) {
	if len(errors) == 0 {
		return
	}
	t.line()
	t.line("Not read, so not checked:")
	t.line()
	left := markdownTail / 2
	for i, e := range errors {
		item := "- " + markdownProse(cut(visible(e)))
		if left -= len(item) + 1; left < 0 {
			t.line("- and ", strconv.Itoa(len(errors)-i), " more")
			return
		}
		t.line(item)
	}
}

func markdownRow(f *folded, root string) string {
	at := where(f.Finding)
	place := ""
	if name := filePath(at.File(), root); name != "" {
		if r := regionOf(at); r != nil {
			name += ":" + strconv.Itoa(r.StartLine)
		}
		place = markdownCode(cut(visible(name)))
	}
	if in := inside(f.Finding); in != "" {
		if place != "" {
			place += "<br>"
		}
		place += markdownProse(cut(in))
	}
	if also := f.also(); also != "" {
		place += "<br>also " + markdownProse(cut(also))
	}
	text := markdownProse(cut(visible(f.Message)))
	if f.Cluster.Reason != "" {
		text += "<br>cluster: " + markdownProse(cut(visible(f.Cluster.Reason)))
	}
	if f.Help != "" {
		text += "<br>" + helpLabel(f.Finding) + ": " + markdownProse(cut(visible(helpText(f.Finding))))
	}
	for _, b := range f.groupedNotes() {
		text += "<br>also " + b.Severity.String() + markdownNoteAt(f, b) + ": " + markdownProse(cut(visible(b.Message))) + " " + markdownLink(b.Rule, b.Own)
	}
	return "| " + strings.Join([]string{f.Severity.String(), place, text, markdownLink(f.Rule, f.Own)}, " | ") + " |"
}

// cut shortens text to maxCell characters.
func cut(s string) string {
	if len(s) <= maxCell {
		return s
	}
	at, n := 0, 0
	for ; at < len(s) && n < maxCell; n++ {
		_, w := utf8.DecodeRuneInString(s[at:])
		at += w
	}
	if at == len(s) {
		return s
	}
	return s[:at] + cutMark
}

// markdownNoteAt is where a note is, if that is not the place of the row.
func markdownNoteAt(f *folded, b *lint.Finding) string {
	if at := f.noteAt(b); at != "" {
		return " " + markdownProse("at "+at)
	}
	return ""
}
