package files

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// FS is where files are read: the machine's own, the state of a repository at a revision, or texts in memory. Names are as users write them, seen
// from a working directory. An error of a file that is not there is an fs.ErrNotExist.
type FS interface {
	// Stat and Lstat tell of a file; Stat follows a link.
	Stat(name string) (fs.FileInfo, error)
	Lstat(name string) (fs.FileInfo, error)
	// ReadDir lists a folder by the names in it.
	ReadDir(name string) ([]fs.DirEntry, error)
	// Open opens whatever is there, and may wait for it.
	Open(name string) (io.ReadCloser, error)
	// Abs makes a path absolute, EvalSymlinks follows all links of one to something that is there.
	Abs(name string) (string, error)
	EvalSymlinks(name string) (string, error)
}

// OS is the System of the machine.
var OS FS = machine{}

type machine struct{}

func (machine) Stat(name string) (fs.FileInfo, error)      { return os.Stat(name) }
func (machine) Lstat(name string) (fs.FileInfo, error)     { return os.Lstat(name) }
func (machine) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }
func (machine) Open(name string) (io.ReadCloser, error)    { return os.Open(name) } //nolint:forbidigo // what the user named may be a pipe
func (machine) Abs(name string) (string, error)            { return filepath.Abs(name) }
func (machine) EvalSymlinks(name string) (string, error)   { return filepath.EvalSymlinks(name) }

// OrOS is a System, or the machine's where there is none.
func OrOS(s FS) FS {
	if s == nil {
		return OS
	}
	return s
}

// ReadFrom is Read of a file of a System.
func ReadFrom(s FS, name string, most int64) ([]byte, error) {
	if s == OS {
		return Read(name, most)
	}
	info, err := s.Stat(name)
	if err == nil {
		err = check(info, most)
	}
	if err != nil {
		return nil, cause(err)
	}
	f, err := s.Open(name)
	if err != nil {
		return nil, cause(err)
	}
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	err = errors.Join(err, f.Close())
	switch {
	case err != nil:
		return nil, cause(err)
	case int64(len(data)) > most:
		return nil, &TooLargeError{most}
	}
	return data, nil
}

// RepositoryIn is Repository in a System.
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

// TreeIn is what a folder is a part of, links followed: its repository, else the working directory where it is below that; else the folder itself. The
// folder is an absolute path.
func TreeIn(s FS, folder string) (dir string, err error) {
	dir = RepositoryIn(s, folder)
	if dir == "" {
		dir = folder
		if here, err := s.Abs("."); err == nil {
			if here, err = s.EvalSymlinks(here); err == nil && Below(folder, here) {
				dir = here
			}
		}
	}
	return s.EvalSymlinks(dir)
}
