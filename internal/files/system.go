package files

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// FS is a file system to read from: that of the machine, a revision of a repository, or texts in memory. Names are those that users write, relative to
// a working directory. The error for a missing file is fs.ErrNotExist.
type FS interface {
	// Stat and Lstat describe a file. Stat follows links.
	Stat(name string) (fs.FileInfo, error)
	Lstat(name string) (fs.FileInfo, error)
	// ReadDir lists a folder, sorted by name.
	ReadDir(name string) ([]fs.DirEntry, error)
	// Open opens any file, and may block.
	Open(name string) (io.ReadCloser, error)
	// Abs returns an absolute path. EvalSymlinks follows all links of an existing path.
	Abs(name string) (string, error)
	EvalSymlinks(name string) (string, error)
}

// OS is the file system of the machine.
var OS FS = machine{}

type machine struct{}

func (machine) Stat(name string) (fs.FileInfo, error)      { return os.Stat(name) }
func (machine) Lstat(name string) (fs.FileInfo, error)     { return os.Lstat(name) }
func (machine) ReadDir(name string) ([]fs.DirEntry, error) { return readDir(name) }
func (machine) Open(name string) (io.ReadCloser, error)    { return os.Open(name) } //nolint:forbidigo // the user may name a pipe
func (machine) Abs(name string) (string, error)            { return filepath.Abs(name) }
func (machine) EvalSymlinks(name string) (string, error)   { return filepath.EvalSymlinks(name) }

// OrOS returns s, or OS if s is nil.
func OrOS(s FS) FS {
	if s == nil {
		return OS
	}
	return s
}

// ReadFrom is like Read, for a file in an FS.
func ReadFrom(s FS, name string, limit int64) ([]byte, error) {
	if s == OS {
		return Read(name, limit)
	}
	info, err := s.Stat(name)
	if err == nil {
		err = check(info, limit)
	}
	if err != nil {
		return nil, Cause(err)
	}
	f, err := s.Open(name)
	if err != nil {
		return nil, Cause(err)
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	err = errors.Join(err, f.Close())
	switch {
	case err != nil:
		return nil, Cause(err)
	case int64(len(data)) > limit:
		return nil, &TooLargeError{limit}
	}
	return data, nil
}

// RepositoryIn is like Repository, for an FS.
func RepositoryIn(s FS, abs string) string {
	for dir := abs; ; dir = filepath.Dir(dir) {
		if _, err := s.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		if filepath.Dir(dir) == dir {
			return ""
		}
	}
}

// TreeIn returns the tree that contains a folder, after following links: its repository, else the working directory if the folder is below it, else
// the folder itself. The folder must be absolute.
func TreeIn(s FS, folder string) (string, error) {
	dir, _ := treeIn(s, folder, folder)
	return s.EvalSymlinks(dir)
}

// treeIn returns the repository that contains an absolute path, else the working directory if the path is below it, else otherwise.
func treeIn(s FS, abs, otherwise string) (dir string, repository bool) {
	if dir := RepositoryIn(s, abs); dir != "" {
		return dir, true
	}
	here, err := s.Abs(".")
	if err == nil {
		here, err = s.EvalSymlinks(here)
	}
	if err == nil && Below(abs, here) {
		return here, false
	}
	return otherwise, false
}
