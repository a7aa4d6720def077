package git

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/internal/program"
)

// Blobs reads the contents of old files through one git process. It is safe for concurrent use.
type Blobs struct {
	mu     sync.Mutex
	cmd    *program.Cmd
	ask    io.WriteCloser
	answer *bufio.Reader
}

// maxBlob is the maximum size of a file in bytes. Files are read into memory.
const maxBlob = 1 << 30

// Blobs starts the git process. Close stops it.
func (r *Repository) Blobs(ctx context.Context) (*Blobs, error) {
	cmd := command(ctx, r.Top, "cat-file", "--batch")
	ask, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	answer, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, failed(ctx, "cat-file", nil, err)
	}
	return &Blobs{cmd: cmd, ask: ask, answer: bufio.NewReader(answer)}, nil
}

// Open returns the content of a blob.
func (b *Blobs) Open(id string) (io.ReadCloser, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, err := io.WriteString(b.ask, id+"\n"); err != nil {
		return nil, fmt.Errorf("ask git for %s: %w", id, err)
	}
	head, err := b.answer.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("read %s from git: %w", id, err)
	}
	fields := strings.Fields(head) // ID TYPE SIZE, or ID missing
	if len(fields) != 3 {
		return nil, ErrPartial
	}
	size, err := strconv.Atoi(fields[2])
	if err != nil || size < 0 || size > maxBlob {
		return nil, fmt.Errorf("read %s from git: its size is %s", id, fields[2])
	}
	data := make([]byte, size+1) // with the line end after it
	if _, err := io.ReadFull(b.answer, data); err != nil {
		return nil, fmt.Errorf("read %s from git: %w", id, err)
	}
	return io.NopCloser(bytes.NewReader(data[:size])), nil
}

// Opener returns a function that calls Open.
func (b *Blobs) Opener(id string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return b.Open(id) }
}

// Close stops the git process.
func (b *Blobs) Close() error {
	if err := errors.Join(b.ask.Close(), b.cmd.Wait()); err != nil {
		return fmt.Errorf("git cat-file: %w", err)
	}
	return nil
}
