package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// Names of a configuration file. A folder may have only one of them.
const (
	Name      = ".imagelint.yaml"
	ShortName = ".imagelint.yml"
)

// maxLevels bounds the search up to the root of the file system. No system allows paths this deep.
const maxLevels = 4096

// Found is a configuration file that was found automatically.
type Found struct {
	// Path is the file, or "" if there is none.
	Path string
	// Root is the root of the repository, or the folder of the file if Repository is false.
	Root       string
	Repository bool
}

// Find returns the nearest configuration file: in dir, or in a folder above it up to the root of the repository, which is the folder that holds
// .git (a folder or a file). Outside of a repository it only looks in dir, so that files left in a home or temporary folder do not change the
// run. If dir is relative, so is the path.
//
// The file and the .git must belong to the user or to root, as git itself requires: in a world-writable folder, anybody can create them. sudo
// is the value of SUDO_UID: for root, files of the user behind sudo are accepted as well.
func Find(dir, sudo string) (Found, error) {
	return finder{owner: ownerOf, trustedOwner: trustedOwner(os.Geteuid(), sudo)}.find(dir)
}

// finder looks for a configuration.
type finder struct {
	owner        func(path string) (uid int, known bool) // of the path itself, without following links
	trustedOwner func(uid int) bool
}

// trustedOwner returns a function that reports whether files of an owner are trusted: those of the user and root and, for root, those of the user
// behind sudo.
func trustedOwner(user int, sudo string) func(uid int) bool {
	return func(uid int) bool {
		return uid == user || uid == 0 || user == 0 && sudo == strconv.Itoa(uid)
	}
}

func (f finder) find(dir string) (Found, error) {
	dir = filepath.Clean(dir)
	found, at := "", dir
	for level := range maxLevels {
		if found == "" {
			path, err := here(at)
			switch {
			case errors.Is(err, fs.ErrPermission) && level > 0:
				return Found{}, nil // in an unreadable folder, nothing shows that it belongs to a repository
			case err != nil:
				return Found{}, err
			}
			found = path
		}
		git := filepath.Join(at, ".git")
		if _, err := os.Lstat(git); err == nil {
			return f.inRepository(found, dir, at, git)
		}
		up := parent(at)
		if up == "" {
			break
		}
		at = up
	}
	if found == "" || filepath.Dir(found) != dir {
		return Found{}, nil // no repository, and nothing in dir itself
	}
	return Found{Path: found, Root: dir}, f.check(found, found)
}

// inRepository returns what was found below a .git; found is "" if nothing was.
func (f finder) inRepository(found, dir, root, git string) (Found, error) {
	out := Found{Path: found, Root: root, Repository: true}
	err := f.check(git, found)
	switch {
	case found == "":
		return Found{}, nil
	case err != nil && filepath.Dir(found) == dir: // it also counts without a repository
		out.Root, out.Repository = dir, false
	case err != nil:
		return Found{}, err
	}
	return out, f.check(found, found)
}

// check returns an error if a path, or the target of a link, belongs to another user.
func (f finder) check(path, configuration string) error {
	names := []string{path}
	if to, err := filepath.EvalSymlinks(path); err == nil && to != path {
		names = append(names, to)
	}
	for _, name := range names {
		if uid, known := f.owner(name); known && !f.trustedOwner(uid) {
			return fmt.Errorf("%q is owned by user %d, not by you or root, so %s is not used: pass --config FILE to use it anyway, or --config \"\" for none", name, uid, configuration)
		}
	}
	return nil
}

// here returns the configuration file in a folder, or "".
func here(dir string) (string, error) {
	var found []string
	for _, name := range []string{Name, ShortName} {
		path := filepath.Join(dir, name)
		st, err := os.Lstat(path) // a dangling link counts: reading it reports the error
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return "", fmt.Errorf("look for a config: %w", err)
		case !st.IsDir():
			found = append(found, path)
		}
	}
	switch len(found) {
	case 0:
		return "", nil
	case 1:
		return found[0], nil
	}
	return "", fmt.Errorf("find config: the folder %q holds both %s and %s: keep one of them", dir, Name, ShortName)
}

// parent returns the folder above dir, or "" for the root of the file system. It extends a relative path by "..", so it does not need the
// working directory.
func parent(dir string) string {
	if filepath.IsAbs(dir) {
		if up := filepath.Dir(dir); up != dir {
			return up
		}
		return ""
	}
	up := filepath.Join(dir, "..")
	a, err := os.Stat(dir)
	if err != nil {
		return ""
	}
	b, err := os.Stat(up)
	if err != nil || os.SameFile(a, b) {
		return ""
	}
	return up
}
