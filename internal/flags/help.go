package flags

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// Page is what the help says beside the commands and flags there are.
type Page struct {
	// Core are the flags of the default command that the short help lists, in this order.
	Core []string
	// Groups is the order of the groups of flags, which are their categories.
	Groups []string
	// Docs is where to read more.
	Docs string
	// Width is how wide the help may be; 0 for a width that fits everywhere.
	Width int
}

// The help is between so many columns wide, and 80 where nobody knows the width.
const (
	leastWidth   = 60
	mostWidth    = 110
	defaultWidth = 80
	// flagWidth is how much of it a flag's name takes.
	flagWidth = 28
)

// Help is the help of the program, or of one of its commands; all lists every flag, by group.
func (p Page) Help(app *cli.App, command string, all bool) string {
	if p.Width == 0 {
		p.Width = defaultWidth
	}
	p.Width = min(max(p.Width, leastWidth), mostWidth)
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

// description folds the prose of a description. Indented lines are commands, with what they do behind them; where that is too long, it goes above.
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

// groups lists flags by group. One group alone needs no name.
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

// sentence is text with a capital letter and a full stop.
func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }

// flag is a flag with what it does behind or below its names.
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

// flagTitle is a flag's names, the short one first, and what its value is called.
func flagTitle(names []string, value string) string {
	title := "       --" + names[0]
	if len(names) > 1 {
		title = "   -" + names[1] + ", --" + names[0]
	}
	return strings.TrimRight(title+" "+value, " ")
}

// Doc is what a flag's value is called, "" where it takes none, and what the flag does.
func Doc(f cli.Flag) (value, about string) {
	d, ok := f.(cli.DocGenerationFlag)
	if !ok {
		return "", ""
	}
	return valueName(d.GetUsage())
}

// valueName finds the word between backticks in a flag's description, which names its value, and the description without them.
func valueName(usage string) (name, plain string) {
	before, rest, _ := strings.Cut(usage, "`")
	name, after, ok := strings.Cut(rest, "`")
	if !ok {
		return "", usage
	}
	return name, before + name + after
}

// fold breaks words into lines that begin at a column.
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
