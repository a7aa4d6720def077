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
	"github.com/imagelint-dev/imagelint/internal/kubectl"
)

// isPlugin reports whether the program was started as a plugin of kubectl, which calls it by this name.
func isPlugin(program string) bool {
	return strings.TrimSuffix(filepath.Base(program), ".exe") == "kubectl-imagelint"
}

// plugin runs the command line of the plugin: what it names is read from the cluster, and then treated as standard input is.
func (c Command) plugin(ctx context.Context, app *cli.App, args []string) int {
	var others []string
	for _, cmd := range app.Commands {
		others = append(others, cmd.Name)
	}
	takesValue := func(flag string) bool {
		return slices.ContainsFunc(kubectl.Commands(), func(name string) bool { return flags.TakesValue(app.Command(name), flag) })
	}
	line, err := kubectl.Parse(args[1:], append(others, "help"), takesValue)
	switch {
	case err != nil:
		c.complain(err)
		return ExitUsage
	case line.Other:
		return c.Main(ctx, append([]string{app.Name}, args[1:]...))
	case line.Help || len(args) == 1:
		if err := c.say(kubectl.Help); err != nil {
			return ExitFailed
		}
		if line.Help {
			return ExitOK
		}
		return ExitUsage
	}
	return c.lintCluster(ctx, app, line)
}

// lintCluster reads from the cluster, and goes on with what it got.
func (c Command) lintCluster(ctx context.Context, app *cli.App, line kubectl.Line) int {
	if line.Command == "" {
		line.Command = "lint"
	}
	args := append(append([]string{app.Name, line.Command}, line.Own...), "--", "-")
	if _, err := flags.Arrange(app, args); err != nil { // before anybody is asked
		c.complain(err)
		return ExitUsage
	}
	reader := kubectl.Reader{Say: func(text string) { c.complain(errors.New(text)) }}
	if f, ok := c.Stdin.(*os.File); ok {
		reader.Stdin = f
	}
	answer, err := reader.Fetch(ctx, line, line.Command == "pulls")
	if err != nil {
		c.complain(err)
		return ExitFailed
	}
	c.complain(errors.New("asked the cluster: " + strings.Join(answer.Asked, ", ")))
	switch {
	case answer.Workloads > 0 || slices.Contains(line.Own, "--allow-empty"):
	case answer.Partial:
		return ExitFailed // kubectl has said why
	default:
		c.complain(errors.New("the cluster has no workload there, so nothing was checked (--allow-empty to accept that)"))
		return ExitUsage
	}
	c.Stdin, c.unreadable = bytes.NewReader(answer.Text), answer.Unreadable
	code := c.Main(ctx, args)
	if answer.Partial && code != ExitUsage {
		return ExitFailed
	}
	return code
}
