package files

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// writeFiles writes files to a new folder, and returns its path without links. A name that ends in "/" is a folder; the text
// "-> x" makes a link to x.
func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		at := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		switch target, link := strings.CutPrefix(text, "-> "); {
		case link:
			if err = os.Symlink(filepath.FromSlash(target), at); err != nil {
				t.Skipf("no links here: %v", err)
			}
		case strings.HasSuffix(name, "/"):
			err = os.MkdirAll(at, 0o755)
		default:
			err = os.WriteFile(at, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// A file is read completely up to the limit, and not at all above it.
func TestRead(t *testing.T) {
	t.Parallel()
	dir := writeFiles(t, map[string]string{"empty": "", "four": "1234", "five": "12345", "folder/": "", "link": "-> four", "gone": "-> nowhere"})
	for _, tt := range []struct{ name, want, err string }{
		{"empty", "", ""},
		{"four", "1234", ""},
		{"link", "1234", ""},
		{"five", "", "it is larger than 4 bytes"},
		{"folder", "", "it is a folder, not a regular file"},
	} {
		got, err := Read(filepath.Join(dir, tt.name), 4)
		if string(got) != tt.want || (err == nil) != (tt.err == "") || err != nil && err.Error() != tt.err {
			t.Errorf("%s: %q, %v; want %q, %q", tt.name, got, err, tt.want, tt.err)
		}
	}
	for _, name := range []string{"gone", "none"} {
		_, err := Read(filepath.Join(dir, name), 4)
		if !errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v", name, err)
		}
	}
	large := bytes.Repeat([]byte("0123456789abcdef"), 10_000)
	if err := os.WriteFile(filepath.Join(dir, "large"), large, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := Read(filepath.Join(dir, "large"), int64(len(large))); err != nil || !bytes.Equal(got, large) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if _, err := Read(filepath.Join(dir, "large"), int64(len(large)-1)); err == nil || err.Error() != "it is larger than 156 KiB" {
		t.Errorf("one byte too many: %v", err)
	}
}

// Paths and links must stay in the root.
func TestResolve(t *testing.T) {
	t.Parallel()
	top := writeFiles(t, map[string]string{
		"repo/a/x.yaml": "x", "repo/in.yaml": "-> a/x.yaml", "repo/b/up.yaml": "-> ../a/x.yaml", "repo/folder": "-> a",
		"out.yaml": "secret", "repo/out.yaml": "-> ../out.yaml", "repo/outer": "-> ..", "repo/chain.yaml": "-> out.yaml",
		"repo/made.yaml": "-> ../made.yaml", "repo/loop": "-> loop", "repo/early.yaml": "-> a/early.yaml", "repository/x.yaml": "x",
	})
	root, err := NewRoot(filepath.Join(top, "repo", "folder", "..")) // cleaned
	if err != nil {
		t.Fatal(err)
	}
	root.Repository = true
	for _, tt := range []struct{ name, want, err string }{
		{"repo", "repo", ""},
		{"repo/a/x.yaml", "repo/a/x.yaml", ""},
		{"repo/in.yaml", "repo/a/x.yaml", ""},
		{"repo/b/up.yaml", "repo/a/x.yaml", ""},
		{"repo/folder/x.yaml", "repo/a/x.yaml", ""},
		{"repo/a/../../repo/in.yaml", "repo/a/x.yaml", ""},
		{"repo/none/at/all.yaml", "repo/none/at/all.yaml", ""},
		{"repo/folder/none.yaml", "repo/a/none.yaml", ""},
		{"repo/early.yaml", "repo/a/early.yaml", ""},
		{"repo/outer/repo/in.yaml", "repo/a/x.yaml", ""}, // out and back in
		{"out.yaml", "", "leads out of the repository"},
		{"none.yaml", "", "leads out of the repository"},
		{"repository/x.yaml", "", "leads out of the repository"},
		{"repo/../out.yaml", "", "leads out of the repository"},
		{"repo/out.yaml", "", "leads out of the repository by a link, to " + filepath.Join(top, "out.yaml")},
		{"repo/chain.yaml", "", "leads out of the repository by a link, to " + filepath.Join(top, "out.yaml")},
		{"repo/outer/out.yaml", "", "leads out of the repository by a link, to " + filepath.Join(top, "out.yaml")},
		{"repo/outer/none.yaml", "", "leads out of the repository by a link, to " + filepath.Join(top, "none.yaml")},
		{"repo/made.yaml", "", "leads out of the repository by a link, to " + filepath.Join(top, "made.yaml")},
	} {
		got, err := root.Resolve(top + "/" + tt.name)
		want := tt.want
		if want != "" {
			want = filepath.Join(top, want)
		}
		if got != want || (err == nil) != (tt.err == "") || err != nil && err.Error() != tt.err {
			t.Errorf("%s: %q, %v; want %q, %q", tt.name, got, err, want, tt.err)
		}
	}
	if got, err := root.Resolve(filepath.Join(top, "repo", "loop")); err == nil {
		t.Errorf("a link to itself leads to %q", got)
	}
}

// The tree that contains a folder.
func TestTreeOf(t *testing.T) {
	top := writeFiles(t, map[string]string{"repo/.git/": "", "repo/a/b/": "", "tree/.git": "gitdir: x", "plain/a/b/": "", "other/a/": ""})
	t.Chdir(filepath.Join(top, "plain"))
	for _, tt := range []struct {
		folder, want string
		repository   bool
	}{
		{filepath.Join(top, "repo", "a", "b"), "repo", true},
		{filepath.Join(top, "repo"), "repo", true},
		{filepath.Join(top, "tree"), "tree", true},
		{".", "plain", false},
		{"a", "plain", false},
		{filepath.Join("a", "b"), "plain", false},
		{filepath.Join(top, "other", "a"), "other/a", false},
		{"..", "", false}, // the working directory is not above it
	} {
		abs, err := absolute(tt.folder)
		if err != nil {
			t.Fatal(err)
		}
		got, err := tree(abs, abs)
		if err != nil {
			t.Fatal(err)
		}
		if want := filepath.Join(top, tt.want); got.Dir() != want || got.Repository != tt.repository {
			t.Errorf("%s: %s, %v; want %s", tt.folder, got.Dir(), got.Repository, want)
		}
	}
}

// Files that the user names may be anywhere, but a link must not lead out of their tree.
func TestNamed(t *testing.T) {
	top := writeFiles(t, map[string]string{
		"out.yaml": "secret", "repo/.git/": "", "repo/a/x.yaml": "", "repo/in.yaml": "-> a/x.yaml", "repo/out.yaml": "-> ../out.yaml", "repo/dir": "-> ..",
		"plain/out.yaml": "-> ../out.yaml", "plain/x.yaml": "", "else/out.yaml": "-> ../out.yaml", "entry": "-> repo/a", "repo/a/in.yaml": "-> ../in.yaml",
	})
	for _, tt := range []struct {
		from, name string
		ok         bool
	}{
		{"repo", "a/x.yaml", true},
		{"repo", "in.yaml", true},
		{"repo", "../out.yaml", true},
		{"repo", "none.yaml", true}, // opening it reports the error
		{"repo", filepath.Join(top, "out.yaml"), true},
		{"repo", filepath.Join(top, "else", "out.yaml"), true}, // a link outside of any tree is the user's own
		{"repo", "out.yaml", false},
		{"repo", "dir/out.yaml", false},
		{"repo/a", "../out.yaml", false},
		{"else", filepath.Join(top, "repo", "out.yaml"), false},
		{"entry", "in.yaml", true}, // the folder is a link into the repository
		{"plain", "x.yaml", true},
		{"plain", "out.yaml", false},
	} {
		t.Chdir(filepath.Join(top, tt.from))
		if err := CheckNamed(tt.name); (err == nil) != tt.ok {
			t.Errorf("%s in %s: %v", tt.name, tt.from, err)
		}
	}
}

// For a path that was deleted with its folder, Folder returns the nearest parent that exists.
func TestFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "pod.yaml")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		dir: dir, file: dir, filepath.Join(dir, "gone.yaml"): dir, filepath.Join(dir, "gone", "web", "pod.yaml"): dir,
		"gone/pod.yaml": ".", "": ".", ".": ".", string(filepath.Separator): string(filepath.Separator),
	} {
		if got := Folder(path); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}
