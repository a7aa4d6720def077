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
	"github.com/imagelint-dev/imagelint/manifests/imageref"
	"github.com/imagelint-dev/imagelint/manifests/redact"
)

// File is a file changed by fixes.
type File struct {
	// Name is the name in findings. Path is where the file is, after following all links.
	Name, Path string

	root   string // the folder to stay in
	why    string // why it must not be changed, or ""
	raw    []byte // original content
	text   *text
	encode func([]byte) []byte
	second bool   // another name of a file that is already included
	secret []bool // lines in documents that may hold the content of a Secret
	quiet  []bool // lines with secret values or credentials
	shown  lineSecrecy
}

// lineSecrecy records which lines of a text may be shown.
type lineSecrecy struct {
	of     *text
	starts []int
	quiet  []bool
}

// open reads a file to change, once.
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

// locate finds the file after following all links. It returns why the file must not be changed, such as that it is outside of root, or "".
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

// hiddenReason returns why the lines changed by a fix must not be shown, or "". names are what is known to be a name in the file.
func (f *File) hiddenReason(fix *lint.Fix, names []imageref.Range) string {
	const secret, command = "its lines may contain secret values, so they are not shown", "its lines contain a command for a CI runner, so they are not shown"
	if fix.Sensitive {
		return secret
	}
	if f.shown.of != f.text {
		f.shown = lineSecrecy{f.text, lineStarts(f.text.data), redact.Lines(f.text.data, names...)}
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

// Write replaces the file with the new content, completely or not at all. It fails if the file has changed since it was read. The notes say
// what could not be kept of the old file.
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

// wrong rewords an error with the name that the user knows.
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

// Content returns the new content of the file.
func (f *File) Content() []byte { return f.encode(f.text.data) }
