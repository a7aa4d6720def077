//go:build unix

package files

import (
	"errors"
	"io"
	"math"
	"os"
	"syscall"
)

// OpenInput opens a file that is read from its beginning to its end. It is a third of what os.Open costs, which asks the system four times whether
// it will tell when there is more to read; that of a file is there. If named is true, because the user named the file, it may be a named pipe, for whose
// other end it waits. Otherwise it must be regular, and may have been replaced since it was listed. Then local may be true, for a file of a tree that
// IsLocal: reading that is cheaper still.
func OpenInput(name string, named, local bool) (io.ReadCloser, error) {
	calls, flags := &system, syscall.O_RDONLY|syscall.O_CLOEXEC
	switch {
	case named:
	case local:
		calls, flags = &direct, flags|nonblock|syscall.O_NOFOLLOW
	default:
		flags |= nonblock
	}
	fd, err := retry(func() (int, error) { return calls.open(name, flags) })
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: name, Err: err}
	}
	if !named && !local {
		if err := checkOpen(fd, name); err != nil {
			return nil, &os.PathError{Op: "open", Path: name, Err: err}
		}
	}
	return &input{fd, name, calls}, nil
}

// checkOpen closes an open file that is not regular, and returns an error for it. For a folder, reading returns one.
func checkOpen(fd int, name string) error {
	var now syscall.Stat_t
	_, err := retry(func() (int, error) { return 0, syscall.Fstat(fd, &now) })
	if kind := now.Mode & syscall.S_IFMT; err == nil && (kind == syscall.S_IFREG || kind == syscall.S_IFDIR) {
		return nil
	}
	f := os.NewFile(uintptr(fd), name)
	defer func() { _ = f.Close() }() // read only
	info, err := f.Stat()
	if err == nil {
		err = check(info, math.MaxInt64)
	}
	return Cause(err)
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
