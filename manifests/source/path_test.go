package source

import (
	"path"
	"testing"
)

func TestCleanPath(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"", ".", "..", "/", "//", "a", "a/b.yaml", "/a/b.yaml", "./a", "a/", "a//b", "//a", "a/./b", "a/../b", "../a", "a/..", "a/.", "a/.github/b.yaml",
		"a/..b", ".a/b", "a/b..yaml", "/..", "/.", "a/...",
	} {
		if got, want := CleanPath(name), path.Clean(name); got != want {
			t.Errorf("CleanPath(%q) = %q, want %q", name, got, want)
		}
	}
}
