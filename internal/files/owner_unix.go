//go:build unix

package files

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// names returns the number of hard links of a file.
func names(info fs.FileInfo) uint64 {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 1
	}
	return uint64(st.Nlink) //nolint:unconvert // narrower on other systems
}

// owner describes the user and the group of a file.
func owner(info fs.FileInfo) string {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return fmt.Sprintf("%d:%d", st.Uid, st.Gid)
	}
	return "unknown"
}

// keepOwner sets the owner and group of a new file to those of the old one, and reports whether each matches
// afterwards.
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
