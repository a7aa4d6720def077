package report

import (
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
)

// note is a line of additional information about a finding. Its text is visible.
type note struct{ label, text string }

// notes returns what is known about a finding besides its position and message.
func notes(f *lint.Finding) []note {
	out := make([]note, 0, 4)
	if in := inside(f); in != "" {
		out = append(out, note{"in", in})
	}
	if len(f.Combinations) > 0 {
		out = append(out, note{"with", visible(strings.Join(f.Combinations, ", "))})
	}
	for i, o := range f.Origins {
		switch {
		case i > 0 && o.Value != "" && o.Value == f.Origins[i-1].Value: // what it overrides was already listed
		case o.Plain && o.Span.Equal(f.Span): // the excerpt shows it
		case o.Value != "":
			out = append(out, note{"value", visible(o.Message)})
		case (i > 0 || o.Span.Equal(f.Span)) && o.Message != "": // after the first, the entries of a kustomization that set the rest
			out = append(out, note{"from", visible(o.Message)})
		}
	}
	switch c := f.Cluster; {
	case c.Reason != "" && c.Message != "":
		out = append(out, note{"cluster", visible(c.Reason) + ": " + visible(c.Message)})
	case c.Reason != "" || c.Message != "":
		out = append(out, note{"cluster", visible(c.Reason + c.Message)})
	}
	for _, r := range f.Related {
		if at := place(r.Span); at != "" && !(r.Span.Start().Line > 0 && at == place(f.Span)) {
			out = append(out, note{"note", at + ": " + visible(r.Message)})
		} else {
			out = append(out, note{"note", visible(r.Message)})
		}
	}
	if f.Help != "" {
		out = append(out, note{helpLabel(f), visible(helpText(f))})
	}
	return out
}

// helpLabel returns the label of a help.
func helpLabel(f *lint.Finding) string {
	if f.Advice {
		return "advice"
	}
	return "help"
}

// helpText returns a help. For advice, it adds that no pull fails because of it.
func helpText(f *lint.Finding) string {
	if f.Advice {
		return f.Help + "; this does not make a pull fail"
	}
	return f.Help
}

// noteOf says under which finding this one is a note, for formats that list each finding separately; "" if it
// is not one.
func noteOf(f *lint.Finding) string {
	if f.NoteOf == nil {
		return ""
	}
	return "see " + visible(f.NoteOf.Rule) + " first: " + visible(f.NoteOf.Message)
}

// explained returns a finding in words: its message, and a line for each note.
func explained(f *lint.Finding) string {
	message, lines := visible(f.Message), notes(f)
	if of := noteOf(f); of != "" {
		lines = append(lines, note{"note", of})
	}
	size := len(message)
	for _, n := range lines {
		size += len("\n: ") + len(n.label) + len(n.text)
	}
	var b strings.Builder
	b.Grow(size) // there may be many findings
	b.WriteString(message)
	for _, n := range lines {
		b.WriteByte('\n')
		b.WriteString(n.label)
		b.WriteString(": ")
		b.WriteString(n.text)
	}
	return b.String()
}

// brief returns a finding in one line: its message, what to do, and what to look at first.
func brief(f *lint.Finding) string {
	out := visible(f.Message)
	if f.Help != "" {
		out += "; " + visible(helpText(f))
	}
	if f.NoteOf != nil {
		out += "; see " + visible(f.NoteOf.Rule) + " first"
	}
	return out
}

// inside names the object and container of a finding, and the template from which it was rendered.
func inside(f *lint.Finding) string {
	in, from := "", template(f)
	if f.Object != nil {
		in = objectName(f.Object)
	} else if f.Path != "" {
		in = "value " + visible(f.Path)
	}
	switch {
	case f.Container == "":
	case in == "":
		in = "container " + quoted(f.Container)
	default:
		in += ", container " + quoted(f.Container)
	}
	switch {
	case from == "":
		return in
	case in == "":
		return "a document from " + visible(from)
	}
	return in + " (from " + visible(from) + ")"
}
