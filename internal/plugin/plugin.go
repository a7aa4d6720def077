// Package plugin runs the program as a plugin of kubectl or helm: it reads from a cluster what the command line names, and hands it to the command line as
// standard input.
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

// helmWord is what the plugin of helm starts the program with. It is no command, since nobody types it.
const helmWord = "__helm"

// runner runs the command lines of plugins.
type runner struct {
	cli.Command
	app *urfave.App
}

// Main runs the command line args, whose first element is the program's name, as the plugin that it was started as, or else as it is. It returns the exit code.
func Main(ctx context.Context, c cli.Command, args []string) int {
	if c.Getenv == nil {
		c.Getenv = func(string) string { return "" }
	}
	name := ""
	if len(args) > 0 {
		name = strings.TrimSuffix(filepath.Base(args[0]), ".exe")
	}
	switch {
	case name == "kubectl-imagelint": // as kubectl calls it
		return runner{c, c.App()}.kubectl(ctx, args)
	case name == "kubectl_complete-imagelint": // as kubectl's completion calls it, since 1.26
		return runner{c, c.App()}.complete(args[1:])
	case len(args) > 1 && args[1] == helmWord:
		return runner{c, c.App()}.helm(ctx, args[2:])
	}
	return c.Main(ctx, args)
}

// kubectl runs a command line of kubectl's plugin: what it names is read from the cluster, and then treated as standard input is.
func (c runner) kubectl(ctx context.Context, args []string) int {
	line, err := live.Parse(args[1:], commandNames(c.app), takesValue(c.app))
	switch {
	case err != nil:
		return c.wrong(err)
	case line.Other:
		return c.Main(ctx, append([]string{c.app.Name}, args[1:]...))
	case line.Help || len(args) == 1:
		return c.pluginHelp(live.Help, line.Help)
	}
	again, err := c.again(line.Command, line.Own, "-")
	if err != nil {
		return c.wrong(err)
	}
	answer, err := c.reader().Fetch(ctx, line)
	if err != nil {
		c.Complain(err)
		return cli.ExitFailed
	}
	c.StdinName, c.Unreadable = "<cluster>", answer.Unreadable
	return c.lintAnswer(ctx, answer, again)
}

// helm runs a command line of helm's plugin: a chart as it is, or what is installed in place of standard input.
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
		return c.wrong(err)
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
	again, err := c.again(line.Command, line.Flags(helm, c.Getenv("HELM_NAMESPACE")), paths...)
	if err != nil {
		return c.wrong(err)
	}
	if line.Release == "" {
		return c.Main(ctx, again)
	}
	answer, err := c.reader().Release(ctx, helm, line)
	if err != nil {
		c.Complain(err)
		return cli.ExitFailed
	}
	c.StdinName = "<release>"
	return c.lintAnswer(ctx, answer, again)
}

// lintAnswer runs a command line with what a cluster holds as standard input.
func (c runner) lintAnswer(ctx context.Context, answer *live.Answer, args []string) int {
	c.Complain(errors.New("asked the cluster: " + strings.Join(answer.Asked, ", ")))
	switch {
	case answer.Workloads > 0 || slices.Contains(args, "--allow-empty"):
	case answer.Partial:
		return cli.ExitFailed // the program that was asked has said why
	default:
		return c.wrong(errors.New("the cluster has no workload there, so nothing was checked (--allow-empty to accept that)"))
	}
	c.Stdin = bytes.NewReader(answer.Text)
	code := c.Main(ctx, args)
	if answer.Partial && code != cli.ExitUsage {
		return cli.ExitFailed
	}
	return code
}

// again is the command line of imagelint that a plugin's comes to. It is checked before anybody is asked.
func (c runner) again(command string, own []string, paths ...string) ([]string, error) {
	if command == "" {
		command = "lint"
	}
	args := append(append(append([]string{c.app.Name, command}, own...), "--"), paths...)
	_, err := flags.Arrange(c.app, args)
	return args, err
}

// reader asks clusters, with our standard input for logins.
func (c runner) reader() live.Reader {
	r := live.Reader{Say: func(text string) { c.Complain(errors.New(text)) }}
	if f, ok := c.Stdin.(*os.File); ok {
		r.Stdin = f
	}
	return r
}

// wrong tells a wrong use.
func (c runner) wrong(err error) int {
	c.Complain(err)
	return cli.ExitUsage
}

// pluginHelp prints the help of a plugin, which was asked for or not.
func (c runner) pluginHelp(text string, asked bool) int {
	if err := c.Say(text); err != nil {
		return cli.ExitFailed
	}
	if asked {
		return cli.ExitOK
	}
	return cli.ExitUsage
}

// commandNames are the commands there are, and help.
func commandNames(app *urfave.App) []string {
	names := []string{"help"}
	for _, cmd := range app.Commands {
		names = append(names, cmd.Name)
	}
	return names
}

// takesValue reports whether a flag of a command that reads objects takes a value.
func takesValue(app *urfave.App) func(flag string) bool {
	return func(flag string) bool {
		return slices.ContainsFunc(live.Commands(), func(name string) bool { return flags.TakesValue(app.Command(name), flag) })
	}
}
