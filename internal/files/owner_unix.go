//go:build unix

package files

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// names is how many hard links a file has.
func names(info fs.FileInfo) uint64 {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 1
	}
	return uint64(st.Nlink) //nolint:unconvert // narrower on other systems
}

// owner is the user and the group of a file, in words.
func owner(info fs.FileInfo) string {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return fmt.Sprintf("%d:%d", st.Uid, st.Gid)
	}
	return "unknown"
}

// keepOwner gives a file the owner of another one, and reports whether its user and its group are the same then.
func keepOwner(f *os.File, was, now fs.FileInfo) (user, group bool) {
	a, okA := was.Sys().(*syscall.Stat_t)
	b, okB := now.Sys().(*syscall.Stat_t)
	if !okA || !okB {
		return false, false
	}
	user, group = a.Uid == b.Uid, a.Gid == b.Gid
	if !group && f.Chown(-1, int(a.Gid)) == nil {
		group = true
	}
	if !user && f.Chown(int(a.Uid), -1) == nil {
		user = true
	}
	return user, group
}
