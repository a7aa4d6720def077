//go:build !unix

package render

import (
	"time"

	"github.com/imagelint-dev/imagelint/internal/program"
)

// confine does nothing: only the deadline ends the program.
func confine(_ *program.Cmd, alone bool) bool { return !alone }

// bound does nothing: GOMEMLIMIT and the deadline apply.
func bound(int, time.Duration) {}
