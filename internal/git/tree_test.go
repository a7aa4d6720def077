package git

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/imagelint-dev/imagelint/internal/files"
)

// Files have their content at the revision. Untracked files do not exist, and those outside are the current ones.
func TestFiles(t *testing.T) {
	t.Parallel()
	tr := newTree(t)
	tr.write("k8s/a.yaml", "a: 1\n")
	tr.write("k8s/same.yaml", "s: 1\n")
	linked := os.Symlink("a.yaml", filepath.Join(tr.dir, "k8s", "link.yaml")) == nil
	tr.commit()
	r, err := Open(t.Context(), tr.dir)
	if err != nil {
		t.Fatal(err)
	}
	id, err := r.Tree(t.Context(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	tr.write("k8s/a.yaml", "a: 2\n")
	tr.write("k8s/new.yaml", "n: 1\n")
	tr.write("k8s/same.yaml", "read from the folder\n")
	blobs, err := r.Blobs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer blobs.Close()
	tree, err := r.Files(t.Context(), id, blobs, func(path string) bool { return path == "k8s/same.yaml" })
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"k8s/a.yaml": "a: 1\n", "k8s/link.yaml": "a: 1\n", "k8s/same.yaml": "read from the folder\n"} {
		if name == "k8s/link.yaml" && !linked {
			continue
		}
		if data, err := files.ReadFrom(tree, filepath.Join(r.Top, name), 100); string(data) != want || err != nil {
			t.Errorf("%s contains %q, %v", name, data, err)
		}
	}
	if _, err := tree.Stat(filepath.Join(r.Top, "k8s/new.yaml")); err == nil {
		t.Error("a new file is in the old revision")
	}
	if top := files.RepositoryIn(tree, filepath.Join(r.Top, "k8s")); top != r.Top {
		t.Errorf("the repository is %q, want %q", top, r.Top)
	}
	if info, err := tree.Stat(t.TempDir()); err != nil || info.Mode()&fs.ModeDir == 0 {
		t.Errorf("a folder elsewhere: %v", err)
	}
	if err := tree.Err(); err != nil {
		t.Error(err)
	}
}
