package settings

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/flags"
)

// UsageError is a wrong use of the command line or a wrong configuration.
type UsageError struct{ err error }

// Error implements error.
func (e UsageError) Error() string { return e.err.Error() }

// Unwrap returns what is wrong.
func (e UsageError) Unwrap() error { return e.err }

// Usage makes an error a wrong use.
func Usage(err error) error { return UsageError{err} }

// Usagef is a wrong use, in the words of fmt.Errorf.
func Usagef(format string, args ...any) error { return UsageError{fmt.Errorf(format, args...)} }

// Wrong is a usage error about a flag's value, under the name by which the user set it.
func Wrong(ctx *cli.Context, flag string, err error) error {
	return UsageError{WrongValue(flag, ctx.App.Metadata[flag] == true, err)}
}

// WrongValue is an error about the value of a flag, or of the variable by which the user set it.
func WrongValue(flag string, byVariable bool, err error) error {
	if byVariable {
		return fmt.Errorf("%s: %w", flags.Variable(flag), err)
	}
	return fmt.Errorf("--%s: %w", flag, err)
}
