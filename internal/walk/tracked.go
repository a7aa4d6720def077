package walk

import (
	"bytes"
	"encoding/binary"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/imagelint-dev/imagelint/internal/files"
)

// trackedFiles are the files in a repository that git tracks and a walk may read: paths below its root, with
// slashes, sorted. git ignores .gitignore for tracked files.
type trackedFiles struct {
	root  string // cleaned, with slashes
	paths []string
}

// has reports whether git tracks a file, or a file below a folder. A nil receiver tracks nothing.
func (t *trackedFiles) has(abs string, isDir bool) bool {
	if t == nil {
		return false
	}
	rel, ok := strings.CutPrefix(filepath.ToSlash(abs), strings.TrimSuffix(t.root, "/")+"/")
	if !ok {
		return false
	}
	if isDir {
		rel += "/"
	}
	i, _ := slices.BinarySearch(t.paths, rel)
	return i < len(t.paths) && (t.paths[i] == rel || isDir && strings.HasPrefix(t.paths[i], rel))
}

// maxIndex limits the size of a repository's index, in bytes. An index has about 100 bytes for each file.
const maxIndex = 128 << 20

// trackedIn reads from the index which files git tracks in the repository at root. It returns nil if the
// index is unreadable or of an unknown form; then only .gitignore counts.
func trackedIn(system files.FS, root string) *trackedFiles {
	dir, err := gitDir(system, root)
	if err != nil {
		return nil
	}
	data, err := files.ReadFrom(system, filepath.Join(dir, "index"), maxIndex)
	if err != nil {
		return nil
	}
	for _, hash := range []int{sha1Size, sha256Size} {
		if paths, ok := readIndex(data, hash); ok {
			return &trackedFiles{filepath.ToSlash(root), paths}
		}
	}
	return nil
}

// gitDir returns the folder with git's data of the repository at root: .git, or the folder named in a file of
// that name, as for worktrees and submodules.
func gitDir(system files.FS, root string) (string, error) {
	dir := filepath.Join(root, ".git")
	info, err := system.Lstat(dir)
	if err != nil || info.IsDir() {
		return dir, err
	}
	text, err := files.ReadFrom(system, dir, maxIgnoreFile)
	if err != nil {
		return "", err
	}
	to, ok := strings.CutPrefix(strings.TrimSpace(string(text)), "gitdir: ")
	switch {
	case !ok:
		return "", errors.New("it does not say where the repository's data is")
	case filepath.IsAbs(to):
		return to, nil
	}
	return filepath.Join(root, to), nil
}

// Sizes of object names, in bytes.
const (
	sha1Size   = 20
	sha256Size = 32
)

// readIndex reads the paths that a walk may read from git's index (gitformat-index(5)), versions 2 to 4. It
// returns false for anything else, including a split index, the rest of which is in another file.
func readIndex(data []byte, hash int) ([]string, bool) {
	const header, fixed, extended, nameMask = 12, 40, 0x4000, 0x0fff
	if len(data) < header+hash || string(data[:4]) != "DIRC" {
		return nil, false
	}
	version, count := binary.BigEndian.Uint32(data[4:]), binary.BigEndian.Uint32(data[8:])
	if version < 2 || version > 4 {
		return nil, false
	}
	rest := data[header : len(data)-hash] // without the trailing checksum
	var paths []string
	var name []byte      // of the previous entry
	text := string(rest) // paths stored in full are substrings of it
	for range count {
		if len(rest) < fixed+hash+2 {
			return nil, false
		}
		flags, size := binary.BigEndian.Uint16(rest[fixed+hash:]), fixed+hash+2
		if version > 2 && flags&extended != 0 {
			size += 2
		}
		if size > len(rest) {
			return nil, false
		}
		kept := 0
		if version == 4 {
			strip, n := varint(rest[size:])
			if n == 0 || strip > len(name) {
				return nil, false
			}
			kept, size = len(name)-strip, size+n
		}
		end := bytes.IndexByte(rest[size:], 0)
		if end < 0 {
			return nil, false
		}
		at := len(text) - len(rest) + size
		if version == 4 {
			name = append(name[:kept], rest[size:size+end]...)
		} else {
			name = rest[size : size+end : size+end]
		}
		if want := int(flags & nameMask); want != nameMask && want != len(name) {
			return nil, false
		}
		if size += end + 1; version < 4 {
			size = (size-1)/8*8 + 8 // one to eight NULs
		}
		if size > len(rest) {
			return nil, false
		}
		rest = rest[size:]
		path := text[at : at+end]
		if version == 4 {
			path = string(name)
		}
		if IsManifestName(path) {
			paths = append(paths, path)
		}
	}
	return paths, !isSplit(rest) && slices.IsSorted(paths)
}

// isSplit reports whether the extensions of an index say that it is split.
func isSplit(extensions []byte) bool {
	for len(extensions) >= 8 {
		size := int64(binary.BigEndian.Uint32(extensions[4:]))
		if string(extensions[:4]) == "link" || size > int64(len(extensions)-8) {
			return true
		}
		extensions = extensions[8+size:]
	}
	return len(extensions) > 0
}

// varint reads a number as git's packs encode offsets; n is its length in bytes, or 0 if there is none.
func varint(data []byte) (value, n int) {
	for i, c := range data[:min(len(data), 4)] {
		if i > 0 {
			value++
		}
		value = value<<7 | int(c&0x7f)
		if c&0x80 == 0 {
			return value, i + 1
		}
	}
	return 0, 0
}
