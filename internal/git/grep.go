package git

import (
	"context"
	"errors"

	"github.com/imagelint-dev/imagelint/internal/program"
)

// Mentions reports whether a manifest, a template or a file of values of a tree holds a text; those in folders that begin with a dot, which hold the
// pipelines and not what they deploy, do not count. An empty text asks whether any of the files is there and is not empty.
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
