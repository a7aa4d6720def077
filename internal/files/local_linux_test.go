package files

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestIsLocal(t *testing.T) {
	t.Parallel()
	mounts := strings.Join([]string{
		"27 1 254:0 / / rw,relatime - ext4 /dev/vda rw",
		"22 27 0:21 / /proc rw,relatime - proc proc rw",
		"30 27 0:50 / /net/share rw,relatime shared:7 - nfs4 server:/share rw",
		"31 27 0:51 / /build rw,relatime - virtiofs build rw",
		"32 31 8:1 / /build/fast rw,relatime - xfs /dev/sda1 rw",
		"33 27 0:52 / /data rw,relatime - ext4 /dev/sdb1 rw",
		"34 33 0:53 /a /data/team/remote.yaml rw,relatime - fuse.sshfs host: rw",
		`35 27 0:54 / /home/a\040b\134c rw,relatime - cifs //server/home rw`,
		"36 27 0:55 / /twice rw,relatime - ext4 /dev/sdc1 rw",
		"37 36 0:56 / /twice rw,relatime - nfs server:/twice rw",
		"38 27 0:57 / /tmp rw,relatime - tmpfs tmpfs rw",
		"",
	}, "\n")
	for folder, want := range map[string]bool{
		"/home/user/k8s": true, "/tmp": true, "/tmp/x": true, "/build/fast/k8s": true, "/data/other": true, "/networks": true,
		"/":           false, // network shares are below it
		"/net":        false,
		"/net/share":  false,
		"/build":      false,
		"/build/slow": false,
		"/proc/self":  false,
		"/data":       false, // a single file can be a mount, too
		"/data/team":  false,
		"/home":       false,
		`/home/a b\c`: false,
		"/twice/x":    false, // the second mount covers the first
	} {
		if got := isLocal(folder, []byte(mounts)); got != want {
			t.Errorf("%s: %v, want %v", folder, got, want)
		}
	}
	for _, text := range []string{"", "27 1 254:0 / / rw,relatime ext4", "27 1 - ext4 /dev/vda rw", "27 1 254:0 / / rw - \n"} {
		if isLocal("/home", []byte(text)) {
			t.Errorf("%q shows that nothing is remote", text)
		}
	}
	if IsLocal("/proc/self") || IsLocal(filepath.Join(t.TempDir(), "absent")) {
		t.Error("/proc and what does not exist are local")
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink("/proc/self", link); err != nil {
		t.Fatal(err)
	}
	if IsLocal(link) {
		t.Error("a link to /proc is local")
	}
}

// What has replaced a file since it was listed is neither read nor waited for.
func TestOpenInputLocal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	long := filepath.Join(dir, strings.Repeat("long/", 60))
	if err := os.MkdirAll(long, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{filepath.Join(dir, "a.yaml"), filepath.Join(long, "a.yaml")} {
		if err := os.WriteFile(name, []byte("kind: Pod\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := OpenInput(name, false, true)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(f)
		if string(data) != "kind: Pod\n" || err != nil || f.Close() != nil {
			t.Errorf("%q, %v", data, err)
		}
	}
	pipe, link := filepath.Join(dir, "pipe"), filepath.Join(dir, "link")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("a.yaml", link); err != nil {
		t.Fatal(err)
	}
	if f, err := OpenInput(pipe, false, true); err == nil { // as for an empty file
		if data, err := io.ReadAll(f); len(data) > 0 || err != nil {
			t.Errorf("%q, %v", data, err)
		}
		_ = f.Close()
	}
	for name, want := range map[string]string{
		link: "open " + link + ": too many levels of symbolic links", filepath.Join(dir, "absent"): "open " + filepath.Join(dir, "absent") + ": no such file or directory",
		"a\x00b": "open a\x00b: invalid argument",
	} {
		if _, err := OpenInput(name, false, true); fmt.Sprint(err) != want {
			t.Errorf("%q: %v, want %s", name, err, want)
		}
	}
	f, err := OpenInput(dir, false, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Read(make([]byte, 8)); fmt.Sprint(err) != "read "+dir+": is a directory" {
		t.Error(err)
	}
	_ = f.Close()
}

func BenchmarkIsLocal(b *testing.B) {
	for b.Loop() {
		IsLocal("/tmp")
	}
}
