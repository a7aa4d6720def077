package settings

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/flags"
)

// UsageError is an error in the command line or the configuration.
type UsageError struct{ err error }

// Error implements error.
func (e UsageError) Error() string { return e.err.Error() }

// Unwrap returns the underlying error.
func (e UsageError) Unwrap() error { return e.err }

// Usage turns an error into a UsageError.
func Usage(err error) error { return UsageError{err} }

// Usagef formats a UsageError like fmt.Errorf.
func Usagef(format string, args ...any) error { return UsageError{fmt.Errorf(format, args...)} }

// Wrong returns a usage error about a flag's value. It names the flag or variable that the user set.
func Wrong(ctx *cli.Context, flag string, err error) error {
	return UsageError{WrongValue(flag, ctx.App.Metadata[flag] == true, err)}
}

// WrongValue returns an error about the value of a flag, or of the environment variable that set it.
func WrongValue(flag string, byVariable bool, err error) error {
	if byVariable {
		return fmt.Errorf("%s: %w", flags.Variable(flag), err)
	}
	return fmt.Errorf("--%s: %w", flag, err)
}
