//go:build unix

package config

import (
	"os"
	"syscall"
)

// ownerOf returns the user ID of a path's owner, without following links.
func ownerOf(path string) (uid int, known bool) {
	info, err := os.Lstat(path)
	if err != nil {
		return 0, false // reading it reports the error
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(st.Uid), true
}
