package files

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestReadDir(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range 2000 { // more than one system call returns
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("a file with a long name %d.yaml", i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, ".folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{dir, dir + "/", filepath.Join(dir, ".folder"), filepath.Join(dir, "link"), filepath.Join(dir, "pipe"), filepath.Join(dir, "absent"), "/dev", "/proc/self", ""} {
		want, wantErr := os.ReadDir(name)
		got, err := readDir(name)
		if fmt.Sprint(err) != fmt.Sprint(wantErr) {
			t.Errorf("%s: %v, want %v", name, err, wantErr)
		}
		if local, err := ReadLocalDir(name); fmt.Sprint(err) != fmt.Sprint(wantErr) || fmt.Sprint(local) != fmt.Sprint(got) {
			t.Errorf("%s, as local: %v, %v", name, local, err)
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d entries, want %d", name, len(got), len(want))
			continue
		}
		for i, e := range got {
			if e.Name() != want[i].Name() || e.Type() != want[i].Type() || e.IsDir() != want[i].IsDir() {
				t.Errorf("%s: %v, want %v", name, e, want[i])
			}
			if name == dir {
				info, err := e.Info()
				if err != nil || info.Name() != e.Name() {
					t.Errorf("%v: %v, %v", e, info, err)
				}
			}
		}
	}
}
