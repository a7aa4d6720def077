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

// A Listing of a folder gives the same answers as the file system of the machine, for any links.
func TestListing(t *testing.T) {
	t.Parallel()
	outer, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	top := filepath.Join(outer, "top")
	for name, text := range map[string]string{"top/a/b/c.yaml": "c", "top/a/d.yaml": "d", "top/e.yaml": "e", "beside/f.yaml": "f", "top/module/g.yaml": "g"} {
		at := filepath.Join(outer, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o755), os.WriteFile(at, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	links := map[string]string{
		"top/file": "a/d.yaml", "top/folder": "a/b", "top/a/up": "../e.yaml", "top/out": "../beside", "top/far": filepath.Join(outer, "beside", "f.yaml"),
		"top/none": "nothing", "top/round": "round", "top/twice": "folder/c.yaml", "way": "top", "top/back": "../way/e.yaml",
	}
	for name, to := range links {
		if err := os.Symlink(to, filepath.Join(outer, filepath.FromSlash(name))); err != nil {
			t.Skip("there are no links: ", err)
		}
	}
	var entries []Entry
	err = filepath.WalkDir(top, func(name string, e fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(top, name)
		rel = filepath.ToSlash(rel)
		switch {
		case err != nil:
			return err
		case rel == "module":
			entries = append(entries, Entry{Path: rel, Mode: fs.ModeDir})
			return fs.SkipDir
		case e.Type()&fs.ModeSymlink != 0:
			to, err := os.Readlink(name)
			entries = append(entries, Entry{Path: rel, Mode: fs.ModeSymlink, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(to)), nil }})
			return err
		case !e.IsDir():
			entries = append(entries, Entry{Path: rel, Open: func() (io.ReadCloser, error) { return os.Open(name) }})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	listing := NewListing(top, OS, entries)
	for _, rel := range []string{
		"top", "top/a", "top/a/b/c.yaml", "top/file", "top/folder", "top/folder/c.yaml", "top/a/up", "top/out", "top/out/f.yaml", "top/far", "top/none", "top/round",
		"top/twice", "top/back", "way/a/d.yaml", "way/folder/c.yaml", "beside/f.yaml", "gone", "top/gone", "top/e.yaml/x", "top/module", "top/module/g.yaml", "top/module/gone",
	} {
		name := filepath.Join(outer, filepath.FromSlash(rel))
		want, got := answers(OS, name), answers(listing, name)
		if want != got {
			t.Errorf("%s:\nthe machine answers %s\nthe listing answers %s", rel, want, got)
		}
	}
}

// answers returns everything that an FS says about a path, without the texts of errors.
func answers(s FS, name string) string {
	var out []string
	report := func(call, answer string, err error) {
		if err != nil {
			answer = "error"
		}
		out = append(out, call+"="+answer)
	}
	kind := func(info fs.FileInfo, err error) (string, error) {
		if err != nil {
			return "", err
		}
		return info.Name() + ":" + info.Mode().Type().String(), nil
	}
	info, err := kind(s.Stat(name))
	report("stat", info, err)
	info, err = kind(s.Lstat(name))
	report("lstat", info, err)
	to, err := s.EvalSymlinks(name)
	report("links", to, err)
	entries, err := s.ReadDir(name)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name()+":"+e.Type().String())
	}
	slices.Sort(names)
	report("folder", strings.Join(names, ","), err)
	data, err := ReadFrom(s, name, 1<<20)
	report("content", string(data), err)
	return strings.Join(out, " ")
}

// Texts in memory are below the root, and nothing else exists.
func TestTexts(t *testing.T) {
	t.Parallel()
	s := InMemory(map[string][]byte{"k8s/a.yaml": []byte("a"), "/b.yaml": []byte("bb")})
	if data, err := ReadFrom(s, "k8s/a.yaml", 10); string(data) != "a" || err != nil {
		t.Errorf("k8s/a.yaml contains %q, %v", data, err)
	}
	if _, err := ReadFrom(s, "b.yaml", 1); !errors.As(err, new(*TooLargeError)) {
		t.Errorf("b.yaml is read beyond its limit: %v", err)
	}
	if _, err := s.Stat("/etc/passwd"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the system's files are visible: %v", err)
	}
	if here, err := s.Abs("."); err != nil || here != string(filepath.Separator) {
		t.Errorf("the working directory is %q, %v", here, err)
	}
}
