//go:build unix

package lsp

import (
	"errors"
	"syscall"
)

// isAlive reports whether there is a process of a number.
func isAlive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
