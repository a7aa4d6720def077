package git

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Change is a file that differs from the revision.
type Change struct {
	// Path is the current path, Old the one at the revision; "" if the file does not exist there. Both are relative to the root, with
	// slashes.
	Path, Old string
	// Blob is the ID of the old content; "" if it was not a regular file, or the ID is unknown.
	Blob string
	// Lines are the added or changed lines of the file.
	Lines []Lines
	// Whole is true if the whole file counts as changed.
	Whole bool
}

// Lines is a range of lines, counted from 1. Last is included.
type Lines struct{ First, Last int }

// Touches reports whether a line from first to last has changed.
func (c *Change) Touches(first, last int) bool {
	if c.Whole {
		return true
	}
	for _, l := range c.Lines {
		if first <= l.Last && last >= l.First {
			return true
		}
	}
	return false
}

// Changes returns the tracked files that match one of the patterns (pathspecs) and differ between the working tree and
// tree. Submodules are skipped. A file with a filter counts as completely changed if git would need the filter to
// compare it.
func (r *Repository) Changes(ctx context.Context, tree string, patterns []string) ([]*Change, error) {
	args, err := r.withoutFilters(ctx)
	if err != nil {
		return nil, err
	}
	// This is a plumbing command: its output does not depend on the configuration.
	args = append(
		args,
		"diff-index", "--patch-with-raw", "--unified=0", "--inter-hunk-context=0", "--no-abbrev", "--find-renames", "--irreversible-delete", "--text",
		"--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=all", "--src-prefix=a/", "--dst-prefix=b/", tree, "--",
	)
	var p patch
	err = r.stream(ctx, "diff-index", append(args, patterns...), p.read)
	return p.changes, err
}

// Tracked calls tell for every tracked path. A submodule is one path.
func (r *Repository) Tracked(ctx context.Context, tell func(path string, submodule bool)) error {
	return r.stream(ctx, "ls-files", []string{"ls-files", "--stage", "-z"}, func(in *bufio.Reader) error {
		for {
			entry, err := in.ReadString(0)
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			// 100644 ID STAGE<TAB>PATH
			mode, path, ok := strings.Cut(strings.TrimSuffix(entry, "\x00"), "\t")
			if !ok {
				return fmt.Errorf("%q is not a tracked file", entry)
			}
			tell(path, strings.HasPrefix(mode, modeSubmodule))
		}
	})
}

// stream runs a command and reads its output as it arrives. name is the command's name for errors.
func (r *Repository) stream(ctx context.Context, name string, args []string, read func(*bufio.Reader) error) error {
	cmd := command(ctx, r.Top, args...)
	var stderr tail
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return failed(ctx, name, nil, err)
	}
	misread := read(bufio.NewReaderSize(out, 1<<16))
	if misread != nil {
		_, _ = io.Copy(io.Discard, out) // let git exit by itself
	}
	if err := cmd.Wait(); err != nil {
		return failed(ctx, name, stderr.Bytes(), err)
	}
	if misread != nil {
		return fmt.Errorf("read the output of git %s: %w", name, misread)
	}
	return nil
}

// Modes of entries that are not regular files.
const (
	modeSubmodule = "160000"
	modeLink      = "120000"
	modeNone      = "000000"
)

// patch parses the output of diff-index: a line for each change, followed by the hunks.
type patch struct {
	changes []*Change
	by      map[string]*Change // by current path
	at      *Change            // the file of the current hunks
}

func (p *patch) read(in *bufio.Reader) error {
	p.by = map[string]*Change{}
	for {
		line, err := readLine(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch {
		case strings.HasPrefix(line, ":"):
			err = p.entry(line[1:])
		case strings.HasPrefix(line, "diff --git "):
			p.at = nil
		case strings.HasPrefix(line, "+++ "):
			err = p.file(line[len("+++ "):])
		case strings.HasPrefix(line, "Binary files "):
			err = errors.New("it treats a file as binary that should be text")
		case strings.HasPrefix(line, "@@ "):
			err = p.hunk(in, line)
		}
		if err != nil {
			return err
		}
	}
}

// entry parses "100644 100644 ID ID M<TAB>path", with two paths for a renamed file.
func (p *patch) entry(line string) error {
	head, paths, ok := strings.Cut(line, "\t")
	fields := strings.Fields(head)
	if !ok || len(fields) != 5 {
		return fmt.Errorf("%q is not a change", line)
	}
	from, to, renamed := strings.Cut(paths, "\t")
	old, err := unquote(from)
	if err != nil {
		return err
	}
	c := &Change{Path: old, Old: old}
	if renamed {
		if c.Path, err = unquote(to); err != nil {
			return err
		}
	}
	oldMode, newMode, status := fields[0], fields[1], fields[4][0]
	if oldMode == modeSubmodule || newMode == modeSubmodule {
		return nil
	}
	if oldMode == modeNone {
		c.Old = ""
	} else if oldMode != modeLink {
		c.Blob = fields[2]
	}
	switch status {
	case 'D':
		c.Path = ""
	case 'U': // an unresolved conflict
		c.Whole, c.Blob = true, ""
	}
	if c.Path != "" {
		p.by[c.Path] = c
	}
	p.changes = append(p.changes, c)
	return nil
}

// file parses "b/path". git adds a tab if the path has spaces. /dev/null is a deleted file.
func (p *patch) file(name string) error {
	path, err := unquote(strings.TrimSuffix(name, "\t"))
	if err != nil {
		return err
	}
	p.at = p.by[strings.TrimPrefix(path, "b/")]
	return nil
}

// hunk parses "@@ -1,2 +3,4 @@" and skips its lines. It counts them, because they may have any content.
func (p *patch) hunk(in *bufio.Reader, line string) error {
	fields := strings.Fields(line)
	if len(fields) < 4 {
		return fmt.Errorf("%q is not a hunk", line)
	}
	_, gone, err := extent(fields[1], '-')
	if err != nil {
		return err
	}
	first, come, err := extent(fields[2], '+')
	if err != nil {
		return err
	}
	if come > 0 && p.at != nil {
		p.at.Lines = append(p.at.Lines, Lines{first, first + come - 1})
	}
	for left := gone + come; left > 0; {
		line, err := readLine(in)
		if err != nil {
			return err
		}
		if !strings.HasPrefix(line, `\`) { // "\ No newline at end of file"
			left--
		}
	}
	return nil
}

// extent parses "+3,4", the first line and the number of lines; the default is one line.
func extent(s string, sign byte) (first, n int, err error) {
	if s[0] != sign {
		return 0, 0, fmt.Errorf("%q is not a range of lines", s)
	}
	from, count, counted := strings.Cut(s[1:], ",")
	if !counted {
		count = "1"
	}
	a, err := strconv.ParseUint(from, 10, 31)
	if err != nil {
		return 0, 0, err
	}
	b, err := strconv.ParseUint(count, 10, 31)
	return int(a), int(b), err
}

// unquote parses a path as git writes it: quoted, with C escapes, if it has special characters.
func unquote(s string) (string, error) {
	if !strings.HasPrefix(s, `"`) {
		return s, nil
	}
	path, err := strconv.Unquote(s)
	if err != nil {
		return "", fmt.Errorf("%s is not a path", s)
	}
	return path, nil
}

// readLine reads a line without its end. It truncates long lines.
func readLine(in *bufio.Reader) (string, error) {
	line, err := in.ReadSlice('\n')
	kept := string(bytes.TrimSuffix(line, []byte("\n")))
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = in.ReadSlice('\n')
	}
	if errors.Is(err, io.EOF) && kept != "" {
		err = nil
	}
	return kept, err
}
