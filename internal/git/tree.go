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

// Tree is the state of the files at a revision, as a System. What git does not know is not there; what is outside of the repository, and what is in a
// submodule, which has a history of its own, is as it is now.
type Tree struct {
	*files.Listing
	mu  sync.Mutex
	err error
}

// Files lists a tree. A file that is as it was is read where it lies; unchanged tells which ones are.
func (r *Repository) Files(ctx context.Context, tree string, blobs *Blobs, unchanged func(path string) bool) (*Tree, error) {
	out := &Tree{}
	entries := []files.Entry{{Path: ".git", Mode: fs.ModeDir}} // what it is a repository by
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
				return fmt.Errorf("%q is no entry of a tree", line)
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
				e.Open = func() (io.ReadCloser, error) { return os.Open(name) } //nolint:forbidigo // git tracks regular files and links
			}
			entries = append(entries, e)
		}
	})
	out.Listing = files.NewListing(r.Top, files.OS, entries)
	return out, err
}

// opener opens a blob, and remembers what cannot be read.
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

// Err is what git could not read so far.
func (t *Tree) Err() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}
