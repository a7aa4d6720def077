package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/rules"
	"github.com/imagelint-dev/imagelint/rules/catalog"
)

func (c Command) imagesCommand() *cli.Command {
	return &cli.Command{
		Name: "images", Usage: "list every image and where it is used", UsageText: "imagelint images PATH... [flags]",
		Description: `Examples:
   imagelint images ./k8s/ --unique            what to mirror
   imagelint images ./k8s/ --format json`,
		Flags: append(inputFlags(),
			formatFlag(report.ImageFormats()),
			catalogFlag(),
			&cli.BoolFlag{Name: "unique", Category: groupOutput, Aliases: []string{"u"}, Usage: "print each image once, normalized"},
			kubernetesVersionFlag(),
			namespaceFlag(),
			allowEmptyFlag(),
		),
		Action: c.images,
	}
}

func (c Command) images(ctx *cli.Context) error {
	r, loaded, format, err := c.read(ctx, report.ImageFormats())
	if err != nil {
		return err
	}
	cat := r.catalog
	if cat == nil {
		cat = catalog.Builtin()
	}
	if err := report.Images(c.Stdout, format, loaded.All(), ctx.Bool("unique"), rules.Known(cat)); err != nil {
		return fmt.Errorf("write the list: %w", err)
	}
	return r.examined(loaded, loaded.Set(), nil)
}

func (c Command) initCommand() *cli.Command {
	return &cli.Command{
		Name: "init", Usage: "write a commented .imagelint.yaml here", UsageText: "imagelint init",
		Action: func(ctx *cli.Context) error {
			if ctx.Args().Present() {
				return usagef("init takes no arguments: it writes %s into this folder", config.Name)
			}
			if _, err := os.Lstat(config.Name); err == nil { // a link that leads nowhere is there, too
				return usagef("%s already exists and was not changed", config.Name)
			}
			at, err := files.Locate(config.Name, files.Tree(config.Name))
			if err != nil {
				return err
			}
			content := func(w io.Writer) error { _, err := w.Write(config.Example(rules.All())); return err }
			if err := c.writeFile(at, files.Options{New: true}, content); err != nil {
				return err
			}
			return c.say("wrote " + config.Name + "\n")
		},
	}
}
