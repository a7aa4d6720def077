package flags

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// Section is a section of a manual page: text, or names with descriptions.
type Section struct {
	Name, Text string
	Items      [][2]string
}

// Manual returns a manual page with the macros of man(7), generated from the commands and flags, with more sections at the end. It has no date, so that
// the same program always has the same page.
func Manual(app *cli.App, more []Section) string {
	var m manual
	m.line(`.TH ` + strings.ToUpper(app.Name) + ` 1 "" ` + app.Name + ` "User Commands"`)
	m.section("NAME")
	m.text(app.Name + " - " + app.Usage)
	m.section("SYNOPSIS")
	m.line(".nf")
	for _, cmd := range app.Commands {
		for usage := range strings.Lines(cmd.UsageText) {
			m.text(strings.TrimSpace(usage))
		}
	}
	m.line(".fi")
	m.section("DESCRIPTION")
	m.paragraphs(app.Description)
	m.section("FLAGS")
	m.text("Flags may come before or after paths. These are the flags of lint, the default command.")
	m.flags(app.Command(defaultCommand).Flags)
	m.section("COMMANDS")
	for _, cmd := range app.Commands {
		m.line(".SS " + manText(cmd.Name))
		m.text(cmd.Usage + ".")
		m.paragraphs(cmd.Description)
		if cmd.Name != defaultCommand {
			m.flags(cmd.Flags)
		}
	}
	for _, s := range more {
		m.section(s.Name)
		if s.Text != "" {
			m.text(s.Text)
		}
		for _, item := range s.Items {
			m.item(item[0], item[1])
		}
	}
	return m.String()
}

// manual writes a page with the macros of man(7).
type manual struct{ strings.Builder }

func (m *manual) line(s string)       { m.WriteString(s + "\n") }
func (m *manual) section(name string) { m.line(".SH " + name) }
func (m *manual) text(s string)       { m.line(manText(s)) }

// item writes a name with its indented description.
func (m *manual) item(name, means string) {
	m.line(".TP")
	m.line(`.B "` + manText(name) + `"`)
	m.text(means)
}

// paragraphs writes text. Indented lines are examples and stay unchanged.
func (m *manual) paragraphs(text string) {
	example := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if indented := strings.HasPrefix(line, "   "); indented != example && line != "" {
			m.line(map[bool]string{true: ".PP\n.nf\n.RS 4", false: ".RE\n.fi\n.PP"}[indented])
			example = indented
		}
		if line = strings.TrimSpace(line); line != "" {
			m.text(line)
		}
	}
	if example {
		m.line(".RE\n.fi")
	}
}

func (m *manual) flags(flags []cli.Flag) {
	for _, f := range slices.Concat(flags, []cli.Flag{&cli.BoolFlag{Name: "help", Aliases: []string{"h"}, Usage: "print help"}}) {
		value, about := Doc(f)
		m.item(strings.TrimSpace(flagTitle(f.Names(), value)), about)
	}
}

// manText escapes text for roff, and makes hyphens that can be copied.
func manText(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, `"`, `\(dq`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(s)
	if strings.HasPrefix(s, ".") {
		s = `\&` + s
	}
	return s
}
