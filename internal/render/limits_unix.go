//go:build unix && !linux

package render

import (
	"syscall"
	"time"

	"github.com/imagelint-dev/imagelint/internal/program"
)

// confine puts a program into a group of its own, so that all of it can be ended. A network of its own is not to be had.
func confine(cmd *program.Cmd, alone bool) bool {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return !alone
}

// bound does nothing: a process that runs cannot be limited from outside. GOMEMLIMIT and the deadline hold.
func bound(int, time.Duration) {}
