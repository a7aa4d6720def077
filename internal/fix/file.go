package fix

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/files"
	"github.com/imagelint-dev/imagelint/internal/report"
	"github.com/imagelint-dev/imagelint/lint"
	"github.com/imagelint-dev/imagelint/manifests/redact"
)

// File is a file that fixes change.
type File struct {
	// Name is the file's name as findings have it, and Path where it is, behind all symbolic links.
	Name, Path string

	root   string // the folder that it lies in
	why    string // why it is not changed; "" where it may be
	raw    []byte // as it was read
	text   *text
	encode func([]byte) []byte
	second bool   // another name of a file that has one already
	secret []bool // lines of documents that may hold what a Secret holds
	quiet  []bool // lines that hold values that are secret, and credentials
	shown  lineSecrecy
}

// lineSecrecy is what is known of the lines of a text for showing it.
type lineSecrecy struct {
	of     *text
	starts []int
	quiet  []bool
}

// open reads a file that is to be changed, once.
func (e *engine) open(name string) *File {
	if f := e.files[name]; f != nil {
		return f
	}
	f := &File{Name: name}
	e.files[name] = f
	root, ok := e.o.Roots[name]
	if !ok {
		f.why = "the file is not part of the input"
		return f
	}
	if f.why = f.locate(files.OrOS(e.o.Files), root); f.why != "" {
		return f
	}
	for _, other := range e.files {
		if other != f && other.Path == f.Path && other.why == "" {
			f.second, f.raw, f.text, f.encode, f.secret, f.quiet = true, other.raw, other.text, other.encode, other.secret, other.quiet
			return f
		}
	}
	raw, err := readAll(files.OrOS(e.o.Files), f.Path)
	if err != nil {
		f.why = "it cannot be read"
		return f
	}
	data, encode, ok := decode(raw)
	switch {
	case !ok:
		f.why = "it is not valid UTF-8 or UTF-16"
	case isGenerated(data):
		f.why = "the file says that it is generated"
	}
	f.raw, f.encode, f.text = raw, encode, newText(data)
	f.secret, f.quiet = secretLines(data), redact.Lines(data)
	return f
}

// readAll reads a file.
func readAll(system files.FS, name string) ([]byte, error) {
	in, err := system.Open(name)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(in)
	return data, errors.Join(err, in.Close())
}

// locate finds the file behind all symbolic links. What leads out of the folder that was given is not changed.
func (f *File) locate(system files.FS, root string) string {
	top, err := system.EvalSymlinks(root)
	if err != nil {
		return "it cannot be read"
	}
	path, err := system.EvalSymlinks(f.Name)
	if err != nil {
		return "it cannot be read"
	}
	if top, err = system.Abs(top); err == nil {
		path, err = system.Abs(path)
	}
	if err != nil {
		return "it cannot be read"
	}
	rel, err := filepath.Rel(top, path)
	if err != nil || !filepath.IsLocal(rel) {
		return "it is a link that leads out of " + root
	}
	if info, err := system.Stat(path); err != nil || !info.Mode().IsRegular() {
		return "it is not a regular file"
	}
	f.root, f.Path = top, path
	return ""
}

func (f *File) changed() bool {
	return f.why == "" && f.text != nil && !bytes.Equal(f.encode(f.text.data), f.raw)
}

// hiddenReason says why the lines that a fix changes must not be shown; "" where they may be.
func (f *File) hiddenReason(fix *lint.Fix) string {
	const secret, command = "its lines may contain secret values, so they are not shown", "its lines contain a command for a CI runner, so they are not shown"
	if fix.Sensitive {
		return secret
	}
	if f.shown.of != f.text {
		f.shown = lineSecrecy{f.text, lineStarts(f.text.data), redact.Lines(f.text.data)}
	}
	starts := f.shown.starts
	for _, e := range fix.Edits {
		from, to := offsets(&e)
		for i := max(sort.SearchInts(starts, from+1)-1, 0); i < len(starts) && starts[i] <= to; i++ {
			end := len(f.text.data)
			if i+1 < len(starts) {
				end = starts[i+1]
			}
			if from >= end {
				continue
			}
			o, line := f.text.from[i], f.text.data[starts[i]:end]
			switch {
			case f.shown.quiet[i], o >= 0 && f.secret[o] && bytes.ContainsAny(line, "{}[]"):
				return secret
			case report.IsCommand("+" + string(line)):
				return command
			}
		}
		switch {
		case slices.Contains(redact.Lines([]byte(e.New)), true):
			return secret
		case report.IsCommand("+" + e.New):
			return command
		}
	}
	return ""
}

// Write puts the new content in the place of the file, as a whole. A file that has changed since it was read stays as it is. The notes say what
// could not be kept of the old file.
func (f *File) Write() (notes []string, err error) {
	now, err := files.Locate(f.Path, f.root)
	if err != nil {
		return nil, wrong(f.Name, err)
	}
	changed := errors.New("it has changed since it was read; run imagelint again")
	if now.Path != f.Path || !now.Regular() {
		return nil, wrong(f.Name, changed)
	}
	switch data, err := os.ReadFile(now.Path); {
	case err != nil:
		return nil, wrong(f.Name, err)
	case !bytes.Equal(data, f.raw):
		return nil, wrong(f.Name, changed)
	}
	notes, err = now.Write(files.Options{}, func(w io.Writer) error { _, err := w.Write(f.Content()); return err })
	return notes, wrong(f.Name, err)
}

// wrong words an error by the name that the user knows.
func wrong(name string, err error) error {
	if err == nil {
		return nil
	}
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		err = path.Err
	case errors.As(err, &link):
		err = link.Err
	}
	return fmt.Errorf("write %s: %s", name, strings.TrimSpace(err.Error()))
}

// Content is what the file is to hold.
func (f *File) Content() []byte { return f.encode(f.text.data) }
