//go:build !linux

package files

import "io/fs"

// IsLocal reports whether a folder and all below it are on file systems that answer without another machine or program. It is not known here.
func IsLocal(string) bool { return false }

// ReadLocalDir lists a folder of a tree that IsLocal.
func ReadLocalDir(name string) ([]fs.DirEntry, error) { return OS.ReadDir(name) }
