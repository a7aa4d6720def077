package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		files []string // a trailing slash: a folder
		want  string   // under the root of the test; "error: ..." for a part of an error
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
			got, err := Find(filepath.Join(root, "repo", "a", "b"))
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

// TestFindRelative changes the working directory, so it runs alone.
func TestFindRelative(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "a", "b"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join(root, "a", "b"))
	if got, err := Find("."); got != "" || err != nil {
		t.Errorf("Find outside of a repository = %q, %v", got, err)
	}
	for _, f := range []string{".git", Name} {
		if err := os.WriteFile(filepath.Join(root, f), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := Find("."); got != filepath.Join("..", "..", Name) || err != nil {
		t.Errorf("Find two folders down = %q, %v", got, err)
	}
	t.Chdir(root)
	if got, err := Find("."); got != Name || err != nil {
		t.Errorf("Find at the root = %q, %v", got, err)
	}
}

func TestFindBrokenLink(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Symlink("nowhere", filepath.Join(dir, Name)); err != nil {
		t.Skip(err)
	}
	got, err := Find(dir)
	if err != nil || got == "" {
		t.Fatalf("Find = %q, %v: a broken link is passed over", got, err)
	}
	if _, err := Load(got, table()); err == nil {
		t.Error("Load of a broken link: no error")
	}
}
