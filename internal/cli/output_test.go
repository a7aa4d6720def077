package cli

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSameFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, other, link := filepath.Join(dir, "a"), filepath.Join(dir, "b"), filepath.Join(dir, "c")
	for _, name := range []string{file, other} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link(file, link); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(dir, "missing")
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{file, file, true},
		{file, dir + "/./a", true},
		{file, link, true},
		{file, other, false},
		{missing, missing, true},
		{missing, dir + "/x/../missing", true},
		{missing, file, false},
		{file, missing, false},
		{os.DevNull, os.DevNull, false},
	} {
		if got := sameFile(c.a, c.b); got != c.want {
			t.Errorf("sameFile(%q, %q) = %v", c.a, c.b, got)
		}
	}
}
