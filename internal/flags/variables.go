package flags

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/config"
)

// List is the value of a flag that is repeated, or that takes several values between commas. A comma between braces is part of a glob.
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

// Variable is the environment variable of a flag.
func Variable(flag string) string {
	return "IMAGELINT_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// Unknown says of the variables of an environment, each NAME=VALUE, which look like those of flags, and are none.
func Unknown(app *cli.App, environ []string) []string {
	var known, out []string // most runs have no such variable, and need not list them
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

// variables are those of flags, and the one that has no flag.
func variables(app *cli.App) []string {
	known := []string{"IMAGELINT_NO_LOOK_AHEAD"}
	for _, cmd := range app.Commands {
		for _, f := range cmd.Flags {
			known = append(known, Variable(f.Names()[0]))
		}
	}
	return known
}

// FromVariables sets the flags that the command line leaves out from the environment. Behind it, there are flags alone.
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

// parseBool reads a yes or no in the words that people write into variables.
func parseBool(value string) (string, error) {
	switch strings.ToLower(value) {
	case "1", "true", "yes", "on":
		return "true", nil
	case "0", "false", "no", "off":
		return "false", nil
	}
	return "", fmt.Errorf("invalid value %q: use true or false", value)
}
