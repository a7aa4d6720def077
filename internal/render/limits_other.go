//go:build !unix

package render

import (
	"os/exec"
	"time"
)

// confine does nothing: the deadline ends the program alone.
func confine(_ *exec.Cmd, alone bool) bool { return !alone }

// bound does nothing: GOMEMLIMIT and the deadline hold.
func bound(int, time.Duration) {}
