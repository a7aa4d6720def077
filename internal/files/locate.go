package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// EscapesTreeError is the error for a name that leads out of the tree.
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

// Tree returns the root of the repository that contains a path, without following links. Outside of a repository, it returns the working
// directory for paths below it, else "": other paths that the user names are in no tree.
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

// Locate returns the file that a name leads to. Links in the tree are followed; one that leads out of it is an *EscapesTreeError. If tree is
// "", all links are followed.
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
	// If Stat fails, for example because a parent is a file, writing reports the error.
	if info, err := os.Stat(t.Path); err == nil {
		if info.IsDir() {
			return nil, errors.New("it is a folder")
		}
		t.direct = !info.Mode().IsRegular()
	}
	return t, nil
}

// isDescriptor reports whether a name is an open file of a process, which has no path of its own.
func isDescriptor(name string) bool {
	name = filepath.ToSlash(filepath.Clean(name))
	return name == "/dev/stdout" || name == "/dev/stderr" || strings.HasPrefix(name, "/dev/fd/") ||
		strings.HasPrefix(name, "/proc/") && strings.Contains(name, "/fd/")
}

// maxLinks is the maximum number of links in a chain, as in Linux.
const maxLinks = 40

// behindLinks follows the links of an absolute path whose end may be missing.
func behindLinks(path string) (string, error) {
	for range maxLinks {
		dir, err := plainFolder(filepath.Dir(path))
		if err != nil {
			return "", err
		}
		path = filepath.Join(dir, filepath.Base(path))
		link, err := os.Readlink(path)
		if err != nil {
			return path, nil //nolint:nilerr // not a link, or missing, or opening it reports the error
		}
		if path = link; !filepath.IsAbs(link) {
			path = filepath.Join(dir, link)
		}
	}
	return "", errors.New("it is a link to itself")
}

// plainFolder returns a folder without links. The end of the path may be missing.
func plainFolder(dir string) (string, error) {
	plain, err := filepath.EvalSymlinks(dir)
	up := filepath.Dir(dir)
	if !errors.Is(err, fs.ErrNotExist) || up == dir {
		return plain, err
	}
	if _, there := os.Lstat(dir); there == nil {
		return "", err // dangling link
	}
	if up, err = plainFolder(up); err != nil {
		return "", err
	}
	return filepath.Join(up, filepath.Base(dir)), nil
}
