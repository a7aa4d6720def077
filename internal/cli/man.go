package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// ManPage is the manual page imagelint(1), made of the commands and flags there are, in the macros of man(7). It has no date, so that the same
// program has the same page. The tests write it to docs/imagelint.1, from where the packages take it.
func ManPage() string {
	app := Command{}.app()
	var m manual
	m.line(`.TH IMAGELINT 1 "" imagelint "User Commands"`)
	m.section("NAME")
	m.text("imagelint - " + app.Usage)
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
	m.text("Flags stand before or behind paths. These are the flags of lint, the command that is run where none is named.")
	m.flags(app.Command("lint").Flags)
	m.section("COMMANDS")
	for _, cmd := range app.Commands {
		m.line(".SS " + manText(cmd.Name))
		m.text(cmd.Usage + ".")
		m.paragraphs(cmd.Description)
		if cmd.Name != "lint" {
			m.flags(cmd.Flags)
		}
	}
	m.section("EXIT STATUS")
	for _, e := range []struct {
		code  int
		means string
	}{
		{ExitOK, "nothing at or above --fail-on"},
		{ExitFindings, "findings at or above --fail-on"},
		{ExitUsage, "wrong usage or configuration, or nothing to examine"},
		{ExitFailed, "the run failed: a path that cannot be read, a report that cannot be written"},
	} {
		m.item(fmt.Sprint(e.code), e.means)
	}
	m.section("ENVIRONMENT")
	m.text("Every flag has a variable, IMAGELINT_ and its name: IMAGELINT_FAIL_ON for --fail-on, with one value a line where a flag may be repeated. A flag beats a variable, and a variable beats the configuration.")
	m.item("NO_COLOR", "where it is set and --color is not given, nothing is colored")
	m.section("FILES")
	m.item(".imagelint.yaml", "the configuration, looked for from the working directory up to the root of the repository; imagelint init writes one in which every key is explained")
	m.section("SEE ALSO")
	m.text("https://github.com/imagelint-dev/imagelint/tree/main/docs")
	return m.String()
}

// manual writes a page in the macros of man(7).
type manual struct{ strings.Builder }

func (m *manual) line(s string)       { m.WriteString(s + "\n") }
func (m *manual) section(name string) { m.line(".SH " + name) }
func (m *manual) text(s string)       { m.line(manText(s)) }

// item is a name and, indented below it, what it means.
func (m *manual) item(name, means string) {
	m.line(".TP")
	m.line(`.B "` + manText(name) + `"`)
	m.text(means)
}

// paragraphs writes text whose indented lines are examples, and stay as they are.
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
	for _, f := range slices.Concat(flags, []cli.Flag{&cli.BoolFlag{Name: "help", Aliases: []string{"h"}, Usage: "print the help"}}) {
		value, about := flagDoc(f)
		m.item(strings.TrimSpace(flagTitle(f.Names(), value)), about)
	}
}

// manText is text as roff takes it: no character of it is a command, and a hyphen is the one that can be copied.
func manText(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, `"`, `\(dq`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(s)
	if strings.HasPrefix(s, ".") {
		s = `\&` + s
	}
	return s
}
