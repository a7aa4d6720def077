package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// find calls Find for a user without sudo.
func find(t *testing.T, dir string) (string, error) {
	t.Helper()
	found, err := Find(dir, "")
	return found.Path, err
}

func TestFind(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		files []string // a trailing slash makes a folder
		want  string   // relative to the test's root; "error: ..." for a part of an error
	}{
		{"here", []string{"repo/.git/", "repo/a/b/.imagelint.yaml", "repo/.imagelint.yaml"}, "repo/a/b/.imagelint.yaml"},
		{"short name", []string{"repo/.git/", "repo/a/b/.imagelint.yml"}, "repo/a/b/.imagelint.yml"},
		{"above", []string{"repo/.git/", "repo/a/.imagelint.yaml", "repo/.imagelint.yaml"}, "repo/a/.imagelint.yaml"},
		{"at the root", []string{"repo/.git/", "repo/.imagelint.yml"}, "repo/.imagelint.yml"},
		{"worktree", []string{"repo/.git", "repo/.imagelint.yaml"}, "repo/.imagelint.yaml"},
		{"beyond the repository", []string{"repo/a/.git", "repo/.imagelint.yaml", "repo/.git/"}, ""},
		{"no repository", []string{"repo/a/.imagelint.yaml"}, ""},
		{"no repository, here", []string{"repo/a/b/.imagelint.yaml"}, "repo/a/b/.imagelint.yaml"},
		{"a folder of that name", []string{"repo/.git/", "repo/a/.imagelint.yaml/", "repo/.imagelint.yaml"}, "repo/.imagelint.yaml"},
		{"both", []string{"repo/.git/", "repo/a/.imagelint.yaml", "repo/a/.imagelint.yml"}, "error: holds both .imagelint.yaml and .imagelint.yml: keep one of them"},
		{"both further up", []string{"repo/.git/", "repo/a/b/.imagelint.yaml", "repo/a/.imagelint.yaml", "repo/a/.imagelint.yml"}, "repo/a/b/.imagelint.yaml"},
		{"none", []string{"repo/.git/"}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			if err := os.MkdirAll(filepath.Join(root, "repo/a/b"), 0o700); err != nil {
				t.Fatal(err)
			}
			for _, f := range test.files {
				p := filepath.Join(root, f)
				if strings.HasSuffix(f, "/") {
					if err := os.MkdirAll(p, 0o700); err != nil {
						t.Fatal(err)
					}
				} else if err := os.WriteFile(p, nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got, err := find(t, filepath.Join(root, "repo", "a", "b"))
			if want, ok := strings.CutPrefix(test.want, "error: "); ok {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("Find = %q, %v, want the error %q", got, err, want)
				}
				return
			}
			want := ""
			if test.want != "" {
				want = filepath.Join(root, test.want)
			}
			if err != nil || got != want {
				t.Errorf("Find = %q, %v, want %q", got, err, want)
			}
		})
	}
}

// TestFindRelative changes the working directory, so it does not run in parallel.
func TestFindRelative(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "a", "b"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join(root, "a", "b"))
	if got, err := find(t, "."); got != "" || err != nil {
		t.Errorf("Find outside of a repository = %q, %v", got, err)
	}
	for _, f := range []string{".git", Name} {
		if err := os.WriteFile(filepath.Join(root, f), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := find(t, "."); got != filepath.Join("..", "..", Name) || err != nil {
		t.Errorf("Find two folders down = %q, %v", got, err)
	}
	t.Chdir(root)
	if got, err := find(t, "."); got != Name || err != nil {
		t.Errorf("Find at the root = %q, %v", got, err)
	}
}

func TestFindBrokenLink(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Symlink("nowhere", filepath.Join(dir, Name)); err != nil {
		t.Skip(err)
	}
	got, err := find(t, dir)
	if err != nil || got == "" {
		t.Fatalf("Find = %q, %v: a broken link is skipped", got, err)
	}
	if _, err := Load(got, table()); err == nil {
		t.Error("Load of a broken link: no error")
	}
}

// A configuration that was found may read its repository, or its own folder.
func TestFindRoot(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	for _, f := range []string{"repo/.git/x", "repo/.imagelint.yaml", "repo/a/.imagelint.yaml", "repo/b/x", "plain/.imagelint.yaml"} {
		put(t, filepath.Join(top, f), "")
	}
	for dir, want := range map[string]Found{
		"repo":   {filepath.Join(top, "repo", Name), filepath.Join(top, "repo"), true},
		"repo/a": {filepath.Join(top, "repo", "a", Name), filepath.Join(top, "repo"), true},
		"repo/b": {filepath.Join(top, "repo", Name), filepath.Join(top, "repo"), true},
		"plain":  {filepath.Join(top, "plain", Name), filepath.Join(top, "plain"), false},
	} {
		if got, err := Find(filepath.Join(top, dir), ""); got != want || err != nil {
			t.Errorf("%s: %+v, %v; want %+v", dir, got, err, want)
		}
	}
}

func put(t *testing.T, name, data string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
}

// The configuration of another user is not used, nor one that only counts because of another user's .git.
func TestFindOwner(t *testing.T) {
	t.Parallel()
	const me, root, other = 1000, 0, 65534
	top := t.TempDir()
	for _, f := range []string{".git/x", Name, "repo/a/x", "own/" + Name, "git/.git/x", "git/" + Name} {
		put(t, filepath.Join(top, f), "")
	}
	if err := os.MkdirAll(filepath.Join(top, "link"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join("..", "other"), filepath.Join(top, "link", Name)); err != nil {
		t.Skip(err)
	}
	put(t, filepath.Join(top, "other"), "")
	all := func(uid int) map[string]int { return map[string]int{".git": uid, Name: uid} }
	for _, tt := range []struct {
		name   string
		user   int
		sudo   string
		owners map[string]int // by path below top; default: the current user
		dir    string
		want   string // the found file, below top
		err    string // whose files caused the error
	}{
		{"the user's", me, "", nil, "repo/a", Name, ""},
		{"root's", me, "", all(root), "repo/a", Name, ""},
		{"a stranger's", me, "", all(other), "repo/a", "", ".git\" is owned by user 65534"},
		{"a stranger's, to root", root, "", all(other), "repo/a", "", ".git\" is owned by user 65534"},
		{"a user's, to root", root, "", all(me), "repo/a", "", ".git\" is owned by user 1000"},
		{"a user's, to root by sudo", root, "1000", all(me), "repo/a", Name, ""},
		{"a stranger's, to root by sudo", root, "1000", all(other), "repo/a", "", ".git\" is owned by user 65534"},
		{"SUDO_UID means nothing to others", me, "65534", all(other), "repo/a", "", ".git\" is owned by user 65534"},
		{"a stranger's .git alone", me, "", map[string]int{".git": other}, "repo/a", "", ".git\" is owned by user 65534"},
		{"a stranger's file alone", me, "", map[string]int{Name: other}, "repo/a", "", Name + "\" is owned by user 65534"},
		{"a stranger's .git above one's own file", me, "", all(other), "own", "own/" + Name, ""},
		{"a stranger's file right here", me, "", map[string]int{"own/" + Name: other}, "own", "", Name + "\" is owned by user 65534"},
		{"a link to a stranger's file", me, "", map[string]int{"other": other}, "link", "", "other\" is owned by user 65534"},
		{"a stranger's .git right here", me, "", map[string]int{"git/.git": other}, "git", "git/" + Name, ""},
	} {
		f := finder{trustedOwner: trustedOwner(tt.user, tt.sudo), owner: func(path string) (int, bool) {
			real, err := filepath.EvalSymlinks(top)
			if err != nil {
				t.Error(err)
			}
			name := strings.TrimPrefix(strings.TrimPrefix(path, top), real)
			if uid, ok := tt.owners[filepath.ToSlash(strings.TrimPrefix(name, string(filepath.Separator)))]; ok {
				return uid, true
			}
			return tt.user, true
		}}
		got, err := f.find(filepath.Join(top, tt.dir))
		switch {
		case tt.err != "":
			if err == nil || !strings.Contains(err.Error(), tt.err) || !strings.Contains(err.Error(), "pass --config FILE to use it anyway") {
				t.Errorf("%s: %+v, %v; want %q", tt.name, got, err, tt.err)
			}
		case err != nil || got.Path != filepath.Join(top, tt.want):
			t.Errorf("%s: %+v, %v; want %s", tt.name, got, err, tt.want)
		case strings.HasPrefix(tt.name, "a stranger's .git") && got.Repository:
			t.Errorf("%s: mistaken for a repository", tt.name)
		}
	}
}
