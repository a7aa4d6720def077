package files

import (
	"bytes"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Buffer is the unsaved text of a file in an editor.
type Buffer struct {
	Text []byte
	// Modified must change when the text changes.
	Modified time.Time
}

// Buffers is an FS that replaces the content of some files, by absolute path. It may add files that do not exist yet.
type Buffers struct {
	FS
	Texts map[string]Buffer
}

func (b Buffers) find(name string) (*node, bool) {
	abs, err := b.Abs(name)
	if err != nil {
		return nil, false
	}
	text, ok := b.Texts[abs]
	if !ok {
		return nil, false
	}
	return &node{
		name: filepath.Base(abs), size: int64(len(text.Text)), modified: text.Modified,
		open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text.Text)), nil },
	}, true
}

// Stat implements FS.
func (b Buffers) Stat(name string) (fs.FileInfo, error) {
	if n, ok := b.find(name); ok {
		return n, nil
	}
	return b.FS.Stat(name)
}

// Lstat implements FS.
func (b Buffers) Lstat(name string) (fs.FileInfo, error) {
	if n, ok := b.find(name); ok {
		return n, nil
	}
	return b.FS.Lstat(name)
}

// Open implements FS.
func (b Buffers) Open(name string) (io.ReadCloser, error) {
	if n, ok := b.find(name); ok {
		return n.open()
	}
	return b.FS.Open(name)
}

// ReadDir implements FS.
func (b Buffers) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := b.FS.ReadDir(name)
	abs, absErr := b.Abs(name)
	if err != nil || absErr != nil {
		return entries, err
	}
	for file := range b.Texts {
		n, _ := b.find(file)
		if filepath.Dir(file) == abs && !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == n.name }) {
			entries = append(entries, fs.FileInfoToDirEntry(n))
		}
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// EvalSymlinks implements FS.
func (b Buffers) EvalSymlinks(name string) (string, error) {
	to, err := b.FS.EvalSymlinks(name)
	if n, ok := b.find(name); err != nil && ok { // the file does not exist yet
		dir, dirErr := b.FS.EvalSymlinks(filepath.Dir(name))
		return filepath.Join(dir, n.name), dirErr
	}
	return to, err
}
