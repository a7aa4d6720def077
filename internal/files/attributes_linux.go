package files

import (
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// maxAttributes bounds the list of names and each value. Linux allows 64 KiB.
const maxAttributes = 64 << 10

// keepAttributes copies the access control list and user attributes of the old file to a new one, and reports whether it succeeded. It
// does not copy what the system manages (security.*, trusted.*): the label of the new file depends on the folder.
func keepAttributes(f *os.File, root *os.Root, rel string) bool {
	old, err := root.Open(rel)
	if err != nil {
		return true // write-only: its attributes cannot be read
	}
	defer old.Close()
	from, to := int(old.Fd()), int(f.Fd())
	buf := make([]byte, maxAttributes)
	n, err := unix.Flistxattr(from, buf)
	if err != nil || n == 0 {
		return true // the file system does not support attributes
	}
	kept := true
	for name := range strings.SplitSeq(strings.TrimSuffix(string(buf[:n]), "\x00"), "\x00") {
		if name != "system.posix_acl_access" && !strings.HasPrefix(name, "user.") {
			continue
		}
		value := make([]byte, maxAttributes)
		n, err := unix.Fgetxattr(from, name, value)
		if err != nil || unix.Fsetxattr(to, name, value[:n], 0) != nil {
			kept = false
		}
	}
	return kept
}
