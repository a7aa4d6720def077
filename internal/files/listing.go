package files

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Listing is an FS of listed files below a folder, with another FS for everything elsewhere. After its creation it is safe for concurrent use.
type Listing struct {
	top     string
	beneath FS // nil for none
	nodes   map[string]*node
}

// node is a file, link or folder in a Listing.
type node struct {
	name     string
	mode     fs.FileMode
	size     int64
	modified time.Time
	open     func() (io.ReadCloser, error)
	names    []string // of a folder
	foreign  bool     // a folder in beneath
}

// Entry is a file of a Listing.
type Entry struct {
	// Path is relative to the top folder, with slashes.
	Path string
	// Mode is 0 for a file, fs.ModeSymlink for a link, whose content is its target, and fs.ModeDir for a folder that is read from beneath.
	Mode     fs.FileMode
	Size     int64
	Modified time.Time
	Open     func() (io.ReadCloser, error)
}

// NewListing returns a Listing below top, which must be an absolute path without links.
func NewListing(top string, beneath FS, entries []Entry) *Listing {
	l := &Listing{top: filepath.Clean(top), beneath: beneath, nodes: map[string]*node{".": {name: ".", mode: fs.ModeDir}}}
	for _, e := range entries {
		p := path.Clean(e.Path)
		l.nodes[p] = &node{name: path.Base(p), mode: e.Mode, size: e.Size, modified: e.Modified, open: e.Open, foreign: e.Mode.IsDir()}
		l.folder(path.Dir(p), path.Base(p))
	}
	for _, n := range l.nodes {
		slices.Sort(n.names)
		n.names = slices.Compact(n.names)
	}
	return l
}

// folder adds a name to a folder, and adds its parent folders.
func (l *Listing) folder(dir, name string) {
	n := l.nodes[dir]
	if n == nil {
		n = &node{name: path.Base(dir), mode: fs.ModeDir}
		l.nodes[dir] = n
		l.folder(path.Dir(dir), n.name)
	}
	n.names = append(n.names, name)
}

// InMemory returns an FS of texts by their paths below the root. Nil means a machine without files.
func InMemory(texts map[string][]byte) *Listing {
	entries := make([]Entry, 0, len(texts))
	for name, text := range texts {
		entries = append(entries, Entry{
			Path: strings.TrimPrefix(path.Clean(filepath.ToSlash(name)), "/"), Size: int64(len(text)),
			Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil },
		})
	}
	return NewListing(string(filepath.Separator), nil, entries)
}

// find returns the node of a path, and the path with its links followed; the last one only if follow is true. For a path in beneath, the node is nil.
func (l *Listing) find(call, name string, follow bool) (n *node, at string, err error) {
	abs, err := l.Abs(name)
	if err != nil {
		return nil, "", err
	}
	rel, ok := l.below(abs)
	if !ok {
		return nil, abs, nil
	}
	missing := &fs.PathError{Op: call, Path: name, Err: syscall.ENOENT}
	at, rest := ".", strings.Split(rel, "/")
	for links := 0; ; {
		n = l.nodes[at]
		switch {
		case n == nil:
			return nil, "", missing
		case n.foreign:
			return nil, filepath.Join(l.top, filepath.FromSlash(path.Join(append([]string{at}, rest...)...))), nil
		case n.mode&fs.ModeSymlink != 0 && (len(rest) > 0 || follow):
			to, err := l.target(n)
			if links++; err != nil || links > maxLinks {
				return nil, "", missing
			}
			if path.IsAbs(to) || filepath.IsAbs(to) {
				to = filepath.FromSlash(to)
			} else {
				to = filepath.Join(l.top, filepath.FromSlash(path.Dir(at)), filepath.FromSlash(to))
			}
			rel, ok := l.below(to)
			if !ok {
				return nil, filepath.Join(to, filepath.FromSlash(path.Join(rest...))), nil
			}
			at, rest = ".", append(strings.Split(rel, "/"), rest...)
			continue
		case len(rest) == 0:
			return n, filepath.Join(l.top, filepath.FromSlash(at)), nil
		}
		at, rest = path.Join(at, rest[0]), rest[1:]
	}
}

func (l *Listing) target(n *node) (string, error) {
	f, err := n.open()
	if err != nil {
		return "", err
	}
	defer f.Close()
	const limit = 4096
	to, err := io.ReadAll(io.LimitReader(f, limit))
	return string(to), err
}

// below returns an absolute path relative to top, "." for top itself. It follows links above top, because top may have been named through one.
func (l *Listing) below(abs string) (string, bool) {
	if Below(abs, l.top) {
		rel, err := filepath.Rel(l.top, abs)
		return filepath.ToSlash(rel), err == nil
	}
	if l.beneath == nil {
		return "", false
	}
	for dir := abs; ; dir = filepath.Dir(dir) {
		if real, err := l.beneath.EvalSymlinks(dir); err == nil && real == l.top {
			rel, err := filepath.Rel(dir, abs)
			return filepath.ToSlash(rel), err == nil
		}
		if filepath.Dir(dir) == dir {
			return "", false
		}
	}
}

// Stat implements FS.
func (l *Listing) Stat(name string) (fs.FileInfo, error) { return l.stat("stat", name, true) }

// Lstat implements FS.
func (l *Listing) Lstat(name string) (fs.FileInfo, error) { return l.stat("lstat", name, false) }

func (l *Listing) stat(call, name string, follow bool) (fs.FileInfo, error) {
	n, at, err := l.find(call, name, follow)
	var info fs.FileInfo = n
	switch {
	case err != nil:
		return nil, err
	case n != nil:
	case l.beneath == nil:
		return nil, &fs.PathError{Op: call, Path: name, Err: syscall.ENOENT}
	case follow:
		info, err = l.beneath.Stat(at)
	default:
		info, err = l.beneath.Lstat(at)
	}
	if err != nil {
		return nil, err
	}
	return renamedInfo{info, filepath.Base(name)}, nil
}

// renamedInfo is a FileInfo with the requested name, which may be that of a link.
type renamedInfo struct {
	fs.FileInfo
	name string
}

// Name implements fs.FileInfo.
func (c renamedInfo) Name() string { return c.name }

// ReadDir implements FS.
func (l *Listing) ReadDir(name string) ([]fs.DirEntry, error) {
	n, at, err := l.find("open", name, true)
	switch {
	case err != nil:
		return nil, err
	case n == nil && l.beneath != nil:
		return l.beneath.ReadDir(at)
	case n == nil:
		return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.ENOENT}
	case !n.mode.IsDir():
		return nil, &fs.PathError{Op: "readdirent", Path: name, Err: syscall.ENOTDIR}
	}
	rel, _ := l.below(at)
	out := make([]fs.DirEntry, 0, len(n.names))
	for _, name := range n.names {
		out = append(out, fs.FileInfoToDirEntry(l.nodes[path.Join(rel, name)]))
	}
	return out, nil
}

// Open implements FS.
func (l *Listing) Open(name string) (io.ReadCloser, error) {
	n, at, err := l.find("open", name, true)
	switch {
	case err != nil:
		return nil, err
	case n == nil && l.beneath != nil:
		return l.beneath.Open(at)
	case n == nil:
		return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.ENOENT}
	case n.mode.IsDir():
		return nil, &fs.PathError{Op: "read", Path: name, Err: syscall.EISDIR}
	}
	return n.open()
}

// Abs implements FS.
func (l *Listing) Abs(name string) (string, error) {
	switch {
	case filepath.IsAbs(name):
		return filepath.Clean(name), nil
	case l.beneath != nil:
		return l.beneath.Abs(name)
	}
	return filepath.Join(l.top, name), nil
}

// EvalSymlinks implements FS.
func (l *Listing) EvalSymlinks(name string) (string, error) {
	n, at, err := l.find("lstat", name, true)
	switch {
	case err != nil || n != nil:
		return at, err
	case l.beneath != nil:
		return l.beneath.EvalSymlinks(at)
	}
	return "", &fs.PathError{Op: "lstat", Path: name, Err: syscall.ENOENT}
}

// Name implements fs.FileInfo.
func (n *node) Name() string { return n.name }

// Size implements fs.FileInfo.
func (n *node) Size() int64 { return n.size }

// Mode implements fs.FileInfo.
func (n *node) Mode() fs.FileMode { return n.mode }

// ModTime implements fs.FileInfo.
func (n *node) ModTime() time.Time { return n.modified }

// IsDir implements fs.FileInfo.
func (n *node) IsDir() bool { return n.mode.IsDir() }

// Sys implements fs.FileInfo.
func (n *node) Sys() any { return nil }
