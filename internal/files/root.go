package files

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Root is a folder that paths may not lead out of, links followed.
type Root struct {
	dir string // without links
	// Repository is true if the folder is a repository's, and not only where something lies.
	Repository bool
}

// EscapesRootError is the error for a path that leads out of a Root.
type EscapesRootError struct {
	// To is where the path leads; Link says that a link takes it there, and not the path itself.
	To   string
	Link bool
	// Repository is true if it leads out of a repository; else it is the working directory.
	Repository bool
}

// Error implements error. It goes on a sentence that names the path.
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

// NewRoot makes a Root of a folder, which must be there.
func NewRoot(dir string) (*Root, error) {
	real, err := filepath.EvalSymlinks(dir)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err != nil {
		return nil, cause(err)
	}
	return &Root{dir: real}, nil
}

// Dir is the folder, as an absolute path without links.
func (r *Root) Dir() string { return r.dir }

// Resolve follows a path and all links on the way. It returns where the path leads, or an *LeadsOutError where that is not inside. What does not
// exist leads to where it would be made.
func (r *Root) Resolve(name string) (string, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", cause(err)
	}
	to, err := follow(abs, mostHops)
	if err != nil {
		return "", cause(err)
	}
	if !Below(to, r.dir) {
		return "", &EscapesRootError{To: to, Link: r.looksInside(abs), Repository: r.Repository}
	}
	return to, nil
}

// looksInside reports whether a path that leads out would stay inside if there were no links below the root.
func (r *Root) looksInside(abs string) bool {
	for dir := abs; filepath.Dir(dir) != dir; dir = filepath.Dir(dir) {
		if to, err := follow(dir, mostHops); err == nil && to == r.dir {
			return true
		}
	}
	return false
}

// mostHops is how many links may be on one way to something that does not exist; systems take no more of them.
const mostHops = 255

// follow is where an absolute path leads.
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
		return at, nil //nolint:nilerr // no link: it would be made right here
	}
	if !filepath.IsAbs(link) {
		link = filepath.Join(dir, link)
	}
	return follow(link, links-1)
}

// Below reports whether a path is a folder or stands below it. Both are absolute and cleaned, and links are not followed.
func Below(path, dir string) bool {
	rest, ok := strings.CutPrefix(path, dir)
	return ok && (rest == "" || os.IsPathSeparator(rest[0]) || os.IsPathSeparator(dir[len(dir)-1]))
}

// Repository is the root of the repository that a folder is in, which is the nearest folder from there upwards that holds .git; "" where
// there is none. The folder is an absolute path, and links are not followed.
func Repository(abs string) string {
	for dir := abs; ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		if filepath.Dir(dir) == dir {
			return ""
		}
	}
}

// TreeOf is what a folder is a part of: its repository, else the working directory where it is below that; else the folder itself.
func TreeOf(folder string) (*Root, error) {
	abs, err := absolute(folder)
	if err != nil {
		return nil, err
	}
	return tree(abs, abs)
}

// tree is TreeOf of an absolute path, with what it is where there is neither a repository nor the working directory above it; nil for "".
func tree(abs, otherwise string) (*Root, error) {
	repository := Repository(abs)
	dir := repository
	if dir == "" {
		if here, err := absolute("."); err == nil && Below(abs, here) {
			dir = here
		} else {
			dir = otherwise
		}
	}
	if dir == "" {
		return nil, nil //nolint:nilnil // no tree is an answer, too
	}
	root, err := NewRoot(dir)
	if err != nil {
		return nil, err
	}
	root.Repository = repository != ""
	return root, nil
}

// CheckNamed says why a path is refused that the user named. It may lead anywhere, but a link that someone put into a tree may not take it out of
// that tree: the user has not seen where it leads.
func CheckNamed(name string) error {
	abs, err := absolute(name)
	if err != nil {
		return err
	}
	root, err := tree(filepath.Dir(abs), "")
	if err != nil || root == nil {
		return nil //nolint:nilerr // to open it says what is wrong
	}
	var outside *EscapesRootError
	if _, err := root.Resolve(abs); errors.As(err, &outside) {
		return err
	}
	return nil
}

// ReadNamed is Read of a path that the user named; see Named.
func ReadNamed(name string, most int64) ([]byte, error) {
	if err := CheckNamed(name); err != nil {
		return nil, err
	}
	return Read(name, most)
}

// ReadStream is ReadNamed, and takes a named pipe, too: a shell makes one for <(COMMAND). It waits for what is written to it.
func ReadStream(name string, most int64) ([]byte, error) {
	if info, err := os.Stat(name); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		return ReadNamed(name, most)
	}
	if err := CheckNamed(name); err != nil {
		return nil, err
	}
	f, err := os.Open(name) //nolint:forbidigo // a pipe is waited for, and Open never waits
	if err != nil {
		return nil, cause(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	switch {
	case err != nil:
		return nil, cause(err)
	case int64(len(data)) > most:
		return nil, &TooLargeError{most}
	}
	return data, nil
}

// absolute is an absolute path; a relative one as seen from where the working directory really is.
func absolute(name string) (string, error) {
	if filepath.IsAbs(name) {
		return filepath.Clean(name), nil
	}
	here, err := os.Getwd()
	if err == nil {
		here, err = filepath.EvalSymlinks(here)
	}
	if err != nil {
		return "", cause(err)
	}
	return filepath.Join(here, name), nil
}
