package cli

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// completions are the scripts that teach a shell: imagelint.SHELL. They ask the program itself (see complete), so that they fit every version.
//
//go:embed completion
var completions embed.FS

func shells() []string { return []string{"bash", "zsh", "fish"} }

func (c Command) completionCommand() *cli.Command {
	return &cli.Command{
		Name: "completion", Usage: "print a completion script for bash, zsh or fish", UsageText: "imagelint completion bash|zsh|fish",
		Description: `Examples:
   source <(imagelint completion bash)                                          in ~/.bashrc
   source <(imagelint completion zsh)                                           in ~/.zshrc, behind compinit
   imagelint completion fish > ~/.config/fish/completions/imagelint.fish        once`,
		Action: func(ctx *cli.Context) error {
			if ctx.NArg() != 1 || !slices.Contains(shells(), ctx.Args().First()) {
				return usagef("completion takes the name of a shell: %s", strings.Join(shells(), ", "))
			}
			script, err := completions.ReadFile("completion/imagelint." + ctx.Args().First())
			if err != nil {
				return err
			}
			if _, err := c.Stdout.Write(script); err != nil {
				return fmt.Errorf("write the completion: %w", err)
			}
			return nil
		},
	}
}
