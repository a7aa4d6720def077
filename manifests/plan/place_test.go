package plan

import (
	"path/filepath"
	"testing"
)

func TestDir(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"", "a", "a/b", "/a", "/a/b", "/", "//", "a/", "a//b", "a/b//c", "a//", "./a", "./a/b", "../a", "../a/b", ".a/b", "a/./b", "a/../b", "a/.b/c", "a/b/.", "a/b/..", "a.b/c", "-/a",
	} {
		if got, want := dir(name), filepath.Dir(name); got != want {
			t.Errorf("dir(%q) = %q, want %q", name, got, want)
		}
	}
}
