//go:build unix

package files

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// OpenInput opens a file that is read from its beginning to its end. It is a third of what os.Open costs, which asks the system four times whether
// it will tell when there is more to read; that of a file is there. It waits for the other end of a named pipe, which the user may name; but never if local
// is true, for a regular file of a tree that IsLocal: reading that is cheaper still.
func OpenInput(name string, local bool) (io.ReadCloser, error) {
	calls, flags := &system, syscall.O_RDONLY|syscall.O_CLOEXEC
	if local {
		calls, flags = &direct, flags|nonblock|syscall.O_NOFOLLOW // it may have been replaced since it was listed
	}
	fd, err := retry(func() (int, error) { return calls.open(name, flags) })
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: name, Err: err}
	}
	return &input{fd, name, calls}, nil
}

// openRegular is Open for reading a file from its beginning to its end, and returns its size. Like OpenInput, it needs no os.File.
func openRegular(name string, limit int64) (io.ReadCloser, int64, error) {
	if err := CheckRegular(name, limit); err != nil {
		return nil, 0, err
	}
	fd, err := retry(func() (int, error) { return system.open(name, syscall.O_RDONLY|syscall.O_CLOEXEC|nonblock) })
	if err != nil {
		return nil, 0, err
	}
	f := &input{fd, name, &system}
	var now syscall.Stat_t // of the open file, not of what had the name before
	_, err = retry(func() (int, error) { return 0, syscall.Fstat(fd, &now) })
	if err != nil || now.Mode&syscall.S_IFMT != syscall.S_IFREG || now.Size > limit {
		_ = f.Close() // read only
		return open(name, limit)
	}
	return f, now.Size, nil
}

// calls are the system calls that reading a tree takes.
type calls struct {
	open  func(name string, flags int) (int, error)
	read  func(fd int, p []byte) (int, error)
	close func(fd int) error
}

// system are those of package syscall.
var system = calls{
	open:  func(name string, flags int) (int, error) { return syscall.Open(name, flags, 0) },
	read:  syscall.Read,
	close: syscall.Close,
}

func retry(call func() (int, error)) (int, error) {
	for {
		if n, err := call(); err == nil || !errors.Is(err, syscall.EINTR) {
			return n, err
		}
	}
}

// input is a file by its descriptor. It is for one goroutine.
type input struct {
	fd    int
	name  string
	calls *calls
}

// Read implements io.Reader.
func (f *input) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	p = p[:min(len(p), 1<<30)] // no system reads more at once
	for {
		n, err := f.calls.read(f.fd, p)
		switch {
		case err == nil && n == 0:
			return 0, io.EOF
		case err == nil:
			return n, nil
		case !errors.Is(err, syscall.EINTR):
			return 0, &os.PathError{Op: "read", Path: f.name, Err: err}
		}
	}
}

// Close implements io.Closer.
func (f *input) Close() error { return f.calls.close(f.fd) }
