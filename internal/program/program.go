//go:build !js

// Package program starts other programs: the user's, and imagelint itself as a worker. In a browser there are
// none, and no code to start one is linked. It does not know what the programs do.
package program

import (
	"context"
	"os/exec"
)

// Cmd is a program to start.
type Cmd = exec.Cmd

// ExitError is the error of a program that ended with a failure.
type ExitError = exec.ExitError

// Errors for programs that are not found, or that PATH finds relative to the working directory.
var (
	ErrNotFound = exec.ErrNotFound
	ErrDot      = exec.ErrDot
)

// Command prepares a program. It is killed when the context ends.
func Command(ctx context.Context, name string, args ...string) *Cmd {
	return exec.CommandContext(ctx, name, args...)
}

// LookPath finds a program in PATH.
func LookPath(name string) (string, error) { return exec.LookPath(name) }
