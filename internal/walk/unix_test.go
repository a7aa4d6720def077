//go:build unix

package walk

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/imagelint-dev/imagelint/manifests"
)

// TestNoFiles: pipes, sockets and devices found in folders are skipped; one that is named is an error.
func TestNoFiles(t *testing.T) {
	t.Parallel()
	root := tree(t, map[string]string{"a.yaml": ""})
	if err := syscall.Mkfifo(filepath.Join(root, "pipe.yaml"), 0o600); err != nil {
		t.Skipf("no named pipes here: %v", err)
	}
	short, err := os.MkdirTemp("", "s") //nolint:usetesting // socket paths are limited to about 100 bytes, and TempDir is longer
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(short) })
	socket := filepath.Join(short, "s.yaml")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })

	res, err := walkIn(t, root, Options{}, "")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"not-a-file pipe.yaml"}, skips(res)); diff != "" || len(res.Files) != 1 {
		t.Errorf("files %v, skipped (-want +got):\n%s", res.Files, diff)
	}
	if res, err := Walk(context.Background(), []string{short}, Options{}); err != nil || len(res.Files) > 0 || len(res.Skipped) != 1 {
		t.Errorf("a socket met on the way: %+v, %v", res, err)
	}
	for path, want := range map[string]string{
		filepath.Join(root, "pipe.yaml"): ErrPipe.Error(), socket: "it is a socket", "/dev/zero": "it is a device",
		filepath.Join(root, "gone"): "no such file or directory", filepath.Join(root, "a.yaml", "b"): "not a directory",
	} {
		_, err := Walk(context.Background(), []string{path, filepath.Join(root, "a.yaml")}, Options{})
		var read *manifests.ReadError
		if !errors.As(err, &read) || read.Name != path || read.Err.Error() != want {
			t.Errorf("%s: error %v, want %q", path, err, want)
		}
	}
}
