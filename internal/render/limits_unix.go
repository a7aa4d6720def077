//go:build unix && !linux

package render

import (
	"syscall"
	"time"

	"github.com/imagelint-dev/imagelint/internal/program"
)

// confine puts a program into its own process group, so that all of it can be killed. Network isolation is
// not available.
func confine(cmd *program.Cmd, alone bool) bool {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return !alone
}

// bound does nothing: a running process cannot be limited from outside. GOMEMLIMIT and the deadline apply.
func bound(int, time.Duration) {}
