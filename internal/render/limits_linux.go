package render

import (
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/imagelint-dev/imagelint/internal/program"
)

// confine puts a program into its own process group, so that all of it can be killed, and, if alone is set,
// into a network namespace without connections.
func confine(cmd *program.Cmd, alone bool) bool {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	if uid, gid := os.Geteuid(), os.Getegid(); alone {
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWNET
		if uid == 0 { // root needs no user namespace, in which it could not read other users' files
			return true
		}
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: gid, HostID: gid, Size: 1}}
	}
	return true
}

// bound limits the resources of a running program. Errors are ignored, since the program may have ended
// already.
func bound(pid int, limit time.Duration) {
	seconds := uint64(max(limit, 0)/time.Second) + 1 //nolint:gosec // not negative
	for what, limit := range map[int]uint64{
		unix.RLIMIT_DATA: maxMemory, unix.RLIMIT_CPU: 4 * seconds, unix.RLIMIT_FSIZE: maxOutput, unix.RLIMIT_CORE: 0,
	} {
		_ = unix.Prlimit(pid, what, &unix.Rlimit{Cur: limit, Max: limit}, nil)
	}
}
