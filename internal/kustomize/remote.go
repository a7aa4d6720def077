package kustomize

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"syscall"
	"time"

	"github.com/imagelint-dev/imagelint/internal/files"
)

// Values of Reply.Call.
const (
	callStat  = "stat"
	callLstat = "lstat"
	callLinks = "links"
	callList  = "list"
	callOpen  = "open"
)

// Reply is a message from a worker: a request for a file or, if Call is "", the result of the
// build.
type Reply struct {
	Call, Name string
	Result     Result
}

// answer is the response to a request for a file.
type answer struct {
	Path  string // without links
	Mode  int
	Data  []byte
	Names []answer // entries of a folder; their Path is the name
	// Missing is true if the file does not exist. Reason describes any other error, or is "".
	Missing bool
	Reason  string
}

// Answer answers a worker's request for a file. It reads at most as much of a file as a build may.
func (r *Reply) Answer(w io.Writer, system files.FS) error {
	var a answer
	if err := a.find(system, r.Call, r.Name); errors.Is(err, fs.ErrNotExist) {
		a = answer{Missing: true}
	} else if err != nil {
		a = answer{Reason: cause(err).Error()}
	}
	return Send(w, &a)
}

func (a *answer) find(system files.FS, call, name string) (err error) {
	switch call {
	case callLinks:
		a.Path, err = system.EvalSymlinks(name)
	case callList:
		entries, err := system.ReadDir(name)
		for _, e := range entries[:min(len(entries), maxFiles)] {
			a.Names = append(a.Names, answer{Path: e.Name(), Mode: int(e.Type())})
		}
		return err
	case callOpen:
		f, err := system.Open(name)
		if err != nil {
			return err
		}
		a.Data, err = io.ReadAll(io.LimitReader(f, maxFile+1))
		return errors.Join(err, f.Close())
	default:
		look := system.Lstat
		if call == callStat {
			look = system.Stat
		}
		info, err := look(name)
		if err != nil {
			return err
		}
		a.Mode = int(info.Mode())
	}
	return err
}

// remote is the file system of the process that started the worker. Each access is a request to
// that process.
type remote struct {
	in  io.Reader
	out io.Writer
}

func (r *remote) ask(call, name string) (*answer, error) {
	a := &answer{}
	err := Send(r.out, &Reply{Call: call, Name: name})
	if err == nil {
		err = Receive(r.in, a)
	}
	switch {
	case err != nil:
		return nil, err
	case a.Missing:
		return nil, &fs.PathError{Op: call, Path: name, Err: syscall.ENOENT}
	case a.Reason != "":
		return nil, &fs.PathError{Op: call, Path: name, Err: errors.New(a.Reason)}
	}
	return a, nil
}

func (r *remote) look(call, name string) (fs.FileInfo, error) {
	a, err := r.ask(call, name)
	if err != nil {
		return nil, err
	}
	return remoteInfo{filepath.Base(name), fs.FileMode(a.Mode)}, nil //nolint:gosec // converted from a mode
}

// Stat implements files.FS.
func (r *remote) Stat(name string) (fs.FileInfo, error) { return r.look(callStat, name) }

// Lstat implements files.FS.
func (r *remote) Lstat(name string) (fs.FileInfo, error) { return r.look(callLstat, name) }

// ReadDir implements files.FS.
func (r *remote) ReadDir(name string) ([]fs.DirEntry, error) {
	a, err := r.ask(callList, name)
	if err != nil {
		return nil, err
	}
	out := make([]fs.DirEntry, 0, len(a.Names))
	for _, n := range a.Names {
		out = append(out, fs.FileInfoToDirEntry(remoteInfo{n.Path, fs.FileMode(n.Mode)})) //nolint:gosec // converted from a mode
	}
	return out, nil
}

// Open implements files.FS.
func (r *remote) Open(name string) (io.ReadCloser, error) {
	a, err := r.ask(callOpen, name)
	if err != nil {
		return nil, err
	}
	return io.NopCloser(bytes.NewReader(a.Data)), nil
}

// Abs implements files.FS. Requests only contain absolute paths.
func (r *remote) Abs(name string) (string, error) {
	if !filepath.IsAbs(name) {
		return "", fmt.Errorf("%q is not an absolute path", name)
	}
	return filepath.Clean(name), nil
}

// EvalSymlinks implements files.FS.
func (r *remote) EvalSymlinks(name string) (string, error) {
	a, err := r.ask(callLinks, name)
	if err != nil {
		return "", err
	}
	return a.Path, nil
}

// remoteInfo describes a file of which only the name and mode are known.
type remoteInfo struct {
	name string
	mode fs.FileMode
}

// Name implements fs.FileInfo.
func (i remoteInfo) Name() string { return i.name }

// Size implements fs.FileInfo.
func (i remoteInfo) Size() int64 { return 0 }

// Mode implements fs.FileInfo.
func (i remoteInfo) Mode() fs.FileMode { return i.mode }

// ModTime implements fs.FileInfo.
func (i remoteInfo) ModTime() time.Time { return time.Time{} }

// IsDir implements fs.FileInfo.
func (i remoteInfo) IsDir() bool { return i.mode.IsDir() }

// Sys implements fs.FileInfo.
func (i remoteInfo) Sys() any { return nil }
