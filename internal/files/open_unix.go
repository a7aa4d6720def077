//go:build unix

package files

import "syscall"

// nonblock keeps an open from waiting for the other end of a named pipe, and from taking a terminal for the program's own.
const nonblock = syscall.O_NONBLOCK | syscall.O_NOCTTY
