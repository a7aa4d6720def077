// Package cli is imagelint's command line: flags, variables, terminals and exit codes. It turns flags into a
// request to the engine, and the response into a report and an exit code.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/complete"
	"github.com/imagelint-dev/imagelint/internal/flags"
	"github.com/imagelint-dev/imagelint/internal/render"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/internal/settings"
	"github.com/imagelint-dev/imagelint/internal/terminal"
	"github.com/imagelint-dev/imagelint/internal/version"
	"github.com/imagelint-dev/imagelint/manifests/redact"
)

// Exit codes.
const (
	ExitOK       = 0 // nothing at or above --fail-on
	ExitFindings = 1 // findings at or above --fail-on
	ExitUsage    = 2 // wrong usage or configuration, or nothing to examine
	ExitFailed   = 3 // the run itself failed
)

// Command is one invocation, with everything that it may read and write.
type Command struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Getenv reads the environment; nil means that it is empty.
	Getenv func(string) string
	// Environ lists the environment as NAME=VALUE; nil means that it is empty.
	Environ func() []string
	// Now returns the time; nil uses the machine's clock.
	Now func() time.Time
	// After waits; nil uses the machine's clock. Only --wait uses it.
	After func(time.Duration) <-chan time.Time
	// Dial opens all connections; nil uses the machine's network. It is used only with --probe and by
	// commands that ask registries.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Executable returns the path of this program, to start it as a worker; nil does all work in this
	// process.
	Executable func() (string, error)
	// Expect receives the number of files that will be read, before they are; it may be nil.
	Expect func(files int)

	// StdinName is the name of standard input in findings, if it replaces another input.
	StdinName string
	// Unreadable are Secrets that are assumed to exist, because a cluster did not show them; not nil if it was asked for all.
	Unreadable []string

	line *terminal.Progress // on standard error; nil if nobody is watching
}

// exitCode is an error whose message was already printed.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// Main runs the command line args, whose first element is the program's name, and returns the exit code.
func (c Command) Main(ctx context.Context, args []string) int {
	if c.Getenv == nil {
		c.Getenv = func(string) string { return "" }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if len(args) == 2 && args[1] == workerCommand {
		if err := render.Serve(c.Stdin, c.Stdout); err != nil {
			return ExitFailed // whoever started us has stopped listening
		}
		return ExitOK
	}
	c = c.watched()
	app := c.App()
	if c.Environ != nil {
		for _, text := range flags.Unknown(app, c.Environ()) {
			c.PrintError(errors.New(text))
		}
	}
	if len(args) > 1 && args[1] == complete.Word {
		if err := c.Print(complete.Answer(app, args[2:])); err != nil {
			return ExitFailed // a shell has no use for the reason
		}
		return ExitOK
	}
	line, err := flags.Arrange(app, args)
	switch {
	case err != nil:
		err = settings.Usage(err)
	case line.Version:
		err = c.Print("imagelint " + version.String() + "\n")
	case line.Help:
		err = c.Print(c.help().Help(app, line.Command, line.All))
	default:
		flags.Lean(app, line.Args[1])
		err = app.RunContext(ctx, line.Args)
	}
	code := codeOf(err)
	if exit := exitCode(0); err != nil && !errors.As(err, &exit) {
		if code == ExitFailed && (errors.Is(err, context.Canceled) || ctx.Err() != nil) {
			err = errors.New("cancelled")
		}
		c.PrintError(err)
	}
	return code
}

// Print writes to standard output. It returns an error unless everything was written.
func (c Command) Print(text string) error {
	if _, err := io.WriteString(c.Stdout, text); err != nil {
		return fmt.Errorf("write to standard output: %w", err)
	}
	return nil
}

// PrintError writes an error to standard error, with the program's name on each line. The error may quote user
// input.
func (c Command) PrintError(err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintf(c.Stderr, "imagelint: %s\n", report.Escape(redact.Addresses(line)))
	}
}

// help returns how to print the help.
func (c Command) help() flags.Page {
	width, _ := terminal.Width(c.Stdout)
	return flags.Page{
		Core: settings.Core(), Width: width, Docs: "https://github.com/imagelint-dev/imagelint/tree/main/docs",
		Groups: settings.Groups(),
	}
}

// App is the program with all its commands and flags.
func (c Command) App() *cli.App {
	lintCommand := c.lintCommand()
	app := &cli.App{
		Name:  "imagelint",
		Usage: "find the container images in Kubernetes manifests that a cluster cannot pull",
		UsageText: `imagelint PATH... [flags]    lint files, folders, or "-" for standard input
   imagelint COMMAND [flags]`,
		Description:               `Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage or nothing to check, 3 the run failed. Every flag has a variable (IMAGELINT_FAIL_ON for --fail-on), and most have a key in .imagelint.yaml: flags override variables, which override the file.`,
		HideHelp:                  true, // see flags.Arrange
		HideVersion:               true,
		Writer:                    c.Stdout,
		ErrWriter:                 c.Stderr,
		ExitErrHandler:            func(*cli.Context, error) {}, // only main exits
		OnUsageError:              func(_ *cli.Context, err error, _ bool) error { return settings.Usage(err) },
		DisableSliceFlagSeparator: true,
		Commands: []*cli.Command{
			lintCommand, c.imagesCommand(), c.pullsCommand(), c.pinCommand(), c.catalogCommand(), c.rulesCommand(), c.explainCommand(), c.initCommand(),
			c.lspCommand(), c.completionCommand(), c.versionCommand(),
		},
	}
	for _, cmd := range app.Commands {
		cmd.HideHelp = true
		cmd.OnUsageError = app.OnUsageError
		cmd.Before = func(ctx *cli.Context) error {
			if err := flags.FromVariables(ctx, c.Getenv); err != nil {
				return settings.Usage(err)
			}
			return nil
		}
	}
	return app
}

func (c Command) versionCommand() *cli.Command {
	return &cli.Command{
		Name: "version", Usage: "print the version", UsageText: "imagelint version",
		Action: func(ctx *cli.Context) error {
			if ctx.Args().Present() {
				return settings.Usagef("version takes no arguments")
			}
			return c.Print("imagelint " + version.String() + "\n")
		},
	}
}

func (c Command) rulesCommand() *cli.Command {
	return &cli.Command{
		Name: "rules", Usage: "list the rules with their severities", UsageText: "imagelint rules [--format text|json] [--config FILE]",
		Flags: settings.Rules(),
		Action: func(ctx *cli.Context) error {
			if ctx.Args().Present() {
				return settings.NoRule(ctx.Args().First())
			}
			o, err := c.options(ctx)
			if err != nil {
				return err
			}
			format, err := settings.Format(ctx, report.RuleFormats())
			if err != nil {
				return err
			}
			return c.listRules(ctx, format, o)
		},
	}
}
