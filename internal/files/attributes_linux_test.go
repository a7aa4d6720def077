package files

import (
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// User attributes are kept.
func TestAttributes(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "a")
	put(t, name, "old")
	if err := unix.Setxattr(name, "user.origin", []byte("somewhere"), 0); err != nil {
		t.Skip("no extended attributes here: ", err)
	}
	// An access list: rw for the owner, user 12345 and the mask; nothing for the group and others.
	list := []byte("\x02\x00\x00\x00" +
		"\x01\x00\x06\x00\xff\xff\xff\xff" + "\x02\x00\x06\x00\x39\x30\x00\x00" + "\x04\x00\x00\x00\xff\xff\xff\xff" +
		"\x10\x00\x06\x00\xff\xff\xff\xff" + "\x20\x00\x00\x00\xff\xff\xff\xff")
	listed := unix.Setxattr(name, "system.posix_acl_access", list, 0) == nil
	notes, err := write(name, "", Options{}, text("new"))
	if err != nil || len(notes) > 0 {
		t.Errorf("%q, %v", notes, err)
	}
	holds(t, name, "new")
	buf := make([]byte, 100)
	if n, err := unix.Getxattr(name, "user.origin", buf); err != nil || string(buf[:n]) != "somewhere" {
		t.Errorf("user.origin is %q, %v", buf[:max(n, 0)], err)
	}
	if n, err := unix.Getxattr(name, "system.posix_acl_access", buf); listed && (err != nil || string(buf[:n]) != string(list)) {
		t.Errorf("the access list is %q, %v", buf[:max(n, 0)], err)
	}
}
