package flags

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// helpWidth is how wide the help is at most, and flagWidth how much of it a flag's name takes.
const (
	helpWidth = 112
	flagWidth = 32
)

// Help is the help of the program, or of one of its commands.
func Help(app *cli.App, command string) string {
	help := []cli.Flag{&cli.BoolFlag{Name: "help", Aliases: []string{"h"}, Usage: "print this"}}
	var b strings.Builder
	if cmd := app.Command(command); cmd != nil {
		fmt.Fprintf(&b, "imagelint %s: %s\n\nUsage:\n   %s\n\n", cmd.Name, cmd.Usage, cmd.UsageText)
		if cmd.Description != "" {
			b.WriteString(cmd.Description + "\n\n")
		}
		b.WriteString("Flags:\n" + flagHelp(slices.Concat(cmd.Flags, help)))
		return b.String()
	}
	fmt.Fprintf(&b, "imagelint: %s\n\nUsage:\n   %s\n\n%s\n\nCommands:\n", app.Usage, app.UsageText, app.Description)
	for _, cmd := range app.Commands {
		fmt.Fprintf(&b, "   %-10s %s\n", cmd.Name, cmd.Usage)
	}
	b.WriteString("\nFlags of lint:\n" + flagHelp(slices.Concat(app.Command(defaultCommand).Flags, help)) + `
imagelint --version tells the version, imagelint COMMAND --help about a command. Every flag has a variable
IMAGELINT_NAME (IMAGELINT_FAIL_ON for --fail-on; one value a line where a flag may be repeated), and most have
a key in .imagelint.yaml: flag beats variable beats file.
`)
	return b.String()
}

// flagHelp lists flags, each with what it does behind or below its names.
func flagHelp(flags []cli.Flag) string {
	var b strings.Builder
	indent := strings.Repeat(" ", flagWidth)
	for _, f := range flags {
		d, ok := f.(cli.DocGenerationFlag)
		if !ok {
			continue
		}
		value, usage := valueName(d.GetUsage())
		title := flagTitle(f.Names(), value)
		if len(title)+2 <= flagWidth {
			title += indent[len(title):]
		} else {
			title += "\n" + indent
		}
		b.WriteString(title + fold(usage, helpWidth-flagWidth, "\n"+indent) + "\n")
	}
	return b.String()
}

// Doc is what a flag's value is called, "" where it takes none, and what the flag does.
func Doc(f cli.Flag) (value, about string) {
	d, ok := f.(cli.DocGenerationFlag)
	if !ok {
		return "", ""
	}
	return valueName(d.GetUsage())
}

// flagTitle is a flag's names, the short one first, and what its value is called.
func flagTitle(names []string, value string) string {
	title := "       --" + names[0]
	if len(names) > 1 {
		title = "   -" + names[1] + ", --" + names[0]
	}
	return strings.TrimRight(title+" "+value, " ")
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

// fold breaks words into lines of a width.
func fold(words string, width int, lineBreak string) string {
	var b strings.Builder
	at := 0
	for i, w := range strings.Fields(words) {
		switch {
		case i == 0:
		case at+1+len(w) > width:
			b.WriteString(lineBreak)
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
