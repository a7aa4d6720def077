package files

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, to, name string) {
	t.Helper()
	if err := os.Symlink(to, name); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
}

// holds compares the content of a file; "" means that it must not exist.
func holds(t *testing.T, name, want string) {
	t.Helper()
	got, err := os.ReadFile(name)
	if err != nil && (want != "" || !errors.Is(err, fs.ErrNotExist)) || string(got) != want {
		t.Errorf("%s contains %q, %v; want %q", name, got, err, want)
	}
}

// alone checks the names in a folder.
func alone(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s contains %q, want %q", dir, got, want)
	}
}

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
}

// write calls Locate and Write.
func write(name, tree string, o Options, content func(io.Writer) error) ([]string, error) {
	at, err := Locate(name, tree)
	if err != nil {
		return nil, err
	}
	return at.Write(o, content)
}

// A link to a file in the tree is followed. One that leads out of the tree is an error, whether it is the file or a parent folder, and whether
// or not its target exists.
func TestLinks(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	in := func(name string) string { return filepath.Join(top, filepath.FromSlash(name)) }
	put(t, in("repo/sub/real.json"), "old")
	put(t, in("home/key"), "key")
	link(t, "sub/real.json", in("repo/inside"))
	link(t, "../../home/key", in("repo/sub/out"))
	link(t, "out", in("repo/sub/twice"))
	link(t, "../home/absent", in("repo/absent"))
	link(t, in("home"), in("repo/folder"))
	link(t, "sub", in("repo/way"))
	link(t, "loop", in("repo/loop"))
	link(t, "repo", in("linked"))

	for _, name := range []string{"repo/sub/out", "repo/sub/twice", "repo/absent", "repo/folder/key", "repo/folder/new", "repo/folder/deep/er/new", "repo/way/out", "linked/absent"} {
		var outside *EscapesTreeError
		if _, err := write(in(name), in("repo"), Options{Folders: true}, text("evil")); !errors.As(err, &outside) {
			t.Errorf("%s: %v", name, err)
		} else if strings.HasPrefix(name, "repo") && !strings.Contains(err.Error(), "symbolic link") {
			t.Errorf("%s: %v does not give the reason", name, err)
		}
	}
	if _, err := write(in("home/new"), in("repo"), Options{}, text("evil")); err == nil || strings.Contains(err.Error(), "symbolic link") {
		t.Errorf("a name that leads outside without links: %v", err)
	}
	if _, err := write(in("repo/loop"), in("repo"), Options{}, text("evil")); err == nil {
		t.Error("a link to itself is written to")
	}
	holds(t, in("home/key"), "key")
	alone(t, in("home"), "key")

	for name, where := range map[string]string{"repo/inside": "repo/sub/real.json", "repo/way/new": "repo/sub/new", "linked/deep/er/new": "repo/deep/er/new"} {
		if _, err := write(in(name), in("linked"), Options{Folders: true}, text(name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		holds(t, in(where), name)
	}
	if info, err := os.Lstat(in("repo/inside")); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Error("the link was replaced")
	}

	// Outside of any tree, all links are the user's own.
	if _, err := write(in("repo/absent"), "", Options{}, text("mine")); err != nil {
		t.Error(err)
	}
	holds(t, in("home/absent"), "mine")
}

// On any error the old content stays, and no other file is left.
func TestFailure(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "a.yaml")
	full := errors.New("the disk is full")
	fails := func(w io.Writer) error { return errors.Join(text("half")(w), full) }
	for _, tree := range []string{"", dir} {
		if _, err := write(name, tree, Options{InPlace: true}, fails); !errors.Is(err, full) {
			t.Errorf("%v", err)
		}
		alone(t, dir)
	}
	put(t, name, "old")
	for _, tree := range []string{"", dir} {
		if _, err := write(name, tree, Options{InPlace: true}, fails); !errors.Is(err, full) {
			t.Errorf("%v", err)
		}
		holds(t, name, "old")
		alone(t, dir, "a.yaml")
	}
	if _, err := write(name, "", Options{New: true}, text("new")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a new file in place of another: %v", err)
	}
	holds(t, name, "old")
	if err := os.Chmod(name, 0o444); err != nil {
		t.Fatal(err)
	}
	if _, err := write(name, "", Options{InPlace: true}, text("new")); err == nil {
		t.Error("a read-only file is written to")
	}
	if _, err := write(dir, "", Options{}, text("new")); err == nil {
		t.Error("a folder is written to")
	}
	if _, err := write(filepath.Join(name, "b"), "", Options{Folders: true}, text("new")); err == nil {
		t.Error("a file below a file is written")
	}
	holds(t, name, "old")
	alone(t, dir, "a.yaml")
}

// If a file cannot be renamed, the temporary file is removed.
func TestRenameFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "a.json")
	_, err := write(name, dir, Options{}, func(w io.Writer) error {
		put(t, filepath.Join(name, "in the way"), "x") // a folder with that name appears in the meantime
		return text("new")(w)
	})
	if err == nil {
		t.Error("a folder is replaced")
	}
	alone(t, dir, "a.json")
}

// The name of the temporary file is short, and does not look like a manifest.
func TestTemporary(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := strings.Repeat("n", 250) + ".yaml"
	put(t, filepath.Join(dir, name), "old")
	_, err := write(filepath.Join(dir, name), dir, Options{}, func(w io.Writer) error {
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 2 {
			t.Fatalf("%v, %v", entries, err)
		}
		if temporary := entries[0].Name(); !strings.HasPrefix(temporary, ".imagelint-") || !strings.HasSuffix(temporary, ".tmp") || len(temporary) > 40 {
			t.Errorf("the temporary file is named %s", temporary)
		}
		return text("new")(w)
	})
	if err != nil {
		t.Fatal(err)
	}
	holds(t, filepath.Join(dir, name), "new")
	alone(t, dir, name)
}

// Tree returns the repository, or the working directory for paths below it.
func TestTree(t *testing.T) {
	top, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	in := func(name string) string { return filepath.Join(top, filepath.FromSlash(name)) }
	put(t, in("repo/.git/HEAD"), "")
	put(t, in("repo/sub/a.yaml"), "")
	put(t, in("plain/sub/a.yaml"), "")
	t.Chdir(in("plain"))
	for name, want := range map[string]string{
		"a": in("plain"), "sub/new/a": in("plain"), "../a": "", in("other/a"): "", "../repo/a": in("repo"), in("repo/sub/new/a"): in("repo"), in("plain/a"): in("plain"),
	} {
		if got := Tree(name); got != want {
			t.Errorf("the tree of %s is %q, want %q", name, got, want)
		}
	}
}

// Is recognizes a file by any name, but not a pipe or device.
func TestIs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	put(t, in("a"), "")
	put(t, in("b"), "")
	link(t, "a", in("soft"))
	if err := os.Link(in("a"), in("hard")); err != nil {
		t.Skip("no hard links here: ", err)
	}
	for _, name := range []string{"a", "soft", "hard"} {
		at, err := Locate(in(name), "")
		if err != nil {
			t.Fatal(err)
		}
		for _, other := range []string{"a", "./a", "soft", "hard"} {
			if !at.Is(in(other)) {
				t.Errorf("%s is not %s", name, other)
			}
		}
		if at.Is(in("b")) || at.Is(in("absent")) || at.Is(dir) {
			t.Errorf("%s is another file", name)
		}
	}
}
