package render

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/kustomize"
	"github.com/imagelint-dev/imagelint/internal/program"
)

// perWorker is the number of kustomizations that justify starting another worker.
const perWorker = 16

// builders is a pool of worker processes of this program that build kustomizations. The input is untrusted,
// and a process can be limited and killed.
type builders struct {
	command []string // command to start one; if empty, builds run in this process
	timeout time.Duration

	mu      sync.Mutex
	limit   int // maximum number of workers
	running int
	idle    []*worker
	free    chan struct{} // a worker was returned, or has ended
	none    bool          // the system cannot start workers
}

// worker is one worker process.
type worker struct {
	cmd    *program.Cmd
	in     io.WriteCloser
	out    io.ReadCloser
	cancel context.CancelFunc
	served int
}

// expect announces the number of builds.
func (b *builders) expect(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.limit = min(runtime.GOMAXPROCS(0), 1+n/perWorker)
	if b.free == nil {
		b.free = make(chan struct{}, 1024)
	}
}

// build builds a kustomization. The error is about the worker; errors in the kustomization are in the result.
func (b *builders) build(ctx context.Context, system files.FS, req kustomize.Request) (*kustomize.Result, error) {
	req.Remote = system != files.OS
	for {
		w, err := b.take(ctx)
		if err != nil {
			return nil, err
		}
		if w == nil {
			return kustomize.BuildFrom(system, req), ctx.Err()
		}
		again := w.served > 0
		res, err := b.ask(ctx, w, system, req)
		switch {
		case err == nil:
			b.give(w)
			return res, nil
		case ctx.Err() != nil:
			b.drop(w)
			return nil, ctx.Err()
		}
		b.drop(w)
		if late := (*lateError)(nil); errors.As(err, &late) || !again {
			return nil, err
		}
		// A previous request may have ended the worker.
	}
}

// lateError is the error of a build that exceeds the time limit.
type lateError struct{ limit time.Duration }

func (e *lateError) Error() string {
	return fmt.Sprintf("it was not built within %s: use --render-timeout to allow more time", e.limit)
}

// ask sends one request to a worker, and answers its requests for files that are not on disk.
func (b *builders) ask(ctx context.Context, w *worker, system files.FS, req kustomize.Request) (*kustomize.Result, error) {
	type answer struct {
		res *kustomize.Result
		err error
	}
	done := make(chan answer, 1)
	go func() {
		err := kustomize.Send(w.in, req)
		for err == nil {
			var r kustomize.Reply
			if err = kustomize.Receive(w.out, &r); err == nil && r.Call == "" {
				done <- answer{&r.Result, nil}
				return
			}
			if err == nil {
				err = r.Answer(w.in, system)
			}
		}
		done <- answer{nil, err}
	}()
	timer := time.NewTimer(b.timeout)
	defer timer.Stop()
	select {
	case a := <-done:
		if a.err != nil {
			return nil, errors.New("kustomize ran out of memory or crashed")
		}
		w.served++
		return a.res, nil
	case <-timer.C:
		return nil, &lateError{b.timeout}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// take returns an idle worker or starts one; nil if the system cannot start any.
func (b *builders) take(ctx context.Context) (*worker, error) {
	for {
		b.mu.Lock()
		if len(b.command) == 0 || b.none {
			b.mu.Unlock()
			b.signal()      // wake the other waiting builds
			return nil, nil //nolint:nilnil // having no worker is not an error
		}
		if n := len(b.idle); n > 0 {
			w := b.idle[n-1]
			b.idle = b.idle[:n-1]
			b.mu.Unlock()
			return w, nil
		}
		if b.running < b.limit {
			b.running++
			b.mu.Unlock()
			w, err := b.start(ctx)
			if err != nil {
				b.mu.Lock()
				b.running--
				b.limit = b.running // use the running ones
				b.none = b.running == 0 && ctx.Err() == nil
				b.mu.Unlock()
				b.signal()
				if ctx.Err() != nil {
					return nil, ctx.Err()
				}
				continue
			}
			return w, nil
		}
		b.mu.Unlock()
		select {
		case <-b.free:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// start starts a worker, without network access where the system allows that.
func (b *builders) start(ctx context.Context) (*worker, error) {
	for _, alone := range []bool{true, false} {
		in, cancel := context.WithCancel(ctx)
		cmd := program.Command(in, b.command[0], b.command[1:]...) // our own program
		cmd.Env = []string{"GOGC=400", fmt.Sprintf("GOMEMLIMIT=%d", maxMemory/8*7)}
		if runtime.GOOS == "windows" {
			cmd.Env = append(cmd.Env, "SystemRoot="+os.Getenv("SystemRoot")) // Windows cannot start programs without it
		}
		if !confine(cmd, alone) && alone {
			cancel()
			continue
		}
		w := &worker{cmd: cmd, cancel: cancel}
		var err error
		if w.in, err = cmd.StdinPipe(); err == nil {
			w.out, err = cmd.StdoutPipe()
		}
		if err == nil {
			err = cmd.Start()
		}
		if err == nil {
			bound(cmd.Process.Pid, b.timeout)
			return w, nil
		}
		cancel()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	return nil, errors.New("no worker can be started")
}

func (b *builders) give(w *worker) {
	b.mu.Lock()
	b.idle = append(b.idle, w)
	b.mu.Unlock()
	b.signal()
}

func (b *builders) drop(w *worker) {
	w.end()
	b.mu.Lock()
	b.running--
	b.mu.Unlock()
	b.signal()
}

func (b *builders) signal() {
	select {
	case b.free <- struct{}{}:
	default: // the signal is already pending
	}
}

// end ends a worker and waits for it.
func (w *worker) end() {
	_ = w.in.Close() // the process is killed anyway
	w.cancel()
	_ = w.cmd.Wait() // the exit status does not matter
}

// stop ends all idle workers.
func (b *builders) stop() {
	b.mu.Lock()
	idle := b.idle
	b.idle, b.running = nil, b.running-len(b.idle)
	b.mu.Unlock()
	for _, w := range idle {
		w.end()
	}
}

// Serve runs a worker: it builds the kustomizations that it is sent until the input ends.
func Serve(in io.Reader, out io.Writer) error { return kustomize.Serve(in, out) }
