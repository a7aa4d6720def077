package flags

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// Page holds what the help needs in addition to the commands and flags.
type Page struct {
	// Core lists the flags of the default command in the short help, in order.
	Core []string
	// Groups is the order of the flag groups. A flag's group is its category.
	Groups []string
	// Docs is the address of the documentation.
	Docs string
	// Width is the width of the terminal; 0 if it is unknown.
	Width int
}

// Bounds of the width of the help. 80 is used if the width is unknown.
const (
	minWidth     = 60
	maxWidth     = 110
	defaultWidth = 80
	// flagWidth is the width of the column with the flag names.
	flagWidth = 28
)

// Help returns the help for the program, or for one of its commands. all includes every flag, by group.
func (p Page) Help(app *cli.App, command string, all bool) string {
	if p.Width == 0 {
		p.Width = defaultWidth
	}
	p.Width = min(max(p.Width, minWidth), maxWidth)
	cmd := app.Command(command)
	var b strings.Builder
	if cmd == nil {
		fmt.Fprintf(&b, "%s\n\nUsage:\n   %s\n\nCommands:\n", p.fold(sentence(app.Usage), 0), app.UsageText)
		for _, c := range app.Commands {
			fmt.Fprintf(&b, "   %-11s%s\n", c.Name, p.fold(c.Usage, 14))
		}
		cmd = app.Command(defaultCommand)
	} else {
		fmt.Fprintf(&b, "%s\n\nUsage:\n   %s\n", p.fold(sentence(cmd.Usage), 0), cmd.UsageText)
		if cmd.Description != "" {
			b.WriteString("\n" + p.description(cmd.Description))
		}
	}
	flags := cmd.Flags
	if short := cmd.Name == defaultCommand && !all; short {
		fmt.Fprintf(&b, "\nFlags (%d of %d; --help-all lists all):\n", len(p.Core), len(flags))
		for _, name := range p.Core {
			b.WriteString(p.flag(Of(cmd, name)))
		}
	} else {
		p.groups(&b, flags)
	}
	if command == "" {
		fmt.Fprintf(&b, "\n%s\n", p.fold(app.Description, 0))
	}
	if p.Docs != "" {
		fmt.Fprintf(&b, "\nDocs: %s\n", p.Docs)
	}
	return b.String()
}

// description wraps the text of a description. Indented lines are commands followed by their description, which goes above the command if it is
// too long.
func (p Page) description(text string) string {
	var b strings.Builder
	prose := ""
	flush := func() {
		if prose != "" {
			b.WriteString(p.fold(prose, 0) + "\n")
		}
		prose = ""
	}
	for line := range strings.Lines(strings.TrimSpace(text)) {
		line = strings.TrimRight(line, "\n")
		indented := strings.HasPrefix(line, "   ")
		if line == "" || indented || strings.HasPrefix(line, "Exit codes:") {
			flush()
		}
		switch command, about, _ := strings.Cut(strings.TrimSpace(line), "  "); {
		case line == "" || indented && len(line) <= p.Width:
			b.WriteString(line + "\n")
		case indented && about != "":
			b.WriteString("   # " + strings.TrimSpace(about) + "\n   " + command + "\n")
		case indented:
			b.WriteString(line + "\n")
		default:
			prose += " " + line
		}
	}
	flush()
	return b.String()
}

// groups lists flags by group. A single group has no heading.
func (p Page) groups(b *strings.Builder, flags []cli.Flag) {
	for _, group := range append(slices.Clone(p.Groups), "") {
		title := "\n" + group + ":\n"
		if group == "" {
			title = "\nFlags:\n"
		}
		for _, f := range flags {
			if c, ok := f.(cli.CategorizableFlag); ok && c.GetCategory() == group || !ok && group == "" {
				b.WriteString(title + p.flag(f))
				title = ""
			}
		}
	}
}

// sentence adds a capital letter and a full stop.
func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }

// flag returns the names of a flag with its description next to or below them.
func (p Page) flag(f cli.Flag) string {
	value, usage := Doc(f)
	title := flagTitle(f.Names(), value)
	if len(title)+2 <= flagWidth {
		title += strings.Repeat(" ", flagWidth-len(title))
	} else {
		title += "\n" + strings.Repeat(" ", flagWidth)
	}
	return title + p.fold(usage, flagWidth) + "\n"
}

// flagTitle returns the names of a flag, the short one first, and the name of its value.
func flagTitle(names []string, value string) string {
	title := "       --" + names[0]
	if len(names) > 1 {
		title = "   -" + names[1] + ", --" + names[0]
	}
	return strings.TrimRight(title+" "+value, " ")
}

// Doc returns the name of a flag's value, or "" if it has none, and the description of the flag.
func Doc(f cli.Flag) (value, about string) {
	d, ok := f.(cli.DocGenerationFlag)
	if !ok {
		return "", ""
	}
	return valueName(d.GetUsage())
}

// valueName returns the word in backticks in a flag's description, which names its value, and the description without backticks.
func valueName(usage string) (name, plain string) {
	before, rest, _ := strings.Cut(usage, "`")
	name, after, ok := strings.Cut(rest, "`")
	if !ok {
		return "", usage
	}
	return name, before + name + after
}

// fold wraps words into lines that start at a column.
func (p Page) fold(words string, column int) string {
	var b strings.Builder
	at, width := 0, p.Width-column
	for i, w := range strings.Fields(words) {
		switch {
		case i == 0:
		case at+1+len(w) > width:
			b.WriteString("\n" + strings.Repeat(" ", column))
			at = 0
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(w)
		at += len(w)
	}
	return b.String()
}
