package settings

import (
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/imagelint-dev/imagelint/internal/git"
)

// Since returns the revision given with --new-from, or "".
func Since(ctx *cli.Context) (string, error) {
	const flag = "new-from"
	revision := ctx.String(flag)
	switch {
	case !ctx.IsSet(flag):
	case ctx.Bool("write-baseline"):
		return "", Wrong(ctx, flag, errors.New("a baseline contains all findings, not only new ones: remove one of the two flags"))
	case revision == "":
		return "", Wrong(ctx, flag, fmt.Errorf("%q: %w", "", git.ErrNoRevision))
	}
	return revision, nil
}
