package cli

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/settings"
	"github.com/imagelint-dev/imagelint/internal/walk"
	"github.com/imagelint-dev/imagelint/rules"
)

func (c Command) initCommand() *cli.Command {
	return &cli.Command{
		Name: "init", Usage: "write a commented .imagelint.yaml here", UsageText: "imagelint init",
		Action: func(ctx *cli.Context) error {
			if ctx.Args().Present() {
				return settings.Usagef("init takes no arguments: it writes %s into this folder", config.Name)
			}
			if _, err := os.Lstat(config.Name); err == nil { // a link that leads nowhere is there, too
				return settings.Usagef("%s already exists and was not changed", config.Name)
			}
			at, err := files.Locate(config.Name, files.Tree(config.Name))
			if err != nil {
				return err
			}
			tests, err := testFolders(ctx.Context)
			if err != nil {
				return err
			}
			content := func(w io.Writer) error { _, err := w.Write(config.Example(rules.All(), tests)); return err }
			if err := c.writeFile(at, files.Options{New: true}, content); err != nil {
				return err
			}
			if len(tests) > 0 {
				return c.say("wrote " + config.Name + "; it suggests, as a comment, to exclude " + strings.Join(tests, ", ") + "\n")
			}
			return c.say("wrote " + config.Name + "\n")
		},
	}
}

// testFolders are the folders of tests below this one that a run would read. What cannot be read is left out.
func testFolders(ctx context.Context) ([]string, error) {
	found, err := walk.Walk(ctx, []string{"."}, walk.Options{})
	if ctx.Err() != nil {
		return nil, err
	}
	names := make([]string, len(found.Files))
	for i := range found.Files {
		names[i] = filepath.ToSlash(found.Files[i].Name)
	}
	return config.TestFolders(names), nil
}
