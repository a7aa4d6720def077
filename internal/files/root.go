package files

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Root is a folder that paths must not leave, even through links.
type Root struct {
	dir string // without links
	// Repository is true if the folder is the root of a repository.
	Repository bool
}

// EscapesRootError is the error for a path that leads out of a Root.
type EscapesRootError struct {
	// To is where the path leads. Link is true if a link leads there, not the path itself.
	To   string
	Link bool
	// Repository is true if the root is a repository, and false if it is the working directory.
	Repository bool
}

// Error implements error. The text continues a sentence that names the path.
func (e *EscapesRootError) Error() string {
	out := "leads out of the working directory"
	if e.Repository {
		out = "leads out of the repository"
	}
	if e.Link {
		out += " by a link, to " + e.To
	}
	return out
}

// NewRoot returns a Root for an existing folder.
func NewRoot(dir string) (*Root, error) {
	real, err := filepath.EvalSymlinks(dir)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err != nil {
		return nil, Cause(err)
	}
	return &Root{dir: real}, nil
}

// Dir returns the folder as an absolute path without links.
func (r *Root) Dir() string { return r.dir }

// Resolve follows all links of a path. It returns the target, or an *EscapesRootError if the target is outside of the root. The target of a missing
// file is where it would be created.
func (r *Root) Resolve(name string) (string, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", Cause(err)
	}
	to, err := follow(abs, maxHops)
	if err != nil {
		return "", Cause(err)
	}
	if !Below(to, r.dir) {
		return "", &EscapesRootError{To: to, Link: r.looksInside(abs), Repository: r.Repository}
	}
	return to, nil
}

// looksInside reports whether a path that leads out would stay inside without the links below the root.
func (r *Root) looksInside(abs string) bool {
	for dir := abs; filepath.Dir(dir) != dir; dir = filepath.Dir(dir) {
		if to, err := follow(dir, maxHops); err == nil && to == r.dir {
			return true
		}
	}
	return false
}

// maxHops is the maximum number of links on the way to a missing file. Systems do not allow more.
const maxHops = 255

// follow returns the target of an absolute path.
func follow(abs string, links int) (string, error) {
	to, err := filepath.EvalSymlinks(abs)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return to, err
	}
	dir := filepath.Dir(abs)
	if dir == abs || links == 0 {
		return "", err
	}
	if dir, err = follow(dir, links); err != nil {
		return "", err
	}
	at := filepath.Join(dir, filepath.Base(abs))
	link, err := os.Readlink(at)
	if err != nil {
		return at, nil //nolint:nilerr // not a link: the file would be created here
	}
	if !filepath.IsAbs(link) {
		link = filepath.Join(dir, link)
	}
	return follow(link, links-1)
}

// Below reports whether path is dir or below it. Both must be absolute and clean. Links are not followed.
func Below(path, dir string) bool {
	rest, ok := strings.CutPrefix(path, dir)
	return ok && (rest == "" || os.IsPathSeparator(rest[0]) || os.IsPathSeparator(dir[len(dir)-1]))
}

// In reports whether a path is a folder or below it, both absolute, or both relative to one place.
func In(path, folder string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && filepath.IsLocal(rel)
}

// Repository returns the root of the repository that contains a folder: the nearest parent, or the folder itself, that contains .git. It returns "" if
// there is none. The folder must be absolute. Links are not followed.
func Repository(abs string) string { return RepositoryIn(OS, abs) }

// tree returns the tree that contains an absolute path: its repository, else the working directory if the path is below it, else otherwise, where ""
// means nil.
func tree(abs, otherwise string) (*Root, error) {
	dir, repository := treeIn(OS, abs, otherwise)
	if dir == "" {
		return nil, nil //nolint:nilnil // no tree is a valid answer
	}
	root, err := NewRoot(dir)
	if err != nil {
		return nil, err
	}
	root.Repository = repository
	return root, nil
}

// CheckNamed returns an error if a path that the user named must not be used. It may lead anywhere, but a link in a tree must not lead out of that
// tree, because the user cannot see where it leads.
func CheckNamed(name string) error {
	abs, err := absolute(name)
	if err != nil {
		return err
	}
	root, err := tree(filepath.Dir(abs), "")
	if err != nil || root == nil {
		return nil //nolint:nilerr // opening it reports the error
	}
	var outside *EscapesRootError
	if _, err := root.Resolve(abs); errors.As(err, &outside) {
		return err
	}
	return nil
}

// ReadNamed is like Read, for a path that the user named; see CheckNamed.
func ReadNamed(name string, limit int64) ([]byte, error) {
	if err := CheckNamed(name); err != nil {
		return nil, err
	}
	return Read(name, limit)
}

// ReadStream is like ReadNamed, but also reads named pipes, which shells create for <(COMMAND). It waits for their writer.
func ReadStream(name string, limit int64) ([]byte, error) {
	if info, err := os.Stat(name); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		return ReadNamed(name, limit)
	}
	if err := CheckNamed(name); err != nil {
		return nil, err
	}
	f, err := os.Open(name) //nolint:forbidigo // wait for the pipe; Open never waits
	if err != nil {
		return nil, Cause(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	switch {
	case err != nil:
		return nil, Cause(err)
	case int64(len(data)) > limit:
		return nil, &TooLargeError{limit}
	}
	return data, nil
}

// absolute returns an absolute path. For a relative path, it resolves the links of the working directory.
func absolute(name string) (string, error) {
	if filepath.IsAbs(name) {
		return filepath.Clean(name), nil
	}
	here, err := os.Getwd()
	if err == nil {
		here, err = filepath.EvalSymlinks(here)
	}
	if err != nil {
		return "", Cause(err)
	}
	return filepath.Join(here, name), nil
}
