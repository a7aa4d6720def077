//go:build unix

package manifests

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestFIFO(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "x.yaml")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Skipf("no named pipes here: %v", err)
	}
	go func() { // a reader of a pipe waits for its writer
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err == nil {
			_, _ = f.WriteString(podHead + "  containers: [{image: nginx:1}]\n")
			_ = f.Close()
		}
	}()
	set, err := Load(context.Background(), []Input{{Name: name, Named: true}}, Options{})
	if err != nil || set.Stats.Images != 1 {
		t.Errorf("%+v, %v", set, err)
	}
}
