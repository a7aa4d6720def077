package settings

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/files"
)

// Two names of one file cannot take two reports; a device can take any number.
func TestTwice(t *testing.T) {
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
		{"/dev/stdout", "/dev/stdout", false},
	} {
		a, err := files.Locate(c.a, "")
		if err != nil {
			t.Fatal(err)
		}
		b, err := files.Locate(c.b, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := writesTwice([]Output{{}, {File: a}}, b) != nil; got != c.want {
			t.Errorf("%q and %q: rejected %v", c.a, c.b, got)
		}
	}
}
