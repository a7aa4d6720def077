package report

import (
	"strings"

	"github.com/imagelint-dev/imagelint/lint"
)

// note is a line of what is known of a finding beyond its message. Its text is visible.
type note struct{ label, text string }

// notes are all that is known of a finding beyond its place and its message.
func notes(f *lint.Finding) []note {
	var out []note
	if in := inside(f); in != "" {
		out = append(out, note{"in", in})
	}
	if len(f.Combinations) > 0 {
		out = append(out, note{"with", visible(strings.Join(f.Combinations, ", "))})
	}
	for i, o := range f.Origins {
		switch {
		case i > 0 && o.Value != "" && o.Value == f.Origins[i-1].Value: // what the value is in place of has been said
		case o.Value != "":
			out = append(out, note{"value", visible(o.Message)})
		case o.Span == f.Span && o.Message != "":
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
		if at := place(r.Span); at != "" {
			out = append(out, note{"note", at + ": " + visible(r.Message)})
		} else {
			out = append(out, note{"note", visible(r.Message)})
		}
	}
	if f.Help != "" {
		out = append(out, note{"help", visible(f.Help)})
	}
	return out
}

// explained is a finding in words: its message, and a line for each note.
func explained(f *lint.Finding) string {
	var b strings.Builder
	b.WriteString(visible(f.Message))
	for _, n := range notes(f) {
		b.WriteString("\n" + n.label + ": " + n.text)
	}
	return b.String()
}

// brief is a finding in one line: its message, and what to do.
func brief(f *lint.Finding) string {
	if f.Help == "" {
		return visible(f.Message)
	}
	return visible(f.Message) + "; " + visible(f.Help)
}

// inside names the object and the container of a finding, and the template it was rendered from.
func inside(f *lint.Finding) string {
	var parts []string
	if f.Object != nil {
		parts = append(parts, objectName(f.Object))
	} else if f.Path != "" {
		parts = append(parts, "value "+visible(f.Path))
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
