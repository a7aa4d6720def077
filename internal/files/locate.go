package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// EscapesTreeError is a name that leads out of the tree.
type EscapesTreeError struct {
	Name, Tree string
	Link       bool // by a symbolic link
}

// Error implements error.
func (e *EscapesTreeError) Error() string {
	if e.Link {
		return fmt.Sprintf("%q leads out of %q through a symbolic link", e.Name, e.Tree)
	}
	return fmt.Sprintf("%q leads out of %q", e.Name, e.Tree)
}

// Tree is the root of the repository that a path is in by its name. Outside of a repository it is the working directory for what is below it,
// and else "": what the user names elsewhere is in no tree.
func Tree(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return ""
	}
	if dir := Repository(filepath.Dir(abs)); dir != "" {
		return dir
	}
	if here, err := os.Getwd(); err == nil && Below(abs, here) {
		return here
	}
	return ""
}

// Locate finds the place that a name leads to. A link is followed to a place in the tree; one that leads out of it is an *OutsideError. Where
// tree is "", every link is followed.
func Locate(name, tree string) (*Target, error) {
	t := &Target{Name: name}
	if tree == "" && isDescriptor(name) {
		t.Path, t.direct = name, true
		return t, nil
	}
	abs, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	link := false
	if tree != "" {
		if tree, err = filepath.Abs(tree); err != nil {
			return nil, err
		}
		if t.tree, err = filepath.EvalSymlinks(tree); err != nil {
			return nil, bare(err)
		}
		link = Below(abs, tree)
	}
	if t.Path, err = behindLinks(abs); err != nil {
		return nil, bare(err)
	}
	if t.tree != "" && !Below(t.Path, t.tree) {
		return nil, &EscapesTreeError{name, tree, link}
	}
	// Where nothing can be told, whoever writes meets the reason, and says so; a file in place of a folder is such a case.
	if info, err := os.Stat(t.Path); err == nil {
		if info.IsDir() {
			return nil, errors.New("it is a folder")
		}
		t.direct = !info.Mode().IsRegular()
	}
	return t, nil
}

// isDescriptor reports whether a name stands for an open file of a process, which has no place of its own.
func isDescriptor(name string) bool {
	name = filepath.ToSlash(filepath.Clean(name))
	return name == "/dev/stdout" || name == "/dev/stderr" || strings.HasPrefix(name, "/dev/fd/") ||
		strings.HasPrefix(name, "/proc/") && strings.Contains(name, "/fd/")
}

// mostLinks bounds how many links are followed from one name to the next, as Linux does.
const mostLinks = 40

// behindLinks follows the links of an absolute path, of which the end may be missing.
func behindLinks(path string) (string, error) {
	for range mostLinks {
		dir, err := plainFolder(filepath.Dir(path))
		if err != nil {
			return "", err
		}
		path = filepath.Join(dir, filepath.Base(path))
		link, err := os.Readlink(path)
		if err != nil {
			return path, nil //nolint:nilerr // it is not a link, or not there, or whoever opens it is told why it cannot be
		}
		if path = link; !filepath.IsAbs(link) {
			path = filepath.Join(dir, link)
		}
	}
	return "", errors.New("it is a link to itself")
}

// plainFolder is a folder without links, of which the end may be missing.
func plainFolder(dir string) (string, error) {
	plain, err := filepath.EvalSymlinks(dir)
	up := filepath.Dir(dir)
	if !errors.Is(err, fs.ErrNotExist) || up == dir {
		return plain, err
	}
	if _, there := os.Lstat(dir); there == nil {
		return "", err // a link that leads nowhere
	}
	if up, err = plainFolder(up); err != nil {
		return "", err
	}
	return filepath.Join(up, filepath.Base(dir)), nil
}
