package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/cluster"
	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/flags"
	"github.com/imagelint-dev/imagelint/internal/lazy"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/rules"
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

// NoRule returns the error for an argument where rules are listed. It suggests the rule that was probably meant.
func NoRule(name string) error {
	all := rules.All()
	ids := make([]string, len(all))
	for i := range all {
		ids[i] = all[i].ID
		if all[i].Group == name {
			return Usagef("rules takes no arguments; run \"imagelint explain %s\" for the rules of the group", name)
		}
	}
	if near := config.Near(name, ids); near != "" {
		name = near
	}
	return Usagef("rules takes no arguments; run \"imagelint explain %s\" for one rule", name)
}

// NotExplained returns the error for a name that is neither a rule nor anything else that can be explained.
//
// A name that can only be a path is a file that cannot be read, which is not a usage error.
func NotExplained(name string, all []lint.Rule) error {
	messages := cluster.Mentioning(name)
	if PodOf(name) == "" && isPath(name) {
		_, err := os.Stat(name)
		var pe *fs.PathError
		switch {
		case err == nil:
			return Usagef("%q is a folder: explain takes a file, and \"imagelint pulls\" takes folders", name)
		case len(messages) > 0: // an address, or a part of one
		case errors.As(err, &pe):
			return fmt.Errorf("read %s: %w", name, pe.Err)
		default:
			return fmt.Errorf("read %s: %w", name, err)
		}
	}
	err := config.CheckRule(name, all)
	_, rule, suggested := strings.Cut(strings.TrimSuffix(err.Error(), "?"), "did you mean ")
	switch {
	case suggested && len(messages) > 0:
		return Usagef("%q is a word of messages: quote the whole message, such as \"%s\"; for the rule, name %s", name, strings.Join(messages, `" or "`), rule)
	case suggested:
		return Usage(err)
	}
	if near := config.Near(name, cluster.Reasons()); near != "" {
		return Usagef("%q is not a rule, a status or a file: did you mean %q?", name, near)
	}
	if pod := PodOf(name); pod != "" {
		return Usagef("%q is not a rule, a status or a file; for a pod, run \"kubectl describe pod %s | imagelint explain -\", and \"imagelint rules\" lists the rules", name, pod)
	}
	if len(messages) > 0 {
		return Usagef("%q is not a rule, a status or a file, but a word of messages: quote the whole message, such as \"%s\"", name, strings.Join(messages, `" or "`))
	}
	return Usagef("%q is not a rule, a status or a file: run \"imagelint rules\" to list the rules, or quote the whole message", name)
}

// isPath reports whether an argument can only be meant as a path.
func isPath(name string) bool {
	if strings.ContainsAny(name, `/\`) {
		return !strings.ContainsFunc(name, unicode.IsSpace)
	}
	return slices.Contains([]string{".yaml", ".yml", ".json", ".log", ".txt"}, strings.ToLower(filepath.Ext(name)))
}

// podName matches the names of pods that controllers make, and a name behind its kind, as kubectl takes it.
var podName = lazy.Regexp(`^(?:pods?/([a-z0-9.-]+)|[a-z0-9.-]+-(?:\d+|[a-z0-9]{5}))$`)

// PodOf returns the name of the pod that an argument seems to name, or "".
func PodOf(arg string) string {
	switch m := podName().FindStringSubmatch(arg); {
	case m == nil:
		return ""
	case m[1] != "":
		return m[1]
	}
	return arg
}

// OneToExplain returns the error for a number of arguments other than one.
func OneToExplain(args []string) error {
	if len(args) == 0 {
		return Usagef("explain takes a rule, a status, a message, a file or -; run \"imagelint rules\" to list the rules")
	}
	words := strings.Join(args, " ")
	if slices.ContainsFunc(args, func(arg string) bool { _, err := os.Stat(arg); return err != nil && arg != "-" }) {
		return Usagef("explain takes one argument; quote a message that has several words: %q", words)
	}
	return Usagef("explain takes one file; run \"imagelint pulls %s\" to read them together", words)
}

// NoPath returns the error for a command without a path.
func NoPath(ctx *cli.Context) error {
	if ctx.IsSet("values") && ctx.App.Metadata["values"] == nil {
		return Usagef("%s needs a PATH; -f names a file with values for charts, and files to read are arguments without a flag", ctx.Command.Name)
	}
	return Usagef("%s needs a PATH; use \".\" for the current folder, \"-\" for standard input", ctx.Command.Name)
}
