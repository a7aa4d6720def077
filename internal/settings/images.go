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
	choice := report.ImageChoice{
		Unique: ctx.Bool("unique"), WithoutTests: ctx.Bool("exclude-tests"), ToCopy: ctx.String("to") != "" || ctx.String("format") == "skopeo",
	}
	for _, text := range ctx.StringSlice("registry") {
		if text == "" {
			continue
		}
		host, negated := strings.CutPrefix(text, "!")
		host, err := registryHost(host)
		switch {
		case err != nil:
			return choice, Wrong(ctx, "registry", err)
		case negated:
			choice.LeftOut = append(choice.LeftOut, host)
		default:
			choice.Registries = append(choice.Registries, host)
		}
	}
	if len(choice.Registries)+len(choice.LeftOut) > 0 {
		choice.Registry = inventory.From(choice.Registries, choice.LeftOut)
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

// registryHost checks the host of a registry.
func registryHost(host string) (string, error) {
	checked, err := config.Check("allow-registries", host, nil)
	switch {
	case err != nil && !strings.ContainsAny(host, "./:"):
		return "", fmt.Errorf("%q is not the host of a registry: write it as in an image, as in \"ghcr.io\"", host)
	case err != nil:
		return "", err
	case strings.Contains(checked, "/"):
		return "", fmt.Errorf("%q has a path: write the host alone", host)
	case checked == "index.docker.io":
		return "docker.io", nil
	}
	return checked, nil
}
