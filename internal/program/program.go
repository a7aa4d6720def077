//go:build !js

// Package program starts other programs: the user's, and imagelint itself as a worker. In a browser there are
// none, and no code to start one is linked. It does not know what the programs do.
package program

import (
	"context"
	"os/exec"
)

// Cmd is a program to start. ExitError is the error of one that failed.
type (
	Cmd       = exec.Cmd
	ExitError = exec.ExitError
)

// Errors for programs that are not found, or that PATH finds relative to the working directory.
var (
	ErrNotFound = exec.ErrNotFound
	ErrDot      = exec.ErrDot
)

// Command prepares a program. It is killed when the context ends.
func Command(ctx context.Context, name string, args ...string) *Cmd {
	return exec.CommandContext(ctx, name, args...) //nolint:gosec // the callers say which
}

// LookPath finds a program in PATH.
func LookPath(name string) (string, error) { return exec.LookPath(name) }
