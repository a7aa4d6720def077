package files

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"
)

// Bounds for standard input. Dumps of the largest clusters have some hundred MiB. An endless pipe must not block a run forever.
const (
	maxStdin     = 4 << 30
	maxStdinLine = 1 << 30   // bytes without a line break, as from /dev/zero
	maxStdinKept = 512 << 20 // bytes to keep if it is read more than once
)

// Stream returns a function that opens a stream such as standard input, within bounds. Reading ends when the context does. If again is true, the
// content is kept so that it can be opened more than once.
func Stream(ctx context.Context, r io.Reader, again bool) func() (io.ReadCloser, error) {
	if !again {
		return func() (io.ReadCloser, error) {
			return io.NopCloser(&bounded{r: interruptible(ctx, r), limit: maxStdin, maxLine: maxStdinLine}), nil
		}
	}
	all := sync.OnceValues(func() ([]byte, error) {
		return io.ReadAll(&bounded{r: interruptible(ctx, r), limit: maxStdinKept, maxLine: maxStdinKept})
	})
	return func() (io.ReadCloser, error) {
		data, err := all()
		return io.NopCloser(bytes.NewReader(data)), err
	}
}

// bounded is a reader that fails after too many bytes, or too many without a line break.
type bounded struct {
	r              io.Reader
	limit, maxLine int64
	read, line     int64
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.read += int64(n)
	if i := bytes.LastIndexByte(p[:n], '\n'); i >= 0 {
		b.line = int64(n - i - 1)
	} else {
		b.line += int64(n)
	}
	switch {
	case b.read > b.limit:
		return 0, fmt.Errorf("the input is larger than %s: pass files, or lint it in parts", mebibytes(b.limit))
	case b.line > b.maxLine:
		return 0, fmt.Errorf("a line is longer than %s", mebibytes(b.maxLine))
	}
	return n, err
}

func mebibytes(n int64) string {
	if n >= 1<<30 {
		return fmt.Sprintf("%d GiB", n>>30)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}

// chunkSize is the size of a read in an interruptible reader, in bytes.
const chunkSize = 256 << 10

// chunk is the result of one read.
type chunk struct {
	data []byte
	err  error
}

// cancelableReader is a reader whose Read returns when the context ends, even if the underlying reader blocks, which nothing else can interrupt.
type cancelableReader struct {
	ctx    context.Context //nolint:containedctx // an io.Reader has no context parameter
	chunks <-chan chunk
	free   chan<- []byte
	last   chunk
	rest   []byte // of last
}

// interruptible returns a reader that stops when the context ends. A blocked read of r is abandoned, because the program is about to exit.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	chunks, free := make(chan chunk), make(chan []byte, 2)
	free <- make([]byte, chunkSize)
	free <- make([]byte, chunkSize)
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case buf := <-free:
				n, err := r.Read(buf)
				select {
				case chunks <- chunk{buf[:n], err}:
				case <-ctx.Done():
					return
				}
				if err != nil {
					return
				}
			}
		}
	}()
	return &cancelableReader{ctx: ctx, chunks: chunks, free: free}
}

// Read implements io.Reader.
func (p *cancelableReader) Read(into []byte) (int, error) {
	if len(p.rest) == 0 {
		if p.last.err != nil {
			return 0, p.last.err
		}
		if p.last.data != nil {
			p.free <- p.last.data[:chunkSize]
		}
		select {
		case p.last = <-p.chunks:
			p.rest = p.last.data
		case <-p.ctx.Done():
			p.last = chunk{err: p.ctx.Err()}
		}
		if len(p.rest) == 0 {
			return 0, p.last.err
		}
	}
	n := copy(into, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}
