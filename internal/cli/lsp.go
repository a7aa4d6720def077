package cli

import (
	"context"
	"io"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/lsp"
	"github.com/imagelint-dev/imagelint/internal/probe"
	"github.com/imagelint-dev/imagelint/internal/settings"
	"github.com/imagelint-dev/imagelint/internal/version"
	"github.com/imagelint-dev/imagelint/lint"
)

func (c Command) lspCommand() *cli.Command {
	return &cli.Command{
		Name: "lsp", Usage: "run a language server for editors", UsageText: "imagelint lsp",
		Description: `Speaks the Language Server Protocol on standard input and output. Editors start it; docs/editors.md says how.
Settings come from the editor and from .imagelint.yaml. No registry is asked unless the editor's setting probeOnSave is true.`,
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "stdio", Usage: "use standard input and output, which is the default"},
		},
		Action: func(ctx *cli.Context) error {
			if ctx.Args().Present() {
				return settings.Usagef("lsp takes no arguments; the editor names the files")
			}
			return c.serveEditor(ctx.Context)
		},
	}
}

func (c Command) serveEditor(ctx context.Context) error {
	in, ok := c.Stdin.(io.ReadCloser)
	if !ok {
		in = io.NopCloser(c.Stdin)
	}
	o := lsp.Options{Version: version.String(), Now: c.Now, SudoUser: c.Getenv("SUDO_UID"), Worker: c.worker(), Prober: func(cfg *config.Config) (lint.Prober, error) {
		o, err := c.probeOptions(cfg, true)
		if err != nil {
			return nil, err
		}
		return probe.New(o)
	}}
	if !lsp.Serve(ctx, in, c.Stdout, o) {
		return exitCode(1) // the protocol requires it for an exit without shutdown
	}
	return nil
}
