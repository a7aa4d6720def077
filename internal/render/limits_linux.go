package render

import (
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/imagelint-dev/imagelint/internal/program"
)

// confine puts a program into a group of its own, so that all of it can be ended, and, where alone is set, into a network of its own that
// leads nowhere.
func confine(cmd *program.Cmd, alone bool) bool {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	if uid, gid := os.Geteuid(), os.Getegid(); alone {
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWNET
		if uid == 0 { // root may have a network as it is; among other users, it could not read their files
			return true
		}
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: gid, HostID: gid, Size: 1}}
	}
	return true
}

// bound limits what a program that runs may take. An error is ignored: the program may have ended already.
func bound(pid int, limit time.Duration) {
	seconds := uint64(max(limit, 0)/time.Second) + 1 //nolint:gosec // not negative
	for what, most := range map[int]uint64{
		unix.RLIMIT_DATA: mostMemory, unix.RLIMIT_CPU: 4 * seconds, unix.RLIMIT_FSIZE: mostOutput, unix.RLIMIT_CORE: 0,
	} {
		_ = unix.Prlimit(pid, what, &unix.Rlimit{Cur: most, Max: most}, nil)
	}
}
