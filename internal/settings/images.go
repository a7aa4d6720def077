package settings

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/config"
	"github.com/imagelint-dev/imagelint/internal/glob"
	"github.com/imagelint-dev/imagelint/internal/inventory"
	"github.com/imagelint-dev/imagelint/internal/report"
)

// ImageFormat derives the format from the output file's extension if no format is given. For YAML, that is
// skopeo's format, which cannot express where an image goes, so that --to is refused.
func ImageFormat(ctx *cli.Context) error {
	file := ctx.String("output")
	if file == "" || ctx.IsSet("format") {
		return nil
	}
	format, err := report.ImageFormatOf(file)
	if err != nil {
		return Wrong(ctx, "output", err)
	}
	if format == report.ImageFormats()[0] {
		return nil
	}
	if format == "skopeo" && ctx.String("to") != "" {
		return Usagef("--to has no effect with --output %s, which is for skopeo sync: that takes the registry as its last argument", file)
	}
	return ctx.Set("format", format)
}

// ImageChoice reads which images to list, before any input is read.
func ImageChoice(ctx *cli.Context) (report.ImageChoice, error) {
	choice := report.ImageChoice{Unique: ctx.Bool("unique"), WithoutTests: ctx.Bool("exclude-tests")}
	if host := ctx.String("registry"); host != "" {
		checked, err := config.Check("allow-registries", host, nil)
		if err != nil && !strings.ContainsAny(host, "./:") {
			err = fmt.Errorf("%q is not the host of a registry: write it as in an image, as in \"ghcr.io\"", host)
		}
		if err == nil && strings.Contains(checked, "/") {
			err = fmt.Errorf("%q has a path: write the host alone", host)
		}
		if err != nil {
			return choice, Wrong(ctx, "registry", err)
		}
		if checked == "index.docker.io" {
			checked = "docker.io"
		}
		choice.Registry = inventory.On(checked)
	}
	if to := ctx.String("to"); to != "" {
		if _, err := config.Check("allow-registries", to, nil); err != nil {
			return choice, Wrong(ctx, "to", err)
		}
		if ctx.String("format") == "skopeo" {
			return choice, Usagef("--to has no effect with --format skopeo: skopeo sync takes the registry as its last argument")
		}
	}
	if why := ctx.String("why"); why != "" {
		if choice.Unique || ctx.String("to") != "" {
			return choice, Usagef("--why lists places, and --unique and --to list names: leave one out")
		}
		if err := glob.Check(why); err != nil {
			return choice, Wrong(ctx, "why", err)
		}
		choice.Why = inventory.Names(why)
	}
	return choice, nil
}
