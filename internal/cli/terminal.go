package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/internal/settings"
	"github.com/imagelint-dev/imagelint/internal/terminal"
)

// isTerminal reports whether a stream is a terminal, and how wide it is.
func isTerminal(w io.Writer) (width int, ok bool) {
	f, isFile := w.(*os.File)
	if !isFile {
		return 0, false
	}
	return terminalWidth(f)
}

func terminalWidth(f *os.File) (int, bool) {
	fd := int(f.Fd())
	if !term.IsTerminal(fd) {
		return 0, false
	}
	width, _, err := term.GetSize(fd)
	if err != nil {
		return 0, true
	}
	return width, true
}

// options are how to print for this terminal.
func (c Command) options(ctx *cli.Context) (report.Options, error) {
	o := report.Options{Quiet: ctx.Bool("quiet"), Verbose: ctx.Bool("verbose"), NoFold: ctx.Bool("no-fold"), Version: version()}
	if dir, err := os.Getwd(); err == nil {
		o.Root = dir
	}
	width, onTerminal := isTerminal(c.Stdout)
	o.Width = width
	o.Hyperlinks = onTerminal && terminal.Hyperlinks(c.Getenv)
	switch when := ctx.String("color"); when {
	case "auto":
		forced := c.Getenv("FORCE_COLOR") + c.Getenv("CLICOLOR_FORCE")
		o.Color = c.Getenv("NO_COLOR") == "" && (forced != "" && forced != "0" || onTerminal && c.Getenv("TERM") != "dumb")
	case "always":
		o.Color = true
	case "never":
	default:
		return o, settings.Wrong(ctx, "color", fmt.Errorf("invalid value %q: use auto, always or never", when))
	}
	return o, nil
}
