package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Names of a configuration file. One folder may hold one of them.
const (
	Name      = ".imagelint.yaml"
	ShortName = ".imagelint.yml"
)

// maxLevels bounds the walk to the root of the file system; no system takes a path so deep.
const maxLevels = 4096

// Find returns the nearest configuration file: in dir, or in a folder above it up to the root of the repository, which is the folder
// that holds .git, a folder or a file. Outside of a repository it looks into dir alone, so that nothing that lies about in a home or
// temporary folder decides what a run says. It returns "" where there is none. Where dir is relative, so is the path.
func Find(dir string) (string, error) {
	found, at := "", filepath.Clean(dir)
	for level := range maxLevels {
		if found == "" {
			path, err := here(at)
			switch {
			case errors.Is(err, fs.ErrPermission) && level > 0:
				return "", nil // a folder that cannot be looked into cannot be known to be part of a repository
			case err != nil:
				return "", err
			}
			found = path
			if found != "" && level == 0 {
				return found, nil
			}
		}
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			return found, nil
		}
		up := parent(at)
		if up == "" {
			break
		}
		at = up
	}
	return "", nil // no repository, and nothing in dir itself
}

// here returns the configuration file of one folder, "" where it has none.
func here(dir string) (string, error) {
	var found []string
	for _, name := range []string{Name, ShortName} {
		path := filepath.Join(dir, name)
		st, err := os.Lstat(path) // a link that leads nowhere is there, too: to read it is to report it
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

// parent is the folder above dir, "" for the root of the file system. A relative path grows by "..", so that nobody needs to ask
// for the working directory.
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
