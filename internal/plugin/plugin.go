// Package plugin runs imagelint as a plugin of kubectl or helm: it gets the named objects from a cluster and passes
// them to the command line as standard input.
package plugin

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/cli"
	"github.com/imagelint-dev/imagelint/internal/flags"
	"github.com/imagelint-dev/imagelint/internal/live"
)

// helmArg is the argument with which the helm plugin starts the program. It is not a documented command.
const helmArg = "__helm"

// runner runs the command lines of plugins.
type runner struct {
	cli.Command
	app *urfave.App
}

// Main runs imagelint as a kubectl plugin, a helm plugin, or directly, depending on args, whose first element is the
// program's name. It returns the exit code.
func Main(ctx context.Context, c cli.Command, args []string) int {
	if c.Getenv == nil {
		c.Getenv = func(string) string { return "" }
	}
	name := ""
	if len(args) > 0 {
		name = strings.TrimSuffix(filepath.Base(args[0]), ".exe")
	}
	switch {
	case name == "kubectl-imagelint": // how kubectl runs plugins
		return runner{c, c.App()}.kubectl(ctx, args)
	case name == "kubectl_complete-imagelint": // how kubectl's completion runs plugins, since 1.26
		return runner{c, c.App()}.complete(args[1:])
	case len(args) > 1 && args[1] == helmArg:
		return runner{c, c.App()}.helm(ctx, args[2:])
	}
	return c.Main(ctx, args)
}

// kubectl runs a command line of the kubectl plugin: it gets the objects from the cluster and lints them like standard
// input.
func (c runner) kubectl(ctx context.Context, args []string) int {
	line, err := live.Parse(args[1:], commandNames(c.app), takesValue(c.app))
	switch {
	case err != nil:
		return c.usageError(err)
	case line.Other:
		return c.Main(ctx, append([]string{c.app.Name}, args[1:]...))
	case line.Help || len(args) == 1:
		return c.pluginHelp(live.Help, line.Help)
	}
	again, err := c.imagelintArgs(line.Command, line.Own, "-")
	if err != nil {
		return c.usageError(err)
	}
	answer, err := c.reader().Fetch(ctx, line)
	if err != nil {
		c.PrintError(err)
		return cli.ExitFailed
	}
	c.StdinName, c.Unreadable = "<cluster>", answer.Unreadable
	return c.lintAnswer(ctx, answer, again)
}

// helm runs a command line of the helm plugin: it lints a chart directly, and a release like standard input.
func (c runner) helm(ctx context.Context, args []string) int {
	isChart := func(path string) bool {
		_, err := os.Lstat(filepath.Join(path, "Chart.yaml"))
		return err == nil || strings.HasSuffix(path, ".tgz")
	}
	if len(args) == 0 {
		return c.pluginHelp(live.HelmHelp, false)
	}
	line, err := live.ParseHelm(args, commandNames(c.app), takesValue(c.app), isChart)
	switch {
	case err != nil:
		return c.usageError(err)
	case line.Other:
		return c.Main(ctx, append([]string{c.app.Name}, args...))
	case line.Help:
		return c.pluginHelp(live.HelmHelp, true)
	}
	helm := c.Getenv("HELM_BIN")
	paths := line.Charts
	if line.Release != "" {
		paths = []string{"-"}
	}
	again, err := c.imagelintArgs(line.Command, line.Flags(helm, c.Getenv("HELM_NAMESPACE")), paths...)
	if err != nil {
		return c.usageError(err)
	}
	if line.Release == "" {
		return c.Main(ctx, again)
	}
	answer, err := c.reader().Release(ctx, helm, line)
	if err != nil {
		c.PrintError(err)
		return cli.ExitFailed
	}
	c.StdinName = "<release>"
	return c.lintAnswer(ctx, answer, again)
}

// lintAnswer runs args with the objects from a cluster as standard input.
func (c runner) lintAnswer(ctx context.Context, answer *live.Answer, args []string) int {
	c.PrintError(errors.New("read from the cluster: " + strings.Join(answer.Asked, ", ")))
	switch {
	case answer.Workloads > 0 || slices.Contains(args, "--allow-empty"):
	case answer.Partial:
		return cli.ExitFailed // kubectl or helm has printed the reason
	default:
		return c.usageError(errors.New("no workloads found in the cluster, so nothing was checked (--allow-empty accepts that)"))
	}
	c.Stdin = bytes.NewReader(answer.Text)
	code := c.Main(ctx, args)
	if answer.Partial && code != cli.ExitUsage {
		return cli.ExitFailed
	}
	return code
}

// imagelintArgs returns the equivalent imagelint command line. It is checked before the cluster is contacted.
func (c runner) imagelintArgs(command string, own []string, paths ...string) ([]string, error) {
	if command == "" {
		command = "lint"
	}
	args := append(append(append([]string{c.app.Name, command}, own...), "--"), paths...)
	_, err := flags.Arrange(c.app, args)
	return args, err
}

// reader returns a Reader that uses our standard input for login prompts.
func (c runner) reader() live.Reader {
	r := live.Reader{Log: func(text string) { c.PrintError(errors.New(text)) }}
	if f, ok := c.Stdin.(*os.File); ok {
		r.Stdin = f
	}
	return r
}

// usageError reports a usage error.
func (c runner) usageError(err error) int {
	c.PrintError(err)
	return cli.ExitUsage
}

// pluginHelp prints the help of a plugin. If it was not asked for, that is a usage error.
func (c runner) pluginHelp(text string, asked bool) int {
	if err := c.Print(text); err != nil {
		return cli.ExitFailed
	}
	if asked {
		return cli.ExitOK
	}
	return cli.ExitUsage
}

// commandNames returns the names of all commands, including help.
func commandNames(app *urfave.App) []string {
	names := []string{"help"}
	for _, cmd := range app.Commands {
		names = append(names, cmd.Name)
	}
	return names
}

// takesValue returns a function that reports whether a flag of a command for clusters takes a value.
func takesValue(app *urfave.App) func(flag string) bool {
	return func(flag string) bool {
		return slices.ContainsFunc(live.Commands(), func(name string) bool { return flags.TakesValue(app.Command(name), flag) })
	}
}
