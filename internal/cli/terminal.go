package cli

import (
	"os"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/internal/settings"
	"github.com/imagelint-dev/imagelint/internal/terminal"
	"github.com/imagelint-dev/imagelint/internal/version"
)

// options returns how to print to this terminal.
func (c Command) options(ctx *cli.Context) (report.Options, error) {
	o := report.Options{Quiet: ctx.Bool("quiet"), Verbose: ctx.Bool("verbose"), NoFold: ctx.Bool("no-fold"), Version: version.String()}
	if dir, err := os.Getwd(); err == nil {
		o.Root = dir
	}
	width, onTerminal := terminal.Width(c.Stdout)
	o.Width = width
	o.Hyperlinks = onTerminal && terminal.Hyperlinks(c.Getenv)
	color, err := terminal.Color(ctx.String("color"), c.Getenv, onTerminal)
	if err != nil {
		return o, settings.Wrong(ctx, "color", err)
	}
	o.Color = color
	return o, nil
}
