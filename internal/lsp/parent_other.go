//go:build !unix

package lsp

import "os"

// isAlive reports whether there is a process of a number.
func isAlive(pid int) bool {
	p, err := os.FindProcess(pid) // fails on Windows where there is none
	if err != nil {
		return false
	}
	_ = p.Release() // it was only looked for
	return true
}
