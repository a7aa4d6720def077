package kustomize

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/imagelint-dev/imagelint/internal/files"
)

// disk is the file system that a tree reads from. Each path has two forms: absolute without links,
// and relative to the top of the tree.
type disk interface {
	Lstat(abs string) (fs.FileInfo, error)
	EvalSymlinks(abs string) (string, error)
	stat(abs, rel string) (fs.FileInfo, error)
	open(abs, rel string) (io.ReadCloser, error)
	names(abs, rel string) ([]string, error)
	close()
}

func openDisk(system files.FS, dir string) (disk, error) {
	if system != files.OS {
		return given{system}, nil
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return machine{system, root}, nil
}

// machine is the real disk, where files may change while they are read. The operating system confines access to the top
// folder.
type machine struct {
	files.FS
	root *os.Root
}

func (m machine) stat(_, rel string) (fs.FileInfo, error)   { return m.root.Stat(rel) }
func (m machine) open(_, rel string) (io.ReadCloser, error) { return m.root.Open(rel) }
func (m machine) close()                                    { _ = m.root.Close() } // read only

func (m machine) names(_, rel string) ([]string, error) {
	f, err := m.root.Open(rel)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names, err := f.Readdirnames(maxFiles)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return names, err
}

// given holds files that do not change, such as texts in memory. Links are already resolved.
type given struct{ files.FS }

func (g given) stat(abs, _ string) (fs.FileInfo, error)   { return g.Lstat(abs) }
func (g given) open(abs, _ string) (io.ReadCloser, error) { return g.Open(abs) }
func (g given) close()                                    {}

func (g given) names(abs, _ string) ([]string, error) {
	entries, err := g.ReadDir(abs)
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}
