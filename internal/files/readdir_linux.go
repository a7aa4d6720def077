package files

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"unsafe"
)

// readDir is os.ReadDir for about half the price: it makes no os.File, which a tree with many folders would need only to list each of them once.
func readDir(name string) ([]fs.DirEntry, error) { return list(name, &system, syscall.Getdents) }

// ReadLocalDir lists a folder of a tree that IsLocal.
func ReadLocalDir(name string) ([]fs.DirEntry, error) { return list(name, &direct, directList) }

func list(name string, calls *calls, next func(fd int, p []byte) (int, error)) ([]fs.DirEntry, error) {
	fd, err := retry(func() (int, error) {
		return calls.open(name, syscall.O_RDONLY|syscall.O_CLOEXEC|syscall.O_DIRECTORY)
	})
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: name, Err: err}
	}
	defer func() { _ = calls.close(fd) }()  // nothing was written
	buf := listings.Get().(*[32 << 10]byte) //nolint:forcetypeassert // the pool holds nothing else
	defer listings.Put(buf)
	var found []entry
	for {
		n, err := retry(func() (int, error) { return next(fd, buf[:]) })
		if err != nil {
			return nil, &os.PathError{Op: "readdirent", Path: name, Err: err}
		}
		if n <= 0 {
			break
		}
		found = appendEntries(slices.Grow(found, n/typicalRecord), name, buf[:n])
	}
	slices.SortFunc(found, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	out := make([]fs.DirEntry, 0, len(found))
	for i := range found {
		e := &found[i]
		if e.mode == unknown {
			info, err := os.Lstat(e.path())
			if errors.Is(err, fs.ErrNotExist) {
				continue // removed since
			}
			if err != nil {
				return nil, err
			}
			e.mode = info.Mode().Type()
		}
		out = append(out, e)
	}
	return out, nil
}

// typicalRecord is the size of a record with a name of 8 to 12 bytes.
const typicalRecord = 32

// listings is memory for what the system says about a folder.
var listings = sync.Pool{New: func() any { return new([32 << 10]byte) }}

// appendEntries reads records of the system call getdents64.
func appendEntries(found []entry, dir string, data []byte) []entry {
	const length, kind, text = unsafe.Offsetof(syscall.Dirent{}.Reclen), unsafe.Offsetof(syscall.Dirent{}.Type), unsafe.Offsetof(syscall.Dirent{}.Name)
	for len(data) > int(text) {
		n := int(binary.NativeEndian.Uint16(data[length:]))
		if n < int(text) || n > len(data) {
			break
		}
		record := data[:n]
		data = data[n:]
		name, _, _ := bytes.Cut(record[text:], []byte{0})
		if inode := binary.NativeEndian.Uint64(record); inode == 0 || string(name) == "." || string(name) == ".." {
			continue
		}
		found = append(found, entry{dir, string(name), modeOf(record[kind])})
	}
	return found
}

// unknown is the mode of an entry of which the file system does not tell it in a listing.
const unknown = ^fs.FileMode(0)

func modeOf(kind byte) fs.FileMode {
	switch kind {
	case syscall.DT_REG:
		return 0
	case syscall.DT_DIR:
		return fs.ModeDir
	case syscall.DT_LNK:
		return fs.ModeSymlink
	case syscall.DT_FIFO:
		return fs.ModeNamedPipe
	case syscall.DT_SOCK:
		return fs.ModeSocket
	case syscall.DT_BLK:
		return fs.ModeDevice
	case syscall.DT_CHR:
		return fs.ModeDevice | fs.ModeCharDevice
	}
	return unknown
}

// entry implements fs.DirEntry.
type entry struct {
	dir, name string
	mode      fs.FileMode
}

func (e *entry) path() string               { return e.dir + "/" + e.name }
func (e *entry) Name() string               { return e.name }
func (e *entry) IsDir() bool                { return e.mode.IsDir() }
func (e *entry) Type() fs.FileMode          { return e.mode }
func (e *entry) Info() (fs.FileInfo, error) { return os.Lstat(e.path()) }
func (e *entry) String() string             { return fs.FormatDirEntry(e) }
