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

// Bounds of what kubectl may print in a run, in bytes and lines.
const (
	mostText  = 512 << 20
	mostLine  = 16 << 10
	mostLines = 1000
)

// errTooMuch is the error of an answer that is too large to be held.
var errTooMuch = fmt.Errorf("the answer is larger than %d MiB: ask for a namespace, or for fewer resources", mostText>>20)

// client starts a program that knows the cluster.
type client struct {
	path  string
	stdin io.Reader
	left  atomic.Int64 // how many bytes may still come
}

// newClient returns a client of a program.
func newClient(path string, stdin io.Reader) *client {
	c := &client{path: path, stdin: stdin}
	c.left.Store(mostText)
	return c
}

// find looks for a program of the user.
func find(name string) (string, error) {
	path, err := program.LookPath(name)
	switch {
	case errors.Is(err, program.ErrDot):
		return "", fmt.Errorf("PATH names %s relative to the working directory, which may not be yours: use an absolute path in PATH", name)
	case err != nil:
		return "", fmt.Errorf("%s is not found in PATH", name)
	}
	return path, nil
}

// run runs the program. Lines of its standard error are told as they come, since a login may ask for something there, and are returned. The text is
// what there is, even where some of it could not be had; then failed is true.
func (c *client) run(ctx context.Context, args []string, tell func(line string)) (text []byte, said []string, failed bool, err error) {
	cmd := program.Command(ctx, c.path, args...)
	out, lines := &bounded{left: &c.left}, &lines{tell: tell}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = c.stdin, out, lines
	cmd.WaitDelay = 2 * time.Second // a login that it started may hold the pipes
	err = cmd.Run()
	lines.end()
	switch exit := (*program.ExitError)(nil); {
	case ctx.Err() != nil:
		return nil, nil, false, ctx.Err()
	case out.over:
		return nil, nil, false, errTooMuch
	case errors.As(err, &exit):
		failed = true
	case err != nil:
		return nil, nil, false, fmt.Errorf("run %s: %w", c.path, err)
	}
	return out.Bytes(), lines.all, failed, nil
}

// bounded keeps what is written to it, up to the bound of its client.
type bounded struct {
	bytes.Buffer
	left *atomic.Int64
	over bool
}

// Write implements io.Writer.
func (t *bounded) Write(p []byte) (int, error) {
	if t.left.Add(-int64(len(p))) < 0 {
		t.over = true
		return 0, errTooMuch
	}
	return t.Buffer.Write(p)
}

// lines keeps and tells the lines that are written to it. What is beyond its bounds is dropped, and that is told.
type lines struct {
	tell func(string)
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
		case len(l.rest) < mostLine:
			l.rest = append(l.rest, b)
		}
	}
	return len(p), nil
}

// end ends a line.
func (l *lines) end() {
	line := strings.TrimSpace(string(l.rest))
	l.rest = l.rest[:0]
	switch {
	case line == "":
	case len(l.all) < mostLines:
		l.all = append(l.all, line)
		l.tell(line)
	case !l.cut:
		l.cut = true
		l.tell("(and more)")
	}
}
