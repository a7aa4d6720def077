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

// Target is a place to write to.
type Target struct {
	// Name is what the user calls it, and Path where it is, behind all symbolic links.
	Name, Path string

	tree   string // the folder that it does not leave, without symbolic links; "" where nothing bounds it
	direct bool   // it is not a regular file, such as a pipe or a device: there is nothing to replace
}

// Options say how a file is written.
type Options struct {
	// Folders makes the folders that are missing above the file.
	Folders bool
	// New leaves a file alone that is there already: the error is fs.ErrExist.
	New bool
	// InPlace writes over the old content where the folder takes no new file, or the file cannot be replaced, such as one that is mounted by itself.
	InPlace bool
}

// Regular reports whether it is a regular file, or nothing yet, which is written as a whole.
func (t *Target) Regular() bool { return !t.direct }

// Is reports whether a path leads to the same file, by whatever name.
func (t *Target) Is(path string) bool {
	a, err := os.Stat(t.Path)
	if err != nil || !a.Mode().IsRegular() {
		return false
	}
	b, err := os.Stat(path)
	return err == nil && os.SameFile(a, b)
}

// Same reports whether two places are one file, whether or not it is there yet. A pipe or a device takes any number of outputs.
func (t *Target) Same(o *Target) bool { return !t.direct && t.Path == o.Path || t.Is(o.Path) }

// Write writes the content beside the file and renames it when it is complete: whatever goes wrong, the old content stays, and nothing else is
// left behind. The new file has the mode and the owner of the old one; what cannot be kept is told by the notes, a sentence each.
func (t *Target) Write(o Options, content func(io.Writer) error) (notes []string, err error) {
	if t.direct {
		return nil, bare(t.straight(content))
	}
	root, rel, err := t.open(o.Folders)
	if err != nil {
		return nil, bare(err)
	}
	defer root.Close()
	r := replacement{root: root, rel: rel}
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

// straight writes to what is there.
func (t *Target) straight(content func(io.Writer) error) error {
	// A file behind a descriptor may hold what was written before.
	f, err := os.OpenFile(t.Path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	return errors.Join(content(f), f.Close())
}

// open opens the folder that bounds the file, and says where the file is below it.
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

// replacement is a file that takes the place of another.
type replacement struct {
	root   *os.Root
	rel    string
	was    fs.FileInfo // nil where there was none
	notes  []string
	denied bool // the folder takes no new file
}

// temporary is a name for a file that is not complete yet. It is short whatever the file is called, and no name of a manifest: what a killed run
// leaves behind is not read by the next one.
func (r *replacement) temporary() string {
	return filepath.Join(filepath.Dir(r.rel), ".imagelint-"+rand.Text()[:16]+".tmp")
}

func (r *replacement) write(content func(io.Writer) error) error {
	mode := fs.FileMode(0o666)
	if r.was != nil {
		mode = 0o600 // nobody else reads it before it is known who may
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
		// A full disk may be noticed as late as here.
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

// copyAttributes gives the new file what the old one had beside its content.
func (r *replacement) copyAttributes(f *os.File) error {
	now, err := f.Stat()
	if err != nil {
		return err
	}
	if n := names(r.was); n > 1 {
		r.note("it had %d names (hard links): the others keep the old content", n)
	}
	want := r.was.Mode() & (fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky)
	mode := want
	user, group := keepOwner(f, r.was, now)
	if !user || !group {
		if now, err = f.Stat(); err != nil {
			return err
		}
		r.note("its owner %s is not kept: it is %s", owner(r.was), owner(now))
		mode &^= fs.ModeSetuid | fs.ModeSetgid // they would lend the rights of someone else
	}
	if !keepAttributes(f, r.root, r.rel) {
		r.note("its access list or its extended attributes are not kept")
		group = false
	}
	if !group { // of the members of another group, it is unknown whether they may
		mode &= mode&0o007<<3 | ^fs.FileMode(0o070)
	}
	err = f.Chmod(mode)
	if now, statErr := f.Stat(); statErr == nil {
		got := now.Mode() & (fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky)
		if got != want {
			r.note("its mode %s is not kept: it is %s", want, got)
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

// inPlace writes over the old content, since the file cannot be replaced.
func (r *replacement) inPlace(content func(io.Writer) error, cause error) ([]string, error) {
	f, err := r.root.OpenFile(r.rel, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return nil, bare(cause)
	}
	if err := errors.Join(content(f), f.Close()); err != nil {
		return nil, bare(err)
	}
	return []string{"it is written in place, since it cannot be replaced: " + bare(cause).Error()}, nil
}

// bare takes the paths from an error: whoever asked knows the file by another name.
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
