package walk

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/glob"
)

// Expand replaces globs that the shell did not expand with the files that they match on disk. All its errors
// are usage errors.
func Expand(paths []string) ([]string, error) {
	var out []string
	for _, p := range paths {
		if _, err := os.Lstat(p); err == nil || !strings.ContainsAny(p, "*?[") {
			out = append(out, p)
			continue
		}
		pattern := path.Clean(filepath.ToSlash(p))
		if err := glob.Check(pattern); err != nil {
			return nil, fmt.Errorf("no such file, and %w", err)
		}
		g := glob.New(pattern)
		var found []string
		_ = filepath.WalkDir(filepath.FromSlash(cmp.Or(g.Folder(), ".")), func(name string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() && g.Match(filepath.ToSlash(name)) {
				found = append(found, name)
			}
			return nil // unreadable folders match nothing
		})
		if len(found) == 0 {
			return nil, fmt.Errorf("no file matches %q", p)
		}
		out = append(out, found...)
	}
	return out, nil
}
