package flags

import "github.com/urfave/cli/v2"

// Lean speeds up the flag library: it removes the flags of commands that do not run, and avoids that the library compiles a regular expression
// each time it asks for the name of a flag, which it does for all flags about each flag. Help and completion need the original app.
func Lean(app *cli.App, command string) {
	for _, cmd := range app.Commands {
		if cmd.Name != command {
			cmd.Flags = nil
			continue
		}
		lean := make([]cli.Flag, len(cmd.Flags))
		for i, f := range cmd.Flags {
			if slice, ok := f.(*cli.StringSliceFlag); ok {
				lean[i] = leanSlice{slice, names(f)}
			} else {
				lean[i] = leanFlag{f, names(f)}
			}
		}
		cmd.Flags = lean
	}
}

// Whole returns a flag as it was before [Lean].
func Whole(f cli.Flag) cli.Flag {
	switch f := f.(type) {
	case leanFlag:
		return f.Flag
	case leanSlice:
		return f.StringSliceFlag
	}
	return f
}

// names returns the names of a flag, as f.Names() does, which runs a regular expression over each in case it is a
// list. Ours are not.
func names(f cli.Flag) []string {
	switch f := f.(type) {
	case *cli.BoolFlag:
		return append([]string{f.Name}, f.Aliases...)
	case *cli.StringFlag:
		return append([]string{f.Name}, f.Aliases...)
	case *cli.GenericFlag:
		return append([]string{f.Name}, f.Aliases...)
	case *cli.StringSliceFlag:
		return append([]string{f.Name}, f.Aliases...)
	}
	return f.Names()
}

// leanFlag is a flag with precomputed names.
type leanFlag struct {
	cli.Flag
	names []string
}

func (f leanFlag) Names() []string { return f.names }

// leanSlice is a repeatable flag. The library calls a method on it that sets whether commas separate values.
type leanSlice struct {
	*cli.StringSliceFlag
	names []string
}

func (f leanSlice) Names() []string { return f.names }

// GetCategory keeps the library from writing a description of each flag with a category. Help uses its own.
func (f leanSlice) GetCategory() string { return "" }
