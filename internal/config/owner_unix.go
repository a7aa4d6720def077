//go:build unix

package config

import (
	"os"
	"syscall"
)

// ownerOf is the user that a path belongs to, links not followed.
func ownerOf(path string) (uid int, known bool) {
	info, err := os.Lstat(path)
	if err != nil {
		return 0, false // to read it says what is wrong
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(st.Uid), true
}
