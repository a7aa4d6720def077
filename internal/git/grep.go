package git

import (
	"context"
	"errors"

	"github.com/imagelint-dev/imagelint/internal/program"
)

// Mentions reports whether one of the files in tree contains text. files are name patterns. It skips folders that start
// with a dot, because they contain pipelines and not what is deployed. With an empty text, it reports whether any of
// the files exists and is not empty.
func (r *Repository) Mentions(ctx context.Context, tree, text string, files ...string) (bool, error) {
	args := []string{"grep", "--quiet", "-I", "--fixed-strings", "--no-textconv", "--no-recurse-submodules", "-e", text, tree, "--"}
	for _, f := range files {
		args = append(args, ":(top,icase,glob)**/"+f)
	}
	_, err := command(ctx, r.Top, append(args, ":(top,exclude,glob)**/.*/**")...).Output()
	var exit *program.ExitError
	switch {
	case err == nil:
		return true, nil
	case errors.As(err, &exit) && exit.ExitCode() == 1 && len(exit.Stderr) == 0:
		return false, nil
	case errors.As(err, &exit):
		return false, failed(ctx, "grep", exit.Stderr, err)
	}
	return false, failed(ctx, "grep", nil, err)
}
