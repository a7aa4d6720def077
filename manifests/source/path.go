package source

import (
	"path"
	"path/filepath"
)

// CleanPath returns a path in its shortest form, with slashes on every system. It is path.Clean, but fast for the paths that a walk finds, which are clean
// already: a run asks for that of each file several times.
func CleanPath(name string) string {
	name = filepath.ToSlash(name)
	if isClean(name) {
		return name
	}
	return path.Clean(name)
}

// isClean reports whether a path is evidently in its shortest form: it has no empty part, and none that begins with a dot.
func isClean(name string) bool {
	if name == "" || name[0] == '.' || name[len(name)-1] == '/' {
		return false
	}
	for i := 1; i < len(name); i++ {
		if name[i-1] == '/' && (name[i] == '/' || name[i] == '.') {
			return false
		}
	}
	return true
}
