package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/flags"
	"github.com/imagelint-dev/imagelint/internal/live"
)

// helmWord is what the plugin of helm starts the program with. It is no command, since nobody types it.
const helmWord = "__helm"

// isPlugin reports whether the program was started as a plugin of kubectl, which calls it by this name.
func isPlugin(program string) bool {
	return strings.TrimSuffix(filepath.Base(program), ".exe") == "kubectl-imagelint"
}

// kubectlPlugin runs a command line of kubectl's plugin: what it names is read from the cluster, and then treated as standard input is.
func (c Command) kubectlPlugin(ctx context.Context, app *cli.App, args []string) int {
	line, err := live.Parse(args[1:], commandNames(app), takesValue(app))
	switch {
	case err != nil:
		return c.wrong(err)
	case line.Other:
		return c.Main(ctx, append([]string{app.Name}, args[1:]...))
	case line.Help || len(args) == 1:
		return c.pluginHelp(live.Help, line.Help)
	}
	again, err := c.again(app, line.Command, line.Own, "-")
	if err != nil {
		return c.wrong(err)
	}
	answer, err := c.reader().Fetch(ctx, line)
	if err != nil {
		c.complain(err)
		return ExitFailed
	}
	c.stdinName, c.unreadable = "<cluster>", answer.Unreadable
	return c.lintAnswer(ctx, answer, again)
}

// helmPlugin runs a command line of helm's plugin: a chart as it is, or what is installed in place of standard input.
func (c Command) helmPlugin(ctx context.Context, app *cli.App, args []string) int {
	isChart := func(path string) bool {
		_, err := os.Lstat(filepath.Join(path, "Chart.yaml"))
		return err == nil || strings.HasSuffix(path, ".tgz")
	}
	if len(args) == 0 {
		return c.pluginHelp(live.HelmHelp, false)
	}
	line, err := live.ParseHelm(args, commandNames(app), takesValue(app), isChart)
	switch {
	case err != nil:
		return c.wrong(err)
	case line.Other:
		return c.Main(ctx, append([]string{app.Name}, args...))
	case line.Help:
		return c.pluginHelp(live.HelmHelp, true)
	}
	helm := c.Getenv("HELM_BIN")
	paths := line.Charts
	if line.Release != "" {
		paths = []string{"-"}
	}
	again, err := c.again(app, line.Command, line.Flags(helm, c.Getenv("HELM_NAMESPACE")), paths...)
	if err != nil {
		return c.wrong(err)
	}
	if line.Release == "" {
		return c.Main(ctx, again)
	}
	answer, err := c.reader().Release(ctx, helm, line)
	if err != nil {
		c.complain(err)
		return ExitFailed
	}
	c.stdinName = "<release>"
	return c.lintAnswer(ctx, answer, again)
}

// lintAnswer runs a command line with what a cluster holds as standard input.
func (c Command) lintAnswer(ctx context.Context, answer *live.Answer, args []string) int {
	c.complain(errors.New("asked the cluster: " + strings.Join(answer.Asked, ", ")))
	switch {
	case answer.Workloads > 0 || slices.Contains(args, "--allow-empty"):
	case answer.Partial:
		return ExitFailed // the program that was asked has said why
	default:
		return c.wrong(errors.New("the cluster has no workload there, so nothing was checked (--allow-empty to accept that)"))
	}
	c.Stdin = bytes.NewReader(answer.Text)
	code := c.Main(ctx, args)
	if answer.Partial && code != ExitUsage {
		return ExitFailed
	}
	return code
}

// again is the command line of imagelint that a plugin's comes to. It is checked before anybody is asked.
func (c Command) again(app *cli.App, command string, own []string, paths ...string) ([]string, error) {
	if command == "" {
		command = "lint"
	}
	args := append(append(append([]string{app.Name, command}, own...), "--"), paths...)
	_, err := flags.Arrange(app, args)
	return args, err
}

// reader asks clusters, with our standard input for logins.
func (c Command) reader() live.Reader {
	r := live.Reader{Say: func(text string) { c.complain(errors.New(text)) }}
	if f, ok := c.Stdin.(*os.File); ok {
		r.Stdin = f
	}
	return r
}

// wrong tells a wrong use.
func (c Command) wrong(err error) int {
	c.complain(err)
	return ExitUsage
}

// pluginHelp prints the help of a plugin, which was asked for or not.
func (c Command) pluginHelp(text string, asked bool) int {
	if err := c.say(text); err != nil {
		return ExitFailed
	}
	if asked {
		return ExitOK
	}
	return ExitUsage
}

// commandNames are the commands there are, and help.
func commandNames(app *cli.App) []string {
	names := []string{"help"}
	for _, cmd := range app.Commands {
		names = append(names, cmd.Name)
	}
	return names
}

// takesValue reports whether a flag of a command that reads objects takes a value.
func takesValue(app *cli.App) func(flag string) bool {
	return func(flag string) bool {
		return slices.ContainsFunc(live.Commands(), func(name string) bool { return flags.TakesValue(app.Command(name), flag) })
	}
}
