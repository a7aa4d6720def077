package gather

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// command returns a git command for an untrusted clone. Nothing that its configuration names may run. Reading history and objects runs no
// hook, pager, filter or diff driver. Fetching objects that a partial clone lacks could run configured commands, so all transports are
// disabled. The command uses that clone only, not a repository around it or one from the environment.
func command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	args = append([]string{"--no-pager", "--no-optional-locks", "--no-replace-objects", "-c", "core.fsmonitor=false", "-C", dir}, args...)
	cmd := exec.CommandContext(ctx, "git", args...)
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "GIT_") || strings.HasPrefix(variable, "GIT_CONFIG") {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	cmd.Env = append(cmd.Env, "GIT_ALLOW_PROTOCOL=none", "GIT_NO_LAZY_FETCH=1", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		if real, err = filepath.Abs(real); err == nil {
			cmd.Env = append(cmd.Env, "GIT_CEILING_DIRECTORIES="+filepath.Dir(real))
		}
	}
	return cmd
}

// stderrHead keeps the start of git's standard error.
type stderrHead struct{ text []byte }

// Write accepts everything, and keeps only the start.
func (c *stderrHead) Write(p []byte) (int, error) {
	const limit = 1 << 10
	c.text = append(c.text, p[:min(len(p), limit-len(c.text))]...)
	return len(p), nil
}

// of returns git's error output as an error, or err if there was none.
func (c *stderrHead) of(err error) error {
	if line, _, _ := strings.Cut(strings.TrimSpace(string(c.text)), "\n"); err != nil && line != "" {
		return errors.New(line)
	}
	return err
}

// lines runs git and calls visit for each line of its output.
func lines(ctx context.Context, dir string, visit func(line string) error, args ...string) error {
	ctx, cancel := context.WithCancel(ctx) // stops git if visit fails
	defer cancel()
	cmd := command(ctx, dir, args...)
	var stderr stderrHead
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return fmt.Errorf("start git: %w", err)
	}
	scan := bufio.NewScanner(out)
	for err == nil && scan.Scan() {
		err = visit(scan.Text())
	}
	if err = errors.Join(err, scan.Err()); err != nil {
		cancel()
		_ = cmd.Wait() // git was killed
		return err
	}
	if err := stderr.of(cmd.Wait()); err != nil {
		return fmt.Errorf("git %s in %s: %w", args[0], dir, err)
	}
	return nil
}

// line returns the only line of git's output.
func line(ctx context.Context, dir string, args ...string) (out string, err error) {
	err = lines(ctx, dir, func(line string) error { out = line; return nil }, args...)
	return out, err
}

// headOf returns the newest commit of a clone. A shallow clone is an error: removed tags are only in the history.
func headOf(ctx context.Context, dir string) (commit, error) {
	shallow, err := line(ctx, dir, "rev-parse", "--is-shallow-repository")
	if err != nil {
		return commit{}, err
	}
	if shallow == "true" {
		return commit{}, fmt.Errorf("the clone in %s is shallow: run git fetch --unshallow there", dir)
	}
	out, err := line(ctx, dir, "log", "--no-show-signature", "-1", "--format=%H %ct")
	if err != nil {
		return commit{}, err
	}
	hash, seconds, _ := strings.Cut(out, " ")
	at, err := unix(seconds)
	return commit{hash, at}, err
}

func unix(seconds string) (time.Time, error) {
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the time of a commit: %w", err)
	}
	return time.Unix(n, 0), nil
}

// blobs reads file contents through one git process.
type blobs struct {
	cmd    *exec.Cmd
	ask    io.WriteCloser
	answer *bufio.Reader
}

func openBlobs(ctx context.Context, dir string) (*blobs, error) {
	cmd := command(ctx, dir, "cat-file", "--batch")
	ask, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	answer, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start git cat-file: %w", err)
	}
	return &blobs{cmd: cmd, ask: ask, answer: bufio.NewReader(answer)}, nil
}

// close stops git. Unread output would keep it from exiting on its own.
func (b *blobs) close() error {
	err := b.ask.Close()
	if _, left := b.answer.Peek(1); left == nil {
		_ = b.cmd.Process.Kill()
		_ = b.cmd.Wait()
		return err
	}
	if err := errors.Join(err, b.cmd.Wait()); err != nil {
		return fmt.Errorf("git cat-file: %w", err)
	}
	return nil
}

// maxBlob is the maximum size of a file in bytes: ten times the longest list of tags so far.
const maxBlob = 1 << 20

// text returns the content of a file.
func (b *blobs) text(id string) (string, error) {
	if _, err := io.WriteString(b.ask, id+"\n"); err != nil {
		return "", fmt.Errorf("request %s from git: %w", id, err)
	}
	head, err := b.answer.ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("read %s from git: %w", id, err)
	}
	fields := strings.Fields(head)
	if len(fields) != 3 {
		return "", fmt.Errorf("read %s from git: the object is missing in the clone", id)
	}
	size, err := strconv.Atoi(fields[2])
	if err != nil || size < 0 || size > maxBlob {
		return "", fmt.Errorf("read %s from git: its size of %s bytes exceeds the limit of %d", id, fields[2], maxBlob)
	}
	data := make([]byte, size+1) // with the line end after it
	if _, err := io.ReadFull(b.answer, data); err != nil {
		return "", fmt.Errorf("read %s from git: %w", id, err)
	}
	return string(data[:size]), nil
}
