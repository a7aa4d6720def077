// Package flags adds to the flag library: flags after paths, help that fits on a screen, a manual page, and environment variables. It does not define
// any flags.
package flags

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/config"
)

// Line is a command line in the form that the flag library accepts.
type Line struct {
	// Args start with the names of the program and the command.
	Args []string
	// Version and Help are requests to handle before running a command; the library's own flags for them are global variables, which concurrent runs
	// must not share. Command is the command to show help for, "" for the program. All requests help for all flags.
	Version, Help, All bool
	Command            string
}

// Arrange moves the flags of a command line before its paths, because the flag library expects that, and adds the default command: imagelint a.yaml
// --quiet becomes imagelint lint --quiet -- a.yaml. All errors are usage errors.
func Arrange(app *cli.App, args []string) (Line, error) {
	if len(args) == 0 {
		args = []string{app.Name}
	}
	name, at := CommandOf(app, args)
	rest := args[1:]
	help := Line{Args: args[:1], Help: true}
	cmd := app.Command(defaultCommand)
	switch {
	case at > 0:
		cmd = app.Command(name)
		rest = append(append([]string{}, args[1:at]...), args[at+1:]...)
		help.Command = name
	case len(rest) > 0 && rest[0] == "help":
		switch {
		case len(rest) > 1 && app.Command(rest[1]) != nil:
			help.Command = rest[1]
		case len(rest) > 1 && !strings.HasPrefix(rest[1], "-"):
			return Line{}, unknownCommand(app, rest[1])
		}
		help.All = slices.Contains(rest, "--help-all")
		return help, nil
	}
	// A file named "--" may come from a shell glob. Then it does not show that the arguments before it are flags.
	ended := slices.Contains(rest, "--") && !exists("--")
	var flags, paths []string
	for i := 0; i < len(rest); i++ {
		a := rest[i]
		if a == "--" {
			paths = append(paths, rest[i+1:]...)
			break
		}
		if len(a) < 2 || a[0] != '-' {
			if at == 0 && len(paths) == 0 && isWord(a) && !exists(a) {
				if value := optionalValue(cmd, flags, a); value != "" {
					return Line{}, fmt.Errorf("%q is not a file or folder: if it is the value of %s, use %s=%[1]s", a, value, value)
				}
				return Line{}, unknownCommand(app, a)
			}
			if i > 0 && rest[i-1] == "--write-baseline" && a != "-" && !exists(a) { // the argument was probably meant as its value, not as a path
				return Line{}, fmt.Errorf("%q is not a file or folder: to write the baseline there, use --write-baseline --baseline %[1]s", a)
			}
			if at > 0 && a == "help" && len(paths) == 0 && !exists(a) {
				return help, nil // as in "imagelint pulls help"
			}
			paths = append(paths, a)
			continue
		}
		if !ended && exists(a) {
			return Line{}, flagOrFile(cmd, a)
		}
		switch a {
		case "--version", "-version", "-V":
			if len(args) > 2 {
				return Line{}, fmt.Errorf("%q only prints the version: use it alone, or -v for more output", a)
			}
			return Line{Args: args[:1], Version: true}, nil
		case "--help", "-help", "-h":
			return help, nil
		case "--help-all":
			help.All = true
			return help, nil
		}
		if err := checkFlag(app, cmd, a); err != nil {
			return Line{}, err
		}
		flag := primary(cmd, a)
		if err := checkOutput(cmd, flags, flag); err != nil {
			return Line{}, err
		}
		flags = append(flags, flag)
		if TakesValue(cmd, a) {
			i++
			if i == len(rest) || strings.HasPrefix(rest[i], "--") && (rest[i] == "--" || slices.Contains(flagNames(cmd), rest[i][2:])) {
				return Line{}, fmt.Errorf("flag %s needs a value", a)
			}
			flags = append(flags, rest[i])
		}
	}
	out := append([]string{args[0], cmd.Name}, flags...)
	return Line{Args: append(append(out, "--"), paths...)}, nil
}

// checkOutput returns an error for a second --output of a command that writes one file: the library would take the last one, and the others would be missing.
func checkOutput(cmd *cli.Command, flags []string, flag string) error {
	const output = "--output"
	isOutput := func(f string) bool { return f == output || strings.HasPrefix(f, output+"=") }
	if _, single := Of(cmd, output[2:]).(*cli.StringFlag); single && isOutput(flag) && slices.ContainsFunc(flags, isOutput) {
		return fmt.Errorf("%s is given twice, and \"%s\" writes one file: run it once for each", output, cmd.Name)
	}
	return nil
}

// primary returns a flag with its main name. The library refuses a flag that is given under two of its names, such as --output and -o.
func primary(cmd *cli.Command, arg string) string {
	name, value, set := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	f := Of(cmd, name)
	if f == nil {
		return arg
	}
	if arg = "--" + names(Whole(f))[0]; set {
		arg += "=" + value
	}
	return arg
}

// defaultCommand is the command to run if none is given.
const defaultCommand = "lint"

// isWord reports whether an argument looks like a command, not a path.
func isWord(arg string) bool {
	return arg != "" && arg != "-" && !strings.ContainsAny(arg, `./\*?[]{}:~`)
}

// optionalValue returns the last of the flags if its value is optional and word may be meant as that value, which needs "=". Otherwise it returns "".
func optionalValue(cmd *cli.Command, flags []string, word string) string {
	if len(flags) == 0 {
		return ""
	}
	last := flags[len(flags)-1]
	if f, ok := Of(cmd, strings.TrimLeft(last, "-")).(*cli.GenericFlag); ok {
		if check, ok := f.Value.(Checker); ok && check.Check(word) == nil {
			return last
		}
	}
	return ""
}

// unknownCommand returns the error for a first argument that is neither a path nor a command.
func unknownCommand(app *cli.App, word string) error {
	names := make([]string, 0, len(app.Commands))
	for _, cmd := range app.Commands {
		names = append(names, cmd.Name)
	}
	if near := config.Near(word, names); near != "" {
		return fmt.Errorf("unknown command %q, and no such file or directory: did you mean %q?", word, app.Name+" "+near)
	}
	if instead := replacements[word]; instead != "" {
		return fmt.Errorf("unknown command %q, and no such file or directory: use %s", word, instead)
	}
	return fmt.Errorf("unknown command %q, and no such file or directory: the commands are %s", word, strings.Join(names, ", "))
}

// Checker is the value of a flag with an optional value. Check validates a value before the flag is set.
type Checker interface{ Check(value string) error }

// exists reports whether an argument is the name of a file or folder.
func exists(arg string) bool {
	_, err := os.Lstat(arg)
	return err == nil
}

// flagOrFile returns the error for an argument that may be a flag or a file. Shell globs, and programs such as pre-commit, pass names that others have
// chosen: a file named "--exclude=*.yaml" must not change what is linted.
func flagOrFile(cmd *cli.Command, arg string) error {
	typed, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	if slices.Contains(append(flagNames(cmd), "version", "V"), typed) {
		return fmt.Errorf("%q is a flag, but there is also a file of that name: use %q for the file, or put \"--\" between flags and files", arg, "./"+arg)
	}
	return fmt.Errorf("%q is a file, not a flag: use %q, or put \"--\" before it", arg, "./"+arg)
}

// CommandOf returns the command of a command line: the first argument that is neither a flag nor the value of one.
func CommandOf(app *cli.App, args []string) (name string, at int) {
	lint := app.Command(defaultCommand)
	for i := 1; i < len(args); i++ {
		a := args[i]
		if a == "--" {
			return "", 0
		}
		if len(a) > 1 && a[0] == '-' {
			if TakesValue(lint, a) {
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

// TakesValue reports whether the argument after a flag is its value.
func TakesValue(cmd *cli.Command, arg string) bool {
	if strings.Contains(arg, "=") {
		return false
	}
	switch f := Of(cmd, strings.TrimLeft(arg, "-")).(type) {
	case nil, *cli.BoolFlag, *cli.GenericFlag: // the value of a GenericFlag is optional and needs "="
		return false
	default:
		return f != nil
	}
}

// Of returns the flag of a command with a name, or nil.
func Of(cmd *cli.Command, name string) cli.Flag {
	for _, f := range cmd.Flags {
		if slices.Contains(names(f), name) {
			return f
		}
	}
	return nil
}

// checkFlag returns an error for an unknown flag. It suggests a similar flag, or the command that has it.
func checkFlag(app *cli.App, cmd *cli.Command, arg string) error {
	typed, value, given := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	shown, _, _ := strings.Cut(arg, "=")
	known := flagNames(cmd)
	if strings.HasPrefix(arg, "---") {
		return fmt.Errorf("unknown flag %s: flags begin with one or two dashes", shown)
	}
	if slices.Contains(known, typed) {
		if _, isBool := Of(cmd, typed).(*cli.BoolFlag); isBool && given {
			if _, err := strconv.ParseBool(value); err != nil {
				if named := Of(cmd, strings.TrimPrefix(typed, "write-")); strings.HasPrefix(typed, "write-") && named != nil {
					return fmt.Errorf("%s: invalid value %q: it takes none; --%s names the file", shown, value, named.Names()[0])
				}
				return fmt.Errorf("%s: invalid value %q: use true or false", shown, value)
			}
		}
		if f, isGeneric := Of(cmd, typed).(*cli.GenericFlag); isGeneric && given {
			if check, ok := f.Value.(Checker); ok {
				if err := check.Check(value); err != nil {
					return fmt.Errorf("%s: %w", shown, err)
				}
			}
		}
		return nil
	}
	for _, other := range app.Commands {
		if slices.Contains(flagNames(other), typed) {
			return fmt.Errorf("unknown flag %s for \"%s %s\"; \"%s %s\" has it", shown, app.Name, cmd.Name, app.Name, other.Name)
		}
	}
	if why := unneeded[typed]; why != "" {
		return fmt.Errorf("unknown flag %s: %s", shown, why)
	}
	if ours := foreign[typed]; ours != "" && slices.Contains(known, strings.FieldsFunc(ours, func(r rune) bool { return r == ' ' || r == '=' })[0]) {
		return fmt.Errorf("unknown flag %s: use --%s", shown, ours)
	}
	if !given && joined(known, arg) {
		return fmt.Errorf("unknown flag %s: write short flags one by one: -%s", shown, strings.Join(strings.Split(typed, ""), " -"))
	}
	if near := config.Near(typed, known); near != "" {
		return fmt.Errorf("unknown flag %s: did you mean --%s?", shown, near)
	}
	return fmt.Errorf("unknown flag %s; see \"%s %s --help-all\"", shown, app.Name, cmd.Name)
}

// joined reports whether an argument is several short flags after one dash, as many programs accept: -qv.
func joined(known []string, arg string) bool {
	letters, isShort := strings.CutPrefix(arg, "-")
	if !isShort || len(letters) < 2 {
		return false
	}
	for _, l := range strings.Split(letters, "") {
		if l == "h" || !slices.Contains(known, l) { // -h takes precedence over all other flags
			return false
		}
	}
	return true
}

func flagNames(cmd *cli.Command) []string {
	all := []string{"help", "h", "help-all"}
	for _, f := range cmd.Flags {
		all = append(all, names(f)...)
	}
	return all
}
