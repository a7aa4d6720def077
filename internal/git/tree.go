package git

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/imagelint-dev/imagelint/internal/files"
)

// Tree is an FS with the files at a revision. Files that git does not track do not exist. Files outside of the repository and in submodules, which
// have their own history, are the current ones.
type Tree struct {
	*files.Listing
	mu  sync.Mutex
	err error
}

// Files returns an FS for a tree. Files for which unchanged returns true are read from the working tree.
func (r *Repository) Files(ctx context.Context, tree string, blobs *Blobs, unchanged func(path string) bool) (*Tree, error) {
	out := &Tree{}
	entries := []files.Entry{{Path: ".git", Mode: fs.ModeDir}} // makes it a repository
	err := r.stream(ctx, "ls-tree", []string{"ls-tree", "-r", "-z", "--full-tree", tree}, func(in *bufio.Reader) error {
		for {
			line, err := in.ReadString(0)
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			// 100644 blob ID<TAB>PATH
			head, path, ok := strings.Cut(strings.TrimSuffix(line, "\x00"), "\t")
			fields := strings.Fields(head)
			if !ok || len(fields) != 3 {
				return fmt.Errorf("%q is not a tree entry", line)
			}
			e := files.Entry{Path: path}
			switch fields[0] {
			case modeSubmodule:
				e.Mode = fs.ModeDir
			case modeLink:
				e.Mode = fs.ModeSymlink
			}
			if e.Open = out.opener(blobs, fields[2]); e.Mode == 0 && unchanged(path) {
				name := filepath.Join(r.Top, filepath.FromSlash(path))
				e.Open = func() (io.ReadCloser, error) { return os.Open(name) } //nolint:forbidigo // git tracks regular files and links only
			}
			entries = append(entries, e)
		}
	})
	out.Listing = files.NewListing(r.Top, files.OS, entries)
	return out, err
}

// opener opens a blob, and records errors.
func (t *Tree) opener(blobs *Blobs, id string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		f, err := blobs.Open(id)
		if err != nil {
			t.mu.Lock()
			t.err = errors.Join(t.err, err)
			t.mu.Unlock()
		}
		return f, err
	}
}

// Err returns the errors of reading blobs so far.
func (t *Tree) Err() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}
