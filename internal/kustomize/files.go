package kustomize

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/imagelint-dev/imagelint/internal/files"
)

// tree is a file system restricted to a folder: it follows links that stay within, reads only regular files, and writes nothing. Files in
// overlay replace those on the disk.
type tree struct {
	dir     string // absolute, without links
	disk    disk
	overlay map[string][]byte
	cache   map[string][]byte
	found   map[string]*foundPath
	reals   map[string]*foundPath
	bytes   int64
	linked  bool // a link was followed
}

// foundPath is a cached lookup of a path.
type foundPath struct {
	abs, rel string
	info     fs.FileInfo // nil until it is needed
	err      error
}

// errOutside is the error for a path that leads out of the tree.
var errOutside = errors.New("it is outside of the tree")

// errReadOnly is the error for unsupported operations, such as writing.
var errReadOnly = errors.New("the reference is empty")

func openTree(system files.FS, dir string) (*tree, error) {
	dir, err := system.EvalSymlinks(dir)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", dir, cause(err))
	}
	d, err := openDisk(system, dir)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", dir, cause(err))
	}
	return &tree{dir: dir, disk: d, overlay: map[string][]byte{}, cache: map[string][]byte{}, found: map[string]*foundPath{}, reals: map[string]*foundPath{}}, nil
}

func (t *tree) close() { t.disk.close() }

// cause returns err without its path, because the caller adds it.
func cause(err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// resolve follows the links of a path.
func (t *tree) resolve(name string) (abs, rel string, err error) {
	f := t.find(name)
	return f.abs, f.rel, f.err
}

func (t *tree) find(name string) *foundPath {
	if f, ok := t.found[name]; ok {
		return f
	}
	f := &foundPath{}
	t.found[name] = f
	if !filepath.IsAbs(name) {
		f.err = errOutside
		return f
	}
	abs, err := t.real(filepath.Clean(name))
	if err != nil {
		f.err = cause(err)
		return f
	}
	rel, err := filepath.Rel(t.dir, abs)
	if err != nil || !filepath.IsLocal(rel) {
		f.err = errOutside
		return f
	}
	f.abs, f.rel = abs, rel
	return f
}

// real returns a path without links. Lookups of folders are cached, because many files share one.
func (t *tree) real(name string) (string, error) {
	if r, ok := t.reals[name]; ok {
		return r.abs, r.err
	}
	r := &foundPath{abs: name}
	if dir := filepath.Dir(name); dir != name {
		if dir, r.err = t.real(dir); r.err == nil {
			r.abs = filepath.Join(dir, filepath.Base(name))
			var info fs.FileInfo
			if info, r.err = t.disk.Lstat(r.abs); r.err == nil && info.Mode()&fs.ModeSymlink != 0 {
				r.abs, r.err = t.disk.EvalSymlinks(r.abs)
				t.linked = true
			}
		}
	}
	t.reals[name] = r
	return r.abs, r.err
}

func (t *tree) stat(name string) (abs string, info fs.FileInfo, err error) {
	f := t.find(name)
	if f.err == nil && f.info == nil {
		if f.info, err = t.disk.stat(f.abs, f.rel); err != nil {
			f.err = cause(err)
		}
	}
	if f.err != nil {
		return "", nil, f.err
	}
	return f.abs, f.info, nil
}

// ReadFile implements filesys.FileSystem.
func (t *tree) ReadFile(name string) ([]byte, error) {
	abs, rel, err := t.resolve(name)
	if err != nil {
		return nil, &os.PathError{Op: "read", Path: name, Err: err}
	}
	if data, ok := t.overlay[abs]; ok {
		return data, nil
	}
	return t.read(name, abs, rel)
}

// read reads a file from the disk.
func (t *tree) read(name, abs, rel string) ([]byte, error) {
	if data, ok := t.cache[abs]; ok {
		return data, nil
	}
	bad := func(err error) error { return &os.PathError{Op: "read", Path: name, Err: cause(err)} }
	_, info, err := t.stat(name)
	switch {
	case err != nil:
		return nil, bad(err)
	case !info.Mode().IsRegular():
		return nil, bad(errors.New("it is not a regular file"))
	case len(t.cache) >= maxFiles:
		return nil, bad(fmt.Errorf("it is one of more than %d files", maxFiles))
	}
	f, err := t.disk.open(abs, rel)
	if err != nil {
		return nil, bad(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if t.bytes += int64(len(data)); err == nil && t.bytes > maxBytes {
		err = fmt.Errorf("the files hold more than %d MiB", maxBytes>>20)
	}
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("it is larger than %d MiB", maxFile>>20)
	}
	if err != nil {
		return nil, bad(err)
	}
	t.cache[abs] = data
	return data, nil
}

// CleanedAbs implements filesys.FileSystem.
func (t *tree) CleanedAbs(name string) (filesys.ConfirmedDir, string, error) {
	abs, info, err := t.stat(name)
	if err != nil {
		return "", "", &os.PathError{Op: "find", Path: name, Err: err}
	}
	if info.IsDir() {
		return filesys.ConfirmedDir(abs), "", nil
	}
	return filesys.ConfirmedDir(filepath.Dir(abs)), filepath.Base(abs), nil
}

// IsDir implements filesys.FileSystem.
func (t *tree) IsDir(name string) bool {
	_, info, err := t.stat(name)
	return err == nil && info.IsDir()
}

// Exists implements filesys.FileSystem.
func (t *tree) Exists(name string) bool {
	_, _, err := t.stat(name)
	return err == nil
}

// ReadDir implements filesys.FileSystem.
func (t *tree) ReadDir(name string) ([]string, error) {
	abs, rel, err := t.resolve(name)
	if err != nil {
		return nil, &os.PathError{Op: "read", Path: name, Err: err}
	}
	return t.disk.names(abs, rel)
}

// Glob implements filesys.FileSystem. Builds do not use it.
func (t *tree) Glob(string) ([]string, error) { return nil, nil }

// Walk implements filesys.FileSystem. Builds do not use it.
func (t *tree) Walk(string, filepath.WalkFunc) error { return errReadOnly }

// Open implements filesys.FileSystem. Builds do not use it.
func (t *tree) Open(string) (filesys.File, error) { return nil, errReadOnly }

// Create implements filesys.FileSystem.
func (t *tree) Create(string) (filesys.File, error) { return nil, errReadOnly }

// Mkdir implements filesys.FileSystem.
func (t *tree) Mkdir(string) error { return errReadOnly }

// MkdirAll implements filesys.FileSystem.
func (t *tree) MkdirAll(string) error { return errReadOnly }

// RemoveAll implements filesys.FileSystem.
func (t *tree) RemoveAll(string) error { return errReadOnly }

// WriteFile implements filesys.FileSystem.
func (t *tree) WriteFile(string, []byte) error { return errReadOnly }
