package cli

import (
	"io"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/settings"
	"github.com/imagelint-dev/imagelint/rules"
)

func (c Command) initCommand() *cli.Command {
	return &cli.Command{
		Name: "init", Usage: "write a commented .imagelint.yaml here", UsageText: "imagelint init",
		Action: func(ctx *cli.Context) error {
			if ctx.Args().Present() {
				return settings.Usagef("init takes no arguments: it writes %s into this folder", config.Name)
			}
			if _, err := os.Lstat(config.Name); err == nil { // Lstat: a dangling link counts as existing
				return settings.Usagef("%s already exists and was not changed", config.Name)
			}
			at, err := files.Locate(config.Name, files.Tree(config.Name))
			if err != nil {
				return err
			}
			tests, err := settings.TestFolders(ctx.Context)
			if err != nil {
				return err
			}
			content := func(w io.Writer) error { _, err := w.Write(config.Example(rules.All(), tests)); return err }
			if err := c.writeFile(at, files.Options{New: true}, content); err != nil {
				return err
			}
			if len(tests) > 0 {
				return c.Print("wrote " + config.Name + "; it suggests, as a comment, to exclude " + strings.Join(tests, ", ") + "\n")
			}
			return c.Print("wrote " + config.Name + "\n")
		},
	}
}
