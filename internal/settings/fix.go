package settings

import (
	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/engine"
	"github.com/imagelint-dev/imagelint/internal/flags"
)

func modeOf(ctx *cli.Context) flags.FixMode {
	if m, ok := ctx.Generic("fix").(*flags.FixMode); ok {
		return *m
	}
	return flags.FixNone
}

// Fix returns the fixes that the flags request, or nil if no file is to be changed.
func Fix(ctx *cli.Context) *engine.Fix {
	mode, diff := modeOf(ctx), ctx.Bool("diff")
	if mode == flags.FixNone && !diff && ctx.Command.Name != "pin" {
		return nil
	}
	return &engine.Fix{All: mode == flags.FixAll, Write: !diff, Partial: ctx.Command.Name == "pin"}
}
