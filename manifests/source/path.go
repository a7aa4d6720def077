package source

import (
	"path"
	"path/filepath"
	"strings"
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
	rest := name
	if rest != "" && rest[0] == '/' {
		rest = rest[1:]
	}
	for {
		if rest == "" || rest[0] == '/' || rest[0] == '.' {
			return false
		}
		i := strings.IndexByte(rest, '/')
		if i < 0 {
			return true
		}
		rest = rest[i+1:]
	}
}
