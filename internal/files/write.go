package files

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Target is a file to write.
type Target struct {
	// Name is the user's name for it. Path is where it is, after following all links.
	Name, Path string

	tree   string // the folder to stay in, without links; "" for no restriction
	direct bool   // not a regular file, such as a pipe or a device, so it cannot be replaced
}

// Options controls how a file is written.
type Options struct {
	// Folders creates missing parent folders.
	Folders bool
	// New fails with fs.ErrExist if the file exists.
	New bool
	// InPlace overwrites the old content if the folder accepts no new files or the file cannot be replaced, such as a single mounted file.
	InPlace bool
}

// Regular reports whether the target is a regular file, or does not exist yet. Such a file is written completely or not at all.
func (t *Target) Regular() bool { return !t.direct }

// Is reports whether a path leads to the same file.
func (t *Target) Is(path string) bool {
	a, err := os.Stat(t.Path)
	if err != nil || !a.Mode().IsRegular() {
		return false
	}
	b, err := os.Stat(path)
	return err == nil && os.SameFile(a, b)
}

// Same reports whether two targets are the same file, even if it does not exist yet. Pipes and devices accept several outputs, so they are never the
// same.
func (t *Target) Same(o *Target) bool { return !t.direct && t.Path == o.Path || t.Is(o.Path) }

// Write writes the content to a temporary file in the same folder and renames it when complete. On error the old content stays, and no other file is
// left behind. The new file gets the mode and owner of the old one. The notes are sentences about what could not be kept, and a folder that was created.
func (t *Target) Write(o Options, content func(io.Writer) error) (notes []string, err error) {
	if t.direct {
		return nil, bare(t.straight(content))
	}
	_, missing := os.Stat(filepath.Dir(t.Path))
	root, rel, err := t.open(o.Folders)
	if err != nil {
		return nil, bare(err)
	}
	defer root.Close()
	r := replacement{root: root, rel: rel}
	if errors.Is(missing, fs.ErrNotExist) { // perhaps a typing error
		r.note("its folder did not exist and was created")
	}
	if r.was, err = root.Lstat(rel); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, bare(err)
	}
	switch {
	case r.was == nil:
	case o.New:
		return nil, fs.ErrExist
	case !r.was.Mode().IsRegular():
		return nil, errors.New("it is no longer a regular file")
	case r.was.Mode().Perm()&0o200 == 0:
		return nil, errors.New("it is read-only")
	}
	err = r.write(content)
	if o.InPlace && r.was != nil && (r.denied || errors.Is(err, syscall.EBUSY)) {
		return r.inPlace(content, err)
	}
	return r.notes, bare(err)
}

// straight writes to an existing pipe, device or descriptor.
func (t *Target) straight(content func(io.Writer) error) error {
	// A file behind a descriptor may have earlier output.
	f, err := os.OpenFile(t.Path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	return errors.Join(content(f), f.Close())
}

// open opens the folder that the file must stay in, and returns the path of the file in it.
func (t *Target) open(folders bool) (root *os.Root, rel string, err error) {
	dir := filepath.Dir(t.Path)
	if t.tree == "" {
		if folders {
			if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // as readable as the file in it
				return nil, "", err
			}
		}
		root, err = os.OpenRoot(dir)
		return root, filepath.Base(t.Path), err
	}
	if rel, err = filepath.Rel(t.tree, t.Path); err != nil {
		return nil, "", err
	}
	if root, err = os.OpenRoot(t.tree); err != nil {
		return nil, "", err
	}
	if folders {
		if err := root.MkdirAll(filepath.Dir(rel), 0o755); err != nil {
			return nil, "", errors.Join(err, root.Close())
		}
	}
	return root, rel, nil
}

// replacement is a new file that replaces another.
type replacement struct {
	root   *os.Root
	rel    string
	was    fs.FileInfo // nil if there was none
	notes  []string
	denied bool // the folder accepts no new files
}

// temporary returns the name of an incomplete file. It is short, whatever the name of the file, and does not look like a manifest: the next run must
// not read what a killed run leaves behind.
func (r *replacement) temporary() string {
	return filepath.Join(filepath.Dir(r.rel), ".imagelint-"+rand.Text()[:16]+".tmp")
}

func (r *replacement) write(content func(io.Writer) error) error {
	mode := fs.FileMode(0o666)
	if r.was != nil {
		mode = 0o600 // private until the final mode is known
	}
	temporary := r.temporary()
	f, err := r.root.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		r.denied = errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS)
		return err
	}
	err = content(f)
	if err == nil && r.was != nil {
		err = r.copyAttributes(f)
	}
	if err == nil {
		// A full disk may only be reported here.
		if err = f.Sync(); errors.Is(err, errors.ErrUnsupported) {
			err = nil
		}
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = r.root.Rename(temporary, r.rel)
	}
	if err != nil {
		return errors.Join(err, r.root.Remove(temporary))
	}
	return nil
}

// copyAttributes copies the metadata of the old file to the new one.
func (r *replacement) copyAttributes(f *os.File) error {
	now, err := f.Stat()
	if err != nil {
		return err
	}
	if n := names(r.was); n > 1 {
		r.note("it had %d hard links: the others keep the old content", n)
	}
	want := r.was.Mode() & (fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky)
	mode := want
	user, group := keepOwner(f, r.was, now)
	if !user || !group {
		if now, err = f.Stat(); err != nil {
			return err
		}
		r.note("its owner changed from %s to %s", owner(r.was), owner(now))
		mode &^= fs.ModeSetuid | fs.ModeSetgid // they would grant the rights of another user
	}
	if !keepAttributes(f, r.root, r.rel) {
		r.note("its access list or its extended attributes were not kept")
		group = false
	}
	if !group { // members of another group may not have had access
		mode &= mode&0o007<<3 | ^fs.FileMode(0o070)
	}
	err = f.Chmod(mode)
	if now, statErr := f.Stat(); statErr == nil {
		got := now.Mode() & (fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky)
		if got != want {
			r.note("its mode changed from %s to %s", want, got)
		}
		if got.Perm()&^want.Perm() == 0 {
			err = nil // a file system without modes; nobody may read more than before
		}
	}
	return err
}

func (r *replacement) note(format string, args ...any) {
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}

// inPlace overwrites the old content if the file cannot be replaced.
func (r *replacement) inPlace(content func(io.Writer) error, cause error) ([]string, error) {
	f, err := r.root.OpenFile(r.rel, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return nil, bare(cause)
	}
	if err := errors.Join(content(f), f.Close()); err != nil {
		return nil, bare(err)
	}
	return []string{"it was written in place, because it cannot be replaced: " + bare(cause).Error()}, nil
}

// bare removes paths from an error, because the caller knows the file by another name.
func bare(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
