//go:build !unix

package render

import (
	"time"

	"github.com/imagelint-dev/imagelint/internal/program"
)

// confine does nothing: the deadline ends the program alone.
func confine(_ *program.Cmd, alone bool) bool { return !alone }

// bound does nothing: GOMEMLIMIT and the deadline hold.
func bound(int, time.Duration) {}
