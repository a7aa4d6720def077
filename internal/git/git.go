// Package git uses the user's git to find what has changed in a working tree since a revision, and to read the old files. It only reads: it
// runs no hooks, pagers, filters or configured diff programs, and does not use the network. It does not look at the content of the files.
package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/program"
)

// Errors for requests that cannot be fulfilled, as opposed to failures.
var (
	ErrNoGit        = errors.New("git is not installed, or not in the PATH")
	ErrNoRepository = errors.New("it is not in a git repository with a working tree")
	ErrNoRevision   = errors.New("git has no such revision here; a shallow clone lacks older ones: fetch it with git fetch --unshallow, fetch-depth: 0 of actions/checkout, or GIT_DEPTH: 0 of GitLab")
	// ErrPartial means that a partial clone lacks the needed contents. They are not fetched, because nobody asked for network access.
	ErrPartial = errors.New("the clone is partial and lacks older files; run git diff with that revision once to fetch them")
)

// Repository is a git repository with a working tree.
type Repository struct {
	// Top is the root of the working tree, without symbolic links.
	Top string
}

// Open opens the repository that contains a folder.
func Open(ctx context.Context, dir string) (*Repository, error) {
	out, err := run(ctx, dir, "rev-parse", "--show-toplevel")
	var failed *failure
	switch {
	case errors.As(err, &failed) && (strings.Contains(failed.stderr, "not a git repository") || strings.Contains(failed.stderr, "work tree")):
		return nil, ErrNoRepository
	case err != nil:
		return nil, err
	}
	top, err := filepath.EvalSymlinks(filepath.FromSlash(strings.TrimSuffix(out, "\n")))
	if err != nil {
		return nil, fmt.Errorf("find the root of the repository: %w", err)
	}
	return &Repository{Top: top}, nil
}

// Tree returns the ID of the tree at a revision. "A..." is the merge base of A and the current branch.
func (r *Repository) Tree(ctx context.Context, rev string) (string, error) {
	if rev == "" || strings.HasPrefix(rev, "-") || strings.ContainsAny(rev, "\n\x00") {
		return "", ErrNoRevision // an option, or not a single word for git
	}
	if base, ok := strings.CutSuffix(rev, "..."); ok {
		commit, err := r.parse(ctx, base+"^{commit}")
		if err != nil {
			return "", err
		}
		out, err := run(ctx, r.Top, "merge-base", commit, "HEAD")
		if err != nil {
			return "", fmt.Errorf("%w: it has no commit in common with HEAD", ErrNoRevision)
		}
		rev = strings.TrimSpace(out)
	}
	return r.parse(ctx, rev+"^{tree}")
}

func (r *Repository) parse(ctx context.Context, rev string) (string, error) {
	out, err := run(ctx, r.Top, "rev-parse", "--verify", "--quiet", rev)
	var failed *failure
	switch {
	case errors.As(err, &failed):
		return "", ErrNoRevision
	case err != nil:
		return "", err
	}
	return strings.TrimSpace(out), nil
}

// failure is the error of a git command.
type failure struct{ command, stderr string }

// Error implements error.
func (f *failure) Error() string { return "git " + f.command + ": " + f.stderr }

// run runs a command and returns its output.
func run(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := command(ctx, dir, args...)
	out, err := cmd.Output()
	if err == nil {
		return string(out), nil
	}
	var exit *program.ExitError
	if errors.As(err, &exit) {
		return "", failed(ctx, args[0], exit.Stderr, err)
	}
	return "", failed(ctx, args[0], nil, err)
}

// failed returns the error of a command: one of this package, or the first line of its standard error.
func failed(ctx context.Context, command string, stderr []byte, err error) error {
	message := strings.TrimSpace(string(stderr))
	line, _, _ := strings.Cut(message, "\n")
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case strings.Contains(message, "lazy fetching disabled") || strings.Contains(message, "promisor remote") || strings.Contains(message, "' not allowed"):
		return ErrPartial
	case errors.Is(err, program.ErrNotFound):
		return ErrNoGit
	case line != "":
		return &failure{command, strings.TrimPrefix(line, "fatal: ")}
	}
	return &failure{command, err.Error()}
}

// command returns a command that changes nothing and starts no other program.
func command(ctx context.Context, dir string, args ...string) *program.Cmd {
	fixed := []string{
		"--no-pager", "-C", dir, "-c", "core.quotePath=true", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=" + os.DevNull,
	}
	cmd := program.Command(ctx, "git", append(fixed, args...)...) // fixed commands; dir and the revision come from the user
	cmd.Env = environment(os.Environ())
	return cmd
}

// environment filters the environment for git. It removes what a surrounding git, such as a hook, has set for its own repository, and
// disables locks, prompts, and transports that would fetch missing objects of a partial clone.
func environment(all []string) []string {
	out := make([]string, 0, len(all)+4)
	for _, v := range all {
		name, _, _ := strings.Cut(v, "=")
		keep := !strings.HasPrefix(name, "GIT_") || strings.HasPrefix(name, "GIT_CONFIG") || name == "GIT_CEILING_DIRECTORIES" ||
			name == "GIT_EXEC_PATH" || name == "GIT_DISCOVERY_ACROSS_FILESYSTEM"
		if keep && !strings.HasPrefix(name, "LC_") && name != "LANGUAGE" {
			out = append(out, v)
		}
	}
	return append(out, "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "GIT_ALLOW_PROTOCOL=none", "GIT_NO_LAZY_FETCH=1")
}

// tail keeps the start of a command's standard error.
type tail struct{ bytes.Buffer }

// maxStderr is its maximum length in bytes.
const maxStderr = 4096

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.Buffer.Write(p[:min(len(p), max(0, maxStderr-t.Len()))])
	return len(p), nil
}
