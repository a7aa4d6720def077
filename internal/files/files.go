// Package files is where files are opened and written. It opens regular files only, each with a bound, and within a folder where that is asked for;
// it writes a file as a whole or not at all, and never through a symbolic link out of the tree that the name is in. It knows nothing of what is in
// them.
package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// NotRegularError is the error for a path that is not a regular file. Such a path is never read: a named pipe or a terminal would wait for someone,
// and a device can be without an end.
type NotRegularError struct {
	What string // "a folder", "a named pipe"
}

// Error implements error. It goes on a sentence that names the file.
func (e *NotRegularError) Error() string { return "it is " + e.What + ", and a regular file is wanted" }

// TooLargeError is the error for a file that has more bytes than its reader takes.
type TooLargeError struct{ Most int64 }

// Error implements error. It goes on a sentence that names the file.
func (e *TooLargeError) Error() string {
	switch {
	case e.Most < 1<<10:
		return fmt.Sprintf("it is larger than %d bytes", e.Most)
	case e.Most < 1<<20:
		return fmt.Sprintf("it is larger than %d KiB", e.Most>>10)
	}
	return fmt.Sprintf("it is larger than %d MiB", e.Most>>20)
}

// Read reads a regular file of at most so many bytes. Its errors do not name the file, which the caller knows by the name that the user gave it.
func Read(name string, most int64) ([]byte, error) {
	f, err := Open(name, most)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	size := int64(0)
	if info, err := f.Stat(); err == nil {
		size = info.Size()
	}
	// What the system says of the size is a hint: the files of /proc have none, and others grow while they are read.
	data := make([]byte, 0, min(size, most)+1)
	for {
		if int64(len(data)) > most {
			return nil, &TooLargeError{most}
		}
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
		n, err := f.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case errors.Is(err, io.EOF):
			if int64(len(data)) > most {
				return nil, &TooLargeError{most}
			}
			return data, nil
		case err != nil:
			return nil, cause(err)
		}
	}
}

// Open opens a regular file of at most so many bytes for reading. It never waits, whatever is there, and opens no device, which can do something
// by being opened. Its errors do not name the file.
func Open(name string, most int64) (*os.File, error) {
	if err := CheckRegular(name, most); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(name, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, cause(err)
	}
	info, err := f.Stat() // what is open, and not what had the name a moment ago
	if err == nil {
		err = check(info, most)
	}
	if err != nil {
		_ = f.Close() // nothing was written
		return nil, cause(err)
	}
	return f, nil
}

// CheckRegular says why a path cannot be opened by Open, as far as that is known without opening it. It follows links.
func CheckRegular(name string, most int64) error {
	info, err := os.Stat(name)
	if err != nil {
		return cause(err)
	}
	return check(info, most)
}

func check(info fs.FileInfo, most int64) error {
	if what := irregular(info.Mode()); what != "" {
		return &NotRegularError{what}
	}
	if info.Size() > most {
		return &TooLargeError{most}
	}
	return nil
}

// irregular names what is not a regular file; "" for one that is.
func irregular(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return ""
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "no file with content of its own"
}

// cause is an error without the path and the call, which mean nothing to a user.
func cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
