//go:build unix

package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestMode(t *testing.T) {
	t.Parallel()
	for _, mode := range []fs.FileMode{0o600, 0o640, 0o666, 0o755, 0o755 | fs.ModeSetuid, 0o755 | fs.ModeSetgid} {
		name := filepath.Join(t.TempDir(), "a")
		put(t, name, "old")
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
		notes, err := write(name, "", Options{}, text("new"))
		if err != nil || len(notes) > 0 {
			t.Errorf("%s: %q, %v", mode, notes, err)
		}
		info, err := os.Stat(name)
		if err != nil || info.Mode() != mode {
			t.Errorf("%s became %s, %v", mode, info.Mode(), err)
		}
		holds(t, name, "new")
	}
}

func TestHardLinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	put(t, a, "old")
	if err := os.Link(a, b); err != nil {
		t.Skip("no hard links here: ", err)
	}
	notes, err := write(a, "", Options{}, text("new"))
	if err != nil || len(notes) != 1 || !strings.Contains(notes[0], "2 hard links") {
		t.Errorf("%q, %v", notes, err)
	}
	holds(t, a, "new")
	holds(t, b, "old")
}

// The owner is kept if the user has the permission.
func TestOwner(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can make a file of somebody else")
	}
	name := filepath.Join(t.TempDir(), "a")
	put(t, name, "old")
	if err := os.Chown(name, 12345, 54321); err != nil {
		t.Skip("files cannot be given away here: ", err)
	}
	if err := os.Chmod(name, 0o750|fs.ModeSetuid); err != nil {
		t.Fatal(err)
	}
	notes, err := write(name, "", Options{}, text("new"))
	if err != nil || len(notes) > 0 {
		t.Errorf("%q, %v", notes, err)
	}
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if got := owner(info); got != "12345:54321" || info.Mode() != 0o750|fs.ModeSetuid {
		t.Errorf("it is %s, %s", got, info.Mode())
	}
}

// A file of another user and group does not become readable to the new group, and loses setuid and setgid.
func TestForeignOwner(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "was"), "old")
	put(t, filepath.Join(dir, "now"), "new")
	if err := os.Chmod(filepath.Join(dir, "was"), 0o764|fs.ModeSetuid|fs.ModeSetgid); err != nil {
		t.Fatal(err)
	}
	was, err := os.Stat(filepath.Join(dir, "was"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "now"), os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	r := replacement{root: root, rel: "was", was: foreign{was}}
	if err := r.copyAttributes(f); err != nil {
		t.Fatal(err)
	}
	now, err := f.Stat()
	if err != nil || now.Mode() != 0o744 || len(r.notes) != 2 {
		t.Errorf("%s, %v, %q", now.Mode(), err, r.notes)
	}
}

// foreign is a file with an unknown owner.
type foreign struct{ fs.FileInfo }

func (foreign) Sys() any { return nil }

// A pipe is written to and not replaced.
func TestPipe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Skip("no pipes here: ", err)
	}
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := write(name, dir, Options{}, text("new")); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 3)
	if _, err := f.Read(buf); err != nil || string(buf) != "new" {
		t.Errorf("the pipe contains %q, %v", buf, err)
	}
	alone(t, dir, "pipe")
	if _, err := write(os.DevNull, "", Options{}, text("new")); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat("/dev/full"); err == nil {
		if _, err := write("/dev/full", "", Options{}, text("new")); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("a full device: %v", err)
		}
	}
}

// A descriptor is written to; its file is not replaced.
func TestDescriptor(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/dev/fd"); err != nil {
		t.Skip("no descriptors by name here: ", err)
	}
	f, err := os.Create(filepath.Join(t.TempDir(), "a"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString("first "); err != nil {
		t.Fatal(err)
	}
	if _, err := write(fmt.Sprintf("/dev/fd/%d", f.Fd()), "", Options{}, text("second")); err != nil {
		t.Fatal(err)
	}
	holds(t, f.Name(), "first second")
}

// With InPlace, a file is overwritten if its folder accepts no new files.
func TestInPlace(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root may write to every folder")
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "a")
	put(t, name, "older")
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.Chmod(dir, 0o755) }() // so that it can be removed
	if _, err := write(name, "", Options{}, text("new")); !errors.Is(err, syscall.EACCES) {
		t.Errorf("%v", err)
	}
	holds(t, name, "older")
	notes, err := write(name, "", Options{InPlace: true}, text("new"))
	if err != nil || len(notes) != 1 {
		t.Errorf("%q, %v", notes, err)
	}
	holds(t, name, "new")
}
