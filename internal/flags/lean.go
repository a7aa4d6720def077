package flags

import "github.com/urfave/cli/v2"

// Lean spares the library what a run has no use for: the flags of other commands than the one that runs, and a regular expression for each name
// of a flag each time that the library asks for the name, which it does for all flags about each. Help and completion need the app as it was.
func Lean(app *cli.App, command string) {
	for _, cmd := range app.Commands {
		if cmd.Name != command {
			cmd.Flags = nil
			continue
		}
		lean := make([]cli.Flag, len(cmd.Flags))
		for i, f := range cmd.Flags {
			if slice, ok := f.(*cli.StringSliceFlag); ok {
				lean[i] = leanSlice{slice, f.Names()}
			} else {
				lean[i] = leanFlag{f, f.Names()}
			}
		}
		cmd.Flags = lean
	}
}

// Whole is a flag as it was before [Lean].
func Whole(f cli.Flag) cli.Flag {
	switch f := f.(type) {
	case leanFlag:
		return f.Flag
	case leanSlice:
		return f.StringSliceFlag
	}
	return f
}

// leanFlag is a flag that knows its names.
type leanFlag struct {
	cli.Flag
	names []string
}

func (f leanFlag) Names() []string { return f.names }

// leanSlice is a flag that can be repeated. The library tells it, by a method of its own, whether a comma separates values.
type leanSlice struct {
	*cli.StringSliceFlag
	names []string
}

func (f leanSlice) Names() []string { return f.names }

// GetCategory spares the flag the description that the library makes of each in a category; the help is ours.
func (f leanSlice) GetCategory() string { return "" }
