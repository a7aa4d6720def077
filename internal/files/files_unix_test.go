//go:build unix

package files

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// Files that block or never end are not opened.
func TestIrregular(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "files") //nolint:usetesting // socket paths are limited to about 100 bytes, and TempDir is longer
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	pipe, socket, link := filepath.Join(dir, "pipe"), filepath.Join(dir, "socket"), filepath.Join(dir, "zero.yaml")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := os.Symlink("/dev/zero", link); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		pipe: "a named pipe", socket: "a socket", link: "a device", "/dev/zero": "a device", "/dev/tty": "a device", dir: "a folder",
	} {
		done := make(chan error, 1)
		go func() {
			_, err := Read(name, 1<<20)
			done <- err
		}()
		select {
		case err := <-done:
			var irregular *NotRegularError
			if !errors.As(err, &irregular) || irregular.What != want {
				t.Errorf("%s: %v, want %s", name, err, want)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%s: the reader blocks", name)
		}
	}
}

// A pipe that replaces a file between Stat and Open does not block the reader, either.
func TestNonblock(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		f, err := os.OpenFile(pipe, os.O_RDONLY|nonblock, 0)
		if err == nil {
			err = f.Close()
		}
		done <- err
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the opener blocks")
	}
}

// Files in /proc have no size, and the limit still applies.
func TestNoSize(t *testing.T) {
	t.Parallel()
	const name = "/proc/self/status"
	info, err := os.Stat(name)
	if err != nil || info.Size() != 0 {
		t.Skip("no /proc here")
	}
	if data, err := Read(name, 1<<20); err != nil || len(data) == 0 {
		t.Errorf("%d bytes, %v", len(data), err)
	}
	if _, err := Read(name, 16); !errors.As(err, new(*TooLargeError)) {
		t.Errorf("a limit of 16 bytes: %v", err)
	}
}

// What has replaced a file since it was found, or what it links to, is neither read nor waited for; but the user may name a pipe.
func TestOpenInput(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, pipe := filepath.Join(dir, "a.yaml"), filepath.Join(dir, "pipe")
	if err := os.WriteFile(file, []byte("kind: Pod\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for to, want := range map[string]string{
		file: "", pipe: "it is a named pipe, not a regular file", "/dev/zero": "it is a device, not a regular file",
		filepath.Join(dir, "absent"): "no such file or directory",
	} {
		link := filepath.Join(t.TempDir(), "link")
		if err := os.Symlink(to, link); err != nil {
			t.Fatal(err)
		}
		f, err := OpenInput(link, false, false)
		if err == nil {
			data, readErr := io.ReadAll(f)
			if string(data) != "kind: Pod\n" || readErr != nil || f.Close() != nil {
				t.Errorf("%s: %q, %v", to, data, readErr)
			}
		}
		if err != nil && fmt.Sprint(err) != "open "+link+": "+want || (err == nil) != (want == "") {
			t.Errorf("%s: %v, want %s", to, err, want)
		}
	}
	go func() { _ = os.WriteFile(pipe, []byte("kind: Job\n"), 0o600) }()
	f, err := OpenInput(pipe, true, false)
	if err != nil {
		t.Fatal(err)
	}
	if data, err := io.ReadAll(f); string(data) != "kind: Job\n" || err != nil || f.Close() != nil {
		t.Errorf("a pipe that the user named: %q, %v", data, err)
	}
}
