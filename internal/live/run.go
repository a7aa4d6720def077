package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"github.com/imagelint-dev/imagelint/internal/program"
)

// Limits for the output of kubectl in a run, in bytes and lines.
const (
	maxText  = 512 << 20
	maxLine  = 16 << 10
	maxLines = 1000
)

// errTooLarge reports output above the limit.
var errTooLarge = fmt.Errorf("the cluster returned more than %d MiB: select a namespace or fewer resources", maxText>>20)

// client runs kubectl or helm.
type client struct {
	path  string
	stdin io.Reader
	left  atomic.Int64 // how many more bytes are accepted
}

// newClient returns a client for a program.
func newClient(path string, stdin io.Reader) *client {
	c := &client{path: path, stdin: stdin}
	c.left.Store(maxText)
	return c
}

// find returns the path of a program of the user.
func find(name string) (string, error) {
	path, err := program.LookPath(name)
	switch {
	case errors.Is(err, program.ErrDot):
		return "", fmt.Errorf("PATH names %s relative to the working directory, which others may control: use an absolute path in PATH", name)
	case err != nil:
		return "", fmt.Errorf("%s not found in PATH", name)
	}
	return path, nil
}

// run runs the program. It passes on each line of standard error at once, because a login may prompt there, and also
// returns them. If the program fails, failed is true and text holds what it printed before.
func (c *client) run(ctx context.Context, args []string, tell func(line string)) (text []byte, stderr []string, failed bool, err error) {
	cmd := program.Command(ctx, c.path, args...)
	out, lines := &bounded{left: &c.left}, &lines{emit: tell}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = c.stdin, out, lines
	cmd.WaitDelay = 2 * time.Second // a login process that it started may keep the pipes open
	err = cmd.Run()
	lines.end()
	switch exit := (*program.ExitError)(nil); {
	case ctx.Err() != nil:
		return nil, nil, false, ctx.Err()
	case out.over:
		return nil, nil, false, errTooLarge
	case errors.As(err, &exit):
		failed = true
	case err != nil:
		return nil, nil, false, fmt.Errorf("run %s: %w", c.path, err)
	}
	return out.Bytes(), lines.all, failed, nil
}

// bounded is a buffer with the maximum size of its client.
type bounded struct {
	bytes.Buffer
	left *atomic.Int64
	over bool
}

// Write implements io.Writer.
func (t *bounded) Write(p []byte) (int, error) {
	if t.left.Add(-int64(len(p))) < 0 {
		t.over = true
		return 0, errTooLarge
	}
	return t.Buffer.Write(p)
}

// lines collects the lines written to it and passes them to tell. Excess output is dropped, with a note.
type lines struct {
	emit func(string)
	rest []byte
	all  []string
	cut  bool
}

// Write implements io.Writer.
func (l *lines) Write(p []byte) (int, error) {
	for _, b := range p {
		switch {
		case b == '\n':
			l.end()
		case len(l.rest) < maxLine:
			l.rest = append(l.rest, b)
		}
	}
	return len(p), nil
}

// end completes a line.
func (l *lines) end() {
	line := strings.TrimSpace(string(l.rest))
	l.rest = l.rest[:0]
	switch {
	case line == "":
	case len(l.all) < maxLines:
		l.all = append(l.all, line)
		l.emit(line)
	case !l.cut:
		l.cut = true
		l.emit("(more lines omitted)")
	}
}
