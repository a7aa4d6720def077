package cli

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/complete"
	"github.com/imagelint-dev/imagelint/internal/settings"
)

func (c Command) completionCommand() *cli.Command {
	return &cli.Command{
		Name: "completion", Usage: "print a completion script for bash, zsh or fish", UsageText: "imagelint completion bash|zsh|fish",
		Description: `Examples:
   source <(imagelint completion bash)                                          in ~/.bashrc
   source <(imagelint completion zsh)                                           in ~/.zshrc, behind compinit
   imagelint completion fish > ~/.config/fish/completions/imagelint.fish        once`,
		Action: func(ctx *cli.Context) error {
			if ctx.NArg() != 1 || !slices.Contains(complete.Shells(), ctx.Args().First()) {
				return settings.Usagef("completion takes the name of a shell: %s", strings.Join(complete.Shells(), ", "))
			}
			script, err := complete.Script(ctx.Args().First())
			if err != nil {
				return err
			}
			return c.Print(string(script))
		},
	}
}
