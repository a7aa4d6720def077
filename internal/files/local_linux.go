package files

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"unsafe"
)

// direct are system calls of which the scheduler is not told. Telling it costs a tenth of reading a tree of small files: it hands the processor over when a
// call takes longer than 20 µs, and wakes up every 20 µs to see whether one does. The price is that a call that waits keeps its processor: when all do, no
// other goroutine runs, and the program does not even see Ctrl-C. Hence they are only for file systems that answer by themselves; see IsLocal.
var direct = calls{open: directOpen, read: directRead, close: directClose}

func directOpen(name string, flags int) (int, error) {
	if strings.IndexByte(name, 0) >= 0 {
		return -1, syscall.EINVAL
	}
	var short [256]byte // in place of memory for each file
	path := short[:]
	if len(name) >= len(short) {
		path = make([]byte, len(name)+1)
	}
	copy(path, name)
	here := -100                   // AT_FDCWD: relative to the working directory
	at := unsafe.Pointer(&path[0]) //nolint:gosec // the name ends with a NUL, and memory stays where it is during a call
	return result(syscall.RawSyscall6(syscall.SYS_OPENAT, uintptr(here), uintptr(at), uintptr(flags|syscall.O_LARGEFILE), 0, 0, 0))
}

func directRead(fd int, p []byte) (int, error) {
	return result(syscall.RawSyscall(syscall.SYS_READ, uintptr(fd), uintptr(unsafe.Pointer(&p[0])), uintptr(len(p)))) //nolint:gosec // p is not empty
}

func directList(fd int, p []byte) (int, error) {
	return result(syscall.RawSyscall(syscall.SYS_GETDENTS64, uintptr(fd), uintptr(unsafe.Pointer(&p[0])), uintptr(len(p)))) //nolint:gosec // p is not empty
}

func directClose(fd int) error {
	_, err := result(syscall.RawSyscall(syscall.SYS_CLOSE, uintptr(fd), 0, 0))
	return err
}

func result(n, _ uintptr, errno syscall.Errno) (int, error) {
	if errno != 0 {
		return -1, errno
	}
	return int(n), nil
}

// localKinds are the file systems that answer without another machine or program. A device that does not answer cannot be interrupted in any way.
var localKinds = []string{"btrfs", "ext2", "ext3", "ext4", "f2fs", "overlay", "tmpfs", "xfs", "zfs"}

// maxMounts is the maximum size of the list of mounts, in bytes. Reading a longer one costs more than it gains.
const maxMounts = 32 << 10

// IsLocal reports whether a folder and all below it are on file systems that answer without another machine or program, which may never do so.
func IsLocal(folder string) bool {
	real, err := filepath.EvalSymlinks(folder)
	if err == nil {
		real, err = filepath.Abs(real)
	}
	if err != nil {
		return false
	}
	mounts, err := Read("/proc/self/mountinfo", maxMounts)
	return err == nil && isLocal(real, mounts)
}

// isLocal is IsLocal for a path without links, and the content of a mountinfo file; see proc_pid_mountinfo(5).
func isLocal(real string, mounts []byte) bool {
	at, is := "", false // the mount that holds the folder
	for line := range bytes.Lines(mounts) {
		before, after, ok := bytes.Cut(line, []byte(" - "))
		fields, kind := bytes.Fields(before), bytes.Fields(after)
		if !ok || len(fields) < 5 || len(kind) == 0 {
			return false
		}
		point := unescapeMount(string(fields[4]))
		local := slices.Contains(localKinds, string(kind[0]))
		switch {
		case Below(real, point):
			if len(point) >= len(at) { // the last one at a place covers the others
				at, is = point, local
			}
		case Below(point, real) && !local:
			return false
		}
	}
	return is
}

// unescapeMount returns a path in which spaces, tabs, line breaks and backslashes are written as a backslash and three octal digits.
func unescapeMount(text string) string {
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(text)
}
