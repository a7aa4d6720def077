package cli

import (
	"strings"

	"github.com/urfave/cli/v2"
)

// arrange brings the flags of a command line in front of its paths, where the flag library looks for them, and names the command where
// the user does not: imagelint a.yaml --quiet becomes imagelint lint --quiet -- a.yaml.
func arrange(app *cli.App, args []string) ([]string, error) {
	if len(args) == 0 {
		args = []string{app.Name}
	}
	name, at := commandOf(app, args)
	var cmd *cli.Command
	rest := args[1:]
	if at > 0 {
		cmd = app.Command(name)
		rest = append(append([]string{}, args[1:at]...), args[at+1:]...)
	} else {
		for _, a := range rest {
			switch a {
			case "--version", "-v", "-version":
				return []string{args[0], "--version"}, nil
			case "--help", "-h", "-help", "help":
				return []string{args[0], "--help"}, nil
			case "--":
			default:
				continue
			}
			break
		}
		cmd = app.Command("lint")
	}
	var flags, paths []string
	for i := 0; i < len(rest); i++ {
		a := rest[i]
		if a == "--" {
			paths = append(paths, rest[i+1:]...)
			break
		}
		if len(a) < 2 || a[0] != '-' {
			paths = append(paths, a)
			continue
		}
		flags = append(flags, a)
		if takesValue(cmd, a) && i+1 < len(rest) {
			i++
			flags = append(flags, rest[i])
		}
	}
	out := append([]string{args[0], cmd.Name}, flags...)
	return append(append(out, "--"), paths...), nil
}

// commandOf finds the command that the user names: the first argument that is no flag and no flag's value.
func commandOf(app *cli.App, args []string) (name string, at int) {
	lint := app.Command("lint")
	for i := 1; i < len(args); i++ {
		a := args[i]
		if a == "--" {
			return "", 0
		}
		if len(a) > 1 && a[0] == '-' {
			if takesValue(lint, a) {
				i++
			}
			continue
		}
		if app.Command(a) != nil {
			return a, i
		}
		return "", 0
	}
	return "", 0
}

// takesValue reports whether the argument behind a flag is the flag's value.
func takesValue(cmd *cli.Command, arg string) bool {
	if strings.Contains(arg, "=") {
		return false
	}
	name := strings.TrimLeft(arg, "-")
	for _, f := range cmd.Flags {
		for _, n := range f.Names() {
			if n == name {
				_, isBool := f.(*cli.BoolFlag)
				return !isBool
			}
		}
	}
	return false
}

const appHelp = `imagelint: {{.Usage}}

Usage:
   imagelint PATH... [flags]            lint files, folders or standard input ("-")
   imagelint COMMAND [flags]

{{.Description}}

Commands:{{range .VisibleCommands}}
   {{printf "%-10s" .Name}} {{.Usage}}{{end}}

Flags:{{range .VisibleFlags}}
   {{.}}{{end}}

imagelint COMMAND --help tells about a command. Every flag has a variable IMAGELINT_NAME (IMAGELINT_FAIL_ON for --fail-on; one value a
line where a flag may be repeated), and most have a key in .imagelint.yaml: flag beats variable beats file.
`

const commandHelp = `imagelint {{.Name}}: {{.Usage}}

Usage:
   {{.UsageText}}
{{if .Description}}
{{.Description}}
{{end}}{{if .VisibleFlags}}
Flags:{{range .VisibleFlags}}
   {{.}}{{end}}
{{end}}`
