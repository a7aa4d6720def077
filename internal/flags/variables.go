package flags

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/config"
)

// List returns the values of a flag that can be repeated or have several values separated by commas. A comma in braces is part of a
// glob.
func List(ctx *cli.Context, flag string) []string {
	var out []string
	for _, v := range ctx.StringSlice(flag) {
		depth, from := 0, 0
		for i := range len(v) {
			switch v[i] {
			case '{':
				depth++
			case '}':
				depth--
			case ',':
				if depth <= 0 {
					out, from = append(out, v[from:i]), i+1
				}
			}
		}
		out = append(out, v[from:])
	}
	return out
}

// Variable returns the name of the environment variable for a flag.
func Variable(flag string) string {
	return "IMAGELINT_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// Unknown returns warnings about variables in environ (NAME=VALUE) that look like those of flags but are not.
func Unknown(app *cli.App, environ []string) []string {
	var known, out []string // most runs have no such variable and do not need the list
	for _, v := range environ {
		name, _, _ := strings.Cut(v, "=")
		if !strings.HasPrefix(name, "IMAGELINT_") {
			continue
		}
		if known == nil {
			known = variables(app)
		}
		if slices.Contains(known, name) {
			continue
		}
		hint := ""
		if near := config.Near(name, known); near != "" {
			hint = fmt.Sprintf("; did you mean %s?", near)
		}
		out = append(out, fmt.Sprintf("environment variable %s has no matching flag%s", name, hint))
	}
	return out
}

// variables returns the variables of the flags, and the one without a flag.
func variables(app *cli.App) []string {
	known := []string{"IMAGELINT_NO_LOOK_AHEAD"}
	for _, cmd := range app.Commands {
		for _, f := range cmd.Flags {
			known = append(known, Variable(names(f)[0]))
		}
	}
	return known
}

// FromVariables sets flags that are not on the command line from environment variables.
func FromVariables(ctx *cli.Context, getenv func(string) string) error {
	for _, f := range ctx.Command.Flags {
		name := f.Names()[0]
		value := getenv(Variable(name))
		if value == "" || ctx.IsSet(name) {
			continue
		}
		values := []string{value}
		switch Whole(f).(type) {
		case *cli.GenericFlag:
			values[0] = strings.ToLower(value)
		case *cli.BoolFlag:
			b, err := parseBool(value)
			if err != nil {
				return fmt.Errorf("%s: %w", Variable(name), err)
			}
			values[0] = b
		case *cli.StringSliceFlag:
			values = strings.FieldsFunc(value, func(r rune) bool { return r == '\n' || r == '\r' })
		}
		for _, v := range values {
			if err := ctx.Set(name, v); err != nil {
				return fmt.Errorf("%s: %w", Variable(name), err)
			}
		}
		ctx.App.Metadata[name] = true
	}
	return nil
}

// parseBool parses the boolean values that people use in variables.
func parseBool(value string) (string, error) {
	switch strings.ToLower(value) {
	case "1", "true", "yes", "on":
		return "true", nil
	case "0", "false", "no", "off":
		return "false", nil
	}
	return "", fmt.Errorf("invalid value %q: use true or false", value)
}
