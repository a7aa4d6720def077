//go:build !unix

package lsp

import "os"

// isAlive reports whether a process with this ID exists.
func isAlive(pid int) bool {
	p, err := os.FindProcess(pid) // on Windows, fails if there is none
	if err != nil {
		return false
	}
	_ = p.Release() // only its existence matters
	return true
}
