// Package files opens and writes files. It only opens regular files up to a given size, and only below a folder if that is requested. It writes a
// file completely or not at all, and never through a symbolic link that leads out of the tree. It does not look at the content.
package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// NotRegularError is the error for a path that is not a regular file. Such paths are never read: reading a named pipe or a terminal may block, and
// a device may be endless.
type NotRegularError struct {
	What string // "a folder", "a named pipe"
}

// Error implements error. The text continues a sentence that names the file.
func (e *NotRegularError) Error() string { return "it is " + e.What + ", not a regular file" }

// TooLargeError is the error for a file with more than Most bytes.
type TooLargeError struct{ Limit int64 }

// Error implements error. The text continues a sentence that names the file.
func (e *TooLargeError) Error() string {
	switch {
	case e.Limit < 1<<10:
		return fmt.Sprintf("it is larger than %d bytes", e.Limit)
	case e.Limit < 1<<20:
		return fmt.Sprintf("it is larger than %d KiB", e.Limit>>10)
	}
	return fmt.Sprintf("it is larger than %d MiB", e.Limit>>20)
}

// Read reads a regular file of up to most bytes. Its errors do not name the file: the caller knows the name that the user gave it.
func Read(name string, limit int64) ([]byte, error) {
	f, size, err := openRegular(name, limit)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // read only
	// The size is only a hint: files in /proc have none, and others grow while they are read.
	data := make([]byte, 0, min(size, limit)+1)
	for {
		if int64(len(data)) > limit {
			return nil, &TooLargeError{limit}
		}
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
		n, err := f.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case errors.Is(err, io.EOF):
			if int64(len(data)) > limit {
				return nil, &TooLargeError{limit}
			}
			return data, nil
		case err != nil:
			return nil, Cause(err)
		}
	}
}

// Open opens a regular file of up to most bytes for reading. It never blocks, and it opens no devices, because opening one can have side effects.
// Its errors do not name the file.
func Open(name string, limit int64) (*os.File, error) {
	f, _, err := open(name, limit)
	return f, err
}

func open(name string, limit int64) (*os.File, int64, error) {
	if err := CheckRegular(name, limit); err != nil {
		return nil, 0, err
	}
	f, err := os.OpenFile(name, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, 0, Cause(err)
	}
	info, err := f.Stat() // of the open file, not of what had the name before
	if err == nil {
		err = check(info, limit)
	}
	if err != nil {
		_ = f.Close() // read only
		return nil, 0, Cause(err)
	}
	return f, info.Size(), nil
}

// CheckRegular returns the error that Open would return, as far as that is known without opening the file. It follows links.
func CheckRegular(name string, limit int64) error {
	info, err := os.Stat(name)
	if err != nil {
		return Cause(err)
	}
	return check(info, limit)
}

func check(info fs.FileInfo, limit int64) error {
	if what := irregular(info.Mode()); what != "" {
		return &NotRegularError{what}
	}
	if info.Size() > limit {
		return &TooLargeError{limit}
	}
	return nil
}

// irregular names the kind of a file that is not regular; "" for a regular file.
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
	return "not a regular file"
}

// Cause returns err without the path and the system call, which users do not need.
func Cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// Folder returns a path if it is a folder, otherwise the nearest parent folder that exists. The
// file may have been deleted, and its folder, too.
func Folder(path string) string {
	for dir := path; ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err == nil && info.IsDir() || dir == filepath.Dir(dir) {
			return dir
		}
	}
}
