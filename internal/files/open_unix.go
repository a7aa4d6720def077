//go:build unix

package files

import "syscall"

// nonblock keeps open from waiting for the other end of a named pipe, and from making a terminal the controlling one.
const nonblock = syscall.O_NONBLOCK | syscall.O_NOCTTY
