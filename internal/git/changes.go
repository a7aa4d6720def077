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

// Change is a file that is not what it was.
type Change struct {
	// Path is the file now, Old what it was called; "" where it is not there. Both are seen from the root, with slashes.
	Path, Old string
	// Blob is what the file was, "" where it was no file, or it is unknown.
	Blob string
	// Lines are the lines of the file that were added or changed.
	Lines []Lines
	// Whole is true if all of the file counts as changed.
	Whole bool
}

// Lines are lines of a file, from 1 on; Last is one of them.
type Lines struct{ First, Last int }

// Touches reports whether one of the lines from first to last is changed.
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

// Changes lists the tracked files of the working tree that differ from a tree, among those that match one of the patterns (pathspecs). What
// is in a submodule is skipped. A file that goes through a filter counts as changed as a whole where git needs the filter to tell.
func (r *Repository) Changes(ctx context.Context, tree string, patterns []string) ([]*Change, error) {
	args, err := r.withoutFilters(ctx)
	if err != nil {
		return nil, err
	}
	// The plumbing command: what it prints does not depend on the configuration.
	args = append(
		args,
		"diff-index", "--patch-with-raw", "--unified=0", "--inter-hunk-context=0", "--no-abbrev", "--find-renames", "--irreversible-delete", "--text",
		"--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=all", "--src-prefix=a/", "--dst-prefix=b/", tree, "--",
	)
	var p patch
	err = r.stream(ctx, "diff-index", append(args, patterns...), p.read)
	return p.changes, err
}

// Tracked tells every tracked path; a submodule is one path.
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
				return fmt.Errorf("%q is no tracked file", entry)
			}
			tell(path, strings.HasPrefix(mode, modeSubmodule))
		}
	})
}

// stream runs a command, whose name is among the arguments, and reads its output as it comes.
func (r *Repository) stream(ctx context.Context, name string, args []string, read func(*bufio.Reader) error) error {
	cmd := command(ctx, r.Top, args...)
	var said tail
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return failed(ctx, name, nil, err)
	}
	misread := read(bufio.NewReaderSize(out, 1<<16))
	if misread != nil {
		_, _ = io.Copy(io.Discard, out) // git shall end by itself
	}
	if err := cmd.Wait(); err != nil {
		return failed(ctx, name, said.Bytes(), err)
	}
	if misread != nil {
		return fmt.Errorf("read the output of git %s: %w", name, misread)
	}
	return nil
}

// Modes of what is not a file of its own.
const (
	modeSubmodule = "160000"
	modeLink      = "120000"
	modeNone      = "000000"
)

// patch reads the output of diff-index: a line for each change, and then the hunks.
type patch struct {
	changes []*Change
	by      map[string]*Change // by the path now
	at      *Change            // the file that hunks are of
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
			err = errors.New("it takes a file for binary that it was to show as text")
		case strings.HasPrefix(line, "@@ "):
			err = p.hunk(in, line)
		}
		if err != nil {
			return err
		}
	}
}

// entry reads "100644 100644 ID ID M<TAB>path", with two paths where the file was renamed.
func (p *patch) entry(line string) error {
	head, paths, ok := strings.Cut(line, "\t")
	fields := strings.Fields(head)
	if !ok || len(fields) != 5 {
		return fmt.Errorf("%q is no change", line)
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
	case 'U': // a conflict that is not resolved
		c.Whole, c.Blob = true, ""
	}
	if c.Path != "" {
		p.by[c.Path] = c
	}
	p.changes = append(p.changes, c)
	return nil
}

// file reads "b/path", to which git adds a tab where the path has spaces; /dev/null is a file that is gone.
func (p *patch) file(name string) error {
	path, err := unquote(strings.TrimSuffix(name, "\t"))
	if err != nil {
		return err
	}
	p.at = p.by[strings.TrimPrefix(path, "b/")]
	return nil
}

// hunk reads "@@ -1,2 +3,4 @@" and skips the lines that follow: as many as it says, whatever is in them.
func (p *patch) hunk(in *bufio.Reader, line string) error {
	fields := strings.Fields(line)
	if len(fields) < 4 {
		return fmt.Errorf("%q is no hunk", line)
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

// extent reads "+3,4": where lines begin and how many they are; one where no number says so.
func extent(s string, sign byte) (first, n int, err error) {
	if s[0] != sign {
		return 0, 0, fmt.Errorf("%q is no range of lines", s)
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

// unquote reads a path as git writes it: in quotes where it holds anything but plain characters, with the escapes of C.
func unquote(s string) (string, error) {
	if !strings.HasPrefix(s, `"`) {
		return s, nil
	}
	path, err := strconv.Unquote(s)
	if err != nil {
		return "", fmt.Errorf("%s is no path", s)
	}
	return path, nil
}

// readLine reads a line without its end, of which no more than the beginning is kept where it is long.
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
